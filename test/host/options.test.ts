/** Options that would be ignored, or fail later, are refused with the key and what was meant. */
import { describe, expect, it } from 'vitest';
import { schemaOf } from '../../src/config/schema.js';
import { checkOptions } from '../../src/host/check-options.js';
import { sections } from '../../src/host/configuration.js';
import { Host, MortiseError } from '../../src/index.js';
import { build } from '../support/plugins/build.js';
import { good, open } from './open.js';

const { file: fileSchema } = schemaOf(sections);
const key = 'MORTISE_ERR_CONFIG_KEY';
const type = 'MORTISE_ERR_CONFIG_TYPE';

function refused(options: unknown): MortiseError | undefined {
  try {
    checkOptions(options);
    return undefined;
  } catch (error) {
    if (error instanceof MortiseError) return error;
    throw error;
  }
}

describe('Host.open refuses', () => {
  it.each([
    [{ plguins: [] }, key, 'unknown key "plguins"', 'Did you mean "plugins"?'],
    [
      { plugins: [{ name: 'a', requird: true }] },
      key,
      'unknown key "requird" in plugins[0]',
      'Did you mean "required"?',
    ],
    [{ severity: 'warn' }, type, 'severity must be', 'Did you mean "warning"?'],
    [{ search: './x' }, type, 'search must be a list of strings', 'Write search: ["./x"].'],
    [{ plugins: [{ path: './a.so' }] }, type, 'plugins[0].name is missing', undefined],
    [{ plugins: 'a' }, type, 'plugins must be a list', 'Write plugins: ["a"].'],
    [{ plugins: [7] }, type, 'plugins[0] must be an object', undefined],
    [{ log: console }, type, 'log must be a function', undefined],
    [{ routing: { shards: 0 } }, type, 'routing.shards must be an integer from 1 to 4294967295', undefined],
    [{ routing: { has_primary: true } }, key, 'unknown key "has_primary"', 'Did you mean "hasPrimary"?'],
    [{ policy: { strict: true } }, key, 'unknown key "strict" in policy', expect.anything()],
    [{ files: { rules: { write: true } } }, type, 'files.rules.path is missing', undefined],
    [{ files: { rules: 1 } }, type, 'files.rules must be', undefined],
    [{ services: [5] }, type, 'services[0] must be what implement() gives back', undefined],
    [{ services: [{ service: {} }, null] }, type, 'services[1] must be', undefined],
    [null, type, 'the options must be an object', undefined],
  ])('%j', async (options, code, message, remedy) => {
    const error = await Host.open(options as never).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(MortiseError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), remedy });
  });

  it('all that is wrong at once', () => {
    const found = refused({ plguins: 1, strict: 'yes', plugins: [{ name: 1 }, { nam: '' }] });
    expect(found?.problems.map(({ where, code }) => [where, code])).toEqual([
      [undefined, key],
      ['strict', type],
      ['plugins[0].name', type],
      ['plugins[1].name', type],
      ['plugins[1]', key],
    ]);
  });
});

it('undefined is as good as absent', () => {
  expect(refused({ config: undefined, routing: { shards: undefined }, log: undefined })).toBeUndefined();
});

describe('options and mortise.toml agree on', () => {
  const values = [
    true,
    false,
    0,
    1,
    1.5,
    -1,
    2 ** 32 - 1,
    2 ** 32,
    'a',
    '',
    'a\0',
    'none',
    'true',
    [],
    ['a'],
    [''],
  ];
  const odd = [[1], {}, null, Number.NaN, { a: 1 }, 'pg_query', 'process'];
  it.each([
    ['host', 'search', (value: unknown) => ({ search: value })],
    ['host', 'parser', (value: unknown) => ({ parser: value })],
    ['host', 'strict', (value: unknown) => ({ strict: value })],
    ['host', 'private_directory', (value: unknown) => ({ privateDirectory: value })],
    ['host', 'strict_permissions', (value: unknown) => ({ policy: { strictPermissions: value } })],
    ['host', 'toolchain', (value: unknown) => ({ policy: { toolchain: value } })],
    ['routing', 'shards', (value: unknown) => ({ routing: { shards: value } })],
    ['routing', 'has_primary', (value: unknown) => ({ routing: { hasPrimary: value } })],
    ['routing', 'has_replicas', (value: unknown) => ({ routing: { hasReplicas: value } })],
    ['routing', 'in_transaction', (value: unknown) => ({ routing: { inTransaction: value } })],
    ['routing', 'write_override', (value: unknown) => ({ routing: { writeOverride: value } })],
    ['collecting', 'hostname', (value: unknown) => ({ collecting: { hostname: value } })],
    ['collecting', 'prometheus', (value: unknown) => ({ collecting: { prometheus: value } })],
    ['collecting', 'open_telemetry', (value: unknown) => ({ collecting: { openTelemetry: value } })],
    ['collectd', 'pre_cache_chain', (value: unknown) => ({ collectd: { preCacheChain: value } })],
    [
      'collectd',
      'collect_internal_stats',
      (value: unknown) => ({ collectd: { collectInternalStats: value } }),
    ],
    ['plugins', 'aliases', (value: unknown) => ({ plugins: [{ name: 'a', aliases: value }] })],
    ['plugins', 'required', (value: unknown) => ({ plugins: [{ name: 'a', required: value }] })],
    ['plugins', 'isolation', (value: unknown) => ({ plugins: [{ name: 'a', isolation: value }] })],
  ])('%s.%s', (section, name, options) => {
    for (const value of [...values, ...odd]) {
      const entry = { [name]: value };
      const document = section === 'plugins' ? { plugins: [{ name: 'a', ...entry }] } : { [section]: entry };
      const inFile = fileSchema.safeParse(document).success;
      expect([value, refused(options(value)) === undefined]).toEqual([value, inFile]);
    }
  });
});

it('options of one plugin that throw when they are read refuse that plugin only', async () => {
  const name = build('decider.c', { define: { NAME: 'unread' } });
  const config = {
    get target(): number {
      throw new TypeError('not now');
    },
  };
  const host = await open({ plugins: [{ name, config }, good()], log: () => {} });
  const [first, second] = host.plugins;
  expect(first?.error).toMatchObject({ code: 'MORTISE_ERR_LOAD_FAILED', cause: expect.any(TypeError) });
  expect(first?.error?.message).toContain('not now');
  expect(second?.state).toBe('ready');
});
