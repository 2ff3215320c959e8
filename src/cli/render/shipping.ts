/** What `mortise add`, `remove` and `outdated` print. */
import { relative } from 'node:path';
import type { Permissions } from '../../loader/bundles/own-json.js';
import { clean } from '../../messages/clean.js';
import type { Added } from '../../shipping/add.js';
import type { Dated } from '../../shipping/outdated.js';
import type { Removed } from '../../shipping/remove.js';

const lines = (all: readonly string[]): string => all.map((line) => `${clean(line)}\n`).join('');
const near = (path: string, cwd: string): string => relative(cwd, path) || path;

export function renderAdded(added: Added, cwd: string): string {
  const { name, version = '', before, source, directory, config, lock, permissions } = added;
  const was = before !== undefined && before !== version ? ` (was ${before || 'another'})` : '';
  const files = [near(config, cwd), ...(lock ? [near(lock, cwd)] : [])].join(' and ');
  return lines([
    `${name} ${version}${was} from ${source}`,
    `  in        ${near(directory, cwd)}`,
    `  named in  ${files}`,
    ...asked(permissions),
  ]);
}

/** For who decides whether it stays. */
function asked({ files = {}, environment = [], network = [], programs = [] }: Permissions): string[] {
  const wants = [
    ...Object.entries(files).map(([name, mode]) => `to ${mode} the directory ${name} of [host.files]`),
    ...environment.map((name) => `to read the variable ${name}`),
    ...network.map((host) => (host === '*' ? 'to connect anywhere' : `to connect to ${host}`)),
    ...programs.map((program) => `to start ${program}`),
  ];
  return wants.map((want) => `  asks      ${want}`);
}

export function renderRemoved({ name, config, lock, directory }: Removed, cwd: string): string {
  const files = [config, lock, directory].flatMap((path) => (path ? [near(path, cwd)] : []));
  return lines([`${name} is out of ${files.join(', ')}`]);
}

export function renderOutdated(plugins: readonly Dated[]): string {
  const rows = plugins.map(({ name, package: npm, current, latest, problem }) => [
    npm ?? name,
    current ?? (npm === undefined ? 'not from npm' : ''),
    latest ?? (problem ? 'unknown' : ''),
  ]);
  const head = ['plugin', 'current', 'latest'];
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const wide = (row: readonly string[]) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ');
  return lines([head, ...rows].map((row) => wide(row).trimEnd()));
}
