// The end of `npm run build`: what an earlier one has compiled of sources that are gone would be packed with the rest.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

removeStale('');

function removeStale(folder) {
  for (const name of readdirSync(join(ROOT, 'dist', folder))) {
    const path = join(folder, name);
    const [, stem] = /^(.*)\.(?:js|js\.map|d\.ts)$/.exec(path) ?? [];
    if (statSync(join(ROOT, 'dist', path)).isDirectory()) removeStale(path);
    else if (stem !== undefined && !existsSync(join(ROOT, 'src', `${stem}.ts`)))
      rmSync(join(ROOT, 'dist', path));
  }
}
