import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Implementation, implement, MortiseError, type Problem } from '../../../src/index.js';
import { open, thrown } from '../../host/open.js';
import { missingTools, titled } from '../../rust/cargo.js';
import { buildC, buildRust, scratch } from './typescript.build.js';
import { Mode, Served, Used } from './typescript.kinds.js';

/** What TypeScript serves; plugins of every language hand TypeScript's calls on to it. */
const notes: number[] = [];
let kept: (() => unknown) | undefined;
const served: Implementation<typeof Served.functions> = {
  narrow: ({ a, b, c, d }) => a + b + c + d,
  wide: ({ a, b }) => ({ result: a < 0n, low: a, high: b }),
  whole: ({ value }) => value,
  real: ({ a, b }) => ({ result: a * b, half: a / 2 }),
  flag: ({ yes }) => ({ not: !yes }),
  join({ left, right, joined }) {
    const bytes = Buffer.from(`${left}|${right}`);
    if (bytes.length > joined.length) throw new RangeError(`needs ${bytes.length} bytes`);
    bytes.copy(joined);
    return { size: bytes.length };
  },
  sum: ({ type }) => ({ total: type.reduce((total, byte) => total + byte, 0) }),
  each({ items, visit, stop }) {
    kept = stop;
    for (const [index, item] of items.entries()) {
      const answer = visit({ index, item, name: `№ ${index}`, rest: items.subarray(index + 1) });
      if (answer < 0) stop();
    }
  },
  many: ({ a, b, c, d, e, f, g, h, i }) => ({ sum: a + b + c + d + e + f + g + h + Number(i) }),
  note({ type }) {
    notes.push(type);
  },
  scale({ samples, by, scaled }) {
    if (samples.length !== scaled.length) throw new RangeError(`needs ${samples.length} elements`);
    for (const [index, sample] of samples.entries()) scaled[index] = sample * by;
  },
  total({ counts, kind, visit }) {
    visit();
    return counts.reduce((total, count) => total + count, 0n) + BigInt(kind.reduce((a, b) => a + b, 0));
  },
  name({ shape, mode, count, visit }) {
    visit({ shape, mode });
    return {
      other: shape === 'lowPass' ? 'type' : shape,
      both: (mode | Mode.bits.mute) >>> 0,
      next: count + 1,
    };
  },
  tune({ settings, step }) {
    if (step === 200) return { tuned: { ...settings, loud: 1 }, middle: settings.at } as never;
    if (step === 201) return { tuned: { ...settings, at: { x: 1, y: 'no' } }, middle: settings.at } as never;
    const { at } = settings;
    return {
      tuned: { ...settings, isLoud: !settings.isLoud, tiny: settings.tiny - 1, whole: settings.whole - 1 },
      middle: { x: at.x / 2, y: at.y / 2 },
    };
  },
  greet({ name }) {
    if (name === 'number') return { result: 5, size: 1 } as never;
    if (name === 'throw') throw new Error('no name');
    return { result: `hello ${name}`, size: name.length };
  },
  blob({ size }) {
    if (size === 666) return 'text' as never;
    return Buffer.alloc(size, size);
  },
  single: ({ value }) => value,
};

const missing = missingTools('cc', 'c++', 'cargo');
const needs = { c: ['cc'], 'c++': ['c++'], rust: ['cargo'] };

