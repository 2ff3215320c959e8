/** A cell that the host can't see stays empty, and the plugin calls through it: refused before it is loaded. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/verify/index.js';
import { besideGood, directory, expectComplete } from '../host/open.js';

const source = (head: string) => `
${head}
MORTISE_MODULE(.name = "hidden", .version = "1.0.0")
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host, (void)error;
  mortise_log(MORTISE_LOG_INFO, "hello");
  return MORTISE_OK;
}
`;

function link(head: string, ...flags: string[]): string {
  const folder = directory();
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, stdio: 'pipe' });
  const include = `-I${join(import.meta.dirname, '../../include')}`;
  const usual = ['-std=gnu11', '-O1', '-fPIC', '-fvisibility=hidden', include];
  writeFileSync(join(folder, 'plugin.c'), source(head));
  writeFileSync(join(folder, 'entries.map'), '{ global: module_*; local: *; };');
  writeFileSync(join(folder, 'cells.map'), '{ global: module_i*; module_host; *_service; local: *; };');
  writeFileSync(join(folder, 'log.c'), '#include <mortise/log.h>\nMORTISE_REQUIRE(log, 1, 1)\n');
  run('cc', ...usual, '-c', 'log.c', '-o', 'log.o');
  run('ar', 'rcs', 'libcells.a', 'log.o');
  run('cc', ...usual, '-shared', '-Wl,-Bsymbolic', 'plugin.c', 'libcells.a', ...flags, '-o', 'plugin.so');
  return join(folder, 'plugin.so');
}

const own = '#include <mortise/mortise.h>\nMORTISE_REQUIRE(log, 1, 0)';
const linked = '#include <mortise/mortise.h>';

describe.each([
  ['a version script keeps the cell', own, '-Wl,--version-script=entries.map', 'mortise_log_service'],
  ['a version script keeps the requirement', own, '-Wl,--version-script=cells.map', 'mortise_cells'],
  ['an option keeps those of the static library', linked, '-Wl,--exclude-libs,ALL', 'mortise_cells'],
])('when %s to the plugin', (_, head, flag, where) => {
  it('a host and verify refuse it', async () => {
    const path = link(head, flag);
    const { problems, plugin } = await besideGood(path);
    expect(plugin.state).toBe('rejected');
    expect(problems).toEqual([expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_HIDDEN', where })]);
    for (const problem of problems) expectComplete(problem);
    const [report] = await verify([path]);
    expect(report?.status).toBe('fail');
  });
});

const inSection = (name: string) => `
#include <mortise/service.h>
#undef MORTISE_CELLS_
#define MORTISE_CELLS_ __attribute__((section("${name}")))
${own}`;

it.each([
  // What follows the comma is for the assembler: a section of constants for what the compiler takes for a variable.
  ['among the constants', 'mortise_constants,\\"a\\",@progbits#'],
  ['where the loader protects it', '.data.rel.ro'],
])('a cell that lies %s is refused: to fill it would end the process', async (_, section) => {
  const path = link(inSection(section));
  const { problems, plugin } = await besideGood(path);
  expect(plugin.state).toBe('rejected');
  expect(problems).toEqual([
    expect.objectContaining({ code: 'MORTISE_ERR_SERVICE_READ_ONLY', where: 'mortise_log_service' }),
  ]);
  for (const problem of problems) expectComplete(problem);
});

it.each([
  [own, '-Wl,--gc-sections'],
  [linked, '-Wl,--gc-sections'],
  [linked, '-Wl,--strip-all'],
])('what is exported is filled: %j %s', async (head, flag) => {
  const [report] = await verify([link(head, flag)], { load: true });
  expect(report?.checks.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(report?.checks.find(({ id }) => id === 'services')?.message).toMatch(/^mortise\.log 1\.[01]$/);
});
