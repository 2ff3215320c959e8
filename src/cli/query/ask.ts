/** Asks several data sources at once, and shows their answers one after the other. */
import type { QueryClient } from '../../capabilities/querying/querying.js';
import type { QueryResults } from '../../capabilities/querying/results.js';
import { MortiseError } from '../../errors.js';
import type { Cli } from '../cli.js';
import { usageError } from '../usage.js';
import type { Asked } from './asked.js';
import type { Sink } from './sink.js';

export interface AskOptions {
  sink: Sink;
  signal: AbortSignal;
  timeoutMs: number | undefined;
}

/** What isn't a query's fault. */
const ours: ReadonlySet<string> = new Set(['MORTISE_ERR_OUTPUT', 'MORTISE_ERR_PEER_MISSING']);
/** So many wait for their answers at a time. */
const atOnce = 16;

export async function askAll(
  cli: Cli,
  querying: QueryClient,
  all: readonly Asked[],
  options: AskOptions,
): Promise<void> {
  for (let start = 0; start < all.length && !options.signal.aborted; start += atOnce) {
    const batch = all.slice(start, start + atOnce);
    const answers = batch.map((asked) => ask(querying, asked, options));
    // Whoever comes later is heard later: it isn't lost.
    for (const answer of answers) answer.catch(() => {});
    for (const [index, answer] of answers.entries())
      if (!(await show(batch[index] as Asked, answer, options.sink))) cli.exitCode = 1;
  }
}

function ask(querying: QueryClient, asked: Asked, { signal, timeoutMs }: AskOptions): Promise<QueryResults> {
  const { source, refId = 'A', json, range, error } = asked;
  if (error) return Promise.reject(error);
  if (source === undefined) {
    const remedy = 'Write "source" with its name, or give --source.';
    return Promise.reject(
      usageError('mortise query', `line ${asked.line} does not say who is asked`, remedy),
    );
  }
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  return querying.query({
    plugin: source,
    queries: [{ refId, json }],
    signal,
    ...limit,
    ...(range && { range }),
  });
}

/** @returns whether it went well */
async function show(asked: Asked, answer: Promise<QueryResults>, sink: Sink): Promise<boolean> {
  const { source = '', refId = 'A' } = asked;
  try {
    await using results = await answer;
    await sink.begin(source, refId);
    const frames = results.need(refId);
    for await (const frame of frames) if (!(await sink.frame(frame, source, refId))) break;
    await sink.end();
    return true;
  } catch (error) {
    if (!(error instanceof MortiseError) || ours.has(error.code)) throw error;
    await sink.fail(error, source, refId);
    return false;
  }
}
