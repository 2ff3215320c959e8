/** Full-text parsers: MariaDB's own example, and one that does what a parser may. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FullText, type FullTextOffer, type MortiseError } from '../../../src/index.js';
import { open, thrown } from '../../host/open.js';
import { debianPackages } from '../../support/parts/debian.js';
import { build } from '../../support/plugins/build.js';

const folder = process.arch === 'x64' ? debianPackages(['mariadb-test'])?.['mariadb-test'] : undefined;
const own = folder && join(folder, 'usr', 'lib', 'mysql', 'plugin');
const canRun = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

async function parser(file: string): Promise<FullTextOffer> {
  const host = await open({ plugins: [file], log: () => {} });
  expect([...host.plugins][0]?.error?.message).toBeUndefined();
  return host.capability(FullText).get();
}

describe.skipIf(!own)("MariaDB's simple_parser (needs Debian's package mariadb-test)", () => {
  const file = join(own ?? '', 'mypluglib.so');

  it('takes texts apart at spaces', async () => {
    expect(readdirSync(own ?? '')).toContain('mypluglib.so');
    const { words, search, wordsAsync } = await parser(file);
    expect(words('one  two, größer\n4')).toEqual(['one', 'two,', 'größer', '4']);
    expect(words('')).toEqual([]);
    expect(await wordsAsync('a b')).toEqual(['a', 'b']);
    const plain = { presence: 'optional', weight: 0, isNoise: false, isPrefix: false };
    expect(search('+a b')).toEqual([
      { kind: 'word', word: '+a', ...plain },
      { kind: 'word', word: 'b', ...plain },
    ]);
    const million = words('ab '.repeat(1_000_000));
    expect(million).toHaveLength(1_000_000);
    const many = thrown(() => words('a '.repeat(1_100_000))) as MortiseError;
    expect(many).toMatchObject({ code: 'MORTISE_ERR_PLUGIN_FAILED', subject: 'simple_parser' });
    expect(many.message).toContain('more than 1,048,576 words');
  });
});

describe.skipIf(!canRun)('a full-text parser (Linux on x64 or arm64)', () => {
  const file = () => build('../../dialects/mariadb/parser.c');

  it('gives parts of a search with all that it says of them', async () => {
    const { search, searchAsync } = await parser(file());
    const expected = [
      { kind: 'open', word: '', presence: 'optional', weight: 0, isNoise: false, isPrefix: false },
      { kind: 'word', word: 'must', presence: 'required', weight: 2, isNoise: false, isPrefix: true },
      { kind: 'stopword', word: 'the', presence: 'excluded', weight: -1, isNoise: true, isPrefix: false },
      { kind: 'close', word: '', presence: 'optional', weight: 0, isNoise: false, isPrefix: false },
    ];
    expect(search('tokens')).toEqual(expected);
    expect(await searchAsync('tokens')).toEqual(expected);
  });

  it('may hand a text on, and look at each word', async () => {
    const { words } = await parser(file());
    expect(words("plainly: It's größer_than 2'; 'x'")).toEqual(['PLAINLY', "IT'S", 'GRößER_THAN', '2', 'X']);
  });

  it('is told from one that fails, with what it says', async () => {
    const { words } = await parser(file());
    for (const text of ['fails', 'refuses to begin']) {
      const error = thrown(() => words(text)) as MortiseError;
      expect(error).toMatchObject({ code: 'MORTISE_ERR_PLUGIN_FAILED', subject: 'parser' });
    }
    for (const text of [1, null, 'x'.repeat(2 ** 24 + 1)]) {
      const error = thrown(() => words(text as string)) as MortiseError;
      expect(error.code).toBe('MORTISE_ERR_PLUGIN_ARGUMENT');
    }
    expect(words('nothing')).toEqual([]);
  });
});
