import { startCommand } from './start-command.js';

/** Who may write, to `startHttpFront`. */
export const LOGIN = { user: 'writer', password: 's3cret' };

/** What `--diff` and `--apply` say of a server that has everything. */
export const NOTHING_TO_DO = 'Everything is there as it is printed: nothing to do.\n';

/** Runs `otelrows schema clickhouse` against a server. Its Kafka is nowhere, so that nothing is read. */
export async function schemaCommand(args: readonly string[], login = LOGIN) {
  const env = { ...process.env, CLICKHOUSE_USER: login.user, CLICKHOUSE_PASSWORD: login.password };
  const settings = { kafka: { brokers: ['localhost:1'] }, metrics: { gauge: { enabled: true } } };
  const command = startCommand('schema', settings, ['clickhouse', ...args], env);
  const exitCode = await command.ended;
  return { exitCode, stdout: command.stdout(), stderr: command.stderr() };
}
