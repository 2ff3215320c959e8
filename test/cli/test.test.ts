/** mortise test: a plugin that stands all of it, and some that don't. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it, vi } from 'vitest';
import { testDocument } from '../../src/cli/json/shapes.js';
import { hostileIds } from '../../src/verify/hostile/names.js';
import { compileText } from '../support/plugins/compile-text.js';
import { call } from './call.js';
import { directory, directoryOf, splitter } from './plugins.js';

vi.setConfig({ testTimeout: 300_000 });

const fini = 'MORTISE_EXPORT void module_fini(const mortise_host *host) { (void)host;';
const init = `MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host; (void)error;`;
const config = 'MORTISE_REQUIRE(config, 1, 0)';

function plugin(text: string): string {
  return compileText(
    join(directory(), 'tried.so'),
    `#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n#include <fcntl.h>\n#include <pthread.h>
MORTISE_MODULE(.name = "tried", .version = "1.2.3")\n${text}`,
  );
}

/** The rows by id; with `--only`, of those checks alone. */
async function tested(path: string, argv: string[] = [], cwd = directory()) {
  const { code, json } = await call(['test', path, '--json', ...argv], { cwd });
  const document = testDocument.parse(json());
  const rows = new Map(document.checks.map((check) => [check.id, check]));
  return { code, document, row: (id: string) => rows.get(id) };
}

describe.runIf(process.platform === 'linux')('mortise test', () => {
  it('passes a good plugin, check by check', async () => {
    const { code, document } = await tested(splitter);
    expect(document.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(document.checks.map(({ id }) => id)).toEqual(['verify', 'start', ...hostileIds]);
    expect(code).toBe(0);
    const schema = JSON.parse(readFileSync('schemas/cli/test.schema.json', 'utf8'));
    const validate = new Ajv2020.default({ strict: false }).compile(schema);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  });

  it('prints a line a check, and a tally', async () => {
    const { code, stdout } = await call(['test', splitter, '--only', 'two-hosts', '--only', 'no-optional'], {
      cwd: directory(),
    });
    expect(stdout).toMatch(/ {2}ok {4}two-hosts {4}works in both/);
    expect(stdout).toMatch(/^4 checks: \d passed, .*\)$/m);
    expect(stdout).not.toContain('restart');
    expect(code).toBe(0);
  });

  it('finds a crash on a value of another type, and says on which', async () => {
    const path = plugin(`${config}\n${init}
      if (mortise_config_i64(host, "level", 3) < 0) abort();
      return MORTISE_OK; }`);
    const { code, row } = await tested(path, ['--only', 'config-types', '--only', 'config-empty']);
    expect(row('config-empty')).toMatchObject({ status: 'ok' });
    expect(row('config-types')).toMatchObject({
      status: 'fail',
      code: 'MORTISE_ERR_LOAD_CRASHED',
      message: 'level = -1: SIGABRT in module_init',
    });
    expect(row('config-types')?.remedy).toContain(`Repeat it: mortise test ${path} --only config-types`);
    expect(row('config-types')?.remedy).toContain('"check":"config-types"');
    expect(code).toBe(1);
  });

  it('ends one that hangs, and goes on', async () => {
    const path = plugin(`${init} return MORTISE_OK; }
      MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
        (void)route;
        while (context->sql.size == 0) pause();
        return MORTISE_PASS; }`);
    const { code, row } = await tested(path, [
      '--only',
      'queries',
      '--only',
      'two-hosts',
      '--timeout',
      '15s',
    ]);
    expect(row('queries')).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_LOAD_TIMEOUT' });
    expect(row('queries')?.message).toBe('an empty query: still in routing after 15 s');
    expect(row('two-hosts')).toMatchObject({ status: 'ok' });
    expect(code).toBe(1);
  });

  it('counts threads and files that its starts leave', async () => {
    const threads = plugin(`static void *idle(void *none) { for (;;) pause(); return none; }
      ${init} pthread_t thread; pthread_create(&thread, NULL, idle, NULL); return MORTISE_OK; }`);
    const first = await tested(threads, ['--only', 'restart']);
    expect(first.row('start')).toMatchObject({ status: 'fail', code: 'MORTISE_WARN_LEAKED_THREAD' });
    expect(first.code).toBe(1);

    const files = plugin(`${init} return open("/dev/null", O_RDONLY) < 0; }\n${fini} }`);
    const second = await tested(files, ['--only', 'restart']);
    expect(second.row('start')).toMatchObject({ status: 'ok' });
    expect(second.row('restart')).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_TEST_LEAK' });
    expect(second.row('restart')?.message).toContain('12 open files: /dev/null');
    expect(second.code).toBe(1);
  });

  it('takes optional services away', async () => {
    const path = plugin(`MORTISE_WANT(state, 1, 0)
      ${init} return mortise_state_service ? MORTISE_OK : mortise_fail(error, "there is no state"); }`);
    const { row } = await tested(path, ['--only', 'no-optional']);
    expect(row('start')).toMatchObject({ status: 'ok' });
    expect(row('no-optional')).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_INIT_FAILED' });
    expect(row('no-optional')?.message).toBe('without mortise.state: there is no state');
  });

  it('tells an answer against the rules by the query that it came to', async () => {
    const path = plugin(`${init} return MORTISE_OK; }
      MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
        (void)route;
        return context->parameter_count > 1000 ? 77 : MORTISE_PASS; }`);
    const { row } = await tested(path, ['--only', 'queries']);
    expect(row('queries')).toMatchObject({ status: 'fail', code: 'MORTISE_ERR_ROUTE_FAILED' });
    expect(row('queries')?.message).toMatch(/^65,535 nulls as the parameter: returned 77/);
  });

  it('starts it as it is configured, and skips what needs a start', async () => {
    const path = plugin(`${config}\n${init}
      return mortise_config_i64(host, "level", 0) == 3 ? MORTISE_OK : mortise_fail(error, "level must be 3"); }`);
    const without = await tested(path, ['--only', 'config-empty', '--only', 'two-hosts']);
    expect(without.row('start')).toMatchObject({ status: 'fail', message: 'level must be 3' });
    expect(without.row('config-empty')).toMatchObject({
      status: 'ok',
      message: '1 configuration, 1 refused',
    });
    expect(without.row('two-hosts')).toMatchObject({ status: 'skip', message: 'it does not start' });

    const cwd = directoryOf({
      'mortise.toml': `[[plugins]]\nname = ${JSON.stringify(path)}\nconfig = { level = 3 }\n`,
    });
    const configured = await tested(path, ['--only', 'two-hosts'], cwd);
    expect(configured.code).toBe(0);
    expect(configured.row('two-hosts')).toMatchObject({ status: 'ok' });
  });

  it('runs nothing of what verify refuses', async () => {
    const { code, row, document } = await tested('/bin/true');
    expect(code).toBe(1);
    expect(row('start')).toBeUndefined();
    expect(document.summary.failed).toBeGreaterThan(0);
  });

  it('exits with 2 where there is no such file, or no such check', async () => {
    const cwd = directory();
    expect((await call(['test', 'absent.so'], { cwd })).code).toBe(2);
    const { code, stderr } = await call(['test', splitter, '--only', 'querys'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('queries');
  });
});
