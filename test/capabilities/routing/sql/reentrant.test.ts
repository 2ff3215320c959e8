/** A parser of the embedder's own that calls the host in the middle of its work. */
import { expect, it } from 'vitest';
import { run } from '../../../host/child.js';
import { asking, counting } from './asking.js';

it('asks for other texts while it parses one, with room for one', async () => {
  let host: Awaited<ReturnType<typeof asking>>['host'] | undefined;
  const { parser } = counting((sql) => {
    if (sql.startsWith('outer')) for (let text = 0; text < 50; text++) host?.routing.summary(`inner ${text}`);
    return '{"version":170004,"stmts":[{"stmt":{"SelectStmt":{"op":"SETOP_NONE"}}}]}';
  });
  ({ host } = await asking({ parser, routing: { sqlCacheTexts: 1, sqlCacheBytes: 1 } }));
  const sql = `outer ${'x'.repeat(100)}`;
  expect(host.routing.summary(sql).statements[0]?.sql).toBe(sql);
});

it.each(['throw new Error("no")', 'return Buffer.from(\'{"version":170004,"stmts":[]}\')'])(
  'closes the host while it parses: %s',
  async (end) => {
    const { stdout, stderr, code, signal } = await run(`
      let host;
      const parser = {
        version: '17-6.1.0',
        json() { host.close(); ${end}; },
        protobuf: () => new Uint8Array(),
        fingerprint: () => '',
        normalise: () => new Uint8Array(),
      };
      for (let round = 0; round < 20; round++) {
        host = await Host.open({ parser });
        host.routing.summary('SELECT 1');
        await new Promise(setImmediate);
      }
      console.log('done');`);
    expect({ stdout: stdout.trim(), stderr, code, signal }).toMatchObject({
      stdout: 'done',
      stderr: '',
      code: 0,
    });
  },
);

it.each([
  ['a string', () => '{"version":170004,"stmts":[]}' as never],
  ['nothing', () => undefined as never],
])('gives %s instead of bytes: the parser failed, whatever it said before', async (_, json) => {
  const { parser } = counting();
  const { ask, said } = await asking({ parser: { ...parser, json } });
  expect(ask('outcome', 'SELECT 1')).toBe(4);
  expect(await said('message', 'SELECT 1')).toBe(
    'the parser failed: TypeError: what it gave is not a Uint8Array',
  );
});
