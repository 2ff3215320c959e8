import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MortiseError, type Problem } from '../../src/errors.js';
import { readConfiguration as readConfig } from '../../src/host/configuration.js';

const folder = mkdtempSync(join(tmpdir(), 'mortise-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function write(text: string | Buffer): string {
  const path = join(folder, `${count++}.toml`);
  writeFileSync(path, text);
  return path;
}

/** The problems that reading `text` ends in, without the path of the temporary file. */
async function problems(text: string | Buffer): Promise<Problem[]> {
  const path = write(text);
  const error = await readConfig(path).then(
    () => expect.fail('the configuration was accepted'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MortiseError)) throw error;
  for (const problem of error.problems) expect(problem.subject).toBe(path);
  return error.problems.map(({ subject, ...problem }) => problem);
}

describe('a good configuration', () => {
  it('arrives typed, with absolute paths that count from the file', async () => {
    const path = write(`
      [host]
      search = ["./plugins", "/usr/lib/mortise"]
      services = ["./services.js"]
      parser = "pg_query"
      strict = true
      strict_permissions = true
      toolchain = "rustc 1.95.0"
      private_directory = "private"

      [host.files]
      rules = "./rules"
      cache = { path = "/var/cache/x", write = true }

      [routing]
      shards = 4294967295
      has_primary = true
      has_replicas = false
      in_transaction = true
      write_override = false

      [[plugins]]
      name = "tenant_router"
      aliases = ["router"]
      isolation = "none"
      required = true
      config = { tenants = 4, big = 9007199254740993, least = -9223372036854775808, deep = { list = [1, "a", true, 0.5] } }

      [[plugins]]
      name = "./firewall.so"
      [plugins.config]
      patterns = ["drop"]

      [[plugins]]
      name = "/opt/x.so"
    `);
    expect(await readConfig(path)).toEqual({
      path,
      host: {
        search: [join(folder, 'plugins'), '/usr/lib/mortise'],
        services: [join(folder, 'services.js')],
        files: {
          rules: { path: join(folder, 'rules') },
          cache: { path: '/var/cache/x', write: true },
        },
        parser: 'pg_query',
        strict: true,
        strictPermissions: true,
        toolchain: 'rustc 1.95.0',
        privateDirectory: join(folder, 'private'),
      },
      capabilities: {
        routing: {
          shards: 4294967295,
          hasPrimary: true,
          hasReplicas: false,
          inTransaction: true,
          writeOverride: false,
        },
      },
      plugins: [
        {
          name: 'tenant_router',
          aliases: ['router'],
          isolation: 'none',
          required: true,
          config: {
            tenants: 4,
            big: 9007199254740993n,
            least: -9223372036854775808n,
            deep: { list: [1, 'a', true, 0.5] },
          },
        },
        { name: join(folder, 'firewall.so'), config: { patterns: ['drop'] } },
        { name: '/opt/x.so' },
      ],
    });
  });

  it('counts "." and "plugin.json" from its own folder, and a bare name from nowhere', async () => {
    const path = write(
      ['.', 'plugin.json', '..', 'plugin'].map((name) => `[[plugins]]\nname = "${name}"\n`).join(''),
    );
    const { plugins } = await readConfig(path);
    expect(plugins.map(({ name }) => name)).toEqual([
      folder,
      join(folder, 'plugin.json'),
      dirname(folder),
      'plugin',
    ]);
  });

  it('may be empty', async () => {
    expect(await readConfig(write(''))).toMatchObject({ host: { search: [], parser: 'none' }, plugins: [] });
  });

  it('may start with a byte order mark and have Windows line ends', async () => {
    const path = write('\ufeff[[plugins]]\r\nname = "a"\r\n');
    expect((await readConfig(path)).plugins).toEqual([{ name: 'a' }]);
  });
});

it('is refused when its tables are nested without end', async () => {
  const deep = (levels: number) => `[[plugins]]\nname = "a"\n[plugins.config${'.a'.repeat(levels)}]\nb = 1\n`;
  expect((await readConfig(write(deep(63)))).plugins).toHaveLength(1);
  for (const levels of [64, 300, 20_000]) {
    await expect(readConfig(write(deep(levels)))).rejects.toMatchObject({ code: 'MORTISE_ERR_CONFIG_TYPE' });
  }
});

describe('MORTISE_ERR_CONFIG_MISSING', () => {
  it('names a file that is not there', async () => {
    await expect(readConfig(join(folder, 'none.toml'))).rejects.toMatchObject({
      code: 'MORTISE_ERR_CONFIG_MISSING',
      subject: join(folder, 'none.toml'),
      message: expect.stringContaining('there is no such file'),
    });
  });

  it('says that a directory is one', async () => {
    await expect(readConfig(folder)).rejects.toMatchObject({
      code: 'MORTISE_ERR_CONFIG_MISSING',
      message: expect.stringContaining('directory'),
    });
  });
});

describe('MORTISE_ERR_CONFIG_SYNTAX', () => {
  it('has the line and the column', async () => {
    expect(await problems('[host]\nsearch = ["a" "b"]\n')).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_CONFIG_SYNTAX',
        message: 'expected comma or end of structure',
        where: 'line 2, column 15',
      }),
    ]);
  });

  it('finds bytes that are not UTF-8', async () => {
    const text = Buffer.concat([Buffer.from('[host]\nparser = "'), Buffer.from([0xff]), Buffer.from('"\n')]);
    expect(await problems(text)).toEqual([
      expect.objectContaining({ code: 'MORTISE_ERR_CONFIG_SYNTAX', where: 'line 2, column 11' }),
    ]);
  });
});

