/** mortise route: what would these plugins do with this query? */

import type { Explanation } from '../../capabilities/routing/explain.js';
import type { Query } from '../../capabilities/routing/query.js';
import { MortiseError, type Problem } from '../../errors.js';
import type { Host } from '../../host/host.js';
import { type Cli, configOption, type DefineCommand, jsonOption } from '../cli.js';
import type { Line } from '../input/lines.js';
import { parseShards, usageError } from '../usage.js';

interface Options {
  sql?: string;
  param?: string[];
  shards?: number;
  explain?: true;
  config?: string;
  json?: true;
}

/** Adds `mortise route`. */
export const defineRoute: DefineCommand = (program, cli) => {
  program
    .command('route')
    .summary('route queries and print the decisions')
    .description(
      'Asks the configured plugins where each query goes. Takes one query from --sql, or JSON lines from stdin: {"sql": "…", "params": ["…", null]}, optionally with shards, hasPrimary, hasReplicas, inTransaction and writeOverride. An invalid line is answered with errors; the remaining lines are still processed.',
    )
    .option('--sql <statement>', 'one statement, instead of lines on stdin')
    .option(
      '--param <text>',
      'the value of the next bind parameter, as text; repeat for $2, $3, …',
      (text, all: string[] = []) => [...all, text],
    )
    .option('--shards <number>', "how many shards there are (default: the configuration's)", parseShards)
    .option('--explain', 'also print who was asked, what each plugin said and how long it took')
    .option(...configOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
Examples:
  mortise route --sql 'SELECT * FROM orders WHERE id = $1' --param 42 --shards 4
  mortise route --explain --sql 'DROP TABLE orders'
  echo '{"sql":"SELECT 1","params":[]}' | mortise route -c mortise.toml --json`,
    )
    .action(async (options: Options) => route(cli, options));
};

async function route(cli: Cli, options: Options): Promise<void> {
  const batches = source(cli, options);
  const [
    { needConfig },
    { openHost, reportUnready },
    { renderAsked, renderDecision, renderStatement, renderRouted },
  ] = await Promise.all([
    import('../input/config.js'),
    import('../open-host.js'),
    import('../render/route.js'),
  ]);
  await using host = await openHost(cli, await needConfig(cli, options.config), { shards: options.shards });
  await reportUnready(cli, host);
  const counts = new Map<string | null, number>();
  let failed = 0;
  for await (const batch of batches) {
    let text = '';
    for (const entry of batch) {
      const { explanation, sql } = decide(host, entry, options.explain ?? false);
      const { decision } = explanation;
      counts.set(decision.plugin, (counts.get(decision.plugin) ?? 0) + 1);
      if (decision.errors) failed++;
      if (options.json) text += `${JSON.stringify(options.explain ? explanation : decision)}\n`;
      else {
        text += renderDecision(decision, sql, cli.out);
        if (explanation.statement) text += renderStatement(explanation.statement, cli.out);
        text += renderAsked(explanation.asked, cli.out);
      }
    }
    await cli.out.write(text);
    if (cli.out.isClosed) break;
  }
  if (failed > 0) cli.exitCode = 1;
  if (!options.json && options.sql === undefined) await cli.err.write(renderRouted(counts, failed));
}

/** Something to decide on. */
interface Entry {
  /** Throws when it is not a valid query. */
  query: () => Query;
  /** Where it stands on stdin. */
  line?: number;
}

/** Entries in batches of what has arrived. */
function source(cli: Cli, { sql, param = [] }: Options): Iterable<Entry[]> | AsyncIterable<Entry[]> {
  if (sql !== undefined) return [[{ query: () => ({ sql, params: param }) }]];
  const misuse = (message: string, remedy: string) => usageError('mortise route', message, remedy);
  if (param.length > 0) throw misuse('--param belongs to a --sql', 'On stdin, parameters stand in "params".');
  if (cli.io.stdin.isTTY) throw misuse('no query was given', 'Give one with --sql, or JSON lines on stdin.');
  return entriesFrom(cli);
}

async function* entriesFrom(cli: Cli): AsyncGenerator<Entry[]> {
  const [{ lines }, { parseQuery }] = await Promise.all([
    import('../input/lines.js'),
    import('../input/query.js'),
  ]);
  let count = 0;
  for await (const batch of lines(cli.io.stdin)) {
    const entries = batch.map((text) => ({ text, line: ++count })).filter(({ text }) => !isBlank(text));
    yield entries.map(({ text, line }) => ({ query: () => parseQuery(text), line }));
  }
}

/** A blank line is not a query, with the line ends of Windows too. */
function isBlank(text: Line): boolean {
  return typeof text !== 'string' && text.every((byte) => byte === 0x0d || byte === 0x20 || byte === 0x09);
}

/** Without `explain`, nothing of who was asked. */
function decide(
  host: Host,
  { query: read, line }: Entry,
  explain: boolean,
): { explanation: Partial<Explanation> & Pick<Explanation, 'decision' | 'asked'>; sql?: unknown } {
  let query: Query | undefined;
  try {
    query = read();
    const explanation = explain ? host.explain(query) : { decision: host.route(query), asked: [] };
    return { explanation, sql: query.sql };
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    const [problem] = error.problems as [Problem];
    // The parser and the host know the key and the parameter; only the command knows the line.
    const where = [line && `line ${line}`, problem.where].filter(Boolean).join(', ') || undefined;
    const decision = { plugin: null, shard: null, readWrite: null, errors: [{ ...problem, where }] };
    return { explanation: { decision, asked: [] }, sql: query?.sql };
  }
}
