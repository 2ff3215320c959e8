/** collectd.conf: what mortise reads is what the real daemon gives to its plugins. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CollectdItem, parseItems, readItems } from '../../../src/native/collectd-config.js';
import { includeDir, packages, suite, testDaemon } from './parts.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-collectd-file-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Keys and values only. */
const plain = ({ key, values, children }: CollectdItem): unknown => ({
  key,
  values,
  children: children.map(plain),
});
const keys = (items: readonly CollectdItem[]) => items.map(({ key }) => key).join(' ');

/** The same in every run: mulberry32. */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const words = [
  ...[
    '1',
    '010',
    '0x1F',
    '0xffffffffffff',
    '1.5e+3',
    '-3',
    '+4',
    '.5',
    '0.1',
    '-0.25E-2',
    '00',
    '9007199254740993',
  ],
  ...['true', 'yes', 'on', 'false', 'no', 'off', 'True', 'online', 'nothing', 'name', 'a_b', '1s', '_', '0x'],
  ...[
    '10.0.0.1',
    '10.0.0.1:80',
    '255.255.255.255',
    '::1',
    '[::1]:80',
    '[fe80::1:2]',
    '1:2:3:4:5:6:7:8',
    '1::',
  ],
  ...['::ffff:10.0.0.1', '1:2:3:4:5:6:10.0.0.1', 'a::b:c:d:e:f:1', '1:2:3:4:5:6:7::', '::'],
  ...['""', '"a b"', '"a\\"b\\\\c\\nd"', '"two\nlines"', '"x \\\n \t  y"', '"#"', '"</Plugin>"', '"ü€😀"'],
];
const blanks = [' ', '\t', '  ', ' \\\n ', '\b'];
const ends = ['\n', '\r\n', ' \n', '\n\n', ' # comment "<\n', '# x\r\n'];

/** A block's lines, valid for both. */
function lines(pick: (bound: number) => number, depth: number): string {
  const one = <T>(list: readonly T[]) => list[pick(list.length)] as T;
  let text = '';
  for (let count = pick(6); count > 0; count--) {
    const values = Array.from({ length: 1 + pick(4) }, () => one(blanks) + one(words)).join('');
    if (depth > 0 && pick(3) === 0) {
      const key = `Block${pick(9)}`;
      text += `<${key}${pick(3) === 0 ? '' : values}>${one(ends)}${lines(pick, depth - 1)}</${key}>${one(ends)}`;
    } else {
      text += `${pick(2) === 0 ? '  ' : ''}key_${pick(9)}${values}${one(ends)}`;
    }
  }
  return text;
}

describe.runIf(packages)(suite('beside the real daemon'), () => {
  let plugins = '';
  beforeAll(() => {
    plugins = mkdtempSync(join(tmpdir(), 'mortise-collectd-dump-'));
    const source = join(import.meta.dirname, 'dump.c');
    execFileSync('gcc', ['-shared', '-fPIC', `-I${includeDir}`, source, '-o', join(plugins, 'dump.so')]);
  });
  afterAll(() => rmSync(plugins, { recursive: true, force: true }));

  /** The blocks that the plugin got. */
  function given(config: string): { blocks: unknown[]; said: string } {
    const dump = join(folder, 'dump');
    rmSync(dump, { force: true });
    const { stderr } = testDaemon(folder, `PluginDir "${plugins}"\nLoadPlugin dump\n${config}`, {
      DUMP: dump,
    });
    const text = existsSync(dump) ? readFileSync(dump, 'utf8').trim() : '';
    return { blocks: text === '' ? [] : text.split('\n').map((line) => JSON.parse(line)), said: stderr };
  }

  it('makes the same trees of 2,000 blocks', () => {
    const pick = numbers(1);
    const config = Array.from({ length: 2000 }, () => `<Plugin dump>\n${lines(pick, 3)}</Plugin>\n`).join('');
    const { items, problems } = parseItems(config, 'own.conf');
    expect(problems).toEqual([]);
    const { blocks } = given(config);
    expect(blocks).toHaveLength(2000);
    expect(items.map(plain)).toEqual(blocks);
  });

  it.each([
    '<Plugin dump>\n A 1\n B\n</Plugin>\n',
    '<Plugin dump>\n A 1\n</plugin>\n',
    '<Plugin dump>\n A a/b\n</Plugin>\n',
    '<Plugin dump>\n 1 2\n</Plugin>\n',
    '<Plugin dump>\n "A" 2\n</Plugin>\n',
    '<Plugin dump>\n A 1 </Plugin>\n',
    '<Plugin dump>\n <B>\n</Plugin>\n',
    '<Plugin dump> A 1\n</Plugin>\n',
    '</Plugin>\n',
    '<Plugin dump\n</Plugin>\n',
  ])('refuses what it refuses, in the same line: %j', (config) => {
    const before = 5; // lines of testDaemon and given
    const { blocks, said } = given(config);
    expect(blocks).toEqual([]);
    const line = Number(/line (\d+) near/.exec(said)?.[1]) - before;
    const { items, problems } = parseItems(config, 'own.conf');
    expect(items).toEqual([]);
    // The daemon names the line behind an end of line that it didn't expect.
    const own = Number(/^line (\d+) of own.conf$/.exec(problems[0]?.where ?? '')?.[1]);
    expect([line, line - 1]).toContain(own);
  });

  it('refuses what the daemon tears apart in silence', () => {
    const config = '<Plugin dump>\n A b-c 1.5e3\n</Plugin>\n';
    expect(given(config).blocks).toMatchObject([{ children: [{ values: ['b', 'c', 1.5, 'e3'] }] }]);
    expect(parseItems(config, 'own.conf').problems).toMatchObject([
      {
        code: 'MORTISE_ERR_COLLECTD_SYNTAX',
        where: 'line 2 of own.conf',
        expected: 'a number, a name or an address, or double quotes around it',
      },
    ]);
  });

  it('includes the same files', () => {
    mkdirSync(join(folder, 'd/e'), { recursive: true });
    const block = (name: string) => write(name, `<Plugin dump>\n File "${name}"\n</Plugin>\n`);
    for (const name of [
      'one.conf',
      'd/b.conf',
      'd/a.conf',
      'd/.hidden.conf',
      'd/e/c.conf',
      'd/z.txt',
      'd/e/y.txt',
    ])
      block(name);
    const config =
      `Include "${folder}/one.conf"\nInclude "${folder}/d/[ab].conf"\n<Include "${folder}/d">\n Filter "*.conf"\n</Include>\n` +
      `Include "${folder}/none*.conf"\ninclude "${folder}/d"\n`;
    const { items, problems } = readItems(write('own.conf', config));
    expect(problems).toEqual([]);
    expect(items).toHaveLength(11);
    expect(items.map(plain)).toEqual(given(config).blocks);
  });
});

