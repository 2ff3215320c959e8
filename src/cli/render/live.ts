/** The table of `mortise collect` on a terminal. */
import { stripVTControlCharacters } from 'node:util';
import type { ReaderState, WriterState } from '../../capabilities/collecting/states.js';
import { clean } from '../../messages/clean.js';
import type { Colours } from './colours.js';
import { short } from './sample.js';
import { table } from './table.js';
import { count, duration, shorten, shortenStart } from './text.js';

/** What is left of a name on a narrow terminal, where the last columns are cut off instead. */
const shortestName = 16;

/** The newest value of one source. */
export interface LiveRow {
  id: string;
  plugin: string;
  /** Empty: the type has only one. */
  source: string;
  time: Date;
  /** In seconds. */
  interval: number;
  value: number;
  /** Undefined: a gauge. */
  rate: number | undefined;
}

export interface LiveState {
  rows: readonly LiveRow[];
  perSecond: number;
  readers: readonly ReaderState[];
  writers: readonly WriterState[];
}

interface Place {
  columns: number;
  lines: number;
  /** Milliseconds since 1970. */
  now: number;
  colours: Colours;
}

/** As many rows as the terminal has lines for, and what readers and writers are doing under them. */
export function renderLive({ rows, perSecond, readers, writers }: LiveState, place: Place): string {
  const { columns, lines, colours } = place;
  const sorted = [...rows].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const foot = footOf(perSecond, rows, readers, writers, colours);
  // The head, the line that counts the rest, and the cursor's own.
  const room = Math.max(1, lines - foot.length - 3);
  const shown = sorted.slice(0, room);
  const head = ['value of', 'value', 'per second', 'reader', 'every', 'late'].map((word) =>
    colours.dim(word),
  );
  const text = table(fitted([head, ...shown.map((row) => cells(row, readers, place))], columns), '', [1, 2]);
  const rest = sorted.length - shown.length;
  const all = [
    ...text.trimEnd().split('\n'),
    ...(rest > 0 ? [`… and ${count(rest, 'more', 'more')}`] : []),
    ...foot,
  ];
  return all.map((line) => `${cut(line, columns - 1)}\n`).join('');
}

/** The other columns whole, and of the name as much as there is room for. */
function fitted(rows: readonly (readonly string[])[], columns: number): string[][] {
  let rest = 0;
  for (let column = 1; column < (rows[0]?.length ?? 0); column++)
    rest += 2 + Math.max(...rows.map((row) => stripVTControlCharacters(row[column] ?? '').length));
  const room = Math.max(shortestName, columns - 1 - rest);
  return rows.map(([name = '', ...others], index) => [
    index === 0 ? name : shortenStart(name, room),
    ...others,
  ]);
}

const keyOf = ({ id, source }: LiveRow) => `${id} ${source}`;

function cells(row: LiveRow, readers: readonly ReaderState[], { now, colours }: Place): string[] {
  const reader = readerOf(row, readers);
  const due = row.time.getTime() + row.interval * 1000;
  const isMissing = now > due + row.interval * 1000;
  const late = isMissing
    ? colours.red(`silent for ${duration(now - row.time.getTime())}`)
    : reader
      ? duration(reader.latenessMs)
      : '-';
  return [
    clean(row.source ? `${row.id} ${row.source}` : row.id),
    colours.bold(short(row.value)),
    row.rate === undefined ? '-' : short(row.rate),
    shorten(clean(reader?.name ?? row.plugin), 20),
    duration(row.interval * 1000),
    late,
  ];
}

/** A sample doesn't say who read it: readers are called as their plugin, or begin so. */
function readerOf({ plugin }: LiveRow, readers: readonly ReaderState[]): ReaderState | undefined {
  return (
    readers.find(({ name }) => name === plugin) ??
    readers.find(({ name, plugin: owner }) => owner === plugin || name.startsWith(`${plugin}/`))
  );
}

function footOf(
  perSecond: number,
  rows: readonly LiveRow[],
  readers: readonly ReaderState[],
  writers: readonly WriterState[],
  colours: Colours,
): string[] {
  const failing = readers.filter(({ interval, effectiveInterval }) => effectiveInterval > interval);
  const sum = `${count(Math.round(perSecond), 'sample')}/s, ${count(rows.length, 'value')}, ${count(readers.length, 'reader')}`;
  return [
    colours.dim(sum),
    ...failing.map(({ name, effectiveInterval }) =>
      colours.red(`reader ${clean(name)} fails: asked again every ${duration(effectiveInterval * 1000)}`),
    ),
    ...writers.map(({ name, written, waiting, dropped, failed }) => {
      const line = `writer ${clean(name)}: ${count(written, 'sample')} written, ${waiting} waiting`;
      const lost = [dropped > 0 && `${dropped} dropped`, failed > 0 && `${failed} failed`].filter(Boolean);
      return lost.length > 0 ? `${line}, ${colours.red(lost.join(', '))}` : line;
    }),
  ];
}

/** Colours take no room; a line that is too long loses them. */
function cut(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : shorten(plain, width);
}
