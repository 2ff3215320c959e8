/** How a plugin says that it can't start, and what it is told of its configuration. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConfigTable } from '../../../src/index.js';
import { besideGood, directory, expectComplete, open } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

let trace: string;
beforeEach(() => {
  trace = join(directory(), 'trace');
  process.env.MORTISE_TEST_TRACE = trace;
  return () => {
    delete process.env.MORTISE_TEST_TRACE;
  };
});
const steps = () => (existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : []);

const plugin = (config: ConfigTable, name = 'trace') => ({
  name: build('trace.c', { define: { NAME: name } }),
  config,
});

describe('module_init', () => {
  it('fails with a message', async () => {
    const { plugin: failed, problems } = await besideGood(plugin({ fails: 'init' }));
    expect(failed.state).toBe('failed');
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_INIT_FAILED',
        message: 'trace cannot reach its database',
        subject: 'trace',
        where: `module_init of ${basename(failed.path ?? '')}`,
        expected: 'MORTISE_OK (0)',
        found: '-1',
      }),
    ]);
    expect(steps()).toEqual(['trace register', 'trace init']); // and no fini
  });

  it('fails without one', async () => {
    const { problems } = await besideGood(plugin({ fails: 'init silently' }));
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_INIT_FAILED',
        message: 'module_init returned -7 and gave no reason',
        found: '-7',
      }),
    ]);
  });

  it('fails with a message that has no end', async () => {
    const { problems } = await besideGood(plugin({ fails: 'init at length' }));
    expect(problems[0]?.message).toBe('x'.repeat(1024));
  });

  it('fails in two plugins, and each says so', async () => {
    const host = await open({
      plugins: [
        plugin({ fails: 'init' }, 'one'),
        plugin({ fails: 'init silently' }, 'two'),
        plugin({}, 'three'),
      ],
    });
    expect([...host.plugins].map(({ state }) => state)).toEqual(['failed', 'failed', 'ready']);
    expect(host.plugins.get('one').error?.message).toContain('one cannot reach its database');
    expect(host.plugins.get('two').error?.message).toContain('returned -7');
    await host.close();
    expect(steps().filter((step) => step.endsWith('fini'))).toEqual(['three fini']);
    expect([...host.plugins].map(({ state }) => state)).toEqual(['failed', 'failed', 'stopped']);
  });

  it('fails twice when it is asked for twice', async () => {
    const failing = plugin({ fails: 'init' });
    const first = await open({ plugins: [failing] });
    const second = await open({ plugins: [failing] });
    for (const host of [first, second]) {
      expect(host.plugins.get('trace').error).toMatchObject({ code: 'MORTISE_ERR_INIT_FAILED' });
    }
    expect(steps()).toEqual(['trace register', 'trace init', 'trace register', 'trace init']);
  });
});

describe('module_register', () => {
  it('fails, and module_init is never called', async () => {
    const { plugin: failed, problems } = await besideGood(plugin({ fails: 'register' }));
    expect(failed.state).toBe('failed');
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_REGISTER_FAILED',
        message: 'register was told to fail',
        where: expect.stringContaining('module_register of '),
      }),
    ]);
    expect(steps()).toEqual(['trace register']);
  });
});

describe('the configuration', () => {
  it('has a value that the plugin refuses, although its init succeeds', async () => {
    const { plugin: failed, problems } = await besideGood(plugin({ at_least_one: 0 }));
    expect(failed.state).toBe('failed');
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_CONFIG_VALUE',
        subject: 'trace',
        where: 'config.at_least_one',
        expected: 'at least 1',
        found: '0',
      }),
    ]);
  });

  it.each([
    ['a string', 'many', '"many"'],
    ['a negative number', -1, '-1'],
    ['a fraction', 1.5, '1.5'],
    ['a list', [1], '[1]'],
    ['a table', { a: 1n }, '{"a":"1"}'],
    ['true', true, 'true'],
  ] as const)('has a value of the wrong type: %s', async (_, value, found) => {
    const { problems } = await besideGood(plugin({ at_least_one: value as ConfigTable[string] }));
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'MORTISE_ERR_CONFIG_VALUE',
        expected: 'an integer of at least 0',
        found,
      }),
    ]);
  });

  it('tells all that is wrong at once, the plugin’s own words first', async () => {
    const { problems } = await besideGood(plugin({ at_least_one: 'many', fails: 'init' }));
    expect(problems.map(({ code }) => code)).toEqual(['MORTISE_ERR_INIT_FAILED', 'MORTISE_ERR_CONFIG_VALUE']);
  });

  it('has a key that nobody asked for: a warning, and the plugin runs', async () => {
    const host = await open({ plugins: [plugin({ at_lest_one: 2, nested: { list: [1, 2] } })] });
    const { state, checks } = host.plugins.get('trace');
    expect(state).toBe('ready');
    const warnings = checks.filter(({ status }) => status === 'warn');
    expect(warnings.map(({ code }) => code)).toEqual(Array(3).fill('MORTISE_WARN_CONFIG_UNUSED'));
    expect(warnings.map(({ problem }) => problem?.found)).toEqual([
      'at_lest_one',
      'nested.list[0]',
      'nested.list[1]',
    ]);
    for (const { problem } of warnings) if (problem) expectComplete(problem);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  it.each([
    ['null', null],
    ['a hole', new Array(2)],
    ['undefined', undefined],
    ['an instance of a class', new (class Route {})()],
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['an integer of more than 64 bits', 2n ** 63n],
    ['itself', cyclic],
    ['a date', new Date(0)],
    ['a map', new Map([[1, 2]])],
    ['bytes', new Uint8Array(2)],
  ])('may not hold %s', async (_, value) => {
    const places = { 'config.value': { value }, 'config.list[1].value': { list: [1, { value }] } };
    for (const [where, config] of Object.entries(places)) {
      const { plugin: failed, problems } = await besideGood(plugin(config as ConfigTable));
      expect(failed.state).toBe('failed');
      expect(problems).toEqual([
        expect.objectContaining({ code: 'MORTISE_ERR_CONFIG_TYPE', subject: 'trace' }),
      ]);
      expect(problems[0]?.where).toMatch(value === cyclic ? /^config\..*\.self\.self$/ : where);
    }
    expect(steps()).toEqual([]);
  });

  it('may be as deep as it says, and no deeper', async () => {
    const nested = (depth: number): ConfigTable => (depth === 0 ? {} : { deeper: nested(depth - 1) });
    const host = await open({ plugins: [plugin(nested(63))] });
    expect(host.plugins.get('trace').state).toBe('ready');
    const { problems } = await besideGood(plugin(nested(64)));
    expect(problems).toEqual([expect.objectContaining({ code: 'MORTISE_ERR_CONFIG_TYPE' })]);
  });

  it('is read once: what answers otherwise the next time is what it was', async () => {
    let reads = 0;
    const config = {
      get at_least_one() {
        return reads++ === 0 ? 1 : (new Date(0) as never);
      },
    };
    const host = await open({ plugins: [plugin(config)] });
    expect(host.plugins.get('trace').state).toBe('ready');
    expect(reads).toBe(1);
  });

  it('keeps integers and texts whole', async () => {
    for (const value of [1, 2 ** 53, 2n ** 63n - 1n]) {
      const host = await open({ plugins: [plugin({ at_least_one: value })] });
      expect(host.plugins.get('trace').state).toBe('ready');
    }
    // An integer that the number type doesn't hold exactly is none.
    const { problems } = await besideGood(plugin({ at_least_one: 2 ** 60 }));
    expect(problems[0]).toMatchObject({ code: 'MORTISE_ERR_CONFIG_VALUE' });
  });
});