describe('Include', () => {
  it('counts relative paths from the file that names them', () => {
    mkdirSync(join(folder, 'd'));
    write('d/one.conf', 'Include "two.conf"\nOne 1\n');
    write('d/two.conf', 'Two 2\n');
    const { items, problems } = readItems(write('own.conf', 'Before 0\nInclude "d/one.conf"\nAfter 3\n'));
    expect(problems).toEqual([]);
    expect(keys(items)).toBe('Before Two One After');
    expect(items[1]).toMatchObject({ file: join(folder, 'd/two.conf'), line: 1 });
  });

  it('leaves an Include inside of a block to the plugin', () => {
    const { items } = readItems(write('own.conf', '<Plugin x>\n Include "y"\n</Plugin>\n'));
    expect(keys(items[0]?.children ?? [])).toBe('Include');
  });

  it('says where each thing is that it cannot include, and reads the rest', () => {
    write('bad.conf', '\nA\n');
    const path = write(
      'own.conf',
      'Include "none.conf"\nInclude "bad.conf"\nInclude 1\n<Include "bad.conf">\n Filtre "x"\n</Include>\nInclude "/dev/null"\nA 1\n',
    );
    const { items, problems } = readItems(path);
    expect(keys(items)).toBe('A');
    expect(problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      `MORTISE_ERR_COLLECTD_INCLUDE line 1 of ${path}`,
      `MORTISE_ERR_COLLECTD_SYNTAX line 2 of ${join(folder, 'bad.conf')}`,
      `MORTISE_ERR_COLLECTD_INCLUDE line 3 of ${path}`,
      `MORTISE_ERR_COLLECTD_INCLUDE line 5 of ${path}`,
      'MORTISE_ERR_COLLECTD_FILE /dev/null',
    ]);
    expect(readItems(join(folder, 'absent.conf'))).toMatchObject({
      items: [],
      problems: [{ code: 'MORTISE_ERR_CONFIG_MISSING', message: 'there is no such file' }],
    });
  });

  it('ends where files and directories go in circles', () => {
    const path = write('own.conf', 'Include "own.conf"\nA 1\n');
    const circle = readItems(path);
    expect(circle.problems).toMatchObject([
      { message: 'files include one another too deep', where: `line 1 of ${path}` },
    ]);
    expect(circle.items.length).toBe(8);
    mkdirSync(join(folder, 'd'));
    symlinkSync('.', join(folder, 'd/d'));
    symlinkSync('.', join(folder, 'd/e'));
    const many = readItems(write('other.conf', 'Include "d"\n'));
    expect(many.problems.at(-1)).toMatchObject({ expected: 'at most 10000' });
    expect(many.problems.length).toBeLessThan(10000);
  });
});
