/** Functions that components register, called from TypeScript. */
import { describe, expect, it } from 'vitest';
import { Functions } from '../../../src/index.js';
import { expectComplete, open, thrown } from '../../host/open.js';
import { canRun, component } from './fixtures.js';

async function fixture(config: Record<string, unknown> = {}, define: Record<string, string | true> = {}) {
  const messages: string[] = [];
  const host = await open({
    plugins: [{ name: component('functions.cc', define), config: config as Record<string, string> }],
    log: ({ message }) => messages.push(message),
  });
  const [plugin] = host.plugins;
  if (!plugin) throw new Error('no plugin');
  return { host, plugin, functions: host.capability(Functions), messages };
}

const problemsOf = (call: () => unknown) => {
  const { problems } = thrown(call) as { problems: Parameters<typeof expectComplete>[0][] };
  for (const problem of problems) expectComplete(problem);
  return problems.map(({ code, message }) => `${code}: ${message}`);
};

describe.skipIf(!canRun)('functions of a component (Linux on x64 or arm64)', () => {
  it('have names and types', async () => {
    const { functions, plugin } = await fixture();
    expect(plugin).toMatchObject({ name: 'fixture', version: '1.2.3', state: 'ready' });
    expect(
      functions.list().map(({ name, returns, isAggregate }) => `${name} ${returns} ${isAggregate}`),
    ).toEqual(
      [
        'add_reals real false',
        'as text false',
        'beyond text false',
        'fails integer false',
        'same text false',
        'ten decimal false',
        'Tell text false',
        'too_long text false',
        'total integer true',
        'unknown_charset text false',
      ].sort((a, b) => a.localeCompare(b)),
    );
  });

  it('take and give texts, bytes, integers, reals and NULL', async () => {
    const { functions } = await fixture();
    expect(functions.call('add_reals', [1.5, 2])).toBe(3.5);
    expect(functions.call('same', ['grüße'])).toEqual(Buffer.from('grüße'));
    expect(functions.call('same', [new Uint8Array([0, 255, 0])])).toEqual(Buffer.from([0, 255, 0]));
    expect(functions.call('same', [''])).toEqual(Buffer.from(''));
    expect(functions.call('same', [null])).toBeNull();
    expect(functions.call('ten')).toBe('10.50');
    expect(functions.call('TELL', ['é', Buffer.from('b'), 1n, 2])).toBe(
      'number=8 on=1 word=default level=high 0:utf8mb4:é 0:binary:b 2:binary: 1:binary:',
    );
  });

  it('get arguments of the types that they ask for, converted as SQL does', async () => {
    const { functions } = await fixture();
    const as = (kind: number, ...args: (string | bigint | number | null)[]) =>
      String(functions.call('as', [String(kind), ...args])).trim();
    const [text, real, integer, decimal] = [0, 1, 2, 4];
    expect(as(text, 12345678901n, -0.1, 1e300, null, 'a')).toBe('12345678901 -0.1 1e+300 NULL a');
    expect(as(integer, '42.9', ' -7x', 'x', '', '99999999999999999999', '-1e3', 2.6, -2.6, 1e30, null)).toBe(
      `42 -7 0 0 ${2n ** 63n - 1n} -1000 3 -3 ${2n ** 63n - 1n} NULL`,
    );
    expect(as(integer, Number.NaN, '9007199254740993')).toBe('0 9007199254740993');
    expect(as(real, '1.5e2x', '.5', '-', '1e', 3n, 'nan', null)).toBe('150 0.5 0 1 3 0 NULL');
    expect(as(decimal, 5n, '1.50', 2.5)).toBe('5 1.50 2.5');
    expect(problemsOf(() => functions.call('as', ['3', 1n]))).toEqual([
      'MORTISE_ERR_PLUGIN_FAILED: it asks for argument 2 as the type 3',
    ]);
    expect(problemsOf(() => functions.call('beyond'))).toEqual([
      'MORTISE_ERR_PLUGIN_FAILED: it says that its result has 766 bytes',
    ]);
  });

  it('read all arguments before they look at memory', async () => {
    const { functions } = await fixture();
    const bytes = new Uint8Array([1, 2, 3]);
    const taking = Object.defineProperty([bytes, null], 1, {
      get: () => structuredClone(bytes.buffer, { transfer: [bytes.buffer] }) && null,
    });
    expect(problemsOf(() => functions.call('same', taking))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: arguments[0] must be memory that was not transferred away',
    ]);
  });

  it('aggregate rows', async () => {
    const { functions } = await fixture();
    expect(functions.aggregate('total', [[1n], [null], [41n]])).toBe(42n);
    expect(functions.aggregate('total', [[null], [5n]])).toBe(5n);
    expect(functions.aggregate('total', [[-(2n ** 63n)]])).toBe(-(2n ** 63n));
    expect(problemsOf(() => functions.aggregate('total', []))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: rows must be a list of at least one row',
    ]);
    expect(problemsOf(() => functions.aggregate('total', new Array(2)))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: rows[0] must be a list',
    ]);
    expect(problemsOf(() => functions.aggregate('total', [[1n], [1n, 2n]]))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: rows[1] must be of 1 arguments, as the first row',
    ]);
    expect(problemsOf(() => functions.aggregate('total', [[1n], ['1']]))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: rows[1][0] must be a bigint, as in the rows before',
    ]);
    expect(problemsOf(() => functions.aggregate('same', [['a']]))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: same must be called with call: it is no aggregate',
    ]);
    expect(problemsOf(() => functions.call('total', [1n]))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: total must be called with aggregate',
    ]);
  });

  it('refuse wrong types, in their own words or in the host’s', async () => {
    const { functions } = await fixture();
    const call = (name: string, ...args: unknown[]) =>
      problemsOf(() => functions.call(name, args as string[]));
    expect(call('add_reals', 1n, 2)).toEqual(['MORTISE_ERR_PLUGIN_ARGUMENT: add_reals takes two reals']);
    expect(call('add_reals', 1)).toEqual(['MORTISE_ERR_PLUGIN_ARGUMENT: add_reals takes two reals']);
    const expected = 'must be a string, a Uint8Array, a bigint, a number or null';
    for (const wrong of [undefined, {}, true, Symbol('s'), () => 1, []])
      expect(call('same', wrong)).toEqual([`MORTISE_ERR_PLUGIN_ARGUMENT: arguments[0] ${expected}`]);
    expect(call('same', 2n ** 63n)).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: arguments[0] must be an integer of 64 bits',
    ]);
    const gone = new Uint8Array(8);
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(call('same', gone)).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: arguments[0] must be memory that was not transferred away',
    ]);
    expect(call('same', ...Array(256).fill(1))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: arguments must be at most 255 arguments',
    ]);
    expect(problemsOf(() => functions.call('same', 'text' as unknown as string[]))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: arguments must be a list',
    ]);
    expect(
      problemsOf(() => functions.call('same', ['a'], { attributes: { a: 1 as unknown as string } })),
    ).toEqual(['MORTISE_ERR_PLUGIN_ARGUMENT: attributes.a must be a string or null']);
  });

  it('that fail, or answer what can’t be, throw', async () => {
    const { functions } = await fixture();
    expect(problemsOf(() => functions.call('fails'))).toEqual(['MORTISE_ERR_PLUGIN_FAILED: fails failed']);
    expect(problemsOf(() => functions.call('too_long'))).toEqual([
      'MORTISE_ERR_PLUGIN_FAILED: it says that its result has 1099511627776 bytes',
    ]);
    expect(problemsOf(() => functions.call('unknown_charset'))).toEqual([
      'MORTISE_ERR_PLUGIN_ARGUMENT: this host knows no charset of that name',
    ]);
    expect(problemsOf(() => functions.call('no_such'))).toEqual([
      'MORTISE_ERR_PLUGIN_FUNCTION: there is no function no_such',
    ]);
  });

  it('end with their plugin and their host', async () => {
    const { host, plugin, functions } = await fixture();
    const { functions: kept } = plugin.offers;
    await host.close();
    expect(problemsOf(() => kept?.call('ten'))).toEqual(['MORTISE_ERR_PLUGIN_FUNCTION: fixture was stopped']);
    expect(problemsOf(() => kept?.list())).toEqual(['MORTISE_ERR_PLUGIN_FUNCTION: fixture was stopped']);
    expect(problemsOf(() => functions.call('ten'))[0]).toMatch(/^MORTISE_ERR_HOST_CLOSED/);
  });

  it('a name that is registered twice is an init that fails, and says whose it is', async () => {
    const { plugin } = await fixture({}, { TWICE: true });
    expect(plugin.state).toBe('failed');
    expect(plugin.error?.problems).toMatchObject([
      {
        code: 'MORTISE_ERR_INIT_FAILED',
        message: 'the function TELL was registered already, by fixture',
      },
    ]);
  });

  it('two components can’t have one name; two hosts can', async () => {
    const [one, other] = [component('functions.cc'), component('functions.cc', { NAME: 'other' })];
    const host = await open({ plugins: [one, other], log: () => {} });
    expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'failed']);
    expect([...host.plugins][1]?.error?.problems[0]?.message).toBe(
      'the function add_reals was registered already, by fixture',
    );
    const second = await open({ plugins: [{ name: one, config: { number: 5 } }], log: () => {} });
    expect(second.capability(Functions).call('tell')).toMatch(/^number=5/);
    expect(host.capability(Functions).call('tell')).toMatch(/^number=8/);
  });

  it('what a component forgets to unregister is taken from it, and told', async () => {
    const { host, messages } = await fixture({}, { FORGETS: true });
    await host.close();
    expect(messages).toContain('fixture did not unregister its function total');
  });

  it('many hosts after each other have components', async () => {
    for (let round = 0; round < 70; round++) {
      const { host } = await fixture();
      await host.close();
    }
  });
});

