import { expect, it } from 'vitest';
import { parseQuery } from '../../../src/cli/input/query.js';

const parse = (text: string | Buffer) => parseQuery(Buffer.from(text));

it('takes every key of a query, and leaves what the values may be to the host', () => {
  const text =
    '{"sql":"SELECT 1","params":["42",null,7],"shards":4,"hasPrimary":true,"hasReplicas":false,"inTransaction":true,"writeOverride":false}';
  expect(parse(text)).toEqual(JSON.parse(text));
  expect(parse(' {} ')).toEqual({});
});

it('reads binary parameters from base64', () => {
  const { params } = parse(
    '{"sql":"x","params":[{"base64":"AAAAKg==","format":"binary"},{"base64":"NDI","format":"text"},{"base64":""}]}',
  );
  expect(params).toEqual([
    { bytes: Buffer.from([0, 0, 0, 42]), format: 'binary' },
    { bytes: Buffer.from('42'), format: 'text' },
    { bytes: Buffer.alloc(0), format: 'binary' },
  ]);
});

it.each([
  ['{"sql":', 'the line is not JSON', undefined],
  ['SELECT 1', 'the line is not JSON', undefined],
  ['[]', 'not a JSON object', undefined],
  ['null', 'not a JSON object', undefined],
  ['"SELECT 1"', 'not a JSON object', undefined],
  ['{"query":"SELECT 1"}', 'unknown key "query"', undefined],
  ['{"sql":"x","parms":[]}', 'unknown key "parms"', 'Did you mean "params"?'],
  ['{"sql":"x","has_replicas":true}', 'unknown key "has_replicas"', 'Did you mean "hasReplicas"?'],
])('refuses %s', (text, message, remedy) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({
      code: 'MORTISE_ERR_QUERY',
      message: expect.stringContaining(message),
      ...(remedy && { remedy }),
    }),
  );
});

it('refuses bytes that are not UTF-8, and lines that are too long', () => {
  expect(() => parse(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(/not UTF-8/);
  expect(() => parseQuery('too long')).toThrow(/longer than 16777216 bytes/);
});

it.each([
  '{"base64":"AAA*"}',
  '{"base64":"A"}',
  '{"base64":"AA==","format":"text8"}',
  '{"hex":"00"}',
  '[1]',
  '{"base64":1}',
])('refuses the parameter %s', (parameter) => {
  expect(() => parse(`{"sql":"x","params":["1",${parameter}]}`)).toThrow(
    expect.objectContaining({ code: 'MORTISE_ERR_PARAMETER', where: 'params[1]' }),
  );
});