describe('MORTISE_ERR_CONFIG_KEY', () => {
  it.each([
    ['a section', '[hots]\n', 'line 1, column 1', 'hots', 'Did you mean "host"?'],
    ['[host]', '[host]\n\nserch = []\n', 'line 3, column 1', 'serch', 'Did you mean "search"?'],
    [
      'camel case',
      '[host]\nstrictPermissions = true',
      'line 2, column 1',
      'strictPermissions',
      'Did you mean "strict_permissions"?',
    ],
    ['[routing]', '[routing]\nshard = 4', 'line 2, column 1', 'shard', 'Did you mean "shards"?'],
    [
      '[[plugins]]',
      '[[plugins]]\nname = "a"\nalias = ["b"]',
      'line 3, column 1',
      'alias',
      'Did you mean "aliases"?',
    ],
    [
      'a key of another section',
      '[host]\nshards = 4',
      'line 2, column 1',
      'shards',
      'Did you mean "shards" in [routing]?',
    ],
    [
      "a plugin's own setting",
      '[[plugins]]\nname = "a"\ntenants = 4',
      'line 3, column 1',
      'tenants',
      "If it is a setting of the plugin's own, write config = { tenants = … }.",
    ],
    [
      'a directory of [host.files]',
      '[host.files]\nrules = { path = "x", wirte = true }',
      'line 2, column 23',
      'wirte',
      'Did you mean "write"?',
    ],
    [
      'nothing like it',
      '[routing]\nxyzzy = 1',
      'line 2, column 1',
      'xyzzy',
      'Remove it, or write one of the keys above.',
    ],
  ])('in %s', async (_, text, where, found, remedy) => {
    expect(await problems(text)).toEqual([
      expect.objectContaining({ code: 'MORTISE_ERR_CONFIG_KEY', where, found, remedy }),
    ]);
  });

  it('lists the valid keys', async () => {
    const [problem] = await problems('[routing]\nxyzzy = 1');
    expect(problem?.message).toBe('unknown key "xyzzy" in [routing]');
    expect(problem?.expected).toBe(
      'shards, has_primary, has_replicas, in_transaction, write_override, max_sql_bytes, max_sql_depth, sql_cache_texts, sql_cache_bytes',
    );
  });
});

