/** What module_info may not say. Each case changes bytes of a good plugin's file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/index.js';
import { besideGood, directory, open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

/** The offsets in include/mortise/module.h, and the sizes of the arrays there. */
const fields = {
  magic: [0, 8],
  size: [8, 4],
  abi: [16, 16],
  toolchain: [32, 96],
  name: [128, 64],
  version: [192, 32],
  parser: [224, 64],
} as const;

/** A copy of a good plugin, in whose module_info a field holds other bytes and then zeros. */
function withField(field: keyof typeof fields, content: string | Uint8Array): string {
  const bytes = readFileSync(build('decider.c'));
  const info = bytes.indexOf('MORTISE\0\x28\x01', 0, 'latin1'); // magic, and a size of 296
  const [at, size] = fields[field];
  const value = Buffer.alloc(size);
  Buffer.from(content).copy(value);
  value.copy(bytes, info + at);
  const path = join(directory(), 'changed.so');
  writeFileSync(path, bytes, { mode: 0o755 });
  return path;
}

async function expectProblem(path: string, code: ErrorCode, also: object): Promise<void> {
  const { plugin, problems } = await besideGood(path);
  expect(plugin.state).toBe('rejected');
  expect(problems).toEqual([expect.objectContaining({ code, subject: path, ...also })]);
}

it('reads who a plugin is', async () => {
  const path = build('decider.c');
  const host = await open({ plugins: [path] });
  const plugin = host.plugins.get('decider');
  expect(plugin).toMatchObject({
    id: 'decider@1.0.0',
    name: 'decider',
    version: '1.0.0',
    dialect: 'mortise',
    path,
    state: 'ready',
    requires: [],
    provides: [],
  });
  expect(plugin.error).toBeUndefined();
  expect(plugin.checks.every(({ status }) => status === 'ok' || status === 'skip')).toBe(true);
});

describe('the record', () => {
  it('may not be missing', async () => {
    const path = build('plain.c', { define: { ROUTE: true } });
    await expectProblem(path, 'MORTISE_ERR_INFO_MISSING', {
      where: 'module_info',
      found: 'exports: module_route',
    });
  });

  it('may not be smaller than its ABI says', async () => {
    const path = build('plain.c', { define: { ROUTE: true, INFO_SIZE: 200 } });
    await expectProblem(path, 'MORTISE_ERR_INFO_LAYOUT', {
      where: 'module_info.size',
      expected: '296 bytes',
      found: '200 bytes in the file',
    });
  });

  it.each([0, 8, 295, 5000, 0xffff_ffff])('may not say that it has %i bytes', async (size) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(size);
    await expectProblem(withField('size', bytes), 'MORTISE_ERR_INFO_LAYOUT', {
      where: 'module_info.size',
      expected: '296 bytes',
      found: `${size} bytes`,
    });
  });

  it('may be larger: later minors append', async () => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(304);
    const host = await open({ plugins: [withField('size', bytes)] });
    expect(host.plugins.get('decider').state).toBe('ready');
  });

  it.each(['', 'MORTISe', 'TENON', 'MORTISEX'])('may not have the magic %j', async (magic) => {
    await expectProblem(withField('magic', magic), 'MORTISE_ERR_INFO_LAYOUT', {
      where: 'module_info.magic',
      expected: '"MORTISE"',
    });
  });
});

describe.each(['abi', 'toolchain', 'name', 'version', 'parser'] as const)('the text %s', (field) => {
  const size = fields[field][1];

  it('must end in a zero', async () => {
    await expectProblem(withField(field, '1'.repeat(size)), 'MORTISE_ERR_INFO_STRING', {
      where: `module_info.${field}`,
      found: `${size} bytes without one`,
    });
  });

  it.each([
    ['ff', 'a byte that starts nothing'],
    ['c3', 'cut off'],
    ['eda080', 'a surrogate'],
  ])('must be UTF-8, and %s is not (%s)', async (hex) => {
    await expectProblem(withField(field, Buffer.from(hex, 'hex')), 'MORTISE_ERR_INFO_STRING', {
      where: `module_info.${field}`,
      expected: 'UTF-8',
      found: hex,
    });
  });
});

describe('the name', () => {
  it.each(['', 'Tenant', '1st', '_x', 'a b', 'a/b', '../a', 'ä', 'a\n'])(
    'is none when it is %j',
    async (name) => {
      await expectProblem(withField('name', name), 'MORTISE_ERR_INFO_NAME', {
        where: 'module_info.name',
        found: JSON.stringify(name),
      });
    },
  );

  it.each(['a', 'tenant_router', 'a-b.c_9', 'x'.repeat(63)])('is one when it is %j', async (name) => {
    const host = await open({ plugins: [withField('name', name)] });
    expect(host.plugins.get(name).state).toBe('ready');
  });
});

describe('the version', () => {
  it.each(['', '1', '1.0', 'v1.0.0', '1.0.0.0', '01.0.0', ' 1.0.0', 'latest', '1.0.0-'])(
    'is not a semantic version when it is %j',
    async (version) => {
      await expectProblem(withField('version', version), 'MORTISE_ERR_INFO_VERSION', {
        where: 'module_info.version',
        found: JSON.stringify(version),
      });
    },
  );

  it.each(['0.0.0', '1.2.3-beta.2', '10.20.30'])('is one when it is %j', async (version) => {
    const host = await open({ plugins: [withField('version', version)] });
    expect(host.plugins.get('decider').version).toBe(version);
  });

  it('may carry build metadata, as semver allows', async () => {
    const host = await open({ plugins: [withField('version', '1.2.3+linux.5')] });
    expect(host.plugins.get('decider').state).toBe('ready');
  });
});

describe('the ABI', () => {
  it.each(['1.1', '1.65535', '2.0', '99999.0'])('may not be newer than the host’s: %s', async (abi) => {
    await expectProblem(withField('abi', abi), 'MORTISE_ERR_ABI_MISMATCH', {
      where: 'module_info.abi',
      expected: '1.0',
      found: abi,
      remedy: expect.stringMatching(/^Upgrade the host/),
    });
  });

  it.each(['0.0', '0.9'])('may not be of an older major: %s', async (abi) => {
    await expectProblem(withField('abi', abi), 'MORTISE_ERR_ABI_MISMATCH', {
      found: abi,
      remedy: expect.stringMatching(/^Rebuild the plugin/),
    });
  });

  it.each(['', '1', '1.0.0', 'one', '1.-1', '^1.0', '1.x', '100000.0'])('may not be %j', async (abi) => {
    await expectProblem(withField('abi', abi), 'MORTISE_ERR_INFO_VERSION', {
      where: 'module_info.abi',
      found: JSON.stringify(abi),
    });
  });
});

describe('the parser', () => {
  it('must be the host’s', async () => {
    await expectProblem(withField('parser', '17-6.1.0'), 'MORTISE_ERR_PARSER_MISMATCH', {
      where: 'module_info.parser',
      expected: 'a plugin that reads no syntax trees',
      found: '17-6.1.0',
      remedy: expect.stringContaining('parser = "pg_query"'),
    });
  });
});

describe('the entry points', () => {
  it.each([
    ['none', {}, 'none'],
    ['only module_fini', { FINI: true }, 'module_fini'],
    ['a module_route that is data', { DATA_ENTRY: true }, 'none'],
  ] as const)('may not be %s', async (_, define, found) => {
    const path = build('plain.c', { define: { INFO: true, ...define } });
    await expectProblem(path, 'MORTISE_ERR_ENTRY_MISSING', { found });
  });
});
