/**
 * Misuse of mortise.collect is refused and reported, and nothing of it ends the process; once as users have it, once
 * the address sanitizer watches it.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTools, titled } from '../../rust/cargo.js';
import { buildC, scratch } from '../serve/typescript.build.js';
import { environment, flag, sanitizedPackage, sanitizer } from './sanitized.js';

const missing = process.platform === 'linux' ? missingTools('cc') : ['ELF'];
const library = sanitizer();

interface Scene {
  states: [string, string[] | null][];
  lines: string[];
  problems: string[];
}

describe.each([
  { form: 'as users have it', watched: false, lacking: missing },
  {
    form: 'under the address sanitizer',
    watched: true,
    lacking: library ? missing : [...missing, 'g++ with the address sanitizer, cmake and flock'],
  },
])('mortise.collect $form', ({ watched, lacking }) => {
  describe.skipIf(lacking.length > 0)(titled('misused', lacking), () => {
    const { path, remove } = scratch();
    let root = resolve('.');
    let report: Record<string, Scene> & { hosts?: Record<string, unknown> } = {};
    beforeAll(() => {
      if (watched) root = sanitizedPackage();
      const flags = watched ? [flag] : [];
      const plugins = ['collecting', 'other'].map((name) =>
        buildC('../misuse/collecting.c', [], path, 'c', name, flags),
      );
      const run = spawnSync(
        process.execPath,
        [join(import.meta.dirname, 'collecting.mjs'), root, ...plugins],
        {
          encoding: 'utf8',
          env: { ...process.env, ...(library && watched && environment(library)) },
        },
      );
      expect(run.stderr).toBe('');
      expect(run).toMatchObject({ status: 0, signal: null });
      report = JSON.parse(run.stdout);
    }, 1_800_000);
    afterAll(() => {
      remove();
      if (watched) rmSync(root, { recursive: true, force: true });
    });

    it.each([
      ['nothing', 'MORTISE_ERR_SERVICE_ARGUMENT'],
      ['nulls', 'MORTISE_ERR_SERVICE_ARGUMENT'],
      ['long', 'MORTISE_ERR_SERVICE_ARGUMENT'],
      ['twice', 'MORTISE_ERR_COLLECT_NAME_TAKEN'],
    ])('callbacks that can’t be registered fail the plugin: %s', (does, code) => {
      expect(report[does]?.states).toEqual([['failed', expect.arrayContaining([code])]]);
      expect(report[does]?.lines).toEqual([]);
    });

    it('an init that fails takes all with it', () => {
      expect(report.fails).toMatchObject({ states: [['failed', ['MORTISE_ERR_INIT_FAILED']]], lines: [] });
    });

    const ended = ['add: -1', 'dispatch: -1', 'remove: 1'];

    it('values that are wrong are refused, and others are taken', () => {
      const first = report.wrong?.lines.slice(0, 15);
      expect(first).toEqual([
        'unknown type: -1',
        'too many: -1',
        'none: -1',
        'far too many: -1',
        'null type: -1',
        'NaN: 0',
        'infinite: 0',
        'long name: -1',
        'control: -1',
        'slashes: 0',
        'null: -1',
        'null values: -1',
        'null host: -1',
        'null notification: -1',
        'null set: -1',
      ]);
      expect(report.wrong?.states).toEqual([['ready', null]]);
      expect(report.wrong?.problems).toEqual(
        expect.arrayContaining(['MORTISE_ERR_SERVICE_ARGUMENT', 'MORTISE_WARN_COLLECT_REFUSED']),
      );
      expect(report.wrong?.lines.slice(-5)).toEqual(['released: 1', 'called: 1', ...ended]);
    });

    it('a reader takes itself away, once', () => {
      expect(report.itself?.lines).toEqual(['remove: 0', 'again: 1', 'released: 1', 'called: 1', ...ended]);
    });

    it('threads of the plugin’s own go on until its end', () => {
      const lines = ['released: 1', 'called: 1', ...ended];
      expect(report.thread).toMatchObject({ states: [['ready', null]], lines });
      expect(report.both?.lines).toEqual([...lines, ...lines]);
    });

    it('a host that closes leaves another alone', () => {
      const lines = ['released: 1', 'called: 1', ...ended];
      expect(report.hosts).toEqual({ left: lines, right: lines, written: [['other', 0]] });
    });
  });
});
