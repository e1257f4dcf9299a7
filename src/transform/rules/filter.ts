import type { MakeAct } from './action.js';

export const dropItem: MakeAct<'drop'> = () => () => 'drop';

/** Items for which the condition does not hold are dropped: see `create-rules.ts`. */
export const keepItem: MakeAct<'keep'> = () => () => 'keep';
