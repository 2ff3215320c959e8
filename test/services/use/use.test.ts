import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  buffer,
  bytes,
  callback,
  defineService,
  fn,
  type Host,
  i32,
  i64,
  MortiseError,
  type Outcome,
  out,
  safeInteger,
  status,
  statusWithMessage,
  u8,
  u32,
  u64,
} from '../../../src/index.js';
import { expectComplete, open, thrown } from '../../host/open.js';
import { buildC, scratch } from '../serve/typescript.build.js';

const Rule = defineService('test.rule', '1.1', {
  apply: fn({ cart: bytes, cents: out(i64) }, statusWithMessage, { thread: 'any' }),
  address: fn({ data: bytes }, u64),
  deep: fn({ kib: u32 }, u32, { thread: 'any' }),
  slow: fn({ milliseconds: u32 }, status, { thread: 'any' }),
  who: fn({ name: buffer, size: out(u64) }, status),
  fill: fn({ beyond: out(safeInteger) }, status),
  again: fn({ depth: i32, inner: callback({ depth: i32 }, status), before: out(i32) }, statusWithMessage),
  later: fn({}, u8, { since: '1.1' }),
  withdraw: fn({}, statusWithMessage, { since: '1.1' }),
});

const linux = process.platform === 'linux';
const { path, remove } = scratch();
const plugins: Record<string, string> = {};

beforeAll(() => {
  if (!linux) return;
  for (const [name, flags] of Object.entries({
    first: [],
    second: [],
    old: ['-DMINOR=0'],
    cut: ['-DSHORT'],
    holed: ['-DHOLE'],
  })) {
    plugins[name] = buildC('../use/use.rule.c', [Rule], path, 'c', name, flags);
  }
}, 120_000);
afterAll(remove);

const plugin = (name: string, percent = 100) => ({ name: plugins[name] as string, config: { percent } });
const cart = Buffer.from('1000');

async function coded(call: Promise<unknown>): Promise<MortiseError> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(MortiseError);
  expectComplete((error as MortiseError).problems[0] as MortiseError['problems'][0]);
  return error as MortiseError;
}

function codedNow(call: () => unknown): MortiseError {
  const error = thrown(call) as MortiseError;
  expect(error).toBeInstanceOf(MortiseError);
  expectComplete(error.problems[0] as MortiseError['problems'][0]);
  return error;
}

