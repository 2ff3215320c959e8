import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { pause, restartPolicy } from '../../src/supervisor/policy.js';
import { Supervisor, type SupervisorEvent } from '../../src/supervisor/supervisor.js';

/** Something that runs until the test ends it. */
class Thing {
  readonly exited: Promise<unknown>;
  end: (why: string) => void = () => {};
  stops = 0;

  constructor() {
    this.exited = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.end('stopped');
  }
}

async function supervised(policy = {}, failures: string[] = []) {
  const things: Thing[] = [];
  const events: SupervisorEvent[] = [];
  const supervisor = await Supervisor.open({
    subject: 'a thing',
    async start() {
      const failure = things.length > 0 ? failures.shift() : undefined;
      if (failure) throw new Error(failure);
      const thing = new Thing();
      things.push(thing);
      return thing;
    },
    reason: String,
    policy: { firstMs: 10, jitter: 0, ...policy },
    heard: (event) => events.push(event),
  });
  const last = () => things.at(-1) as Thing;
  const end = async (why: string) => {
    last().end(why);
    await last().exited;
  };
  return { supervisor, things, events, last, end };
}

it('starts it again when it ends, later each time', async () => {
  const { supervisor, things, events, last, end } = await supervised();
  expect(supervisor).toMatchObject({ state: 'ready', restarts: 0, lastEnd: undefined });
  for (const reason of ['first', 'second', 'third']) {
    await end(reason);
    const current = await supervisor.ready(1000);
    expect(current).toBe(last());
    expect(supervisor.lastEnd?.reason).toBe(reason);
  }
  expect(supervisor.restarts).toBe(3);
  expect(things).toHaveLength(4);
  expect(events.flatMap((event) => (event.kind === 'ended' ? [event.inMs] : []))).toEqual([10, 20, 40]);
  await supervisor.stop();
});

it('who ran well for long begins anew', async () => {
  const { supervisor, events, end } = await supervised({ withinMs: 30 });
  await end('early');
  await supervisor.ready(1000);
  await sleep(50);
  await end('late');
  await supervisor.ready(1000);
  expect(events.flatMap((event) => (event.kind === 'ended' ? [event.inMs] : []))).toEqual([10, 10]);
  await supervisor.stop();
});

it('leaves it alone when it keeps ending, says why, and can be released', async () => {
  const { supervisor, things, events, last, end } = await supervised({ maxEnds: 3 });
  for (let count = 0; count < 2; count++) {
    await end('boom');
    await supervisor.ready(1000);
  }
  const waiting = supervisor.ready(1000);
  await end('boom');
  await waiting; // it still ran when it was asked
  await expect(supervisor.ready(1000)).rejects.toMatchObject({
    ...{ code: 'MORTISE_ERR_QUARANTINED', subject: 'a thing' },
    message: expect.stringContaining('ended 3 times within 120000 ms, and is not started again; last: boom'),
  });
  await sleep(100);
  expect(things).toHaveLength(3);
  expect(events.at(-1)).toMatchObject({ kind: 'quarantined' });

  supervisor.release();
  expect(await supervisor.ready(1000)).toBe(last());
  expect(things).toHaveLength(4);
  supervisor.release();
  expect(things).toHaveLength(4);
  await supervisor.stop();
});

it('a start that fails counts as an end, and who waits is told', async () => {
  const { supervisor, end } = await supervised({ maxEnds: 3 }, ['no disk', 'no disk', 'no disk']);
  await end('boom');
  await sleep(1);
  const error = await supervisor.ready(1000).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'MORTISE_ERR_QUARANTINED' });
  expect(error.message).toContain('it did not start: no disk');
});

it('the first start is the caller’s: it is not tried again', async () => {
  let starts = 0;
  const opened = Supervisor.open({
    subject: 'a thing',
    async start(): Promise<Thing> {
      starts += 1;
      throw new Error('wrong cookie');
    },
    reason: String,
  });
  await expect(opened).rejects.toThrow('wrong cookie');
  await sleep(300);
  expect(starts).toBe(1);
});

it('waits for it no longer than it may', async () => {
  const { supervisor, end } = await supervised({ firstMs: 5000 });
  await end('boom');
  await sleep(1);
  await expect(supervisor.ready(20)).rejects.toMatchObject({
    ...{ code: 'MORTISE_ERR_PROGRAM_ENDED', found: 'waiting' },
  });
  await supervisor.stop();
});

it('stopped, it ends what runs, starts nothing, and refuses who waits', async () => {
  const { supervisor, things, events, end } = await supervised({ firstMs: 50 });
  await end('boom');
  await sleep(1);
  const waiting = supervisor.ready(1000).catch((reason) => reason);
  await supervisor.stop();
  await supervisor.stop();
  expect(await waiting).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_ENDED' });
  await sleep(80);
  expect(things).toHaveLength(1);
  expect(events.map(({ kind }) => kind)).toEqual(['ready', 'ended', 'stopped']);

  const other = await supervised();
  await other.supervisor.stop();
  expect(other.things[0]?.stops).toBe(1);
  await sleep(30);
  expect(other.things).toHaveLength(1);
});

it('pauses are bounded, and scattered', () => {
  const policy = restartPolicy({ firstMs: 100, factor: 2, maxMs: 1000, jitter: 0.2 });
  expect([1, 2, 3, 4, 5, 50].map((ends) => pause(policy, ends, () => 0.5))).toEqual([
    ...[100, 200, 400, 800, 1000, 1000],
  ]);
  expect(pause(policy, 1, () => 0)).toBe(80);
  expect(pause(policy, 1, () => 1)).toBe(120);
  const many = new Set(Array.from({ length: 100 }, () => pause(policy, 5)));
  expect(many.size).toBeGreaterThan(20);
});
