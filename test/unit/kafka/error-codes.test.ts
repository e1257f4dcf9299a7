import RdKafka from '@confluentinc/kafka-javascript';
import { expect, test } from 'vitest';
import { ERRORS } from '../../../src/kafka/error-codes.js';

test('the error codes are those of the client', () => {
  expect(RdKafka.CODES.ERRORS).toMatchObject(ERRORS);
});