describe.skipIf(!linux)('host.services', () => {
  it('gives all providers in configuration order, typed', async () => {
    const host = await open({ plugins: [plugin('second', 50), plugin('first', 10)] });
    let cents = 0n;
    const order: string[] = [];
    for (const rule of host.services.use(Rule)) {
      order.push(rule.plugin);
      expectTypeOf(rule.apply).toBeCallableWith({ cart });
      expectTypeOf(rule.apply).returns.toEqualTypeOf<{ cents: bigint }>();
      const later: (() => number) | undefined = rule.later;
      // @ts-expect-error it may be undefined
      const always: () => number = rule.later;
      void [later, always];
      cents += rule.apply({ cart }).cents;
    }
    expect([order, cents]).toEqual([['second', 'first'], 600n]);
    expect(host.services.get(Rule).plugin).toBe('second');
    // Asking again binds nothing anew.
    expect(host.services.use(Rule)).toBe(host.services.use(Rule));
  });

  it('passes bytes without a copy, whatever they are a part of', async () => {
    const { address } = (await open({ plugins: [plugin('first')] })).services.get(Rule);
    const whole = Buffer.alloc(100);
    const start = address({ data: whole });
    expect(address({ data: whole.subarray(7, 9) })).toBe(start + 7n);
    expect(address({ data: new Uint8Array(whole.buffer, whole.byteOffset + 99, 1) })).toBe(start + 99n);
  });

  it('says to the plugin that mortise calls', async () => {
    const rule = (await open({ plugins: [plugin('first')] })).services.get(Rule);
    const name = new Uint8Array(16);
    expect(rule.who({ name })).toEqual({ size: 7n });
    expect(Buffer.from(name).toString('utf8', 0, 7)).toBe('mortise');
    expect(codedNow(() => rule.who({ name: new Uint8Array(3) })).message).toMatch(
      /who answered -1 and gave no reason/,
    );
  });

  it('functions of a later minor are undefined where the plugin is older', async () => {
    const host = await open({ plugins: [plugin('old'), plugin('first')] });
    const [old, current] = host.services.use(Rule);
    expect([old?.later, current?.later?.()]).toEqual([undefined, 11]);
    expect(old?.apply({ cart })).toEqual({ cents: 1000n });
  });

  it('a failure is a coded error, or a result', async () => {
    const host = await open({ plugins: [plugin('first')] });
    const bad = Buffer.from('10x');
    const error = codedNow(() => host.services.get(Rule).apply({ cart: bad }));
    expect(error).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_FAILED',
      subject: 'test.rule of first',
      where: 'apply',
      found: '-1',
    });
    expect(error.problems[0]?.message).toBe('byte 2 of the cart is not a digit');
    // Nor does the plugin say again what it said the last time.
    const silent = codedNow(() => host.services.get(Rule).apply({ cart: Buffer.from('!') }));
    expect(silent.problems[0]?.message).toBe('apply answered -1 and gave no reason');

    const rule = host.services.get(Rule, { errors: 'results' });
    // As JavaScript programs like it: taken apart first, asked afterwards.
    const { ok, value, error: why } = rule.apply({ cart });
    expectTypeOf(value).toEqualTypeOf<{ cents: bigint } | undefined>();
    expectTypeOf(why).toEqualTypeOf<MortiseError | undefined>();
    expect([ok, value?.cents, why]).toEqual([true, 1000n, undefined]);
    const outcome: Outcome<{ cents: bigint }> = rule.apply({ cart });
    expect(outcome).toEqual({ ok: true, value: { cents: 1000n } });
    expect(rule.apply({ cart: bad })).toEqual({
      ok: false,
      error: expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_FAILED' }),
    });
    // A call that is wrong in itself is not a result.
    expect(codedNow(() => rule.apply({ cart: 'x' as never })).code).toBe('MORTISE_ERR_PLUGIN_ARGUMENT');
  });

  it('what a safe integer cannot hold is an error, not another number', async () => {
    const rule = (await open({ plugins: [plugin('first')] })).services.get(Rule);
    expect(codedNow(() => rule.fill()).problems[0]?.message).toMatch(/9223372036854775807 is beyond/);
  });

  it('a function may be called again while it is called', async () => {
    const { again } = (await open({ plugins: [plugin('first')] })).services.get(Rule);
    const seen: number[] = [];
    const inner = ({ depth }: { depth: number }): void => {
      seen.push(again({ depth, inner }).before);
    };
    expect(again({ depth: 3, inner })).toEqual({ before: 3 });
    expect(seen).toEqual([0, 1, 2]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['no cart', {}],
    ['a string', { cart: 'x' }],
    ['an array', { cart: [1] }],
    ['an ArrayBuffer', { cart: new ArrayBuffer(1) }],
    ['wider words', { cart: new Uint16Array(1) }],
  ])('refuses %s in place of bytes', async (_, given) => {
    const rule = (await open({ plugins: [plugin('first')] })).services.get(Rule);
    expect(codedNow(() => rule.apply(given as never))).toMatchObject({
      code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
      subject: 'test.rule of first',
    });
  });

  it.each([-1, 2 ** 32, 0.5, Number.NaN, '1', 1n, null])('refuses %s in place of a u32', async (kib) => {
    const rule = (await open({ plugins: [plugin('first')] })).services.get(Rule);
    expect(codedNow(() => rule.deep({ kib: kib as never })).code).toBe('MORTISE_ERR_PLUGIN_ARGUMENT');
  });

  it('a plugin may use megabytes of stack', async () => {
    const host = await open({ plugins: [plugin('first')] });
    expect(host.services.get(Rule).deep({ kib: 3_000 })).toBe(3_000);
    expect(await host.services.useAsync(Rule)[0]?.deep({ kib: 500 })).toBe(500);
  });

  it('refuses tables that are not what their version promises', async () => {
    const cut = await open({ plugins: [plugin('cut')] });
    expect(codedNow(() => cut.services.use(Rule))).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_TABLE',
      subject: 'cut',
      found: '24 bytes, and deep ends at 32',
    });
    const holed = await open({ plugins: [plugin('holed')] });
    expect(codedNow(() => holed.services.use(Rule)).problems[0]?.message).toBe('its slow is null');
  });

  it('a service that nobody provides', async () => {
    const host = await open({ plugins: [plugin('first')] });
    const Other = defineService('test.other', '1.0', { go: fn({}, status) });
    const Newer = defineService('test.rule', '2.0', { go: fn({}, status) });
    expect(host.services.use(Other)).toEqual([]);
    expect(codedNow(() => host.services.get(Other))).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_ABSENT',
      found: 'test.rule 1.1 of first',
    });
    expect(host.services.use(Newer)).toEqual([]);
    expect(codedNow(() => host.services.use('test.rule' as never)).code).toBe('MORTISE_ERR_SERVICE_SCHEMA');
  });

  it('is counted, so that a plugin cannot take back what TypeScript has', async () => {
    const host = await open({ plugins: [plugin('first'), plugin('second')] });
    const entry = (provider: string) =>
      host.services.list().find((one) => one.name === 'test.rule' && one.provider === provider);
    expect(entry('first')).toEqual({ name: 'test.rule', version: '1.1', provider: 'first', users: [] });
    const [first, second] = host.services.use(Rule);
    host.services.use(Rule, { errors: 'results' });
    expect([entry('first')?.users, entry('second')?.users]).toEqual([['mortise'], ['mortise']]);
    expect(codedNow(() => first?.withdraw?.())).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_FAILED',
      problems: [expect.objectContaining({ message: 'test.rule is in use by mortise' })],
    });
    // Who opened the host may stop it all the same.
    await host.stop('first');
    expect(entry('first')).toBeUndefined();
    expect(entry('second')?.users).toEqual(['mortise']);
    expect(second?.apply({ cart })).toEqual({ cents: 1000n });
    await host.close();
    expect(codedNow(() => host.services.list()).code).toBe('MORTISE_ERR_HOST_CLOSED');
  });

  it('a table that is refused is not held', async () => {
    const host = await open({ plugins: [plugin('cut')] });
    codedNow(() => host.services.use(Rule));
    expect(host.services.list().find(({ provider }) => provider === 'cut')?.users).toEqual([]);
  });

  it('nothing of a plugin is called after it stopped, or after close', async () => {
    const host = await open({ plugins: [plugin('first'), plugin('second')] });
    const [first, second] = host.services.use(Rule);
    const [firstAsync] = host.services.useAsync(Rule);
    await host.stop('first');
    expect(codedNow(() => first?.apply({ cart })).code).toBe('MORTISE_ERR_HOST_CLOSED');
    expect(await coded(firstAsync?.apply({ cart }) as Promise<unknown>)).toMatchObject({
      code: 'MORTISE_ERR_HOST_CLOSED',
    });
    expect(host.services.use(Rule).map(({ plugin }) => plugin)).toEqual(['second']);
    expect(second?.apply({ cart })).toEqual({ cents: 1000n });
    await host.close();
    expect(codedNow(() => second?.apply({ cart })).code).toBe('MORTISE_ERR_HOST_CLOSED');
    expect(codedNow(() => host.services.use(Rule)).code).toBe('MORTISE_ERR_HOST_CLOSED');
  });
});

