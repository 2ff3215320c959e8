import { describe, expect, it } from 'vitest';
import { call } from './call.js';

const names = [
  ...[
    'verify',
    'inspect',
    'list',
    'route',
    'run',
    'top',
    'collect',
    'query',
    'add',
    'remove',
    'outdated',
    'lock',
  ],
  ...['new', 'pack', 'headers', 'abi-diff', 'doctor'],
];

describe('help', () => {
  it('lists every command', async () => {
    const { code, stdout, stderr } = await call(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} .*\\w`, 'm'));
  });

  it.each(names)('of %s has an example, --json, and no line too wide for a terminal', async (name) => {
    const { code, stdout } = await call([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples?:\n {2}\S*.*mortise/);
    expect(stdout).toContain('--json');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('goes to stderr, with exit code 2, when no command is called', async () => {
    const { code, stdout, stderr } = await call([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: mortise COMMAND');
  });

  it('prints the version', async () => {
    expect((await call(['-v'])).stdout).toBe((await call(['--version'])).stdout);
    expect(await call(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

it('helps with a command in both ways', async () => {
  const help = await call(['verify', '--help']);
  expect(help.stdout).toContain('Usage: mortise verify');
  expect(await call(['help', 'verify'])).toEqual({ ...help, json: expect.any(Function) });
  expect((await call(['help'])).stdout).toContain('Usage: mortise COMMAND');
});

it('prints without colours where that is asked for', async () => {
  const colour = '\x1b[';
  const called = (...more: string[]) => call(['verfy', ...more], { isTerminal: true });
  expect((await called()).stderr).toContain(colour);
  expect((await called('--no-color')).stderr).not.toContain(colour);
  expect((await call(['list', '--no-color', '-c', 'x.toml'], { isTerminal: true })).stderr).not.toContain(
    colour,
  );
});

describe('a call that cannot be carried out', () => {
  it.each([
    [['verfy'], "unknown command 'verfy'", 'Did you mean verify?'],
    [['verify', '--jsn', 'x'], "unknown option '--jsn'", 'Did you mean --json?'],
    [['verify', 'x', '--timeout', '10'], 'A time is a number and a unit', 'mortise verify --help'],
    [['verify', 'x', '--timeout', '600h'], 'A time is a number and a unit', 'mortise verify --help'],
    [['list', 'a'], 'too many arguments', 'mortise list --help'],
    [['route', '--shards', '0', '--sql', 'x'], 'whole number from 1', 'mortise route --help'],
    [['route', '--shards', '4294967296', '--sql', 'x'], 'whole number from 1', 'mortise route --help'],
    [['route', '--param', '1'], '--param belongs to a --sql', 'stand in "params"'],
    [['headers'], "missing required argument 'file'", 'mortise headers --help'],
    [['new', 'a'], "required option '-l, --lang <language>'", 'It is one of c, rust.'],
    [['new', 'a', '--lang', 'go'], 'Allowed choices are c, rust', 'mortise new --help'],
  ])('%j', async (argv, message, remedy) => {
    const { code, stdout, stderr } = await call(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('MORTISE_ERR_USAGE');
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
  });

  it('is one JSON document on stdout with --json', async () => {
    const called = await call(['inspect', '--json']);
    expect(called.code).toBe(2);
    expect(called.json()).toEqual({
      schema: 1,
      errors: [expect.objectContaining({ code: 'MORTISE_ERR_USAGE', subject: 'mortise inspect' })],
    });
  });

  it('asks for a query instead of waiting for one at a terminal', async () => {
    const { Readable } = await import('node:stream');
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    const { code, stderr } = await call(['route'], { stdin });
    expect([code, stderr]).toEqual([2, expect.stringContaining('no query was given')]);
  });
});

describe('colour', () => {
  const colour = '\x1b[';
  it.each<[boolean, NodeJS.ProcessEnv, boolean]>([
    [false, {}, false],
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('terminal %s, %j → %s', async (isTerminal, env, isColoured) => {
    const { stderr } = await call(['verfy'], { isTerminal, env });
    expect(stderr.includes(colour)).toBe(isColoured);
    expect(stderr).toContain('MORTISE_ERR_USAGE');
    const { stdout } = await call(['--help'], { isTerminal, env });
    expect(stdout.includes(colour)).toBe(isColoured);
  });
});
