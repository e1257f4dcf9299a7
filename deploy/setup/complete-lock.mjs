// Names in package-lock.json the packages of other platforms that npm left out.
//
// A registry mirror may lack some of them. npm then writes a lock file without them, and `npm ci` refuses that lock file
// on every machine, whether its registry has them or not. test/unit/package-lock.test.ts tells when this is needed:
//
//   npm run complete-lock
//
// The entries have no checksum, which the mirror did not tell.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const PLATFORM =
  /(?<os>android|darwin|linux|win32|freebsd|openharmony)-(?<cpu>arm64|x64|arm|ppc64|riscv64|s390x|ia32)(?:-(?<libc>gnu|musl)\w*)?/;

const file = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const packages = { ...lock.packages };
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = PLATFORM.exec(name)?.groups;
    if (!packages[path] && platform) packages[path] = platformPackage(version, platform, parent);
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

function platformPackage(version, { os, cpu, libc }, { dev, license, engines }) {
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(os === 'linux' && libc ? { libc: [libc === 'gnu' ? 'glibc' : 'musl'] } : {}),
    license,
    optional: true,
    os: [os],
    ...(engines ? { engines } : {}),
  };
}
