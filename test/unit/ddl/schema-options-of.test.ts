import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src/config/schema.js';
import { schemaOptionsOf } from '../../../src/ddl/schema-options-of.js';
import { printSchema, schemaStatements } from '../../../src/ddl/statements.js';
import { otelrows } from '../../support/otelrows.js';

test('makes the statements that the command prints for the same config', () => {
  const printed = otelrows(['schema', 'clickhouse', '--kafka-brokers', 'kafka:9092']).stdout;
  const config = defaultConfig();
  config.kafka.brokers = ['kafka:9092'];
  expect(printSchema(schemaOptionsOf(config))).toBe(printed);
});

test('has the tables of the flavor, and takes other options beside it', () => {
  const options = schemaOptionsOf(defaultConfig(), 'clickstack');
  expect(options).toMatchObject({ flavor: 'clickstack', database: 'default' });
  const statements = schemaStatements({ ...schemaOptionsOf(defaultConfig()), retentionSeconds: 86_400 });
  expect(statements.join('\n')).toContain('TTL');
});
