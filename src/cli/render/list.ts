/** What `mortise list` prints. */
import { isAbsolute, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe } from '../../errors.js';
import { clean } from '../../messages/clean.js';
import type { PluginRecord } from '../../registry/record.js';
import type { ListedPlugin } from '../json/list.js';
import type { Colours } from './colours.js';
import { table } from './table.js';
import { count, duration } from './text.js';

/**
 * A row a plugin in the order in which they are asked, and the reasons under those that are not ready.
 * @param columns of the terminal; undefined: lines are as long as they have to be
 */
export function renderPlugins(
  plugins: readonly ListedPlugin[],
  cwd: string,
  colours: Colours,
  columns = Number.POSITIVE_INFINITY,
): string {
  if (plugins.length === 0) return 'The configuration names no plugins.\n';
  const rows = plugins.map((plugin) => row(plugin, cwd, colours));
  const whole = linesOf(rows, colours);
  const isNarrow = whole.some((line) => stripVTControlCharacters(line).length > columns);
  const [head, ...heads] = isNarrow ? linesOf(rows.map(withoutServices), colours) : whole;
  const lines = plugins.flatMap((plugin, index) => [
    heads[index] as string,
    ...(isNarrow ? below(rows[index]?.[4]) : []),
    ...reasons(plugin, colours),
    ...callbacks(plugin, colours),
  ]);
  const ready = plugins.filter(({ state }) => state === 'ready').length;
  const rest = plugins.length - ready;
  const summary = `${count(plugins.length, 'plugin')}: ${ready} ready${rest > 0 ? `, ${colours.red(`${rest} not ready`)}` : ''}`;
  return `${[head, ...lines].join('\n')}\n${summary}\n`;
}

/** A line of heads, and one for each row. */
function linesOf(rows: readonly (readonly string[])[], colours: Colours): string[] {
  const heads = ['state', 'name', 'version', 'dialect', 'services', 'path'];
  const shown = rows[0]?.length === heads.length ? heads : withoutServices(heads);
  return table([shown.map(colours.dim), ...rows])
    .trimEnd()
    .split('\n');
}

/** In a narrow terminal they stand below. */
const withoutServices = (row: readonly string[]): string[] => row.filter((_, index) => index !== 4);
const below = (services = '-'): string[] => (services === '-' ? [] : [`    ${services}`]);

function row(plugin: PluginRecord, cwd: string, colours: Colours): string[] {
  const { state, name, aliases, version, dialect, path, requires, wants, provides, process } = plugin;
  const { bundle, signature } = plugin;
  const services = [
    bundle && [bundle.class, bundle.type].filter(Boolean).join(' '),
    bundle?.parent !== undefined && `inside ${bundle.parent}`,
    signature !== undefined && (bundle ? `signature ${signature}` : `lock ${signature}`),
    process?.pid !== undefined && `pid ${process.pid}`,
    process && process.restarts > 0 && `${count(process.restarts, 'restart')}, last: ${process.lastEnd}`,
    requires.length > 0 && `needs ${requires.join(', ')}`,
    wants.length > 0 && `wants ${wants.join(', ')}`,
    provides.length > 0 && `provides ${provides.join(', ')}`,
  ].filter(Boolean);
  return [
    state === 'ready' ? colours.green(state) : colours.red(state),
    colours.bold(clean([...new Set([near(name, cwd), ...aliases])].join(', '))),
    clean(version === 'unknown' ? '-' : (version ?? '-')),
    dialect ?? '-',
    clean(services.join('; ') || '-'),
    colours.dim(clean(path ? near(path, cwd) : '-')),
  ];
}

/** A path from here when that is shorter; a name that is not a path stays. */
function near(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const local = relative(cwd, path);
  return local.startsWith('..') ? path : local;
}

function reasons({ errors, warnings }: PluginRecord, colours: Colours): string[] {
  return [
    ...errors.flatMap(({ subject, ...problem }) =>
      describe(problem)
        .split('\n')
        .map((line) => `    ${clean(line).replace(problem.code, colours.red(problem.code))}`),
    ),
    ...warnings.map(({ code = 'warning', message }) => `    ${colours.yellow(code)}: ${clean(message)}`),
  ];
}

/** What reads, and what writes: a line each. */
function callbacks({ collecting }: ListedPlugin, colours: Colours): string[] {
  if (!collecting) return [];
  const { readers, writers } = collecting;
  const every = (seconds: number) => `every ${duration(seconds * 1000)}`;
  return [
    ...readers.map(({ name, interval, effectiveInterval, failures }) => {
      const line = `    reads ${clean(name)} ${every(interval)}`;
      const backsOff = effectiveInterval > interval;
      return backsOff
        ? `${line}, ${colours.red(`now ${every(effectiveInterval)} after ${count(failures, 'failure')}`)}`
        : line;
    }),
    ...writers.map(({ name, maxQueue, waiting, dropped }) => {
      const line = `    writes ${clean(name)}, a queue of ${count(maxQueue, 'sample')}`;
      const now = [waiting > 0 && `${waiting} waiting`, dropped > 0 && colours.red(`${dropped} dropped`)];
      return [line, ...now.filter(Boolean)].join(', ');
    }),
  ];
}
