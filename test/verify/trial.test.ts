import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConfigTable } from '../../src/config/value.js';
import { tryPlugin } from '../../src/verify/trial.js';
import { mariadbPlugins } from '../dialects/mariadb/parts.js';
import { compileText } from '../support/plugins/compile-text.js';

vi.setConfig({ testTimeout: 300_000 });
const root = mkdtempSync(join(tmpdir(), 'mortise-trial-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let built = 0;
/** The path of the plugin that these macros make. */
function build(macros: Record<string, string> = {}): string {
  const path = join(root, `plugin-${++built}.so`);
  const defines = Object.entries(macros).map(([name, value]) => `-D${name}=${value}`);
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  const source = 'test/verify/plugins/trial-plugin.c';
  const command = ['-shared', '-fPIC', '-pthread', ...warnings, ...defines, '-Iinclude', '-o', path, source];
  execFileSync('cc', command, { stdio: 'pipe' });
  return path;
}

/** All rows by id; several of one id are several entries of a list. */
async function attempt(path: string, options: { timeoutMs?: number; config?: ConfigTable } = {}) {
  const checks = await tryPlugin(path, { timeoutMs: 20_000, ...options });
  const rows = (id: string) => checks.filter((check) => check.id === id);
  return {
    checks,
    rows,
    row: (id: string) => rows(id)[0],
    statuses: checks.map(({ id, status }) => `${id} ${status}`).join(', '),
  };
}

/** A zombie whose new parent doesn't fetch it still has a number. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`mortise-${process.pid}-`));

describe.runIf(process.platform === 'linux')('a plugin that is tried out', () => {
  it('passes when nothing is wrong with it', async () => {
    const { checks } = await attempt(build());
    expect(checks).toEqual([
      { id: 'load', status: 'ok', message: 'the system’s loader took it' },
      { id: 'register', status: 'ok', message: 'module_register' },
      { id: 'init', status: 'ok', message: 'module_init' },
      { id: 'fini', status: 'ok', message: 'module_fini' },
      { id: 'output', status: 'ok', message: 'nothing printed' },
      { id: 'threads', status: 'ok', message: 'none left running' },
    ]);
    expect(copies()).toEqual([]);
  });

  it('runs no readers: a crash in one is not blamed on init', async () => {
    const path = compileText(
      join(root, 'reader.so'),
      `#include <stdlib.h>
      MORTISE_MODULE(.name = "reader", .version = "1.0.0")
      MORTISE_REQUIRE(collect, 1, 0)
      static int32_t read_it(void *context) { (void)context; abort(); }
      MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
        const mortise_collect_callbacks reader = {.size = sizeof reader, .read = read_it};
        return mortise_collect_service->add(host, &reader, error);
      }`,
    );
    const { statuses } = await attempt(path);
    expect(statuses).not.toContain('fail');
    expect(statuses).toContain('init ok');
  });

  it('may have few entry points', async () => {
    const { checks } = await attempt(build({ BARE: '1' }));
    expect(checks.slice(0, 4).map(({ status, message }) => [status, message])).toEqual([
      ['ok', 'the system’s loader took it'],
      ['ok', 'no module_register'],
      ['ok', 'module_init'],
      ['ok', 'no module_fini'],
    ]);
  });

  it('is skipped when only another plugin has what it needs', async () => {
    const { statuses, row } = await attempt(build({ NEEDS_ANOTHER: '1' }));
    expect(row('load')?.message).toBe('needs shop.price_rule 1.0 of another plugin, and is tried out alone');
    expect(statuses).toBe('load skip, register skip, init skip, fini skip, output ok, threads ok');
  });

  it('fails when there is no such file', async () => {
    expect((await attempt(join(root, 'none.so'))).row('load')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_FILE_MISSING',
    });
  });
});

describe.runIf(process.platform === 'linux')('a crash', () => {
  const crashes: [macro: string, code: string, id: string, message: string, statuses: string][] = [
    ['ON_LOAD', 'crash()', 'load', 'SIGSEGV while the library was loaded', 'fail skip skip skip'],
    ['ON_REGISTER', 'crash()', 'register', 'SIGSEGV in module_register', 'ok fail skip skip'],
    ['ON_INIT', 'crash()', 'init', 'SIGSEGV in module_init', 'ok ok fail skip'],
    ['ON_FINI', 'crash()', 'fini', 'SIGSEGV in module_fini', 'ok ok ok fail'],
    [
      'ON_EXIT',
      'crash()',
      'exit',
      'SIGSEGV while the process ended, after the last entry point',
      'ok ok ok ok fail',
    ],
    ['ON_INIT', 'abort()', 'init', 'SIGABRT in module_init', 'ok ok fail skip'],
    ['ON_INIT', 'exit(3)', 'init', 'exit with status 3 in module_init', 'ok ok fail skip'],
    ['ON_REGISTER', 'exit(0)', 'register', 'exit with status 0 in module_register', 'ok fail skip skip'],
    [
      'ON_EXIT',
      '_exit(7)',
      'exit',
      'exit with status 7 while the process ended, after the last entry point',
      'ok ok ok ok fail',
    ],
  ];
  it.each(crashes)('%s: %s', async (macro, code, id, message, statuses) => {
    const path = build({ [macro]: code });
    const { rows, row, checks } = await attempt(path);
    expect(rows(id)).toHaveLength(1);
    expect(row(id)).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_LOAD_CRASHED', message });
    expect(row(id)?.remedy).toContain(' --args ');
    expect(row(id)?.remedy).toContain(path);
    const steps = checks.filter(({ id }) => id !== 'output' && id !== 'threads');
    expect(steps.map(({ status }) => status).join(' ')).toBe(statuses);
    expect(copies()).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('a hang', () => {
  const hangs: [macro: string, code: string, id: string, message: string][] = [
    ['ON_LOAD', 'hang()', 'load', 'still loading the library after 2 s'],
    ['ON_INIT', 'spin()', 'init', 'still in module_init after 2 s'],
    ['ON_INIT', 'signal(SIGTERM, SIG_IGN); hang()', 'init', 'still in module_init after 2 s'],
    ['ON_INIT', 'raise(SIGSTOP)', 'init', 'still in module_init after 2 s'],
    ['ON_FINI', 'hang()', 'fini', 'still in module_fini after 2 s'],
    ['ON_EXIT', 'hang()', 'exit', 'still ending the process after 2 s'],
  ];
  it.each(hangs)('%s: %s', async (macro, code, id, message) => {
    const start = performance.now();
    const path = build({ [macro]: code });
    const { row } = await attempt(path, { timeoutMs: 2000 });
    expect(row(id)).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_LOAD_TIMEOUT', message });
    expect(row(id)?.remedy).toContain(path);
    // Less than the wait for a child that does not go: it was killed, and not only given up.
    expect(performance.now() - start).toBeLessThan(7000);
    expect(copies()).toEqual([]);
  });

  it('says seconds where that reads better', async () => {
    const { row } = await attempt(build({ ON_INIT: 'hang()' }), { timeoutMs: 1500 });
    expect(row('init')?.message).toBe('still in module_init after 1.5 s');
  });
});

describe.runIf(process.platform === 'linux')('a refusal', () => {
  it('of register is the plugin’s own', async () => {
    const { row, statuses } = await attempt(
      build({ ON_REGISTER: 'return mortise_fail(error, "no such table")' }),
    );
    expect(row('register')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_REGISTER_FAILED',
      message: 'no such table',
    });
    expect(statuses).toBe('load ok, register fail, init skip, fini skip, output ok, threads ok');
  });

  it('of init is the plugin’s own', async () => {
    const { row, statuses } = await attempt(
      build({ ON_INIT: 'return mortise_fail(error, "tenants must be at least %d", 1)' }),
    );
    expect(row('init')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_INIT_FAILED',
      message: 'tenants must be at least 1',
    });
    expect(statuses).toBe('load ok, register ok, init fail, fini skip, output ok, threads ok');
  });

  it('without a message says so', async () => {
    const { row } = await attempt(build({ ON_INIT: 'return 5' }));
    expect(row('init')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_INIT_FAILED',
      message: 'module_init returned 5 and gave no reason',
    });
  });

  it('of the configuration names the value', async () => {
    const path = build({ ON_INIT: 'mortise_config_u64(host, "tenants", 4)' });
    const { row } = await attempt(path, { config: { tenants: 'many' } });
    expect(row('init')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_CONFIG_VALUE',
      message: 'tenants must be an integer of at least 0',
    });
    expect((await attempt(path, { config: { tenants: 4n } })).row('init')?.status).toBe('ok');
  });

  it('keeps what it never asked for as a warning', async () => {
    const { row } = await attempt(build(), { config: { tenant: 4 } });
    expect(row('config')).toMatchObject({ status: 'warn', code: 'MORTISE_WARN_CONFIG_UNUSED' });
  });
});

describe.runIf(process.platform === 'linux')('what a plugin prints', () => {
  it('on stdout is a warning with its first line and size', async () => {
    const { row, statuses } = await attempt(build({ ON_INIT: 'printf("\\nhello\\tworld\\nmore\\n")' }));
    expect(row('output')).toMatchObject({
      status: 'warn',
      code: 'MORTISE_WARN_STDOUT_NOISE',
      message: '18 bytes on stdout: "hello\\tworld"',
    });
    expect(statuses).toBe('load ok, register ok, init ok, fini ok, output warn, threads ok');
  });

  it('on stderr is one as well', async () => {
    const { rows } = await attempt(build({ ON_LOAD: 'puts("a"); fputs("b", stderr)' }));
    expect(rows('output').map(({ message }) => message)).toEqual([
      '2 bytes on stdout: "a"',
      '1 byte on stderr: "b"',
    ]);
  });

  it('is seen although it crashes then', async () => {
    const { row } = await attempt(build({ ON_INIT: 'fputs("last words\\n", stderr); abort()' }));
    expect(row('output')?.message).toBe('11 bytes on stderr: "last words"');
  });

  it('is counted and not kept', async () => {
    const flood =
      'static char line[65536]; for (int i = 0; i < 320; ++i) if (write(1, line, sizeof line) < 0) abort()';
    const { row, statuses } = await attempt(build({ ON_INIT: flood }));
    expect(row('output')?.message).toMatch(/^20971520 bytes on stdout: "(\\u0000){200}…"$/);
    expect(statuses).toContain('init ok');
  });

  it('cannot speak for the trial', async () => {
    const forged = 'if (write(3, "{\\"step\\":\\"exit\\"}\\n", 16) < 0) abort(); _exit(0)';
    expect((await attempt(build({ ON_INIT: forged }))).row('init')?.message).toBe(
      'exit with status 0 in module_init',
    );
  });

  it('is told from what Node.js prints', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('NODE_OPTIONS', '--import=data:text/javascript,console.log(1);console.error(2)');
    expect((await attempt(build())).row('output')?.status).toBe('ok');
  });
});

describe.runIf(process.platform === 'linux')('what a plugin leaves behind', () => {
  it('threads are named', async () => {
    const { row, statuses } = await attempt(build({ ON_INIT: 'start("pump"); start("poll")' }));
    expect(row('threads')).toMatchObject({
      status: 'warn',
      code: 'MORTISE_WARN_LEAKED_THREAD',
      message: '2 threads run on after module_fini: pump, poll',
    });
    expect(statuses).toBe('load ok, register ok, init ok, fini ok, output ok, threads warn');
  });

  it('threads that it joined are none', async () => {
    expect((await attempt(build({ ON_INIT: 'start_and_join()' }))).row('threads')?.status).toBe('ok');
  });

  it('threads of a failed init count', async () => {
    const { row } = await attempt(build({ ON_INIT: 'start("pump"); return MORTISE_ERROR' }));
    expect(row('threads')?.message).toBe('1 thread runs on after it failed: pump');
  });

  it.each([
    ['0', '0'],
    ['1', '0'],
    ['1', '1'],
  ])(
    'a process that it left is ended (its own session: %s, without the pipes: %s)',
    async (leavesGroup, closes) => {
      const pidFile = join(root, `pid-${leavesGroup}${closes}`);
      const start = performance.now();
      const path = build({
        ON_INIT: `leave_process(${leavesGroup}, ${closes}); usleep(300000)`,
        PID_FILE: `"${pidFile}"`,
      });
      const { statuses } = await attempt(path);
      expect(performance.now() - start).toBeLessThan(10_000);
      expect(statuses).toBe('load ok, register ok, init ok, fini ok, output ok, threads ok');
      const pid = Number(readFileSync(pidFile, 'utf8'));
      expect(pid).toBeGreaterThan(1);
      await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 2000);
    },
  );
});

describe.runIf(process.platform === 'linux')('the child', () => {
  it.each([
    String.raw`forge("{\"step\":\"fini\"}"); forge("{\"threads\":[]}"); forge("{\"step\":\"exit\"}"); _exit(0)`,
    String.raw`forge("{\"output\":null}"); _exit(0)`,
    String.raw`forge("{\"broken\":\"the plugin says so\"}"); _exit(0)`,
  ])('believes nothing that a plugin says in its name: %s', async (body) => {
    const { row } = await attempt(build({ ON_INIT: body }));
    expect(row('init')?.status).toBe('fail');
  });

  it('dumps no core', async () => {
    const { row } = await attempt(build({ ON_INIT: 'return dumps_core()' }));
    expect(row('init')?.status).toBe('ok');
  });

  it('that Node.js cannot start is not a failure of the plugin', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    const path = build();
    vi.stubEnv('NODE_OPTIONS', '--require=/nowhere/none.cjs');
    await expect(attempt(path)).rejects.toThrow(/never began \(status 1\)[\s\S]*none\.cjs/);
  });

  const canFollow = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
  it.for(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'goes when its parent gets %s',
    async (signal, { skip }) => {
      skip(signal === 'SIGKILL' && !canFollow, 'setpriv of util-linux is not installed');
      const pidFile = join(root, `pid-${signal}`);
      const path = build({ ON_INIT: 'write_pid(); hang()', PID_FILE: `"${pidFile}"` });
      const script = `import('./dist/verify/trial.js').then(({ tryPlugin }) =>
      tryPlugin(${JSON.stringify(path)}, { timeoutMs: 600_000 }))`;
      const parent = spawn(process.execPath, ['-e', script]);
      const ended = new Promise((done) => parent.once('exit', (_, signal) => done(signal)));
      const pid = await vi.waitFor(() => {
        const text = readFileSync(pidFile, 'utf8');
        expect(text).not.toBe('');
        return Number(text);
      }, 20_000);
      expect(isRunning(pid)).toBe(true);
      parent.kill(signal);
      expect(await ended).toBe(signal);
      await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5000);
    },
  );

  it('runs by hand, for a debugger', () => {
    const path = build({ ON_INIT: 'if (mortise_config_u64(host, "tenants", 4) == 5) crash()' });
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['dist/trial.js', path, ...args], { encoding: 'utf8' });
    const good = run();
    expect([good.status, good.stdout]).toEqual([0, '']);
    expect(good.stderr.match(/(?<="step":")\w+/g)).toEqual(['load', 'register', 'init', 'fini', 'exit']);
    expect(run('{"tenants":5}').signal).toBe('SIGSEGV');
  });
});

const mariadb = mariadbPlugins();
describe.skipIf(!mariadb)("a family's own words (needs Debian's packages of MariaDB)", () => {
  const steps = async (name: string) =>
    (await tryPlugin(mariadb?.get(name) as string, { timeoutMs: 60_000 }))
      .filter(({ id }) => ['load', 'register', 'init', 'fini'].includes(id))
      .map(({ id, status, message }) => [id, status, message]);

  it('says what ran of a plugin that has no module_init', async () => {
    expect(await steps('simple_password_check')).toEqual([
      ['load', 'ok', 'the system’s loader took it'],
      ['init', 'ok', 'init of simple_password_check'],
      ['fini', 'ok', 'deinit of simple_password_check'],
    ]);
  });

  it('blames the step that failed', async () => {
    expect(await steps('file_key_management')).toEqual([
      ['load', 'ok', 'the system’s loader took it'],
      ['init', 'fail', expect.stringContaining('key')],
      ['fini', 'skip', 'not reached'],
    ]);
  });
});
