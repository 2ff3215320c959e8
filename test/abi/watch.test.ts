import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatSnapshot } from '../../src/abi/canonical.js';
import { snapshotHeaders } from '../../src/abi/headers.js';
import { type AbiSnapshot, readSnapshot } from '../../src/abi/snapshot.js';
import { abiWatch, updateCommand } from '../../src/abi/watch.js';
import { describe as problemText } from '../../src/errors.js';
import { current, type Edit, edited } from './headers.fixture.js';

const folder = fileURLToPath(new URL('../../abi/', import.meta.url));
const fileOf = ({ abi }: AbiSnapshot) => `${abi?.major}.${abi?.minor}.json`;
const told = (committed: AbiSnapshot, now: AbiSnapshot) =>
  abiWatch(committed, now).problems.map(problemText).join('\n');

describe('the committed snapshots', () => {
  it('hold the headers as they are, under their version', async () => {
    const now = await current();
    const committed = await readSnapshot(folder + fileOf(now));
    expect(told(committed, now)).toBe('');
    const isSame = formatSnapshot(committed) === formatSnapshot(now);
    expect(
      isSame
        ? ''
        : `The headers changed. Accept them with: ${updateCommand(now.abi ?? { major: 0, minor: 0 })}`,
    ).toBe('');
  });

  it('are of one major a row of additions', async () => {
    const now = await current();
    for (const file of await readdir(folder)) {
      const committed = await readSnapshot(folder + file);
      expect(file).toBe(fileOf(committed));
      expect(told(committed, now)).toBe('');
    }
  });
});

describe('the watch', () => {
  const grown: Edit = ['route.h', '} mortise_route;', 'uint64_t more;\n} mortise_route;'];
  const reordered: Edit = ['route.h', /(int32_t target;.*\n)(\s*int32_t read_write;.*\n)/, '$2$1'];
  const service: Edit = ['log.h', '} mortise_log_v1;', 'void (*flush)(void);\n} mortise_log_v1;'];
  const broken: Edit = ['log.h', 'uint32_t reserved;', 'uint64_t reserved;'];
  const at = (major: number, minor: number, snapshot: AbiSnapshot) => ({
    ...snapshot,
    abi: { major, minor },
  });

  const verdict = async (edits: Edit[], major: number, minor: number): Promise<string[]> => {
    const committed = at(1, 4, await current());
    const now = at(major, minor, await snapshotHeaders(await edited(...edits)));
    return abiWatch(committed, now).problems.map(({ remedy = '' }) => remedy);
  };

  it.each<[string, Edit[], number, number, RegExp[]]>([
    ['nothing, same version', [], 1, 4, []],
    ['nothing, next version', [], 1, 5, []],
    ['nothing, earlier version', [], 1, 3, [/the version that comes next/]],
    [
      'an addition, same version',
      [grown],
      1,
      4,
      [/^Set MORTISE_ABI_MINOR to 5 in .*abi\.h and run: .*--write abi\/1\.5\.json$/],
    ],
    ['an addition, next minor', [grown], 1, 5, []],
    ['an addition, next major', [grown], 2, 0, []],
    ['a reorder, same version', [reordered], 1, 4, [/set MORTISE_ABI_MAJOR to 2 .*abi\/2\.0\.json$/]],
    ['a reorder, next minor', [reordered], 1, 5, [/set MORTISE_ABI_MAJOR to 2/]],
    ['a reorder, next major', [reordered], 2, 0, []],
    [
      'a service that grew, same version',
      [service],
      1,
      4,
      [/^Raise the minor .*mortise_log_v1.*abi\/1\.4\.json$/],
    ],
    ['a service that broke, next minor', [broken], 1, 5, [/declare a table of the next major beside it/]],
    ['both kinds of break', [broken, reordered], 1, 4, [/MORTISE_ABI_MAJOR/, /beside it/]],
  ])('%s', async (_, edits, major, minor, expected) => {
    expect(await verdict(edits, major, minor)).toEqual(
      expected.map((pattern) => expect.stringMatching(pattern)),
    );
  });
});
