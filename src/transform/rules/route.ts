import { topicOf } from '../../config/rules/routes.js';
import type { MakeAct } from './action.js';
import { sourceReader } from './item-values.js';

/** Sends rows to another topic. */
export const route: MakeAct<'route'> = ({ topic }, { kind }) => {
  const name = topicOf(topic, kind);
  return (_, context) => {
    context.route(name);
    return 'change';
  };
};

/** Gives messages another key: the text of a value, none where there is no value. */
export const key: MakeAct<'key'> = (source, { kind }) => {
  const read = sourceReader(source, kind);
  return (item, context) => {
    const value = read(item, context);
    context.key(value === undefined ? null : String(value));
    return 'change';
  };
};
