import { createHash } from 'node:crypto';

/** Text that no codec makes smaller than three quarters, so that rows stay large on their way. */
export function incompressible(bytes: number, seed: string | number): string {
  let text = '';
  for (let i = 0; text.length < bytes; i++)
    text += createHash('sha512').update(`${seed}/${i}`).digest('base64');
  return text.slice(0, bytes);
}
