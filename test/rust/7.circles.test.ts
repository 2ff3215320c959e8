/** No two modules of the crate need each other: `use crate::`, `use super::` and `mod` lines go one way. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles } from '../project/directions.js';
import { root } from './cargo.js';

const source = join(root, 'rust/mortise/src');

/** Each module by its path, "generated::caller", with those that it names. lib.rs is everybody's parent, and none. */
function modulesOf(directory: string): Map<string, string[]> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.rs') && file !== 'lib.rs')
    .sort();
  const names = new Set(files.map(nameOf));
  const needs = new Map<string, string[]>();
  for (const file of files) {
    const name = nameOf(file);
    const text = readFileSync(join(directory, file), 'utf8');
    needs.set(name, [...(needs.get(name) ?? []), ...neededBy(name, text, names)]);
  }
  return needs;
}

/** The C headers in Rust are one module, cut into a file for each header: its files name each other through it. */
const nameOf = (file: string): string =>
  file.startsWith('sys/') ? 'sys' : file.replace(/(\/mod)?\.rs$/, '').replaceAll('/', '::');

function neededBy(name: string, text: string, names: ReadonlySet<string>): string[] {
  const parent = name.split('::').slice(0, -1).join('::');
  const paths = [...text.matchAll(/^(?:pub(?:\([^)]*\))? )?use (crate|super)::([^;]+);/gm)].flatMap(
    ([, start, path]) => expand(path as string).map((one) => (start === 'super' ? `${parent}::${one}` : one)),
  );
  const children = [...text.matchAll(/^(?:pub )?mod (\w+);/gm)].map(([, child]) => `${name}::${child}`);
  return [...paths, ...children].flatMap((path) => longest(path, names) ?? []).filter((one) => one !== name);
}

/** "{a::{self, B}, c}" → "a::self", "a::B", "c" */
function expand(path: string): string[] {
  const brace = path.indexOf('{');
  if (brace < 0) return [path.trim()];
  const parts: string[] = [];
  let [depth, part] = [0, ''];
  for (const character of path.slice(brace + 1, path.lastIndexOf('}'))) {
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
      continue;
    }
    depth += character === '{' ? 1 : character === '}' ? -1 : 0;
    part += character;
  }
  return [...parts, part]
    .filter((one) => one.trim() !== '')
    .flatMap((one) => expand(one.trim()))
    .map((one) => path.slice(0, brace).trim() + one);
}

/** The module that a path leads into. */
function longest(path: string, names: ReadonlySet<string>): string | undefined {
  const parts = path.split('::').map((part) => part.trim());
  for (let count = parts.length; count > 0; count--) {
    const name = parts.slice(0, count).join('::');
    if (names.has(name)) return name;
  }
  return undefined;
}

describe('the modules of the crate mortise', () => {
  const modules = modulesOf(source);

  it('are found, with what they need', () => {
    expect(existsSync(join(source, 'lib.rs')), relative(root, source)).toBe(true);
    expect(modules.size).toBeGreaterThan(30);
    expect(modules.get('host')).toEqual(expect.arrayContaining(['config', 'error', 'sys']));
    expect(modules.get('generated::caller')).toEqual(['generated::memory', 'sys']);
  });

  it('make no circle', () => {
    expect(circles(modules)).toEqual([]);
  });

  it('would make one with a line more', () => {
    const names = new Set(modules.keys());
    const added = neededBy('config', 'use crate::{host::Host, sys};', names);
    expect(circles(new Map([...modules, ['config', added]])).join()).toMatch(
      /config → host → config|host → config → host/,
    );
  });
});
