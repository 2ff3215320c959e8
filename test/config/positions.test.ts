import { parse } from 'smol-toml';
import { expect, it } from 'vitest';
import { readPositions } from '../../src/config/positions.js';

const text = `# [host] in a comment
top.dotted."quoted \\u0041.key" = 1
text = """
[not.a.header]
name = "no"
""" # after
literal = '''
key = 1'''
[host] # comment with = and "
search = [ # first
  "a]", 'b', # ["c"]
  { x = 1, y.z = [2, {w = 3}] },
]
when = 1979-05-27 07:32:00Z
[[plugins]]
name = "a"
[[plugins.rules]]
n = 1
[[plugins.rules]]
n = 2
[[plugins]]
  name = "b"
  [plugins.config]
  n = 1
  [plugins.config.'deep.er']
  n = 2
[[plugins.rules]]
n = 3
[ host . extra ]
last = """""two quotes""""" 
end = true`;

const positions = await readPositions(text);

it.each<[(string | number)[], number, number]>([
  [['top'], 2, 1],
  [['top', 'dotted', 'quoted A.key'], 2, 1],
  [['text'], 3, 1],
  [['literal'], 7, 1],
  [['host'], 9, 1],
  [['host', 'search', 1], 11, 9],
  [['host', 'search', 2], 12, 3],
  [['host', 'search', 2, 'y', 'z', 1, 'w'], 12, 23],
  [['host', 'when'], 14, 1],
  [['plugins'], 15, 1],
  [['plugins', 0, 'name'], 16, 1],
  [['plugins', 0, 'rules', 1], 19, 1],
  [['plugins', 0, 'rules', 1, 'n'], 20, 1],
  [['plugins', 1], 21, 1],
  [['plugins', 1, 'name'], 22, 3],
  [['plugins', 1, 'config', 'n'], 24, 3],
  [['plugins', 1, 'config', 'deep.er', 'n'], 26, 3],
  [['plugins', 1, 'rules', 0, 'n'], 28, 1],
  [['host', 'extra', 'last'], 30, 1],
  [['host', 'extra', 'end'], 31, 1],
])('%j stands in line %i, column %i', (path, line, column) => {
  expect(positions.find(path)).toEqual({ line, column });
});

it('falls back to the table around a key that is not there', () => {
  expect(positions.find(['plugins', 1, 'config', 'missing'])).toEqual({ line: 23, column: 3 });
  expect(positions.find(['nowhere'])).toBeUndefined();
});

it('finds every key of the file in its own line', () => {
  const lines = text.split('\n');
  const visit = (value: unknown, path: (string | number)[]): void => {
    const key = path.at(-1);
    if (typeof key === 'string') {
      const line = lines[(positions.find(path)?.line ?? 0) - 1];
      expect(line, JSON.stringify(path)).toContain(key.slice(0, 6));
    }
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index]);
    else if (typeof value === 'object' && value !== null && !(value instanceof Date))
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
  };
  visit(parse(text), []);
});

it('knows what TOML 1.1 added, as the parser of the values does', async () => {
  const added = 'a = {\n  b = 1, # one\n  "c\\e" = 2,\n}';
  expect(parse(added)).toEqual({ a: { b: 1, 'c\u001b': 2 } });
  const { find } = await readPositions(added);
  expect(find(['a', 'c\u001b'])).toEqual({ line: 3, column: 3 });
});
