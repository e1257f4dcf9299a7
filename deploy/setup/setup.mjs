// placeholder
import { execFileSync } from 'node:child_process';
if (process.argv[2] === 'build') execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
