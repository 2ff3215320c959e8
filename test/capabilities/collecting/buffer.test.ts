/** What a writer hasn't taken, on disk and beyond the end of its host. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../../src/index.js';
import { open } from '../../host/open.js';
import { until } from './wait.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-buffer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function send(collecting: Collection, count: number): void {
  for (let i = 0; i < count; i++)
    collecting.dispatch({ plugin: 'p', type: 'gauge', typeInstance: `${i}`, values: i });
}

const libraries = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
const hasSqlite = process.platform !== 'linux' || libraries.includes('libsqlite3.so.0');

describe.runIf(hasSqlite)(
  hasSqlite ? 'SQLite' : 'SQLite (not installed: apt-get install libsqlite3-0)',
  () => {
    it('keeps what a writer refuses until another host has one that takes it', async () => {
      const first = await open({ collecting: { buffer: join(folder, 'values') } });
      let refused = 0;
      first.collecting.addWriter({
        name: 'receiver/one',
        write() {
          refused++;
          throw new Error('down');
        },
      });
      send(first.collecting, 300);
      await until(() => refused > 0 && first.collecting.writers[0]?.waiting === 300);
      expect(first.collecting.writers[0]).toMatchObject({ written: 0, dropped: 0, onDisk: 300 });
      await first.close();

      const second = await open({ collecting: { buffer: join(folder, 'values') } });
      const values: unknown[] = [];
      second.collecting.addWriter({
        name: 'receiver/one',
        write: (samples) => void values.push(...samples.map((sample) => sample.values[0])),
      });
      await until(() => values.length === 300);
      expect(values).toEqual(Array.from({ length: 300 }, (_, index) => index));
      await until(() => second.collecting.writers[0]?.waiting === 0);
      expect(second.collecting.writers[0]).toMatchObject({ written: 300 });
      await second.close();
    });

    it('is another process’s, or another host’s, no more than once', async () => {
      const first = await open({ collecting: { buffer: folder } });
      first.collecting.addWriter({ name: 'w', write() {} });
      const second = await open({ collecting: { buffer: folder } });
      expect(() => second.collecting.addWriter({ name: 'w', write() {} })).toThrow(
        expect.objectContaining({ code: 'MORTISE_ERR_COLLECT_BUFFER' }),
      );
      await first.close();
      second.collecting.addWriter({ name: 'w', write() {} });
      await second.close();
    });

    it('is nowhere unless it is wanted', async () => {
      const host = await open({ cwd: folder, collecting: {} });
      host.collecting.addWriter({ name: 'w', write() {} });
      send(host.collecting, 1);
      await host.close();
      expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
    });
  },
);
