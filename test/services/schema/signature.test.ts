/** Signatures: the words of a definition, and when two sides of a service mean the same functions. */
import { describe, expect, it } from 'vitest';
import {
  bool,
  buffer,
  bytes,
  callback,
  defineService,
  enumeration,
  f32,
  f64,
  flags,
  fn,
  i64,
  none,
  out,
  safeInteger,
  safeUnsigned,
  span,
  status,
  statusWithMessage,
  text,
  u8,
  writableSpan,
} from '../../../src/index.js';
import { difference } from '../../../src/loader/service-fits.js';
import { addon } from '../../../src/native/addon.js';
import { koffi } from '../../../src/native/koffi.js';
import { maxSignature, statedFunctions, statedSignature } from '../../../src/services/schema/signature.js';

const shape = enumeration('shape', { lowPass: 0, type: -1 });
const mode = flags('mode', { loop: 1 });

describe('the words of a definition', () => {
  const service = defineService('test.words', '1.2', {
    isOpen: fn({ day: i64, safe: safeInteger }, bool, { thread: 'any', failure: true }),
    copy: fn({ from: bytes, register: text, into: buffer, size: out(u8) }, statusWithMessage),
    each: fn({ visit: callback({ line: text, number: f64 }, status) }, none),
    draw: fn({ shape, mode, samples: span(f32), room: writableSpan(u8), next: out(safeUnsigned) }, status),
    half: fn({ value: f64 }, f64, { failure: Number.NaN, since: '1.1' }),
    left: fn({}, i64, { failure: -1n, since: '1.2' }),
  });

  it('are the same for the same definition', () => {
    expect(statedFunctions(service.functions)).toEqual([
      'is_open(host, day: i64, safe: i64) -> bool or 1 [any-thread]',
      'copy(host, from: bytes, register: text, into: buffer, size: out u8, error) -> status [main-thread]',
      'each(host, visit: callback(line: text, number: f64) -> status) -> none [main-thread]',
      'draw(host, shape: enum shape(low_pass: 0, type: -1), mode: flags mode(loop: 1), samples: span f32, room: writable span u8, next: out u64) -> status [main-thread]',
      'half(host, value: f64) -> f64 [main-thread] since 1.1',
      'left(host) -> i64 or -1 [main-thread] since 1.2',
    ]);
  });

  it('can be those of an earlier minor', () => {
    expect(statedFunctions(service.functions, 0)).toHaveLength(4);
    expect(statedFunctions(service.functions, 1)).toHaveLength(5);
  });

  it('have a limit', () => {
    const functions = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `f${String(index).padStart(4, '0')}`,
          fn({ a: bytes }, status),
        ]),
      );
    expect(statedSignature({ functions: functions(1424) })).toHaveLength(maxSignature - 32);
    expect(() => defineService('test.long', '1.0', functions(1424))).not.toThrow();
    expect(() => defineService('test.long', '1.0', functions(1425))).toThrow(/more words/);
  });
});

describe('what fits', () => {
  const cases: [has: string, wants: string, minor: number, fits: boolean][] = [
    ['', 'a(host)', 0, true],
    ['a(host)', '', 0, true],
    ['a(host,  x: i32);\n b(host)', 'a(host, x: i32)', 0, true],
    ['a(host)', ' a(host) ; ', 0, true],
    ['a(host, x: i32)', 'a(host, y: i32)', 0, false],
    ['a(host);b(host)', 'b(host);a(host)', 0, false],
    ['a(host)', 'a(host);b(host)', 0, false],
    ['a(host)', 'a(host);b(host) since 1.2', 1, true],
    ['a(host)', 'a(host);b(host) since 1.2', 2, false],
    ['a(host);c(host)', 'a(host);b(host) since 1.2', 1, false],
    ['a(host)', 'a(host);b(host) since 1.x', 0, false],
  ];

  it.each(cases)('%j for who wants %j at 1.%i: %j', (has, wants, minor, fits) => {
    const named = { name: 'test.it', major: 1 };
    const differs = difference({ ...named, minor, signature: wants }, { ...named, minor: 9, signature: has });
    expect(differs === undefined).toBe(fits);

    // Native code has the same rule for what is asked at run time.
    const table = Buffer.alloc(16);
    table.writeUInt32LE(16);
    tables.push(table);
    const host = addon().createHost('1.0.0', () => {});
    expect(addon().provideService(host, 'test.it', 0x1_0009, BigInt(koffi().address(table)), has)).toBe('');
    const plugin = addon().createPlugin(host, { name: 'user', path: '/nowhere.so', config: {} });
    const linked = addon().linkCell(plugin, undefined, 'test.it', 0x1_0000 + minor, false, wants);
    expect(linked).toBe(fits ? 'linked' : 'absent');
    addon().closeHost(host);
  });

  it('says what differs', () => {
    const named = { name: 'test.it', major: 1, minor: 0 };
    const signed = (signature: string) => ({ ...named, signature });
    expect(difference(signed('a(host);b(host, x: i32)'), signed('a(host);b(host, x: i64)'))).toEqual({
      needs: 'b(host, x: i32)',
      has: 'b(host, x: i64)',
    });
    expect(difference(signed('a(host);b(host)'), signed('a(host)'))).toEqual({ needs: 'b(host)' });
  });
});

/** Hosts keep their addresses. */
const tables: Buffer[] = [];
