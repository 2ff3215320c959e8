/** What the schema refuses, as coded problems with the line, the key and what to write instead. */
import { TomlDate } from 'smol-toml';
import type { core } from 'zod';
import type { Problem } from '../errors.js';
import { nearest } from '../messages/nearest.js';
import { shown } from '../messages/shown.js';
import { type KeyPath, type Position, readPositions } from './positions.js';
import { directoryKeys, type FileSchema } from './schema.js';

type Issue = core.$ZodIssue;
type Placed = { problem: Problem; position: Position | undefined };

/** All problems of one file, in the order of its lines. */
export async function problemsOf(
  issues: readonly Issue[],
  file: string,
  text: string,
  document: unknown,
  keys: FileSchema['keys'],
): Promise<Problem[]> {
  const positions = await readPositions(text);
  return issues
    .flatMap((issue) => problemsOfIssue(issue, document, keys))
    .map(({ path, ...problem }): Placed => {
      const position = positions.find(path);
      return { problem: { ...problem, subject: file, where: place(position) }, position };
    })
    .sort((a, b) => line(a) - line(b))
    .map(({ problem }) => problem);
}

/** "line 4, column 7". */
export function place(position: Position | undefined): string | undefined {
  return position && `line ${position.line}, column ${position.column}`;
}

const line = ({ position }: Placed) => position?.line ?? 0;

type Unplaced = Problem & { path: KeyPath };

function problemsOfIssue(issue: Issue, document: unknown, keys: FileSchema['keys']): Unplaced[] {
  const path = issue.path as (string | number)[];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, keys));
  return [wrongType(path, issue, valueAt(document, path))];
}

function unknownKey(section: KeyPath, key: string, keys: FileSchema['keys']): Unplaced {
  if (section[1] === 'files') return unknownFileKey(section, key);
  const inside = section.slice(0, 2).join('.');
  const name = inside in keys ? inside : String(section[0] ?? '');
  const known = keys[name] ?? [];
  const meant = nearest(key, known);
  return {
    path: [...section, key],
    code: 'MORTISE_ERR_CONFIG_KEY',
    message: `unknown ${name === '' ? 'section' : 'key'} "${key}"${name === '' ? '' : ` in ${header(name)}`}`,
    expected: known.join(', '),
    found: key,
    remedy: meant ? `Did you mean "${meant}"?` : elsewhere(name, key, keys),
  };
}

/** In one directory of `[host.files]`. */
function unknownFileKey(path: KeyPath, key: string): Unplaced {
  const meant = nearest(key, directoryKeys);
  return {
    path: [...path, key],
    code: 'MORTISE_ERR_CONFIG_KEY',
    message: `unknown key "${key}" in ${dotted(path)}`,
    expected: directoryKeys.join(', '),
    found: key,
    remedy: meant ? `Did you mean "${meant}"?` : 'Remove it, or write one of the keys above.',
  };
}

/** Not misspelt, then perhaps misplaced. */
function elsewhere(section: string, key: string, keys: FileSchema['keys']): string {
  const others = Object.entries(keys).filter(([name]) => name !== '' && name !== section);
  const home = others.find(([, keys]) => nearest(key, keys));
  if (home) return `Did you mean "${nearest(key, home[1])}" in ${header(home[0])}?`;
  if (section === 'plugins') return `If it is a setting of the plugin's own, write config = { ${key} = … }.`;
  return 'Remove it, or write one of the keys above.';
}

function wrongType(path: KeyPath, issue: Issue, value: unknown): Unplaced {
  const expected = expectation(path, issue);
  const isMissing = value === undefined;
  return {
    path,
    code: 'MORTISE_ERR_CONFIG_TYPE',
    message: isMissing ? `${dotted(path)} is missing` : `${dotted(path)} must be ${expected}`,
    expected,
    found: isMissing ? 'nothing' : kindOrValue(value),
    remedy: remedy(path, value),
  };
}

/** What the key at `path` holds, as the end of the sentence "it must be …". */
function expectation(path: KeyPath, issue: Issue): string {
  if (path.length === 1) return path[0] === 'plugins' ? `a list of tables, ${header('plugins')}` : 'a table';
  if (path.length === 2 && path[0] === 'plugins') return `a table, ${header('plugins')}`;
  // A capability says it itself; zod's own messages begin with these words.
  if (!/^(Invalid|Too|Unrecognized)/.test(issue.message) && issue.code !== 'custom') return issue.message;
  if (path[1] === 'files' && path.length > 2) return 'a directory, or { path = "…", write = true }';
  if (issue.code === 'custom')
    return path.includes('config') ? issue.message : 'a string without a zero byte';
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ');
  if (issue.code === 'too_small') return 'a string that is not empty';
  if (issue.code !== 'invalid_type') return issue.message;
  return (
    {
      boolean: 'true or false',
      array: 'a list of strings',
      string: 'a string',
      record: 'a table of directories by name',
    }[issue.expected as string] ?? issue.expected
  );
}

function remedy(path: KeyPath, value: unknown): string | undefined {
  const key = path.at(-1);
  if (path.length === 1 && key === 'plugins') {
    return 'Write [[plugins]] with two brackets, once for each plugin.';
  }
  if (path.length === 2 && path[0] === 'plugins' && typeof value === 'string') {
    return `Write [[plugins]] and, on the next line, name = ${JSON.stringify(value)}.`;
  }
  if (key === 'isolation' && value === 'process') {
    return 'Isolated plugins are not built yet: leave the key out to run the plugin in this process.';
  }
  if (key === 'name' && value === undefined) {
    return 'Give every [[plugins]] a name: a bare name to search for, or a path.';
  }
  if (
    ['search', 'services', 'aliases', 'core', 'bundled', 'external', 'signed', 'unsigned', 'trust'].includes(
      String(key),
    ) &&
    typeof value === 'string'
  ) {
    return `Write ${key} = [${JSON.stringify(value)}].`;
  }
  if (value === 'true' || value === 'false') return `Write ${key} = ${value}, without quotes.`;
  return undefined;
}

/** "plugins[1].config.tenants", counted from 0 as in the library's types. */
function dotted(path: KeyPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1);
}

function header(section: string): string {
  return section === 'plugins' ? '[[plugins]]' : `[${section}]`;
}

function valueAt(document: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string | number, unknown>)?.[part], document);
}

/** A value as the file may have written it, short enough for one line. */
function kindOrValue(value: unknown): string {
  if (value instanceof TomlDate) return `the date ${value.toISOString()}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a table';
  return shown(value);
}