describe.skipIf(!canRun)('system variables of a component (Linux on x64 or arm64)', () => {
  const told = async (config: Record<string, unknown>) => {
    const { plugin } = await fixture(config);
    return plugin.state === 'ready'
      ? plugin.offers.functions?.call('tell')
      : plugin.error?.problems.map(({ code, message }) => `${code}: ${message}`);
  };

  it('are its configuration', async () => {
    expect(await told({ number: 42, is_on: false, word: 'é', level: 'low' })).toBe(
      'number=42 on=0 word=é level=low',
    );
    expect(await told({ number: 100n })).toMatch(/^number=100/);
  });

  it.each([
    [{ number: 101 }, 'MORTISE_ERR_INIT_FAILED: number must be an integer from 0 to 100'],
    [{ number: -1 }, 'MORTISE_ERR_INIT_FAILED: number must be an integer from 0 to 100'],
    [{ number: 1.5 }, 'MORTISE_ERR_INIT_FAILED: number must be an integer'],
    [{ number: '1' }, 'MORTISE_ERR_INIT_FAILED: number must be an integer'],
    [{ is_on: 1 }, 'MORTISE_ERR_INIT_FAILED: is_on must be a boolean'],
    [{ word: true }, 'MORTISE_ERR_INIT_FAILED: word must be a text'],
    [{ word: 'a\0b' }, 'MORTISE_ERR_CONFIG_VALUE: word must be a text without zeros'],
    [JSON.parse('{ "__proto__": 1 }'), 'MORTISE_ERR_CONFIG_KEY: fixture has no variable __proto__'],
    [{ level: 'middle' }, 'MORTISE_ERR_INIT_FAILED: level must be one of low, high'],
    [{ level: ['low'] }, 'MORTISE_ERR_INIT_FAILED: level must be one of low, high'],
    [{ numbers: 1 }, 'MORTISE_ERR_CONFIG_KEY: fixture has no variable numbers'],
    [
      { word: { a: 1 } },
      'MORTISE_ERR_CONFIG_TYPE: word must be a boolean, a number, a text or a list of texts',
    ],
  ])('%o is refused', async (config, expected) => {
    expect(await told(config)).toEqual([expected]);
  });
});