describe.skipIf(!linux)('host.services.useAsync', () => {
  it('runs on other threads, several at a time', async () => {
    const host = await open({ plugins: [plugin('first', 50)] });
    const [rule] = host.services.useAsync(Rule);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const ended: number[] = [];
    // One after the other the longer would end first.
    const slow = (milliseconds: number) => rule?.slow({ milliseconds }).then(() => ended.push(milliseconds));
    await Promise.all([slow(1000), slow(1)]);
    clearInterval(timer);
    expect(ended).toEqual([1, 1000]);
    expect(ticks).toBeGreaterThan(0);
    const answers = await Promise.all(
      Array.from({ length: 500 }, async (_, index) => rule?.apply({ cart: Buffer.from(String(index * 2)) })),
    );
    expect(answers).toEqual(answers.map((_, index) => ({ cents: BigInt(index) })));
  });

  it('rejects with what the plugin says, and with what the schema forbids', async () => {
    const host = await open({ plugins: [plugin('first')] });
    const [rule] = host.services.useAsync(Rule);
    const failed = await coded(rule?.apply({ cart: Buffer.from('x') }) as Promise<unknown>);
    expect(failed).toMatchObject({ code: 'MORTISE_ERR_SERVICE_FAILED', where: 'apply' });
    // TypeScript doesn't offer it; JavaScript can still call it.
    expectTypeOf<NonNullable<typeof rule>>().not.toHaveProperty('address');
    const untyped = rule as unknown as { address(given: { data: Buffer }): Promise<unknown> };
    const forbidden = await coded(untyped.address({ data: cart }));
    expect(forbidden).toMatchObject({ code: 'MORTISE_ERR_SERVICE_THREAD', where: 'address' });
    const misused = await coded(rule?.apply({ cart: 1 as never }) as Promise<unknown>);
    expect(misused.code).toBe('MORTISE_ERR_PLUGIN_ARGUMENT');
  });

  it.each([
    ['close', (host: Host) => host.close()],
    ['stop', (host: Host) => host.stop('first')],
  ])('%s waits for calls that run', async (_, end) => {
    const host = await open({ plugins: [plugin('first')] });
    const [rule] = host.services.useAsync(Rule);
    let done = false;
    const call = (async () => {
      await rule?.slow({ milliseconds: 150 });
      done = true;
    })();
    await end(host);
    expect(done).toBe(true);
    await call;
  });

  it('are counted where the host observes calls, on both threads', async () => {
    const host = await open({ observe: true, plugins: [plugin('first')] });
    const rule = host.services.get(Rule);
    for (let i = 0; i < 200; i++) rule.deep({ kib: 1 });
    const [pooled] = host.services.useAsync(Rule);
    await Promise.all([1, 2, 3].map((kib) => pooled?.deep({ kib })));
    const counts = host.metrics().flatMap((one) => (one.kind === 'calls' ? [[one.entry, one.count]] : []));
    expect(counts).toContainEqual(['test.rule.deep', 203]);
    expect(counts).toContainEqual(['test.rule.apply', 0]);
  });
});
