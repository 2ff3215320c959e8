import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatSnapshot } from '../../src/abi/canonical.js';
import { call } from '../cli/call.js';
import { current, edited, headers, temporary } from './headers.fixture.js';

const env = { PATH: process.env.PATH };
const grown = () => edited(['route.h', '} mortise_route;', 'uint64_t more;\n} mortise_route;']);
const reordered = () => edited(['route.h', /(int32_t target;.*\n)(\s*int32_t read_write;.*\n)/, '$2$1']);

describe('mortise abi-diff', () => {
  it('writes a snapshot, and finds its headers the same', async () => {
    const file = join(await temporary(), 'now.json');
    expect(await call(['abi-diff', headers, '--write', file], { env })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await readFile(file, 'utf8')).toBe(formatSnapshot(await current()));
    const { code, stdout } = await call(['abi-diff', file, headers, '--check'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^same: /);
    // Two files need no compiler.
    expect(await call(['abi-diff', file, file], { env: { PATH: '' } })).toMatchObject({ code: 0 });
  });

  it('says major with exit 1, and each difference in a line', async () => {
    const { code, stdout } = await call(['abi-diff', headers, await reordered()], { env });
    expect(code).toBe(1);
    expect(stdout).toContain('  major  mortise_route.target moved from offset 4 to 8\n');
    expect(stdout).toMatch(/^major: what was built with the first does not work with the second/m);
  });

  it('says minor with exit 0, and with --check asks for the version step', async () => {
    const newer = await grown();
    const plain = await call(['abi-diff', headers, newer], { env });
    expect(plain.code).toBe(0);
    expect(plain.stdout).toContain('  minor  mortise_route grew by more at its end (288 to 296 bytes)\n');
    const checked = await call(['abi-diff', headers, newer, '--check', '--json'], { env });
    expect(checked.code).toBe(1);
    expect(checked.json()).toMatchObject({
      schema: 1,
      verdict: 'minor',
      abi: 'minor',
      services: [],
      differences: [{ level: 'minor', subject: 'mortise_route', surfaces: [] }],
      problems: [{ code: 'MORTISE_ERR_ABI_VERSION', remedy: expect.stringContaining('MORTISE_ABI_MINOR') }],
    });
  });

  it.each([
    ['one version', [headers], 'MORTISE_ERR_USAGE'],
    ['two versions and --write', [headers, headers, '--write', 'x.json'], 'MORTISE_ERR_USAGE'],
    ['a path that is not there', [headers, '/no/such/path'], 'MORTISE_ERR_FILE_MISSING'],
    ['a file that is neither header nor snapshot', ['README.md', headers], 'MORTISE_ERR_ABI_KIND'],
    ['a JSON file that is not a snapshot', ['package.json', headers], 'MORTISE_ERR_ABI_SNAPSHOT'],
    ['a file that cannot be written', [headers, '--write', '/no/such/path/x.json'], 'MORTISE_ERR_USAGE'],
  ])('cannot run with %s: exit 2', async (_, args, code) => {
    const called = await call(['abi-diff', ...args], { env });
    expect(called).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(code) });
  });

  it('says in one line what the compiler refuses', async () => {
    const broken = await edited(['log.h', '} mortise_log_v1;', '} }mortise_log_v1;']);
    const { code, stderr } = await call(['abi-diff', headers, broken], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /MORTISE_ERR_ABI_HEADERS: cc refuses.*\n {2}found {5}mortise\/log\.h:\d+:\d+: error: .*\n {2}fix/,
    );
  });
});
