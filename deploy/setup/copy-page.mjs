// A part of `npm run build`: what of the status page is not compiled stands in dist as it is.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

const FOLDER = join('http', 'page');

mkdirSync(join(ROOT, 'dist', FOLDER), { recursive: true });
for (const name of readdirSync(join(ROOT, 'src', FOLDER)))
  if (!name.endsWith('.ts')) copyFileSync(join(ROOT, 'src', FOLDER, name), join(ROOT, 'dist', FOLDER, name));
