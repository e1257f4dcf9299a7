import { oneOf } from '../kinds.js';

export const log = {
  level: oneOf(['trace', 'debug', 'info', 'warn', 'error'], {
    default: 'info',
    doc: 'Least severe events that are logged.',
  }),
  format: oneOf(['auto', 'pretty', 'json'], {
    default: 'auto',
    doc: '`pretty` is for people, `json` is one object per line. `auto` is `pretty` on a terminal and `json` otherwise.',
  }),
};
