/** A parser whose stack or memory ended is started again, and what it couldn't parse meanwhile is tried again. */
import { expect, it } from 'vitest';
import { run } from '../../../host/child.js';
import { asking, counting } from './asking.js';

/** Asks for a summary from the bottom of the stack: `deep` is what was said there. */
const atTheBottom = (parser: string) => `
  const host = await Host.open({ parser: ${parser} });
  const sql = 'SELECT ' + '1 + '.repeat(900) + '1';
  let deep;
  const down = () => {
    try {
      down();
    } catch {
      deep ??= host.routing.summary(sql);
    }
  };
  down();
  const meanwhile = host.routing.summary('SELECT 1');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const later = host.routing.summary('SELECT 1');
  console.log(JSON.stringify([deep.outcome, meanwhile.outcome, later.outcome, host.routing.summary(sql).outcome]));
  await host.close();`;

it('goes on after its stack ended', async () => {
  const { stdout, stderr, code } = await run(atTheBottom("'pg_query'"));
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const [deep, , later, again] = JSON.parse(stdout) as string[];
  // Where the stack ends is V8's to say: perhaps it sufficed.
  expect(['no tree', 'parsed']).toContain(deep);
  expect([later, again]).toEqual(['parsed', 'parsed']);
}, 60_000);

it('a parser that failed is asked again, and what it said then stays so', async () => {
  let broken = true;
  const { parser, texts } = counting(() => {
    if (broken) throw new Error('not now');
    return '{"version":170004,"stmts":[]}';
  });
  const { ask } = await asking({ parser });
  expect(ask('outcome', 'SELECT 1')).toBe(4);
  expect(ask('outcome', 'SELECT 1')).toBe(4);
  broken = false;
  for (let round = 0; round < 3; round++) expect(ask('outcome', 'SELECT 1')).toBe(0);
  expect(texts).toHaveLength(3);
});
