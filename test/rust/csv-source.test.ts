/** example-plugins/rust-csv-source: Arrow's own crate gives the columns. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { directory, open } from '../host/open.js';
import { root, titled } from './cargo.js';

const folder = join(root, 'example-plugins/rust-csv-source');
const target = join(root, 'target/csv-source');
const library = join(target, 'release', 'librust_csv_source.so');

/** Arrow's crates take minutes: they are built once, by hand, and the plugin itself is brought up to date here. */
function missing(): string[] {
  const build =
    'cargo build --release --target-dir ../../target/csv-source in example-plugins/rust-csv-source';
  if (!existsSync(library)) return [`build of it: ${build}`];
  const args = ['build', '--release', '--locked', '--offline', '--quiet', '--target-dir', target];
  const { status } = spawnSync('cargo', args, { cwd: folder, stdio: 'ignore', timeout: 300_000 });
  return status === 0 ? [] : [`build of it that is up to date: ${build}`];
}

const lacking = process.platform === 'linux' ? missing() : ['Linux'];
describe.skipIf(lacking.length > 0)(titled('a data source in Rust', lacking), () => {
  const csv = (name: string, text: string, folder: string) => writeFileSync(join(folder, name), text);

  it('answers with typed columns, in batches', async () => {
    const data = directory();
    const lines = Array.from({ length: 50_000 }, (_, id) => `${id},item ${id},${id / 2}`);
    csv('orders.csv', `id,item,price\n${lines.join('\n')}\n`, data);
    const host = await open({ plugins: [{ name: library, config: { directory: data } }] });
    expect([...host.plugins][0]?.error).toBeUndefined();
    expect(await host.querying.checkHealth({ plugin: 'rust_csv_source' })).toMatchObject({
      status: 'ok',
      message: `reads ${data}`,
    });
    const ask = (file: unknown) =>
      host.querying.query({ plugin: 'rust_csv_source', queries: [{ json: { file } }] });
    const frame = await (await ask('orders.csv')).need('A').joined();
    expect(frame?.fields.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'int64'],
      ['item', 'utf8'],
      ['price', 'float64'],
    ]);
    expect(frame?.rowCount).toBe(50_000);
    expect(frame?.column('id')?.[49_999]).toBe(49_999n);
    for (const [file, expected] of [
      ['gone.csv', /No such file/],
      ['../orders.csv', /not in the directory/],
      ['/etc/passwd', /not in the directory/],
      [undefined, /names no `file`/],
    ] as const)
      expect((await ask(file)).get('A')?.error?.message).toMatch(expected);
    const files = await host.querying.callResource({ plugin: 'rust_csv_source', path: 'files' });
    expect(files.headers).toEqual({ 'content-type': ['text/plain; charset=utf-8'] });
    expect(await text(files.body)).toBe('orders.csv\n');
    await expect(host.querying.callResource({ plugin: 'rust_csv_source', path: 'other' })).rejects.toThrow(
      'there is no resource',
    );
    // The first rows say that it is a number.
    csv('bad.csv', `id\n${'1\n'.repeat(20_000)}x\n`, data);
    await expect(ask('bad.csv').then((answers) => answers.need('A').all())).rejects.toThrow(/x/);
  });

  it('doesn’t start without a directory', async () => {
    const host = await open({ plugins: [library] });
    expect([...host.plugins][0]?.error?.code).toBe('MORTISE_ERR_CONFIG_VALUE');
  });
});
