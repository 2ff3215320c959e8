import { expect, it } from 'vitest';
import { looksLikeHandshake, parseHandshake } from '../../../src/dialects/goplugin/handshake.js';

const parse = (line: string, offered = [1]) => parseHandshake(line, offered, 'a program');
const code = (line: string, offered?: number[]) => {
  try {
    parse(line, offered);
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

it('reads every form that programs print', () => {
  const unix = { version: 1, address: { network: 'unix', path: '/run/plugin1' } };
  expect(parse('1|1|unix|/run/plugin1|grpc')).toEqual(unix);
  expect(parse('1|1|unix|/run/plugin1|grpc|')).toEqual(unix);
  expect(parse('1|1|unix|/run/plugin1|grpc||false\r')).toEqual(unix);
  expect(parse('1|3|tcp|127.0.0.1:1234|grpc|short', [2, 3])).toEqual({
    version: 3,
    address: { network: 'tcp', host: '127.0.0.1', port: 1234 },
  });
});

it('a port without a host, or on all of them, is this machine’s', () => {
  for (const address of [':1234', '0.0.0.0:1234', 'localhost:1234']) {
    expect(parse(`1|1|tcp|${address}|grpc`).address).toMatchObject({ host: '127.0.0.1', port: 1234 });
  }
  expect(parse('1|1|tcp|[::]:1234|grpc').address).toMatchObject({ host: '::1', port: 1234 });
});

it('takes the certificate, base64 without padding', () => {
  const certificate = Buffer.alloc(590, 7);
  const line = `1|1|unix|/run/p|grpc|${certificate.toString('base64').replace(/=+$/, '')}`;
  expect(parse(line).certificate).toEqual(certificate);
});

it('refuses what isn’t one', () => {
  const lines = ['', 'hello', '1|1|unix', '1|1|unix|/x|grpc|a|b|c', 'x|1|unix|/x|grpc', '1|1|pipe|x|grpc'];
  for (const line of lines) expect([line, code(line)]).toEqual([line, 'MORTISE_ERR_HANDSHAKE']);
});

it('connects to nowhere else', () => {
  const elsewhere = ['tcp|10.0.0.1:80', 'tcp|evil.example:80', 'tcp|:0', 'tcp|:70000', 'tcp|80'];
  const paths = ['unix|relative', `unix|/${'x'.repeat(200)}`, 'unix|/a\0b'];
  for (const address of [...elsewhere, ...paths]) {
    expect([address, code(`1|1|${address}|grpc`)]).toEqual([address, 'MORTISE_ERR_HANDSHAKE']);
  }
});

it('refuses other protocols by name', () => {
  expect(() => parse('1|1|unix|/run/p')).toThrow(/net\/rpc/);
  expect(() => parse('1|1|unix|/run/p|netrpc')).toThrow(/net\/rpc/);
  expect(code('1|1|unix|/run/p|thrift')).toBe('MORTISE_ERR_PROTOCOL');
  expect(code('1|1|unix|/run/p|grpc||true')).toBe('MORTISE_ERR_PROTOCOL');
  expect(() => parse('2|1|unix|/run/p|grpc')).toThrow(/handshake is of version 2/);
});

it('compares the version that came back', () => {
  expect(code('1|2|unix|/run/p|grpc', [3, 4])).toBe('MORTISE_ERR_PROTOCOL_VERSION');
  expect(code('1|02x|unix|/run/p|grpc', [2])).toBe('MORTISE_ERR_PROTOCOL_VERSION');
  expect(() => parse('1|2|unix|/run/p', [4])).toThrow(/version "2" of its protocol, and 4 was offered/);
});

it('tells a handshake from noise', () => {
  expect(['1|1|unix|/x|grpc', ' 12|', 'starting…', '|1', 'a|b'].map(looksLikeHandshake)).toEqual([
    ...[true, true, false, false, false],
  ]);
});
