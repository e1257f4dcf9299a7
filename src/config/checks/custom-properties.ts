import { refusalOf } from '../refused-properties.js';
import type { Contradiction, CrossCheck } from './check.js';

/** Names the properties under `kafka.custom` that cannot be handed through, each with the reason. */
export const checkCustomProperties: CrossCheck = ({ kafka: { custom }, delivery }) =>
  (['consumer', 'producer'] as const).flatMap(side =>
    Object.keys(custom[side]).flatMap((name): Contradiction[] => {
      const path = `kafka.custom.${side}`;
      const refusal = refusalOf(side, name);
      if (refusal === null || (refusal.only !== undefined && refusal.only !== delivery)) return [];
      const under = refusal.only ? ` with delivery: ${refusal.only}` : '';
      return [{ paths: [path], problem: `${path} must not hold ${name}${under}: ${refusal.because}` }];
    }),
  );