describe('MORTISE_ERR_CONFIG_TYPE', () => {
  it.each([
    [
      'a string for a list',
      '[host]\nsearch = "./plugins"',
      'line 2, column 1',
      'a list of strings',
      '"./plugins"',
    ],
    ['a number in a list', '[host]\nsearch = [\n  "a",\n  2,\n]', 'line 4, column 3', 'a string', '2'],
    [
      'a version that is none',
      '[sources]\ngrafana_version = "12.1"',
      'line 2, column 1',
      'a version, such as "12.4.0"',
      '"12.1"',
    ],
    ['a string for services', '[host]\nservices = "x.js"', 'line 2, column 1', 'a list of strings', '"x.js"'],
    [
      'a list for files',
      '[host]\nfiles = ["rules"]',
      'line 2, column 1',
      'a table of directories by name',
      'a list of 1',
    ],
    ...['1', '{ write = true }', '""'].map((value): [string, string, string, string, string] => [
      `files: ${value}`,
      `[host.files]\nrules = ${value}`,
      'line 2, column 1',
      'a directory, or { path = "…", write = true }',
      value.startsWith('{') ? 'a table' : value,
    ]),
    ['another parser', '[host]\nparser = "mysql"', 'line 2, column 1', '"none" or "pg_query"', '"mysql"'],
    [
      'a quoted boolean',
      '[host]\nstrict_permissions = "true"',
      'line 2, column 1',
      'true or false',
      '"true"',
    ],
    ['no shards', '[routing]\nshards = 0', 'line 2, column 1', 'an integer from 1 to 4294967295', '0'],
    [
      'too many shards',
      '[routing]\nshards = 4294967296',
      'line 2, column 1',
      'an integer from 1 to 4294967295',
      '4294967296',
    ],
    [
      'a huge number of shards',
      '[routing]\nshards = 9223372036854775807',
      'line 2, column 1',
      'an integer from 1 to 4294967295',
      '9223372036854775807',
    ],
    ['half a shard', '[routing]\nshards = 1.5', 'line 2, column 1', 'an integer from 1 to 4294967295', '1.5'],
    ['a section that is none', 'host = 1', 'line 1, column 1', 'a table', '1'],
    [
      'one bracket',
      '\n[plugins]\nname = "a"',
      'line 2, column 1',
      'a list of tables, [[plugins]]',
      'a table',
    ],
    ['a list of names', 'plugins = ["a"]', 'line 1, column 12', 'a table, [[plugins]]', '"a"'],
    [
      'no name',
      '[[plugins]]\nname = "a"\n\n[[plugins]]\nrequired = true',
      'line 4, column 1',
      'a string',
      'nothing',
    ],
    ['an empty name', '[[plugins]]\nname = ""', 'line 2, column 1', 'a string that is not empty', '""'],
    [
      'a name with a zero byte',
      '[[plugins]]\nname = "a\\u0000"',
      'line 2, column 1',
      'a string without a zero byte',
      '"a\\u0000"',
    ],
    [
      'isolation',
      '[[plugins]]\nname = "a"\nisolation = "process"',
      'line 3, column 1',
      '"none"',
      '"process"',
    ],
    ['a config that is none', '[[plugins]]\nname = "a"\nconfig = 4', 'line 3, column 1', 'a table', '4'],
    [
      'an integer past 64 bits',
      '[[plugins]]\nname = "a"\nconfig = { n = 9223372036854775808 }',
      'line 3, column 12',
      'an integer from -9223372036854775808 to 9223372036854775807',
      '9223372036854775808',
    ],
    [
      'a date',
      '[[plugins]]\nname = "a"\n[plugins.config]\nx = 1\nlist = [1,\n 2026-01-02]',
      'line 6, column 2',
      'a boolean, number, string, list or table (write dates as strings)',
      'the date 2026-01-02',
    ],
  ])('%s', async (_, text, where, expected, found) => {
    expect(await problems(text)).toEqual([
      expect.objectContaining({ code: 'MORTISE_ERR_CONFIG_TYPE', where, expected, found }),
    ]);
  });

  it('says what to write instead', async () => {
    const remedies = async (text: string) => (await problems(text)).map(({ remedy }) => remedy);
    expect(await remedies('[plugins]\nname = "a"')).toEqual([
      'Write [[plugins]] with two brackets, once for each plugin.',
    ]);
    expect(await remedies('[host]\nsearch = "a"')).toEqual(['Write search = ["a"].']);
    expect(await remedies('[host]\nservices = "a.js"')).toEqual(['Write services = ["a.js"].']);
    expect(await remedies('[[plugins]]\nname = "a"\nisolation = "process"')).toEqual([
      'Isolated plugins are not built yet: leave the key out to run the plugin in this process.',
    ]);
  });
});

it('reports all problems of a file at once, in the order of its lines', async () => {
  const text = `
    [routing]
    shards = "four"
    [[plugins]]
    name = "a"
    isolation = "process"
    [[plugins]]
    nam = "b"
    [host]
    serch = []
  `;
  const found = await problems(text);
  expect(found.map(({ code, where }) => [code, where])).toEqual([
    ['MORTISE_ERR_CONFIG_TYPE', 'line 3, column 5'],
    ['MORTISE_ERR_CONFIG_TYPE', 'line 6, column 5'],
    ['MORTISE_ERR_CONFIG_TYPE', 'line 7, column 5'],
    ['MORTISE_ERR_CONFIG_KEY', 'line 8, column 5'],
    ['MORTISE_ERR_CONFIG_KEY', 'line 10, column 5'],
  ]);
});
