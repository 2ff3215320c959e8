/**
 * Misuse of services from both sides is refused and reported. Each run is a process of its own, which ends with what
 * is followed; once it is as users have it, once the address sanitizer watches it.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as mortise from '../../../src/index.js';
import { missingTools, titled } from '../../rust/cargo.js';
import { buildC, scratch } from '../serve/typescript.build.js';
import { environment, flag, sanitizedPackage, sanitizer } from './sanitized.js';
// @ts-expect-error plain JavaScript: it also runs beside the built package
import { define } from './services.mjs';

const missing = process.platform === 'linux' ? missingTools('cc') : ['ELF'];
const library = sanitizer();
const ways = ['clone', 'port', 'transfer', 'stream'];

describe.each([
  { form: 'as users have them', watched: false, lacking: missing },
  {
    form: 'under the address sanitizer',
    watched: true,
    lacking: library ? missing : [...missing, 'g++ with the address sanitizer, cmake and flock'],
  },
])('services $form', ({ watched, lacking }) => {
  describe.skipIf(lacking.length > 0)(titled('misused', lacking), () => {
    const { path, remove } = scratch();
    let root = resolve('.');
    // biome-ignore lint/suspicious/noExplicitAny: what a process printed
    let report: Record<string, any> = {};
    beforeAll(() => {
      if (watched) root = sanitizedPackage();
      const { Held, Misuse } = define(mortise);
      const plugin = buildC('../misuse/misuse.c', [Held, Misuse], path, 'c', 'misuse', watched ? [flag] : []);
      const scenes = join(import.meta.dirname, 'scenes.mjs');
      const run = spawnSync(process.execPath, ['--expose-gc', scenes, root, plugin], {
        encoding: 'utf8',
        env: { ...process.env, ...(library && watched && environment(library)) },
      });
      expect(run.stderr).toBe('');
      expect(run).toMatchObject({ status: 0, signal: null });
      report = JSON.parse(run.stdout);
    }, 1_800_000);
    afterAll(() => {
      remove();
      if (watched) rmSync(root, { recursive: true, force: true });
    });

    const refused = /^MORTISE_ERR_SERVICE_ARGUMENT misuse called test\.held\.\w+ wrongly: the caller passed /;

    it.each(['bytes', 'text', 'buffer'])('sizes of %s that are negative, or beyond all memory', (kind) => {
      const found = report[`lying sizes of ${kind}`];
      expect(found).toHaveLength(5);
      for (const [, answer, ...problems] of found) {
        expect(answer).toBe('-1');
        expect(problems).toEqual([expect.stringMatching(refused)]);
      }
      expect(found[0][2]).toMatch(/of 18446744073709551615 bytes \(−1, with a sign\)/);
    });

    it.each(['bytes', 'text', 'buffer'])('%s that aren’t there', (kind) => {
      const [good, ...bad] = report[`places of ${kind}`];
      expect(good).toEqual(['1: 16', kind === 'buffer' ? '0' : '16']);
      expect(bad).toHaveLength(11);
      for (const [, answer, ...problems] of bad) {
        expect(answer).toBe('-1');
        expect(problems).toEqual([expect.stringMatching(refused)]);
      }
    });

    it('nothing is changed or disabled by them', () => {
      expect(report['and afterwards']).toEqual(['5', true]);
    });

    it.each(ways)('what TypeScript received is transferred away: %s', (way) => {
      const [, then, length, ...problems] = report[`received bytes, ${way}`];
      expect([then, length, problems]).toEqual(['5', 5, []]);
      const [first, ...rest] = report[`a received buffer, ${way}`];
      if (first === 'undefined') {
        // Where the engine has no such way.
        expect(rest).toEqual(['undefined']);
        return;
      }
      const message = 'it transferred or resized data, which the caller waits for';
      expect(first).toBe(`MORTISE_ERR_SERVICE_FAILED ${message}`);
      expect(rest).toEqual([
        'undefined',
        `MORTISE_ERR_SERVICE_RESULT test.held fill answered wrongly: ${message}`,
      ]);
    });

    const gone = (name: string) =>
      `MORTISE_ERR_PLUGIN_ARGUMENT data was transferred or resized before ${name} had written to it`;
    /** Node.js 20 has no ArrayBuffer.prototype.transfer. */
    const can = (way: string) => way !== 'transfer' || 'transfer' in ArrayBuffer.prototype;

    it.each(ways)('what C reads is transferred away meanwhile: %s', (way) => {
      expect(report[`lent bytes, ${way} in a service`]).toBe('500000');
      expect(report[`lent bytes, ${way} in a callback`]).toBe('1000000');
      expect(report[`a lent buffer, ${way} in a callback`]).toBe(can(way) ? gone('write') : 'undefined');
      expect(report[`bytes of a call on the pool, ${way}`]).toEqual([
        '100000',
        can(way) ? gone('mark') : '100000',
      ]);
      // Just before the call, by a getter of another argument.
      expect(report[`bytes that a getter takes, ${way}`]).toBe(
        can(way)
          ? 'MORTISE_ERR_PLUGIN_ARGUMENT data was transferred away before ends was called'
          : '{"result":100001,"first":1}',
      );
    });

    it('what C reads shrinks or changes meanwhile', () => {
      expect(report['lent bytes that shrink']).toBe('1000000');
      expect(report['a lent buffer that shrinks']).toBe(gone('write'));
      expect(report['a lent buffer that stays']).toEqual(['undefined', true]);
      expect(report['shared memory']).toEqual(['undefined', '99999999']);
      expect(report['a call within a callback']).toBe('200');
      expect(report['bytes that change during a call on the pool']).toBe('4');
      expect(report['a buffer of a call on the pool']).toEqual(['4', '5555']);
    });

    it.each(['own property', 'subclass'])('a length that JavaScript overrides: %s', (how) => {
      expect(report[`bytes with a ${how}`]).toEqual(['16', '32', 'undefined']);
    });

    it.each(['prototype only', 'proxy', 'other words', 'view of one'])('no bytes: %s', (how) => {
      expect(report[`bytes with a ${how}`]).toEqual([
        'MORTISE_ERR_PLUGIN_ARGUMENT data is not a Uint8Array',
        'MORTISE_ERR_PLUGIN_ARGUMENT data is not a Uint8Array',
        'MORTISE_ERR_PLUGIN_ARGUMENT data is not a Uint8Array',
      ]);
    });

    it('a plugin that calls a callback wrongly', () => {
      const wrong = /^MORTISE_ERR_SERVICE_ARGUMENT wrong called a callback wrongly: the caller passed /;
      const [good, ...bad] = report['a callback that C calls wrongly'];
      expect(good).toBe('undefined');
      expect(bad).toHaveLength(3);
      for (const found of bad) expect(found).toMatch(wrong);
    });

    it('a callback that is kept is not another call’s', () => {
      const problem = (calls: number) =>
        `MORTISE_ERR_CALLBACK_EXPIRED misuse called a callback of test.misuse.keep after that had returned (${calls} times so far)`;
      // 0 from the one that is over, 2 from the one whose call it is.
      expect(report['a kept callback']).toEqual(['200', problem(1)]);
      expect(report['a callback without its data']).toEqual([
        '0',
        expect.stringMatching(/^MORTISE_ERR_CALLBACK_EXPIRED misuse .* without its data/),
      ]);
      expect(report['a kept callback on a thread']).toEqual([problem(2)]);
      expect(report['a kept callback in a loop']).toEqual(['4', '8', '16', '32']);
      expect(report['a kept callback after all']).toEqual(['second 1']);
    });

    it('callbacks that don’t answer at once', () => {
      expect(report['an async callback']).toBe(
        'MORTISE_ERR_PLUGIN_ARGUMENT visit is not a function that answers at once',
      );
      for (const name of ['a callback that promises', 'a callback for nothing that promises']) {
        expect(report[name]).toMatch(/^MORTISE_ERR_SERVICE_FAILED .*answered a promise/);
      }
      expect(report.rejections).toEqual([]);
    });
  });
});
