import { accessSync, constants, statSync } from 'node:fs';
import { describeFileError } from '../../file-trouble.js';

/** Why a file cannot be read, as the end of a sentence that begins with its name; null when it can. */
export function unreadable(file: string): string | null {
  try {
    if (statSync(file).isDirectory()) return 'is a directory';
    accessSync(file, constants.R_OK);
    return null;
  } catch (error) {
    const why = describeFileError(error as NodeJS.ErrnoException);
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? `${why} (seen from ${process.cwd()})` : why;
  }
}
