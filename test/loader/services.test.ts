/** What a plugin needs of others: known from its file, given before it runs, refused when it can't be had. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { builtInServices } from '../../src/services/built-in/versions.js';
import { verify } from '../../src/verify/index.js';
import { besideGood, directory, open } from '../host/open.js';
import { build } from '../support/plugins/build.js';

let trace: string;
beforeEach(() => {
  trace = join(directory(), 'trace');
  process.env.MORTISE_TEST_TRACE = trace;
  return () => {
    delete process.env.MORTISE_TEST_TRACE;
  };
});
const steps = () => (existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : []);

const user = (name: string, service = 'test.answer', minor = 0) =>
  build('trace.c', { define: { NAME: name, NEEDS: service, NEEDS_MINOR: minor } });
/** Provides version 1.1. */
const provider = (name: string, service = 'test.answer') =>
  build('trace.c', { define: { NAME: name, PROVIDES: service } });

it('reads from the file what a plugin needs and provides', async () => {
  const host = await open({ plugins: [user('user', 'test.answer', 1), provider('provider')] });
  expect(host.plugins.get('user').requires).toEqual([
    {
      name: 'test.answer',
      major: 1,
      minor: 1,
      signature: 'answer(host) -> i32 [main-thread]',
      optional: false,
      cell: 'needed_service',
      symbol: 'module_requires_needed',
    },
  ]);
  expect(host.plugins.get('provider').provides).toEqual([
    {
      name: 'test.answer',
      major: 1,
      minor: 1,
      signature: 'answer(host) -> i32 [main-thread]',
      symbol: 'module_provides_provided',
    },
  ]);
});

it('starts a provider before its users, wherever it stands, and stops it after them', async () => {
  const host = await open({ plugins: [user('first'), provider('last')] });
  // Asked in the order of the configuration all the same: 42 % 5.
  expect(host.route({ sql: '', shards: 5 })).toEqual({ plugin: 'first', shard: 2, readWrite: null });
  await host.close();
  expect(steps()).toEqual([
    'last register',
    'last init',
    'first register',
    'first init',
    'first fini',
    'last fini',
  ]);
});

it('keeps the order of the configuration where nothing else is needed', async () => {
  const names = ['c', 'a', 'd', 'b'];
  const host = await open({ plugins: names.map((name) => build('trace.c', { define: { NAME: name } })) });
  await host.close();
  expect(steps().filter((step) => step.endsWith('init'))).toEqual(names.map((name) => `${name} init`));
  expect(steps().filter((step) => step.endsWith('fini'))).toEqual(
    names.toReversed().map((name) => `${name} fini`),
  );
});

it('starts a chain of needs from its end', async () => {
  const link = (name: string, needs: string, provides: string) =>
    build('trace.c', { define: { NAME: name, NEEDS: needs, NEEDS_MINOR: 0, PROVIDES: provides } });
  const host = await open({
    plugins: [link('one', 'test.b', 'test.a'), link('two', 'test.c', 'test.b'), provider('three', 'test.c')],
  });
  await host.close();
  expect(steps().filter((step) => /init|fini/.test(step))).toEqual([
    'three init',
    'two init',
    'one init',
    'one fini',
    'two fini',
    'three fini',
  ]);
});

