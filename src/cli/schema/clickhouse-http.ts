import { Fatal, InputInvalid } from '../../errors.js';

/** Runs one statement, and returns the rows of its answer as objects. */
export type RunStatement = (sql: string) => Promise<Record<string, unknown>[]>;

/** Where ClickHouse answers, and as whom. */
export interface ClickhouseAddress {
  /** Without user and password. */
  url: URL;
  user: string;
  password: string;
}

/**
 * Reads the address of ClickHouse's HTTP interface. A user and a password may stand in it, or in the variables that
 * clickhouse-client reads too, where they are in no list of processes.
 *
 * @throws InputInvalid
 */
export function readClickhouseAddress(text: string, env: NodeJS.ProcessEnv): ClickhouseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Without what was written, which may hold a password.
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InputInvalid(
      "ClickHouse's address has to be a URL of its HTTP interface, such as http://clickhouse:8123",
    );
  const user = decodeURIComponent(url.username) || env['CLICKHOUSE_USER'] || 'default';
  const password = decodeURIComponent(url.password) || env['CLICKHOUSE_PASSWORD'] || '';
  url.username = '';
  url.password = '';
  return { url, user, password };
}

/** Runs statements by HTTP. What ClickHouse refuses, and a ClickHouse that is not there, is `Fatal`. */
export function clickhouseByHttp({ url, user, password }: ClickhouseAddress): RunStatement {
  const address = new URL(url);
  address.searchParams.set('default_format', 'JSONEachRow');
  return async sql => {
    const response = await send(address, sql, {
      'X-ClickHouse-User': user,
      ...(password === '' ? {} : { 'X-ClickHouse-Key': password }),
    });
    const text = await response.text();
    if (response.ok) return rowsOf(text, url.origin);
    const reason = reasonOf(text);
    if (reason === undefined) throw noClickhouse(url.origin, `with HTTP status ${response.status}`);
    throw new Fatal(`ClickHouse at ${url.origin} refused: ${reason}`);
  };
}

async function send(address: URL, sql: string, headers: Record<string, string>): Promise<Response> {
  try {
    return await fetch(address, { method: 'POST', body: sql, headers });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Fatal(
      `ClickHouse at ${address.origin} could not be reached: ${String((cause as Error).message)}`,
    );
  }
}

function rowsOf(text: string, origin: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter(line => line !== '');
  try {
    return lines.map(line => JSON.parse(line));
  } catch {
    throw noClickhouse(origin, 'with something else than rows');
  }
}

function noClickhouse(origin: string, how: string): Fatal {
  return new Fatal(
    `${origin} answered ${how}, not as ClickHouse does: is it the port of its HTTP interface?`,
  );
}

/** The first line says it; what follows are places in ClickHouse's code. Nothing where ClickHouse did not write it. */
function reasonOf(text: string): string | undefined {
  const [line = ''] = text.trim().split('\n');
  return /\bCode: \d+/.test(line) ? line.slice(0, 1000) : undefined;
}
