/** mortise query: asks data sources, and shows the rows. */
import { type Cli, configOption, type DefineCommand } from '../cli.js';
import type { Asked } from '../query/asked.js';
import { parseDuration, usageError } from '../usage.js';

interface Options {
  source?: string[];
  param?: string[];
  timeout?: number;
  arrow?: string;
  config?: string;
  json?: true;
}

/** Adds `mortise query`. */
export const defineQuery: DefineCommand = (program, cli) => {
  program
    .command('query')
    .summary('ask data sources, and show the rows')
    .argument('[sql]', 'one statement, instead of lines on stdin')
    .description(
      'Asks data sources of a configuration, and shows their rows as they come. Without a statement it reads JSON lines from stdin, each the query in the words of its source, optionally with source, refId and range: {"source": "shop", "sql": "SELECT 1"}.',
    )
    .option(
      '--source <name>',
      'who is asked; repeat it to ask several at once (default: the only one)',
      (name, all: string[] = []) => [...all, name],
    )
    .option(
      '--param <text>',
      'the value of the next bind parameter, as text; repeat for $2, $3, …',
      (text, all: string[] = []) => [...all, text],
    )
    .option('--timeout <time>', 'how long an answer may take: 500ms, 10s', parseDuration)
    .option('--arrow <file>', "write one result's columns to a file, as Arrow IPC")
    .option(...configOption)
    .option('--json', 'print each row as a line of JSON on stdout, and nothing else there')
    .addHelpText(
      'after',
      `
Ctrl-C cancels what runs. Exits with 1 when a query failed.

Examples:
  mortise query -c mortise.toml 'SELECT 1'
  mortise query --source shop --source archive 'SELECT count(*) FROM orders'
  echo '{"source": "shop", "sql": "SELECT 1"}' | mortise query --json`,
    )
    .action(async (sql: string | undefined, options: Options) => query(cli, sql, options));
};

async function query(cli: Cli, sql: string | undefined, options: Options): Promise<void> {
  const { source = [], param = [], arrow, json, timeout } = options;
  const misuse = (message: string, remedy: string) => usageError('mortise query', message, remedy);
  if (sql === undefined && param.length > 0)
    throw misuse('--param belongs to a statement', 'On stdin, parameters stand in "parameters".');
  if (sql === undefined && cli.io.stdin.isTTY)
    throw misuse('no query was given', 'Give a statement, or JSON lines on stdin.');
  if (arrow !== undefined && (sql === undefined || source.length > 1 || json))
    throw misuse('--arrow takes one statement, one source and no --json', 'Leave one of them out.');
  const [{ needConfig }, { openHost, reportUnready }, { askAll }, { sinkFor }, { linesOf }] =
    await Promise.all([
      import('../input/config.js'),
      import('../open-host.js'),
      import('../query/ask.js'),
      import('../query/sink.js'),
      import('../query/asked.js'),
    ]);
  await using host = await openHost(cli, await needConfig(cli, options.config));
  await reportUnready(cli, host);
  const names = await sourcesOf(host.querying, source, sql !== undefined);
  const stop = new AbortController();
  const unlisten = cli.io.onStop((signal) => stop.abort(new Error(signal)), ['SIGINT', 'SIGTERM']);
  const one = (name: string | undefined): Asked => ({
    source: name,
    json: { sql, ...(param.length > 0 && { parameters: param }) },
  });
  const batches = sql === undefined ? linesOf(cli, names) : [names.map(one)];
  try {
    const sink = await sinkFor(cli, {
      json: json ?? false,
      arrow,
      isOne: names.length === 1 && sql !== undefined,
      signal: stop.signal,
    });
    for await (const batch of batches) {
      await askAll(cli, host.querying, batch, { sink, signal: stop.signal, timeoutMs: timeout });
      if (cli.out.isClosed || stop.signal.aborted) break;
    }
  } finally {
    unlisten();
  }
}

/** Those that were named, or the only one. */
async function sourcesOf(
  querying: { readonly sources: string[]; ready(): Promise<void> },
  named: string[],
  isNeeded: boolean,
): Promise<string[]> {
  if (named.length > 0) return named;
  await querying.ready();
  const all = querying.sources;
  if (all.length === 1 || !isNeeded) return all;
  throw usageError(
    'mortise query',
    all.length === 0 ? 'the configuration has no data source that is ready' : 'it is not said who is asked',
    all.length === 0
      ? 'Add one; docs/querying.md has an example.'
      : `Add --source with one of ${all.join(', ')}.`,
  );
}
