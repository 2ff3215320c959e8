/** A host whose plugin says what mortise.sql tells it, and parsers that are watched. */
import {
  type Host,
  type HostOptions,
  type LogLine,
  type SqlParser,
  SqlSyntaxError,
} from '../../../../src/index.js';
import { open } from '../../../host/open.js';
import { build } from '../../../support/plugins/build.js';

export interface Asking {
  host: Host;
  /** What test/support/plugins/sql.c answers to this question about the SQL. */
  ask(what: string, sql: string): number;
  /** The line that it logs. */
  said(what: string, sql: string): Promise<string | undefined>;
}

export async function asking(
  options: HostOptions = {},
  define: Record<string, string | number | true> = {},
): Promise<Asking> {
  const lines: LogLine[] = [];
  const host = await open({
    routing: { shards: 2 ** 32 - 1 },
    plugins: [build('sql.c', { define })],
    log: (line) => lines.push(line),
    ...options,
  });
  const ask = (what: string, sql: string) => host.route({ sql, params: [what] }).shard as number;
  return {
    host,
    ask,
    async said(what, sql) {
      ask(what, sql);
      while (lines.length === 0) await new Promise(setImmediate);
      return lines.pop()?.message;
    },
  };
}

/** A parser that counts, and knows of no statement. What `make` answers stands for its JSON. */
export function counting(make: (sql: string) => string = () => '{"version":170004,"stmts":[]}') {
  const texts: string[] = [];
  const bytes = (text: string) => Buffer.from(text);
  const parser: SqlParser = {
    version: '17-6.1.0',
    json(sql) {
      const text = Buffer.from(sql).toString();
      texts.push(text);
      return bytes(make(text));
    },
    protobuf: (sql) => bytes(`tree of ${Buffer.from(sql)}`),
    fingerprint: () => '00000000000000ff',
    normalise: () => bytes('normal'),
  };
  return { parser, texts };
}

export { SqlSyntaxError };
