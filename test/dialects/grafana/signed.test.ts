/** A real data source as a signed bundle, from the source directory to an answer. */
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DataSource } from '../../../src/capabilities/querying/source.js';
import type { Kept } from '../../../src/dialects/goplugin/keep.js';
import { Host } from '../../../src/index.js';
import { dataSource, makeKey, signBundle, writeBundle } from '../../loader/bundles/made.js';
import { describeWith, workDirectory } from '../goplugin/programs.js';
import { context, request, settings } from './calls.js';

const root = workDirectory();
mkdirSync(join(root, 'data'));
writeFileSync(join(root, 'data/a.csv'), 'n\n1\n2\n');
const called = context({ dataSource: { ...settings, options: { directory: 'data' } } });

describeWith('csv-datasource', 'a data source in a signed bundle', (path) => {
  const bundle = join(root, 'plugins/csv');
  const { platform } = process;
  const system = `${platform === 'win32' ? 'windows' : platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const program = join(bundle, `gpx_csv_${system}${platform === 'win32' ? '.exe' : ''}`);
  const open = async (publicKey: string) =>
    Host.open({
      signals: false,
      log: () => {},
      sources: { external: [join(root, 'plugins')], trust: [publicKey], grafanaVersion: '12.1.0' },
      plugins: [{ name: 'example-csv-datasource', config: { settings: { root } } }],
    });

  it('answers once it is trusted, and runs no more when a byte of its program was added', async () => {
    const key = await makeKey();
    writeBundle(bundle, dataSource('example-csv-datasource', { backend: true, executable: 'gpx_csv' }));
    copyFileSync(path, program);
    chmodSync(program, 0o755);
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