describe.each(['c', 'c++', 'rust'] as const)('through a plugin in %s', (language) => {
  const lacking =
    process.platform === 'linux' ? needs[language].filter((tool) => missing.includes(tool)) : ['ELF'];
  const { path, remove } = scratch();
  let library: string;

  beforeAll(async () => {
    if (lacking.length > 0) return;
    library =
      language === 'rust'
        ? await buildRust('typescript.kinds.rs', 'test-kinds', [Served, Used], path)
        : buildC('typescript.kinds.c', [Served, Used], path, language);
  }, 300_000);
  afterAll(remove);

  const lines: [severity: string, plugin: string, message: string][] = [];
  async function kinds() {
    lines.length = 0;
    const problems: Problem[] = [];
    const host = await open({
      plugins: [{ name: library, required: true }],
      services: [implement(Served, served)],
      log: ({ severity, plugin, message }) => lines.push([severity, plugin, message]),
    });
    host.on('problem', (problem) => problems.push(problem));
    return { host, problems, used: host.services.get(Used) };
  }

  describe.skipIf(lacking.length > 0)(titled('and back', lacking), () => {
    it('integers keep their values, at every edge', async () => {
      const { used, problems } = await kinds();
      for (const [a, b, c, d] of [
        [0, 0, 0, 0],
        [-128, 255, -32_768, 65_535],
        [127, 0, 32_767, 1],
      ] as const) {
        expect(used.narrow({ a, b, c, d })).toBe(a + b + c + d);
      }
      for (const a of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]) {
        const b = BigInt.asUintN(64, a);
        expect(used.wide({ a, b })).toEqual({ result: a < 0n, low: a, high: b });
      }
      for (const value of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
        expect(used.whole({ value })).toBe(value);
      }
      expect(used.latest?.({ value: 254 })).toBe(255);
      expect(problems).toEqual([]);
    });

    it('doubles, floats and booleans', async () => {
      const { used } = await kinds();
      for (const b of [0, -0, 1.1, Number.MIN_VALUE, Number.MAX_VALUE, Infinity, Number.NaN]) {
        expect(used.real({ a: 0.5, b })).toEqual({ result: 0.5 * b, half: 0.25 });
      }
      expect(used.single({ value: 1.1 })).toBe(Math.fround(1.1));
      expect([used.flag({ yes: true }), used.flag({ yes: false })]).toEqual([{ not: false }, { not: true }]);
    });

    it('text and bytes of every length, and room that is written to', async () => {
      const { used } = await kinds();
      const texts = ['', 'a', 'é', '🌱', 'x'.repeat(679), '🌱'.repeat(341), 'é'.repeat(5_000)];
      for (const left of texts) {
        for (const right of texts) {
          const joined = Buffer.alloc(40_000);
          const size = Number(used.join({ left, right, joined }).size);
          expect(joined.toString('utf8', 0, size)).toBe(`${left}|${right}`);
          expect(joined[size]).toBe(0);
        }
      }
      for (const size of [0, 1, 63, 64, 65, 4_096, 1_000_000]) {
        const type = new Uint8Array(size).fill(3);
        expect(used.sum({ type })).toEqual({ total: size * 3 });
      }
      // A part of a buffer is that part.
      expect(used.sum({ type: Buffer.from([1, 2, 4, 8]).subarray(1, 3) })).toEqual({ total: 6 });
    });

    it('spans of every length, each a typed array of its own', async () => {
      const { used, problems } = await kinds();
      for (const size of [0, 1, 15, 16, 17, 1_024, 100_003]) {
        const samples = Float32Array.from({ length: size }, (_, index) => index);
        const scaled = new Float32Array(size);
        used.scale({ samples, by: 0.5, scaled });
        expect(scaled).toEqual(samples.map((sample) => sample / 2));
      }
      // A part of an array is that part.
      const both = new Float32Array([1, 2, 3, 4]);
      used.scale({ samples: both.subarray(0, 1), by: 3, scaled: both.subarray(2, 3) });
      expect([...both]).toEqual([1, 2, 3, 4].with(2, 3));
      let visits = 0;
      const visit = () => void visits++;
      const counts = new BigUint64Array([2n ** 62n, 1n]);
      expect(used.total({ counts, kind: new Int16Array([-3, 1]), visit })).toBe(2n ** 62n - 1n);
      expect([visits, problems]).toEqual([1, []]);
    });

    it('what isn’t such a span is refused before anything runs', async () => {
      const { used } = await kinds();
      const scaled = new Float32Array(2);
      const refused = (samples: unknown, message: string, into = scaled) =>
        expect(() => used.scale({ samples: samples as Float32Array, by: 1, scaled: into })).toThrow(
          expect.objectContaining({
            code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
            message: expect.stringContaining(message),
          }),
        );
      for (const wrong of [
        new Float64Array(2),
        new Uint8Array(8),
        [1, 2],
        null,
        new DataView(new ArrayBuffer(8)),
      ]) {
        refused(wrong, 'samples is not a Float32Array');
      }
      refused(Object.create(Float32Array.prototype), 'samples is not a Float32Array');
      refused(new Float32Array(new SharedArrayBuffer(8)), 'samples lies in a SharedArrayBuffer');
      const gone = new Float32Array(2);
      structuredClone(gone.buffer, { transfer: [gone.buffer] });
      refused(gone, 'samples was transferred away');
      refused(scaled.subarray(1), 'samples and scaled share bytes');
      refused(new Float32Array(2), 'scaled was transferred away', gone);
    });

    it('a failure with spans leaves what was written, and says why', async () => {
      const { used, problems } = await kinds();
      const call = () => used.scale({ samples: new Float32Array(3), by: 1, scaled: new Float32Array(1) });
      expect(call).toThrow(/needs 3 elements/);
      expect(problems).toHaveLength(1);
    });

    it.skipIf(language === 'rust')('TypeScript is passed none that isn’t aligned', async () => {
      const { used, problems } = await kinds();
      const call = () => used.scale({ samples: new Float32Array(3), by: 13, scaled: new Float32Array(3) });
      expect(call).toThrow(/span that isn’t aligned/);
      expect(problems[0]).toMatchObject({ code: 'MORTISE_ERR_SERVICE_ARGUMENT' });
    });

    const settings = {
      tiny: -127,
      gain: 0.25,
      mode: Mode.bits.last,
      shape: 'highPass',
      isLoud: true,
      frames: 2n ** 64n - 1n,
      whole: Number.MAX_SAFE_INTEGER,
      type: 65_535,
      at: { x: 0.1, y: -3.5 },
    } as const;

    it('records, with records in them', async () => {
      const { used, problems } = await kinds();
      for (const isLoud of [true, false]) {
        expect(used.tune({ settings: { ...settings, isLoud }, step: 0 })).toEqual({
          tuned: { ...settings, isLoud: !isLoud, tiny: -128, whole: settings.whole - 1 },
          middle: { x: 0.05, y: -1.75 },
        });
      }
      // In any order, of any class, with what can't be listed.
      class Own {
        get tiny() {
          return 3;
        }
      }
      const own = Object.assign(
        Object.create(Own.prototype),
        Object.fromEntries(Object.entries(settings).slice(1).reverse()),
      );
      expect(used.tune({ settings: own, step: 0 }).tuned.tiny).toBe(2);
      expect(problems).toEqual([]);
    });

    it('a record that isn’t as the schema has it is refused before anything runs', async () => {
      const { used, problems } = await kinds();
      const refused = (wrong: unknown, message: string | RegExp) => {
        const error = thrown(() => used.tune({ settings: wrong as never, step: 0 })) as MortiseError;
        expect(error.code).toBe('MORTISE_ERR_PLUGIN_ARGUMENT');
        expect(error.message).toMatch(message);
      };
      for (const wrong of [undefined, null, 1, 'settings', () => 0]) {
        refused(wrong, 'settings is not an object with tiny, gain');
      }
      const { gain, ...rest } = settings;
      refused(rest, 'settings.gain is not f32');
      refused({ ...settings, loud: 1 }, 'settings has no field "loud"');
      refused({ ...rest, loud: 1 }, 'settings has no field "loud"');
      refused({ ...settings, __proto__: { loud: 1 } }, 'settings has no field "loud"');
      refused({ ...settings, gain: '1' }, 'settings.gain is not f32');
      refused({ ...settings, tiny: 128 }, 'settings.tiny is not i8');
      refused({ ...settings, shape: 'square' }, 'settings.shape is not one of lowPass');
      refused({ ...settings, mode: 4 }, 'settings.mode is not a number of the bits');
      refused({ ...settings, at: { x: 1 } }, 'settings.at.y is not f32');
      refused({ ...settings, at: { x: 1, y: 2, z: 3 } }, 'settings.at has no field "z"');
      refused({ ...settings, at: 5 }, 'settings.at is not an object with x, y');
      refused([settings], 'settings has no field');
      const throwing = {
        get x(): number {
          throw new Error('not now');
        },
        y: 1,
      };
      refused({ ...settings, at: throwing }, /settings.*not now/);
      const proxy = new Proxy(settings, {
        ownKeys: () => {
          throw new Error('a trap');
        },
      });
      refused(proxy, /settings.*a trap/);
      expect(problems).toEqual([]);
    });

    it('what a getter changes afterwards changes nothing', async () => {
      const { used } = await kinds();
      const changing: Record<string, unknown> = { ...settings, tiny: 5 };
      let reads = 0;
      const at = {
        x: 1,
        get y() {
          reads++;
          changing.tiny = 'gone';
          changing.gain = { toString: () => 'x' };
          return 2;
        },
      };
      changing.at = at;
      const { tuned } = used.tune({ settings: changing as never, step: 0 });
      expect([tuned.tiny, tuned.gain, tuned.at, reads]).toEqual([4, 0.25, { x: 1, y: 2 }, 1]);
    });

    it('a record that TypeScript answers wrongly, or a plugin', async () => {
      const { used, problems } = await kinds();
      expect(() => used.tune({ settings, step: 200 })).toThrow('tuned has no field "loud"');
      expect(() => used.tune({ settings, step: 201 })).toThrow('tuned.at.y is not f32');
      expect(problems.map(({ code }) => code)).toEqual(Array(2).fill('MORTISE_ERR_SERVICE_RESULT'));
      expect(() => used.tune({ settings, step: 15 })).toThrow('7, which is not a valid shape');
    });

    it.skipIf(language === 'rust')(
      'TypeScript is passed no record that isn’t there, or aligned',
      async () => {
        const { used, problems } = await kinds();
        expect(() => used.tune({ settings, step: 13 })).toThrow(/settings that isn’t aligned/);
        expect(() => used.tune({ settings, step: 14 })).toThrow(/null pointer/);
        expect(problems.map(({ code }) => code)).toEqual(Array(2).fill('MORTISE_ERR_SERVICE_ARGUMENT'));
      },
    );

    it('gives text and bytes back, of every length, within a call too', async () => {
      const { used, problems } = await kinds();
      for (const size of [0, 1, 58, 1017, 1018, 1019, 5_000, 1_000_000]) {
        const name = 'x'.repeat(size);
        expect(used.greet({ name })).toEqual({ result: `hello ${name}`, size: BigInt(size) });
      }
      expect(used.greet({ name: 'é🌱'.repeat(300) }).result).toBe(`hello ${'é🌱'.repeat(300)}`);
      for (const size of [9, 1_023, 1_024, 1_025, 3_000_000]) {
        const blob = used.blob({ size });
        expect([blob.length, blob[0], blob.at(-1)]).toEqual([size, size & 255, size & 255]);
      }
      const first = used.blob({ size: 10 });
      used.blob({ size: 11 });
      expect([...first]).toEqual(Array(10).fill(10));
      expect(problems).toEqual([]);
    });

    it('a failure of what gives text back says why, and so does a wrong answer', async () => {
      const { used, problems } = await kinds();
      expect(() => used.greet({ name: 'throw' })).toThrow('no name');
      expect(() => used.greet({ name: 'number' })).toThrow('its answer is not a string');
      expect(() => used.blob({ size: 666 })).toThrow('its answer is not a Uint8Array');
      expect(problems.map(({ code }) => code)).toEqual([
        'MORTISE_ERR_SERVICE_THREW',
        'MORTISE_ERR_SERVICE_RESULT',
        'MORTISE_ERR_SERVICE_RESULT',
      ]);
    });

    it.skipIf(language === 'rust')('what a plugin does with an answer, and with none', async () => {
      const { used, problems } = await kinds();
      const blob = (size: number) => used.blob({ size }).toString();
      expect([blob(1), blob(4), blob(8)]).toEqual(['last', 'good', '']);
      expect(used.blob({ size: 7 }).readUInt32LE()).toBe(9);
      expect(() => blob(2)).toThrow('blob succeeded and gave no answer');
      expect(() => blob(3)).toThrow('after all');
      expect(problems.map(({ code, message }) => [code, message])).toEqual([
        ['MORTISE_ERR_SERVICE_ARGUMENT', expect.stringContaining('no room for an answer of 9 bytes')],
      ]);
      expect(() => blob(5)).toThrow('no mortise_reply');
      expect(() => blob(6)).toThrow('no mortise_reply');
    });

    it('names of enumerations, bits of flags and 64 bits as numbers', async () => {
      const { used, problems } = await kinds();
      const seen: unknown[] = [];
      const visit = (given: unknown) => void seen.push(given);
      const { loop, mute, last } = Mode.bits;
      const given = { mode: (loop | last) >>> 0, visit };
      expect(used.name({ shape: 'lowPass', count: 0, ...given })).toEqual({
        other: 'type',
        both: loop + mute + last,
        next: 1,
      });
      const count = Number.MAX_SAFE_INTEGER - 1;
      expect(used.name({ shape: 'highPass', count, ...given })).toMatchObject({
        other: 'highPass',
        next: count + 1,
      });
      expect(seen).toEqual([
        { shape: 'lowPass', mode: 0x80000001 },
        { shape: 'highPass', mode: 0x80000001 },
      ]);
      expect(problems).toEqual([]);
    });

    it('what isn’t one of them is refused, whoever passes it', async () => {
      const { used, problems } = await kinds();
      const good = { shape: 'type', mode: 0, count: 1, visit: () => {} } as const;
      const refused = (change: object, code: string, message: string | RegExp) =>
        expect(() => used.name({ ...good, ...change })).toThrow(
          expect.objectContaining({ code, message: expect.stringMatching(message) }),
        );
      for (const shape of ['', 'LowPass', 'toString', 0, null, { toString: () => 'type' }]) {
        refused({ shape }, 'MORTISE_ERR_PLUGIN_ARGUMENT', 'shape is not one of lowPass, highPass, type');
      }
      for (const mode of [4, -1, 0.5, 2 ** 32, '1', 1n]) {
        refused(
          { mode },
          'MORTISE_ERR_PLUGIN_ARGUMENT',
          'mode is not a number of the bits of loop, mute, last',
        );
      }
      for (const count of [-1, 0.5, 2 ** 53, 1n]) {
        refused({ count }, 'MORTISE_ERR_PLUGIN_ARGUMENT', 'count is not');
      }
      refused({ count: 13 }, 'MORTISE_ERR_SERVICE_FAILED', 'name answered -1');
      refused({ count: 14 }, 'MORTISE_ERR_SERVICE_FAILED', 'name answered -1');
      expect(problems.map(({ code, message }) => [code, message])).toEqual([
        ['MORTISE_ERR_SERVICE_ARGUMENT', expect.stringContaining('7 is not a valid shape')],
        ['MORTISE_ERR_SERVICE_ARGUMENT', expect.stringContaining('4 is not a valid mode')],
      ]);
      problems.length = 0;
      refused({ count: 15 }, 'MORTISE_ERR_SERVICE_FAILED', 'name gave 7, which is not a valid shape');
      refused({ count: 16 }, 'MORTISE_ERR_SERVICE_FAILED', /name gave -?\d+, which is not a valid mode/);
      refused({ count: Number.MAX_SAFE_INTEGER }, 'MORTISE_ERR_SERVICE_FAILED', 'name answered -1');
      expect(problems.map(({ code }) => code)).toEqual(['MORTISE_ERR_SERVICE_RESULT']);
    });

    it('callbacks go through both ways, and end with their call', async () => {
      const { used } = await kinds();
      const seen: unknown[] = [];
      used.each({
        items: Buffer.from([5, 6]),
        visit: ({ index, item, name, rest }) => seen.push([index, item, name, [...rest]]),
        stop: () => {},
      });
      expect(seen).toEqual([
        [0, 5, '№ 0', [6]],
        [1, 6, '№ 1', []],
      ]);
      expect(kept).toThrow(/may only be called until the function that got it returns/);
      const thrown = new Error('enough');
      const call = () =>
        used.each({
          items: Buffer.from([1]),
          visit: () => -1,
          stop: () => {
            throw thrown;
          },
        });
      expect(call).toThrow(expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_FAILED', cause: thrown }));
    });

    it('more parameters than there are registers', async () => {
      const { used } = await kinds();
      const given = { a: 1, b: 0.5, c: 10, d: 100, e: 0.25, f: 1_000, g: 10_000, h: 100_000, i: 1_000_000n };
      expect(used.many(given)).toEqual({ sum: 1_111_111.75 });
    });

    it('functions without a result', async () => {
      const { used } = await kinds();
      notes.length = 0;
      expect(used.note({ type: 65_535 })).toBeUndefined();
      expect(notes).toEqual([65_535]);
    });

    it('a failure says why, on both sides', async () => {
      const { used, problems } = await kinds();
      const call = () => used.join({ left: 'long', right: 'long', joined: Buffer.alloc(3) });
      expect(call).toThrow(MortiseError);
      expect(call).toThrow(expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_FAILED', where: 'join' }));
      expect(call).toThrow(/needs 9 bytes/);
      expect(problems[0]).toMatchObject({ code: 'MORTISE_ERR_SERVICE_THREW', subject: 'test.served' });
      expect(problems[0]?.where).toMatch(/^join, called by kinds_/);
      // Nothing is left behind for the next call.
      const joined = Buffer.alloc(3);
      expect(used.join({ left: 'a', right: 'b', joined })).toEqual({ size: 3n });
      expect(joined.toString()).toBe('a|b');
    });

    // In C nothing panics.
    if (language !== 'rust') return;
    it('a panic is a failure, and the host’s log says which, though the plugin has no cell for it', async () => {
      const { host, used } = await kinds();
      const join = () => used.join({ left: 'panic', right: '', joined: Buffer.alloc(3) });
      expect(join).toThrow(/MORTISE_ERR_SERVICE_FAILED: join panicked: as it was asked to$/m);
      expect(used.narrow({ a: 13, b: 0, c: 0, d: 0 })).toBe(0);
      // A panic in the plugin's own closure goes on in the plugin.
      expect(() => used.sum({ type: Buffer.from('panic') })).toThrow(/sum answered -1/);
      await host.close();
      expect(lines.filter(([, , message]) => message.includes('panicked'))).toEqual([
        ['error', 'kinds_rust', 'test.used: join panicked: as it was asked to'],
        ['error', 'kinds_rust', 'test.used: narrow panicked: 13 is unlucky'],
        ['error', 'kinds_rust', 'test.used: sum panicked: in a callback'],
      ]);
    });
  });
});
