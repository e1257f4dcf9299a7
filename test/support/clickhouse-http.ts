import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clickhouse } from './clickhouse.js';

/** ClickHouse's HTTP interface, in front of an embedded ClickHouse, which has none: as much of it as the command uses. */
export interface HttpFront {
  url: string;
  /** What was run, as it came, but for questions. */
  statements: string[];
  /** Refuses statements that it matches, as ClickHouse refuses. */
  refuse: RegExp | undefined;
  close(): Promise<void>;
}

export async function startHttpFront(
  clickhouse: Clickhouse,
  { user, password }: { user: string; password: string },
): Promise<HttpFront> {
  const server = createServer(async (request, response) => {
    const sql = Buffer.concat(await request.toArray()).toString();
    const { 'x-clickhouse-user': givenUser, 'x-clickhouse-key': key } = request.headers;
    if (givenUser !== user || key !== password) {
      response
        .writeHead(403)
        .end(`Code: 516. DB::Exception: ${givenUser}: Authentication failed\nmore lines`);
      return;
    }
    if (!sql.startsWith('SELECT')) front.statements.push(sql);
    try {
      if (front.refuse?.test(sql))
        throw new Error('Code: 497. DB::Exception: Not enough privileges.\nStack trace');
      response.end(await clickhouse.query(sql, 'JSONEachRow'));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const front: HttpFront = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statements: [],
    refuse: undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return front;
}
