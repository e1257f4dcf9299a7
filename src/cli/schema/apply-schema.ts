import { type Plan, planSchema, TablesMissing } from '../../ddl/plan/plan.js';
import type { SchemaOptions } from '../../ddl/schema-options.js';
import { Fatal } from '../../errors.js';
import { confirm } from '../confirm.js';
import { clickhouseByHttp, type RunStatement, readClickhouseAddress } from './clickhouse-http.js';

/** A server that has been asked what it has. */
interface Compared {
  plan: Plan;
  run: RunStatement;
}

/**
 * `--diff`: says what a server lacks, and does nothing.
 * @returns the exit code: 1 where there is something to do.
 */
export async function diffSchema(address: string, options: SchemaOptions): Promise<0 | 1> {
  const { plan } = await compare(address, options);
  process.stdout.write(describePlan(plan));
  return plan.steps.length === 0 ? 0 : 1;
}

/**
 * `--apply`: says what a server lacks, asks, and makes it so. Where that fails halfway, the same command goes on: it
 * compares again.
 */
export async function applySchema(
  address: string,
  options: SchemaOptions,
  { yes }: { yes: boolean },
): Promise<void> {
  const { plan, run } = await compare(address, options);
  process.stdout.write(describePlan(plan));
  if (plan.steps.length === 0) return;
  if (!(await confirm('Run these statements?', yes, new AbortController().signal))) {
    process.stdout.write('Nothing was changed.\n');
    return;
  }
  for (const [i, step] of plan.steps.entries()) {
    try {
      for (const statement of step.statements) await run(statement);
    } catch (error) {
      if (!(error instanceof Fatal)) throw error;
      const done = `${i} of ${plan.steps.length} steps were done`;
      throw new Fatal(`${step.what}: ${error.message}\n${done}; the same command goes on after them.`);
    }
  }
  process.stdout.write(`Done: ${plan.steps.length} steps.\n`);
}

async function compare(address: string, options: SchemaOptions): Promise<Compared> {
  const run = clickhouseByHttp(readClickhouseAddress(address, process.env));
  const [server] = await run('SELECT version() AS version');
  const serverVersion = options.serverVersion ?? String(server?.['version']);
  try {
    return { plan: await planSchema({ ...options, serverVersion }, run), run };
  } catch (error) {
    if (!(error instanceof TablesMissing)) throw error;
    throw new Fatal(
      `The database ${options.database} has no ${error.tables.join(', ')}, and with --flavor ${options.flavor} none is made: is --database right?`,
    );
  }
}

function describePlan({ steps, left }: Plan): string {
  const statements = (step: Plan['steps'][number]) =>
    step.what.startsWith('create ')
      ? ''
      : step.statements.map(statement => `${statement.replaceAll(/^/gm, '    ')};\n`).join('');
  return [
    ...(steps.length === 0 ? ['Everything is there as it is printed: nothing to do.\n'] : []),
    ...steps.map(step => `${step.what}\n${statements(step)}`),
    ...(left.length === 0 ? [] : ['Left as it is:\n', ...left.map(line => `  ${line}\n`)]),
  ].join('');
}
