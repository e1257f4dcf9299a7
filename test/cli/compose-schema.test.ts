import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the schema of docker-compose.yml is what "npm run docs" writes: the tables of its config', () => {
  const args = ['dist/main.js', 'schema', 'clickhouse', '--config', 'deploy/compose/otelrows.yaml'];
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8' });
  expect(readFileSync('deploy/compose/clickhouse/schema.sql', 'utf8')).toBe(printed);
  expect(printed).toContain("kafka_broker_list = 'kafka:19092'");
});
