/** Workers and processes that end while hosts open, serve and call: `npm run stress -- workers` is the same, larger. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const stress = resolve(import.meta.dirname, '../stress');
const hasCompiler = spawnSync(process.env.CC ?? 'cc', ['--version']).status === 0;

describe.skipIf(!hasCompiler || process.platform !== 'linux')(
  'what ends at a random moment (needs cc)',
  () => {
    let root = '';
    let plugin = '';
    let copies = '';
    beforeAll(async () => {
      const { buildPlugin } = await import(/* @vite-ignore */ resolve(stress, 'plugin.mjs'));
      root = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-ends-')));
      plugin = buildPlugin(root);
      copies = join(root, 'copies');
      mkdirSync(copies);
    });
    afterAll(() => rmSync(root, { recursive: true, force: true }));
    const run = (mode: string, count: number) =>
      spawnSync(process.execPath, [resolve(stress, 'stress.mjs'), mode, String(count), plugin, copies], {
        encoding: 'utf8',
      });

    it.each([
      ['terminated while they open hosts: the process goes on', 'ends', 60],
      ['serve six functions each, and end: they are given back', 'serves', 60],
    ])('workers %s', { timeout: 120_000 }, (_, mode, count) => {
      const { status, signal, stdout, stderr } = run(mode, count);
      expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({ workers: count, errors: {} });
    });

    it('a process that exits while its worker opens hosts', { timeout: 120_000 }, () => {
      for (let n = 0; n < 6; n++) expect(run('exits', 1)).toMatchObject({ status: 0, signal: null });
    });
  },
);
