import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fatal, InputInvalid } from './errors.js';

/** The path leads to nothing that can be used. The words follow the path: `/x does not exist`. */
const PATH_IS_WRONG: Record<string, string> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory',
  ENOTDIR: 'goes through something that is not a directory',
  EACCES: 'may not be used by this user',
  EPERM: 'may not be used by this user',
  EROFS: 'is on a file system that can only be read',
  ENAMETOOLONG: 'has a name that is too long',
  ELOOP: 'is a link that leads back to itself',
  ENOTEMPTY: 'is a directory that is not empty',
  EEXIST: 'exists already',
};

/** The path is fine, but the machine cannot. */
const MACHINE_CANNOT: Record<string, string> = {
  ENOSPC: 'cannot be written: no space is left on its disk',
  EDQUOT: "cannot be written: this user's share of its disk is used up",
  EFBIG: 'cannot be written: it would be larger than a file may be',
  EIO: 'cannot be read or written: its disk reports an error',
  EMFILE:
    'cannot be opened: this process has as many open files as it may. Raise its limit (ulimit -n, LimitNOFILE in systemd)',
  ENFILE: 'cannot be opened: this machine has as many open files as it may',
};

/** Others, such as `spawn` and `connect`, fail for reasons that their callers know. */
const FILE_CALLS = new Set(
  'access copyfile lstat mkdir mkdtemp open read readlink realpath rename rm rmdir scandir stat unlink write'.split(
    ' ',
  ),
);

const PACKAGE_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/**
 * What failed calls on files say, in words that follow the name of the file.
 * @param code as Node has it: `ENOENT`.
 */
export function describeFileError({ code, message }: NodeJS.ErrnoException): string {
  const words = PATH_IS_WRONG[code ?? ''] ?? MACHINE_CANNOT[code ?? ''];
  return words ?? `cannot be used (${code ?? message})`;
}

/**
 * The error to throw when a call on files failed for a reason that the user can see to: a path that was given, the disk, the
 * limit of open files. Anything else, such as a file of this package that is missing, is returned as it is.
 *
 * @param path for errors that do not name it: those of `write` do not.
 * @returns InputInvalid when the path is wrong, Fatal when the machine cannot.
 */
export function asFileTrouble(error: unknown, path?: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '', syscall = '', path: failed = path } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  const machine = MACHINE_CANNOT[code];
  // Another folder has no more room for open files.
  const helps = code === 'EMFILE' || code === 'ENFILE' ? '' : advice(failed);
  if (machine !== undefined) return new Fatal(`${failed ?? 'A file'} ${machine}${helps}`, options);
  if (PATH_IS_WRONG[code] === undefined || failed === undefined || !FILE_CALLS.has(syscall)) return error;
  if (isOurs(failed)) return error;
  const folder = dirname(failed);
  const why = code === 'ENOENT' && !existsSync(folder) ? `: there is no directory ${folder}` : '';
  return new InputInvalid(`${failed} ${describeFileError(error)}${why}${advice(failed)}`, options);
}

function advice(path: string | undefined): string {
  return path !== undefined && isWithin(tmpdir(), path)
    ? `. Let TMPDIR name a directory that has room and may be written.`
    : '';
}

/** Of the package itself: without it the installation is broken. */
function isOurs(path: string): boolean {
  return ['dist', 'node_modules', 'package.json'].some(part => isWithin(`${PACKAGE_FOLDER}${part}`, path));
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}
