/** A real data source as a signed bundle, from the source directory to an answer. */
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DataSource } from '../../../src/capabilities/querying/source.js';
import type { Kept } from '../../../src/dialects/goplugin/keep.js';
import { Host, verify } from '../../../src/index.js';
import { dataSource, makeKey, signBundle, writeBundle } from '../../loader/bundles/made.js';
import { describeWith, workDirectory } from '../goplugin/programs.js';
import { context, request, settings } from './calls.js';

const root = workDirectory();
mkdirSync(join(root, 'data'));
writeFileSync(join(root, 'data/a.csv'), 'n\n1\n2\n');
const called = context({ dataSource: { ...settings, options: { directory: 'data' } } });

/** `gpx_csv` as it is called for this machine. */
const fileFor = (name: string) => {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const ending = process.platform === 'win32' ? '.exe' : '';
  return `${name}_${system}_${process.arch === 'x64' ? 'amd64' : process.arch}${ending}`;
};

function writeProgram(bundle: string, id: string, path: string, more: object = {}): void {
  writeBundle(bundle, dataSource(id, { backend: true, executable: 'gpx_csv', ...more }));
  copyFileSync(path, join(bundle, fileFor('gpx_csv')));
  chmodSync(join(bundle, fileFor('gpx_csv')), 0o755);
}

describeWith('csv-datasource', 'a data source in a signed bundle', (path) => {
  const bundle = join(root, 'plugins/csv');
  const { platform } = process;
  const program = join(bundle, fileFor('gpx_csv'));
  const open = async (publicKey: string) =>
    Host.open({
      signals: false,
      log: () => {},
      sources: { external: [join(root, 'plugins')], trust: [publicKey], grafanaVersion: '12.1.0' },
      plugins: [{ name: 'example-csv-datasource', config: { settings: { root } } }],
    });

  it('answers once it is trusted, and runs no more when a byte of its program was added', async () => {
    const key = await makeKey();
    writeProgram(bundle, 'example-csv-datasource', path);
    await signBundle(bundle, key);

    const host = await open(key.publicKey);
    try {
      const plugin = host.plugins.get('example-csv-datasource');
      expect(plugin?.error).toBeUndefined();
      expect(plugin).toMatchObject({ dialect: 'grafana', state: 'ready', signature: 'valid' });
      const source = plugin?.offers.querying as DataSource;
      const answers = await source.query(request({ A: { file: 'a.csv' } }), called);
      const answer = answers.get('A');
      expect(answer).toMatchObject({ refId: 'A' });
      expect(answer).not.toHaveProperty('error');
      const pid = (plugin?.offers.program as Kept | undefined)?.program?.pid;
      if (platform === 'linux')
        expect(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')).toContain('GF_VERSION=12.1.0');
    } finally {
      await host.close();
    }

    const stranger = await open((await makeKey('Somebody else')).publicKey);
    const unknown = stranger.plugins.get('example-csv-datasource');
    await stranger.close();
    expect(unknown?.error).toMatchObject({ code: 'MORTISE_ERR_SIGNATURE_INVALID' });

    appendFileSync(program, '\0');
    const later = await open(key.publicKey);
    const changed = later.plugins.get('example-csv-datasource');
    await later.close();
    expect(changed?.error).toMatchObject({
      code: 'MORTISE_ERR_SIGNATURE_MODIFIED',
      where: expect.stringContaining('gpx_csv'),
    });
  });
});

describeWith('csv-datasource', 'verify with `load`', (path) => {
  const place = join(root, 'tried');
  const config = join(place, 'mortise.toml');
  mkdirSync(place);
  writeFileSync(
    config,
    '[sources]\nexternal = ["plugins"]\nunsigned = ["good-datasource", "outer-app", "needy-app"]\n',
  );
  const tried = async (directory: string) => {
    const { checks, status } = await verify(join(place, 'plugins', directory), { load: true, config });
    const seen = checks.flatMap(({ id, status, message, problem }) =>
      ['load', 'init', 'fini'].includes(id) ? [[id, status, problem?.code ?? message]] : [],
    );
    return { status, seen };
  };

  it('starts the program of a bundle until it is healthy, and stops it', async () => {
    writeProgram(join(place, 'plugins/good'), 'good-datasource', path);
    expect(await tried('good')).toEqual({
      status: 'ok',
      seen: [
        ['load', 'ok', 'its settings are valid'],
        ['init', 'ok', 'the handshake'],
        ['fini', 'ok', 'Shutdown'],
      ],
    });
  });

  it('of one inside another too', async () => {
    writeBundle(join(place, 'plugins/outer'), { id: 'outer-app', type: 'app', name: 'Outer' });
    writeProgram(join(place, 'plugins/outer/inner'), 'inner-datasource', path);
    const { seen } = await tried('outer/inner');
    expect(seen).toContainEqual(['init', 'ok', 'the handshake']);
    expect((await tried('outer')).seen).toEqual([['load', 'skip', 'nothing of it runs here']]);
  });

  it('says why one isn’t tried', async () => {
    const dependencies = { plugins: [{ id: 'good-datasource' }] };
    writeProgram(join(place, 'plugins/needy'), 'needy-app', path, { type: 'app', dependencies });
    const message = 'needs good-datasource, and bundles are tried out alone';
    expect((await tried('needy')).seen).toEqual([['load', 'skip', message]]);
  });
});

describeWith('key-value', 'verify with `load`', (path) => {
  it('says where a bundle’s program fails', async () => {
    const config = join(root, 'unsigned.toml');
    writeFileSync(config, '[sources]\nunsigned = ["other-datasource"]\n');
    // It is no data source: it refuses the cookie.
    writeProgram(join(root, 'other'), 'other-datasource', path);
    const { checks, status } = await verify(join(root, 'other'), { load: true, config });
    expect(status).toBe('fail');
    expect(checks.find(({ id }) => id === 'init')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_PROGRAM_EXITED',
    });
  });
});
