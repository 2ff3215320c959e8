/** What `mortise top` shows. */
import { stripVTControlCharacters } from 'node:util';
import { clean } from '../../messages/clean.js';
import { quantile } from '../../services/built-in/calls.js';
import type { Inspected } from '../serve/ask.js';
import type { Colours } from './colours.js';
import { perSecond, seconds } from './duration.js';
import { table } from './table.js';
import { count, shorten } from './text.js';

interface Place {
  columns: number;
  lines: number;
  colours: Colours;
}

/** Plugins that aren't ready first, then the busiest entry points, as many as there are lines for. */
export function renderTop(
  { plugins, calls, readers, writers, version, pid }: Inspected,
  place: Place,
): string {
  const { columns, lines, colours } = place;
  const missing = plugins.filter(({ state }) => state !== 'ready');
  const head = [
    `mortise ${clean(version)}, pid ${pid}: ${count(plugins.length - missing.length, 'plugin')} ready`,
    ...(missing.length > 0 ? [colours.red(`${missing.length} not ready`)] : []),
    `${perSecond(calls.reduce((sum, one) => sum + one.perSecond, 0))} calls/s`,
  ].join(', ');
  const stateOf = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const busy = [...calls]
    .filter((one) => one.count > 0 && !isStart(one, calls))
    .sort((one, other) => other.perSecond - one.perSecond || other.count - one.count);
  const silent = plugins.filter(({ name }) => !busy.some(({ plugin }) => plugin === name));
  const titles = ['state', 'plugin', 'entry', 'calls', '/s', 'p50', 'p99', 'restarts'].map((title) =>
    colours.dim(title),
  );
  const state = (name: string) => {
    const said = stateOf.get(name)?.state ?? '-';
    return said === 'ready' ? colours.green(said) : colours.red(said);
  };
  const restarts = (name: string) => String(stateOf.get(name)?.process?.restarts ?? '-');
  const rows = [
    ...missing.map(({ name, errors }) => [
      state(name),
      clean(name),
      clean(errors[0]?.code ?? '-'),
      '-',
      '-',
      '-',
      '-',
      restarts(name),
    ]),
    ...busy.map((one) => [
      state(one.plugin),
      colours.bold(shorten(clean(one.plugin), 28)),
      shorten(clean(one.entry), 36),
      one.count.toLocaleString('en'),
      perSecond(one.perSecond),
      seconds(quantile(one, 0.5)),
      seconds(quantile(one, 0.99)),
      restarts(one.plugin),
    ]),
    ...silent
      .filter(({ state }) => state === 'ready')
      .map(({ name }) => [state(name), clean(name), '-', '0', '0', '-', '-', restarts(name)]),
  ];
  const queues = [
    ...writers.map(({ name, waiting, maxQueue, dropped }) => {
      const lost = dropped > 0 ? `, ${colours.red(`${dropped} dropped`)}` : '';
      return `writer ${clean(name)}: ${waiting} of ${maxQueue} waiting${lost}`;
    }),
    ...readers
      .filter(({ failures }) => failures > 0)
      .map(({ name, failures, runs }) =>
        colours.red(`reader ${clean(name)}: ${failures} of ${runs} runs failed`),
      ),
  ];
  // The head, an empty line, the titles, the line that counts the rest, and the cursor's own.
  const room = Math.max(1, lines - 5 - queues.length);
  const shown = table([titles, ...rows.slice(0, room)], '')
    .trimEnd()
    .split('\n');
  const rest = rows.length > room ? [`… and ${rows.length - room} more`] : [];
  return [head, '', ...shown, ...rest, ...queues].map((line) => `${cut(line, columns)}\n`).join('');
}

/** What a plugin does once, beside what it goes on doing. */
const isStart = (one: Inspected['calls'][number], all: Inspected['calls']) =>
  one.count === 1 && all.some(({ plugin, count }) => plugin === one.plugin && count > 1);

/** Colours take no room; a line that is too long loses them. */
function cut(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : shorten(plain, width);
}