describe('a need that nobody meets', () => {
  it('is refused before anything runs, with what there is', async () => {
    const path = user('lonely', 'test.nothing');
    const { plugin, problems } = await besideGood(path);
    expect(plugin.state).toBe('rejected');
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_SERVICE_UNKNOWN',
        subject: path,
        where: 'module_requires_needed',
        expected: 'test.nothing 1.0',
        found: `services: ${builtInServices()
          .map(({ name }) => name)
          .join(', ')}`,
      }),
    ]);
    expect(steps()).toEqual([]);
  });

  it('is refused when it is newer than what there is', async () => {
    const path = user('modern', 'test.answer', 2);
    const { problems } = await besideGood(path, {});
    expect(problems[0]).toMatchObject({ code: 'MORTISE_ERR_SERVICE_UNKNOWN' });
    const host = await open({ plugins: [path, provider('provider')] });
    expect(host.plugins.get('modern').error).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_VERSION',
      expected: 'test.answer 1.2',
      found: 'test.answer 1.1 (plugin provider)',
      remedy: expect.stringContaining('the headers of provider'),
    });
    expect(host.plugins.get('provider').state).toBe('ready');
  });

  it('is refused when the host’s own service is older', async () => {
    const { problems } = await besideGood(user('future', 'mortise.log', 7));
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_SERVICE_VERSION',
        expected: 'mortise.log 1.7',
        found: expect.stringMatching(/^mortise\.log 1\.\d+ \(mortise \d+\.\d+\.\d+\)$/),
      }),
    ]);
  });

  it('may be one of several names', async () => {
    const { problems } = await besideGood(user('nameless', 'Not A Service'));
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_INFO_NAME',
        where: 'module_requires_needed.name',
        found: '"Not A Service"',
      }),
    ]);
  });

  it('is null in the cell when it was only wanted', async () => {
    const path = build('trace.c', { define: { NAME: 'content', WANTS: 'test.answer' } });
    const host = await open({ plugins: [path] });
    expect(host.plugins.get('content').state).toBe('ready');
    expect(steps()).toContain('content lacks what it wants');
  });

  it('is there when it was only wanted and somebody provides it', async () => {
    const path = build('trace.c', { define: { NAME: 'content', WANTS: 'test.answer' } });
    await open({ plugins: [provider('provider'), path] });
    expect(steps()).toContain('content has what it wants');
  });
});

describe('a provider that is not ready', () => {
  it('was refused: so are those that need it, and those that need them', async () => {
    const middle = build('trace.c', {
      define: { NAME: 'middle', NEEDS: 'test.answer', NEEDS_MINOR: 0, PROVIDES: 'test.more' },
    });
    const broken = build('trace.c', {
      define: { NAME: 'broken', PROVIDES: 'test.answer', NEEDS: 'test.nothing', NEEDS_MINOR: 0 },
    });
    const { host } = await besideGood(broken, {});
    expect(host.plugins.get('broken').state).toBe('rejected');
    const all = await open({ plugins: [user('end', 'test.more'), middle, broken] });
    expect([...all.plugins].map(({ state }) => state)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(all.plugins.get('end').error).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_UNKNOWN',
      expected: 'test.more 1.0',
    });
    expect(steps()).toEqual([]);
  });

  it('failed in its init: those that need it are loaded no further', async () => {
    const failing = { name: provider('failing'), config: { fails: 'init' } };
    const host = await open({ plugins: [user('user'), failing] });
    expect(host.plugins.get('failing').error).toMatchObject({ code: 'MORTISE_ERR_INIT_FAILED' });
    expect(host.plugins.get('user')).toMatchObject({
      state: 'failed',
      error: { code: 'MORTISE_ERR_SERVICE_UNKNOWN', expected: 'test.answer 1.0' },
    });
    expect(steps()).toEqual(['failing register', 'failing init']);
  });

  it('does not register what its file says: those that need it are told so', async () => {
    const silent = { name: provider('silent'), config: { silent: true } };
    const host = await open({ plugins: [silent, user('user')] });
    expect(host.plugins.get('silent').state).toBe('ready');
    expect(host.plugins.get('user').error).toMatchObject({
      code: 'MORTISE_ERR_SERVICE_UNKNOWN',
      found: expect.stringContaining('did not register what its file says'),
    });
  });
});

