import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';
import { CommandFailed, run, SetupFailed, say, step, works } from './progress.mjs';
import { installSystemPackages } from './system-packages.mjs';

const NAME = '@confluentinc/kafka-javascript';
const PACKAGE = join(ROOT, 'node_modules', NAME);
/** A download that has not answered by then is given up for a compile, which takes as long. */
const DOWNLOAD_TIMEOUT_MS = 120_000;

/**
 * Gives the Kafka client its native add-on: what an earlier clone on this machine compiled, else the prebuilt one from
 * its maker, else compiled here against the system's libraries.
 *
 * @throws SetupFailed when it can be had in none of these ways.
 */
export async function installKafkaClient() {
  if (await loads()) return;
  if (existsSync(cacheFolder())) {
    await step('Kafka client, as compiled earlier on this machine', async () =>
      copyAddOn(cacheFolder(), PACKAGE),
    );
    if (await loads()) return;
    rmSync(cacheFolder(), { recursive: true, force: true });
  }
  if ((await download()) && (await loads())) return;
  say('    None can be downloaded here, so it is compiled.');
  await installCompilerAndLibraries();
  await step('Kafka client, compiled from source (1 to 4 minutes)', compile);
  if (!(await loads())) {
    const reason = await run(process.execPath, ['-e', `require('${NAME}')`]).catch(error => error.message);
    throw new SetupFailed(`the Kafka client was compiled but does not load.\n${reason}`);
  }
  keepForOtherClones();
}

function loads() {
  return works(process.execPath, ['-e', `require('${NAME}')`], { cwd: ROOT });
}

async function download() {
  const preGyp = join(ROOT, 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp');
  return step('Kafka client, looking for a prebuilt one', async () => {
    try {
      await run(process.execPath, [preGyp, 'install'], { cwd: PACKAGE, timeoutMs: DOWNLOAD_TIMEOUT_MS });
      return true;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      return false;
    }
  });
}

async function compile() {
  rmSync(join(PACKAGE, 'build'), { recursive: true, force: true });
  await run('npm', ['rebuild', NAME, '--foreground-scripts'], {
    cwd: ROOT,
    env: {
      npm_config_build_from_source: 'true',
      // The default links statically and downloads the sources of every library for that.
      CKJS_LINKING: 'dynamic',
      ...nodeHeaders(),
    },
  });
}

/** The headers that came with this Node, so that they are not downloaded. */
function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  const cameAlong = existsSync(join(prefix, 'include', 'node', 'node.h'));
  return cameAlong && !process.env.npm_config_nodedir ? { npm_config_nodedir: prefix } : {};
}

const TOOLS = ['python3', 'make', 'g++'];
const HEADERS = ['openssl/ssl.h', 'sasl/sasl.h', 'curl/curl.h', 'zstd.h', 'lz4.h', 'zlib.h'];
const COMPILER_AND_LIBRARIES = {
  'apt-get':
    'python3 make g++ libssl-dev libsasl2-dev libcurl4-openssl-dev libzstd-dev liblz4-dev zlib1g-dev',
  dnf: 'python3 make gcc-c++ openssl-devel cyrus-sasl-devel libcurl-devel libzstd-devel lz4-devel zlib-devel',
  apk: 'bash python3 make g++ openssl-dev cyrus-sasl-dev curl-dev zstd-dev lz4-dev zlib-dev',
  brew: 'python openssl@3 cyrus-sasl curl zstd lz4 zlib',
};

async function installCompilerAndLibraries() {
  const tools = await Promise.all(TOOLS.map(tool => works(tool, ['--version'])));
  const headers = tools.every(Boolean) && (await Promise.all(HEADERS.map(hasHeader))).every(Boolean);
  if (headers) return;
  await installSystemPackages(
    'compiler and libraries for the Kafka client',
    Object.fromEntries(
      Object.entries(COMPILER_AND_LIBRARIES).map(([manager, names]) => [manager, names.split(' ')]),
    ),
  );
}

function hasHeader(header) {
  return works('g++', ['-E', '-x', 'c++', '-include', header, '/dev/null']);
}

/** A compiled add-on fits one version of the client, Node's binary interface and the C library. */
function cacheFolder() {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  process.report.excludeNetwork = true;
  const libc = process.report.getReport().header.glibcVersionRuntime;
  const fits = [
    process.platform,
    process.arch,
    libc ? `glibc-${libc}` : 'libc',
    `abi-${process.versions.modules}`,
  ];
  return join(CACHE, 'kafka-client', [version, ...fits].join('-'));
}

function keepForOtherClones() {
  const folder = cacheFolder();
  mkdirSync(dirname(folder), { recursive: true });
  const copy = mkdtempSync(`${folder}.`);
  copyAddOn(PACKAGE, copy);
  try {
    // At once, so that another clone finds all of it or nothing.
    renameSync(copy, folder);
  } catch {
    rmSync(copy, { recursive: true });
  }
}

/** The add-on and the shared library that it finds beside itself. */
function copyAddOn(from, to) {
  for (const [folder, wanted] of [
    ['build/Release', /\.node$/],
    ['build/deps', /^librdkafka(\+\+)?(\.so\.1|\.1\.dylib)$/],
  ]) {
    mkdirSync(join(to, folder), { recursive: true });
    for (const file of readdirSync(join(from, folder)).filter(name => wanted.test(name))) {
      cpSync(join(from, folder, file), join(to, folder, file), { dereference: true });
    }
  }
}
