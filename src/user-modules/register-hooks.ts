import { register } from 'node:module';

let registered = false;

/** Lets modules of users be imported as they are: see `hooks.ts`. Once for a process. */
export function registerHooks(): void {
  if (registered) return;
  registered = true;
  register('./hooks.js', import.meta.url);
}
