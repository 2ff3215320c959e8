/** MariaDB's services as this host implements them, called from C and compared with Node's own. */
import { createCipheriv, createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { beforeAll, describe, expect, it } from 'vitest';
import { symbols } from '../../../src/dialects/mariadb/layout.js';
import { Host, type Plugin } from '../../../src/index.js';
import { addon } from '../../../src/native/addon.js';
import { mariadbAddon } from '../../../src/native/mariadb.js';
import { directory } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

const canRun = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

describe.skipIf(!canRun)('services of MariaDB (Linux on x64 or arm64)', () => {
  let plugin: Plugin;

  beforeAll(async () => {
    const host = await Host.open({ plugins: [build('../../dialects/mariadb/services.c')] });
    [plugin] = [...host.plugins] as [Plugin];
    expect(plugin.error?.message).toBeUndefined();
    return () => host.close();
  });

  /** What the plugin reported. */
  function call(command: string, input: string, about = '0'): string[] {
    const verdict = plugin.offers.passwords?.validate({ user: about, password: input, host: command });
    return verdict?.message?.split('; ') ?? [];
  }

  it.each(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'])(
    '%s: whole, in parts, in steps',
    (name) => {
      for (const input of ['a', 'größer als', 'x'.repeat(1000)]) {
        const digest = createHash(name).update(input).digest('hex');
        expect(call(name, input)).toEqual([digest, digest, digest]);
      }
    },
  );

  it.each<[string, string, string, number]>([
    ['aes-128-ecb', '0s', '', 48],
    ['aes-256-ecb', '0l', '', 48],
    ['aes-128-cbc', '1s', 'i'.repeat(16), 48],
    ['aes-256-cbc', '1l', 'i'.repeat(16), 48],
    ['aes-256-ctr', '2l', 'i'.repeat(16), 33],
  ])('%s there and back', (name, about, iv, size) => {
    const input = 'thirty-three bytes of plain text.';
    const cipher = createCipheriv(name, 'k'.repeat(about[1] === 'l' ? 32 : 16), iv || null);
    const secret = cipher.update(input, 'utf8', 'hex') + cipher.final('hex');
    expect(call('aes', input, about)).toEqual([secret, Buffer.from(input).toString('hex'), String(size)]);
  });

  it('refuses a mode that it doesn’t serve, and a key of no size', () => {
    expect(call('aes', 'input', '3l')).toEqual(['-101']);
    expect(call('aes odd', 'input', '1')).toEqual(['-102']);
  });

  it('writes Base64 in lines, and reads it', () => {
    for (const size of [1, 2, 3, 56, 57, 58, 200]) {
      const text = 'abcdefghij'.repeat(20).slice(0, size);
      const lines = Buffer.from(text)
        .toString('base64')
        .replace(/.{76}(?=.)/g, '$&\n');
      expect(call('encode', text)).toEqual([lines, String(lines.length + 1)]);
      expect(call('decode', lines)).toEqual([`${size} ${text}`]);
    }
    expect(call('decode', 'YQ==YQ==', '1')).toEqual(['2 aa']);
    for (const bad of ['YQ=', 'Y', '=Q==', 'YQ=a', 'Y*==', 'YWFh*'])
      expect(call('decode', bad)).toEqual(['-1']);
  });

  it('finds values in JSON', () => {
    const json =
      ' {"data": {"a": [1, "x\\"y", {"b": null}], "n": -1.5e3}, "data2": true, "e": {}, "": false} ';
    expect(call('json key', json, 'data')).toEqual(['1 {"a": [1, "x\\"y", {"b": null}], "n": -1.5e3}']);
    expect(call('json key', json, 'data2')).toEqual(['5 true']);
    expect(call('json key', json, 'dat')).toEqual(['0']);
    expect(call('json key', '{"n": -1.5e3}', 'n')).toEqual(['4 -1.5e3']);
    expect(call('json item', '[1, "x\\"y", {"b": null}]', '1')).toEqual(['3 x\\"y']);
    expect(call('json item', '[1, [], {"b": null}]', '2')).toEqual(['1 {"b": null}']);
    expect(call('json item', '[1]', '1')).toEqual(['0']);
    expect(call('json nth', '{"a": 1, "bc": "d"}', '1')).toEqual(['3 bc', '3 d']);
    const types = ['{}', '[]', '"s"', '0', 'true', 'false', 'null'];
    expect(types.map((text) => call('json type', text)[0]?.split(' ')[0])).toEqual([...'1234567']);
    expect(call('json type', `${'['.repeat(60)}${']'.repeat(60)}`)[0]).toMatch(/^2 /);
  });

  it.each([
    '{',
    '{"a"}',
    '{"a":}',
    '{"b":1,}',
    '{"b":1 "a":2}',
    '{a:1}',
    '[1]',
    '"',
    '{"b":tru}',
    '{"b":01x}',
    '{"b":"\u0001"}',
    '{"b":"\\',
    '{"b":-}',
    '{"b":1.}',
    '{"b":1e}',
    `{"b":${'['.repeat(100)}${']'.repeat(100)}}`,
  ])('%j is not a JSON object', (text) => {
    expect(call('json key', text, 'a')).toEqual(['-1']);
  });

  it('escapes and unescapes texts for JSON', () => {
    for (const text of ['plain', 'a"b\\c/d', 'tab\tnew\nline', '\u0001', 'ä€😀']) {
      const inside = JSON.stringify(text).slice(1, -1);
      expect(call('json escape', text)).toEqual([`${Buffer.byteLength(inside)} ${inside}`]);
      const [unescaped] = call('json unescape', inside);
      expect(unescaped).toBe(`${Buffer.byteLength(text)} ${text}`.trimEnd());
    }
    expect(call('json unescape', '\\ud83d\\ude00 \\u00e4')).toEqual(['7 😀 ä']);
    for (const bad of ['\\', '\\x', '\\u12', '\\ud83d', '\\ude00', '\\ud83d\\u0041']) {
      expect(call('json unescape', bad)).toEqual(['-1']);
    }
    expect(call('json escape', 'x'.repeat(33))).toEqual(['-1']);
  });

  it('rotates log files', () => {
    const path = join(directory(), 'test.log');
    expect(plugin.offers.passwords?.validate({ user: path, password: 'a line', host: 'log' }).accepted).toBe(
      true,
    );
    // Nine bytes a line, at least 20 a file.
    expect(readFileSync(path, 'utf8')).toBe('end\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('a line 3\na line 4\na line 5\n');
    expect(readFileSync(`${path}.2`, 'utf8')).toBe('a line 0\na line 1\na line 2\n');
    expect(existsSync(`${path}.3`)).toBe(false);
    expect(
      plugin.offers.passwords?.validate({ user: '/nowhere/test.log', password: 'x', host: 'log' }).accepted,
    ).toBe(false);
  });

  it('fills cells, refuses those that are filled, and takes its tables back', () => {
    const handle = koffi.load(build('../../dialects/mariadb/services.c'));
    const address = (name: string) => koffi.address(handle.symbol(name, 'void *'));
    const cell = address('my_sha1_service');
    const value = () => koffi.decode(cell, 'uint64_t');
    const host = addon().createHost('0.0.0', () => {});
    const link = () => {
      const base = addon().createPlugin(host, { name: 'services', path: 'services.so', config: {} });
      const native = mariadbAddon().mariadbOpen(base, address(symbols.declarations));
      return { base, native, linked: mariadbAddon().mariadbLink(native, cell, 'my_sha1_service', 0x101) };
    };
    const first = link();
    expect(first.linked).toBe('linked');
    expect(value()).toBeGreaterThan(0xffff);
    const second = link();
    expect(second.linked).toBe('occupied');
    for (const { base, native } of [second, first]) {
      mariadbAddon().mariadbStop(native);
      mariadbAddon().mariadbStop(native);
      addon().stopPlugin(base, 0);
    }
    expect(value()).toBe(0x101);
    expect(mariadbAddon().mariadbLink(first.native, cell, 'no_service', 0x101)).toBe('absent');
  });
});
