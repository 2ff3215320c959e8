/** Authentication where memory, threads or JavaScript are not as usual. Each in a process of its own. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inChild } from './child.js';
import { mariadbPlugins } from './parts.js';

const plugins = mariadbPlugins();
const path = plugins?.get('auth_ed25519') ?? '';
const dist = new URL('../../../dist/index.js', import.meta.url).href;
const opened = `
  const { Authentication } = await import(input.dist);
  const host = await Host.open({ plugins: [input.path], log: () => {} });
  const authentication = host.capability(Authentication).get();`;

describe.skipIf(!plugins)("auth_ed25519 (needs Debian's packages of MariaDB)", () => {
  // A key of zeros is a point of order 4: whoever knows that it is one can sign without a secret.
  it('lets nobody in on an account without a hash, whatever memory held before', () => {
    const script = `${opened}
      const { createHash } = await import('node:crypto');
      const point = (last, fill = 0, first = fill) => {
        const bytes = Buffer.alloc(32, fill);
        bytes[0] = first;
        bytes[31] = last;
        return bytes;
      };
      // Its multiples, by the factor.
      const multiples = [point(0, 0, 1), point(0x80), point(0x7f, 0xff, 0xec), point(0)];
      const order = 2n ** 252n + 27742317777372353535851937790883648493n;
      const forged = (random) => {
        for (const [factor, multiple] of multiples.entries()) {
          const hash = createHash('sha512').update(multiple).update(point(0)).update(random).digest();
          const challenge = BigInt('0x' + hash.reverse().toString('hex')) % order;
          if (challenge % 4n === BigInt(factor)) return Buffer.concat([multiple, point(0)]);
        }
        return Buffer.alloc(64);
      };
      const verdicts = [];
      for (let round = 0; round < 20; round++) {
        let asked;
        const { accepted } = await authentication.authenticate(
          { user: 'root' },
          { write: (packet) => { asked = packet; }, read: () => forged(asked) },
        );
        verdicts.push(accepted);
      }
      await host.close();
      answer(verdicts);`;
    // glibc fills new memory with the complement of this: zeros.
    const zeros = { MALLOC_PERTURB_: '255' };
    expect(inChild<boolean[]>(script, { path, dist }, '', zeros)).toEqual(Array(20).fill(false));
  });

  it('a worker that is terminated leaves nothing behind that waits for packets', () => {
    const script = `
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const source = \`
        const input = \${JSON.stringify(input)};
        import { Host } from \${JSON.stringify(input.dist)};
        import { parentPort } from 'node:worker_threads';
        ${opened}
        const hash = authentication.hashPassword('secret');
        let waiting = 0;
        const read = () => {
          if (++waiting === 4) parentPort.postMessage(waiting);
          return new Promise(() => {});
        };
        for (let count = 0; count < 4; count++)
          authentication.authenticate({ user: 'alice', hash }, { write() {}, read });\`;
      let waited = 0;
      for (let round = 0; round < 10; round++) {
        const url = new URL('data:text/javascript,' + encodeURIComponent(source));
        const worker = new Worker(url, { execArgv: [] });
        waited += (await once(worker, 'message'))[0];
        await worker.terminate();
      }
      answer(waited);`;
    expect(inChild<number>(script, { path, dist })).toBe(40);
  });

  it.skipIf(!existsSync('/usr/bin/prlimit'))('says that there is no thread (needs prlimit)', () => {
    const script = `${opened}
      import { execFileSync } from 'node:child_process';
      import { readFileSync } from 'node:fs';
      const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]);
      // Less than a thread's stack is left.
      const limit = pages * 4096 + 4 * 2 ** 20;
      execFileSync('/usr/bin/prlimit', ['--pid', process.pid, '--as=' + limit + ':']);
      const conversation = { write() {}, read: () => new Uint8Array() };
      const failed = await authentication.authenticate({ user: 'alice' }, conversation).catch((error) => error);
      await host.close();
      answer([failed.code, host.plugins.get('ed25519').state]);`;
    expect(inChild<string[]>(script, { path, dist })).toEqual(['MORTISE_ERR_PLUGIN_FAILED', 'stopped']);
  });
});
