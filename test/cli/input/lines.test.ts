import { expect, it } from 'vitest';
import { lines, maxLine } from '../../../src/cli/input/lines.js';

async function* from(chunks: (string | Buffer)[]) {
  yield* chunks;
}

async function batches(...chunks: (string | Buffer)[]): Promise<string[][]> {
  const all: string[][] = [];
  for await (const batch of lines(from(chunks))) all.push(batch.map(String));
  return all;
}

it.each<[string[], string[][]]>([
  [[], []],
  [['a\nb\n'], [['a', 'b']]],
  [['a\nb'], [['a'], ['b']]],
  [
    ['a', 'b\nc', '\n'],
    [['ab'], ['c']],
  ],
  [['\n\na\n'], [['', '', 'a']]],
])('%j → %j', async (chunks, expected) => {
  expect(await batches(...chunks)).toEqual(expected);
});

it('hands out a line as soon as it is there, before the next chunk', async () => {
  const asked: string[] = [];
  async function* source() {
    asked.push('first');
    yield 'a\n';
    asked.push('second');
    yield 'b\n';
  }
  const iterator = lines(source());
  await iterator.next();
  expect(asked).toEqual(['first']);
});

it('keeps a character together that two chunks share', async () => {
  const bytes = Buffer.from('ä\n');
  expect(await batches(bytes.subarray(0, 1), bytes.subarray(1))).toEqual([['ä']]);
});

it('gives up on a line without end, and takes up the next', async () => {
  const part = Buffer.alloc(maxLine / 4, 'x');
  expect(await batches(part, part, part, part, 'y', part, '\nnext\n')).toEqual([['too long', 'next']]);
  expect((await batches(part, part, part, part, '\n'))[0]?.[0]).toHaveLength(maxLine);
  expect(await batches(part, part, part, part, 'y')).toEqual([['too long']]);
});
