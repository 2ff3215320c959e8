/** Queries as lines of JSON. */
import { MortiseError } from '../../errors.js';
import type { Cli } from '../cli.js';
import { lines, maxLine } from '../input/lines.js';

/** One query, and who is asked; or why it can't be asked. */
export interface Asked {
  source: string | undefined;
  refId?: string;
  json: Readonly<Record<string, unknown>>;
  range?: { from: number; to?: number };
  /** Where it stands on stdin. */
  line?: number;
  error?: MortiseError;
}

/**
 * The lines of each chunk of stdin: they are asked at the same time.
 * @param names the only one is asked where a line names none
 */
export async function* linesOf(cli: Cli, names: readonly string[]): AsyncGenerator<Asked[]> {
  let count = 0;
  const [only] = names.length === 1 ? names : [];
  for await (const batch of lines(cli.io.stdin)) {
    const asked = batch.map((line): Asked | undefined => {
      const number = ++count;
      if (line === 'too long') return refused(number, `a line of at most ${maxLine} bytes`, 'a longer one');
      const text = line.toString().trim();
      return text === '' ? undefined : askedIn(text, number, only);
    });
    yield asked.filter((one) => one !== undefined);
  }
}

function askedIn(text: string, line: number, only: string | undefined): Asked {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(line, 'a line of JSON', (error as Error).message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused(line, 'an object', text.slice(0, 80));
  const { source = only, refId, range, ...json } = value as Record<string, unknown>;
  if (source !== undefined && typeof source !== 'string')
    return refused(line, 'a name as source', String(source));
  if (refId !== undefined && typeof refId !== 'string')
    return refused(line, 'a text as refId', String(refId));
  const { from, to } = (range ?? {}) as { from?: unknown; to?: unknown };
  const times = range === undefined ? undefined : { from: timeOf(from), to: timeOf(to ?? Date.now()) };
  if (times && (Number.isNaN(times.from) || Number.isNaN(times.to)))
    return refused(line, 'a range with from and to, as milliseconds or ISO 8601', JSON.stringify(range));
  return { source, json, line, ...(refId !== undefined && { refId }), ...(times && { range: times }) };
}

const timeOf = (value: unknown): number => (typeof value === 'number' ? value : Date.parse(String(value)));

function refused(line: number, expected: string, found: string): Asked {
  const error = new MortiseError({
    code: 'MORTISE_ERR_QUERY_REQUEST',
    message: `it must be ${expected}`,
    subject: 'a query',
    where: `line ${line}`,
    expected,
    found,
  });
  return { source: undefined, json: {}, line, error };
}