describe('needs in a circle', () => {
  const member = (name: string, needs: string, provides: string, want = false) =>
    build('trace.c', {
      define: {
        NAME: name,
        PROVIDES: provides,
        ...(want ? { WANTS: needs } : { NEEDS: needs, NEEDS_MINOR: 0 }),
      },
    });

  it('are refused, and the circle is named', async () => {
    const a = member('a', 'test.b', 'test.a');
    const { host } = await besideGood(a);
    expect(host.plugins.get('a').error).toMatchObject({ code: 'MORTISE_ERR_SERVICE_UNKNOWN' });

    const round = await open({
      plugins: [
        a,
        member('b', 'test.c', 'test.b'),
        member('c', 'test.a', 'test.c'),
        provider('free', 'test.d'),
      ],
    });
    for (const name of ['a', 'b', 'c']) {
      const { state, error } = round.plugins.get(name);
      expect(state).toBe('rejected');
      expect(error).toMatchObject({
        code: 'MORTISE_ERR_SERVICE_CYCLE',
        found: 'a → b → c → a',
        subject: round.plugins.get(name).path,
        remedy: expect.stringContaining('MORTISE_WANT_SERVICE'),
      });
    }
    expect(round.plugins.get('free').state).toBe('ready');
    expect(steps()).toEqual(['free register', 'free init']);
  });

  it('are one message, before anything is loaded, for a plugin that needs its own service', async () => {
    const own = member('own', 'test.own', 'test.own');
    const { host, problems } = await besideGood(own);
    expect(host.plugins.get('own').state).toBe('rejected');
    expect(problems).toMatchObject([
      {
        code: 'MORTISE_ERR_SERVICE_CYCLE',
        message: 'needs test.own 1.0, which only it provides itself',
      },
    ]);
    const { status, checks } = await verify(own, { load: true });
    expect(status).toBe('fail');
    expect(checks.filter(({ status }) => status === 'fail').map(({ code }) => code)).toEqual([
      'MORTISE_ERR_SERVICE_CYCLE',
    ]);
    expect(steps()).toEqual([]);
    // Another's will do.
    const both = await open({ plugins: [own, provider('other', 'test.own')] });
    expect([...both.plugins].map(({ state }) => state)).toEqual(['ready', 'ready']);
  });

  it('take down only the circle, and those that need one of it', async () => {
    const host = await open({
      plugins: [user('outside', 'test.a'), member('a', 'test.b', 'test.a'), member('b', 'test.a', 'test.b')],
    });
    expect([...host.plugins].map(({ state }) => state)).toEqual(['failed', 'rejected', 'rejected']);
    expect(host.plugins.get('outside').error).toMatchObject({ code: 'MORTISE_ERR_SERVICE_UNKNOWN' });
    expect(steps()).toEqual([]);
  });

  it('are fine when one of them is only a wish', async () => {
    const host = await open({
      plugins: [member('a', 'test.b', 'test.a'), member('b', 'test.a', 'test.b', true)],
    });
    expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'ready']);
  });

  it('may not be with oneself', async () => {
    const host = await open({ plugins: [member('self', 'test.self', 'test.self')] });
    expect(host.plugins.get('self').state).not.toBe('ready');
    expect(host.plugins.get('self').error).toBeDefined();
  });
});

it('refuses a cell that does not hold what the file says', async () => {
  // A plugin whose constructor writes to its own cell.
  const path = build('trace.c', {
    define: { NAME: 'meddler', NEEDS: 'test.answer', NEEDS_MINOR: 0, MEDDLES: true },
  });
  const host = await open({ plugins: [provider('provider'), path] });
  expect(host.plugins.get('meddler')).toMatchObject({
    state: 'failed',
    error: {
      code: 'MORTISE_ERR_SERVICE_CELL',
      where: 'needed_service',
      expected: '1.0 as a number (65536)',
    },
  });
  expect(steps()).toEqual(['provider register', 'provider init']);
});

describe('between plugins whose types depend on the compiler', () => {
  const made = (name: string, toolchain: string, define: Record<string, string | number | true>) =>
    build('trace.c', { define: { NAME: name, TOOLCHAIN: toolchain, ...define } });
  const provides = (toolchain: string, name = 'provider') =>
    made(name, toolchain, { PROVIDES: 'test.answer', EXACT: true });
  const needs = { NEEDS: 'test.answer', NEEDS_MINOR: 0 };

  it('who uses such a service must be of the same', async () => {
    for (const exact of [{}, { EXACT: true }] as Record<string, true>[]) {
      const host = await open({
        plugins: [made('user', 'gcc 12', { ...needs, ...exact }), provides('clang 17')],
      });
      expect(host.plugins.get('user').error?.problems).toEqual([
        expect.objectContaining({
          code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH',
          expected: 'clang 17',
          found: 'gcc 12',
        }),
      ]);
      expect(host.plugins.get('provider').state).toBe('ready');
    }
    expect(steps()).not.toContain('user register');
  });

  it('and gets that of one that is', async () => {
    const host = await open({
      plugins: [made('user', 'gcc 12', needs), provides('clang 17', 'other'), provides('gcc 12', 'same')],
    });
    expect(host.plugins.get('user').state).toBe('ready');
    expect(host.services.list().find(({ users }) => users.includes('user'))?.provider).toBe('same');
  });
});
