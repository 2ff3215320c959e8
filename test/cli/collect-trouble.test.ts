/** mortise collect with a reader that fails, hangs or notifies. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileText } from '../support/plugins/compile-text.js';
import { call } from './call.js';
import { directoryOf } from './plugins.js';

const source = `
#include <string.h>
#include <unistd.h>
MORTISE_MODULE(.name = "troubled", .version = "1.0.0")
MORTISE_REQUIRE(collect, 1, 0)
static const mortise_host *self;
static const char *mode;
static int runs;
static void notify(int32_t severity, const char *message) {
  mortise_collect_notification notification = {.size = sizeof notification,
                                               .severity = severity,
                                               .message = mortise_text_of(message),
                                               .identity.plugin = mortise_text_of("oven"),
                                               .identity.type = mortise_text_of("heat")};
  mortise_collect_service->notify(self, &notification);
}
static int32_t read_it(void *context) {
  (void)context;
  runs++;
  if (!strcmp(mode, "hang")) sleep(60);
  if (!strcmp(mode, "fail")) return MORTISE_ERROR;
  if (!strcmp(mode, "mend")) return runs == 1 ? MORTISE_ERROR : MORTISE_OK;
  if (!strcmp(mode, "notify")) {
    notify(MORTISE_COLLECT_FAILURE, "too hot");
    notify(MORTISE_COLLECT_OKAY, "fine again");
  }
  if (!strcmp(mode, "unknown")) mortise_collect_gauge("no_such_type", "", 1);
  return MORTISE_OK;
}
MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  const mortise_collect_callbacks reader = {.size = sizeof reader, .read = read_it};
  self = host;
  mode = mortise_config_string(host, "mode", "");
  return mortise_collect_service->add(host, &reader, error);
}
`;

/** A directory whose configuration has the reader do this. */
function troubled(mode: string): string {
  const plugin = { name: './troubled.so', config: `{ mode = "${mode}" }` };
  const text = `[collecting]\ninterval = 0.1\n[[plugins]]\nname = "${plugin.name}"\nconfig = ${plugin.config}\n`;
  const cwd = directoryOf({ 'mortise.toml': text });
  compileText(join(cwd, 'troubled.so'), source);
  return cwd;
}

describe.runIf(process.platform === 'linux')('a reader in trouble', () => {
  it('--once leaves one behind that takes too long, and names it', async () => {
    const { code, stderr } = await call(['collect', '--once', '--limit', '200ms'], { cwd: troubled('hang') });
    expect(code).toBe(1);
    expect(stderr).toContain('MORTISE_WARN_COLLECT_STUCK: the reader troubled still runs after 200 ms');
  }, 60_000);

  it('the exit code is 1 while a reader fails, and 0 when it has come right', async () => {
    expect((await call(['collect', '--for', '500ms'], { cwd: troubled('fail') })).code).toBe(1);
    expect((await call(['collect', '--once'], { cwd: troubled('fail') })).code).toBe(1);
    expect((await call(['collect', '--for', '900ms'], { cwd: troubled('mend') })).code).toBe(0);
  });

  it('--once counts values that were refused', async () => {
    const { code, stderr } = await call(['collect', '--once'], { cwd: troubled('unknown') });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^1 value was refused\.$/m);
  });

  it('notifications are lines on stderr, of the severity that was asked for', async () => {
    const cwd = troubled('notify');
    const failures = await call(['collect', '--once'], { cwd });
    expect(failures.stderr).toMatch(/^\S+ error {3}oven\/heat: too hot\n$/);
    const all = await call(['collect', '--once', '--severity', 'info'], { cwd });
    expect(all.stderr).toMatch(/ error {3}oven\/heat: too hot\n\S+ info {4}oven\/heat: fine again\n/);
    const run = await call(['run', '--for', '300ms', '--json'], { cwd });
    expect(run.stderr).toContain('oven/heat: too hot');
    expect((run.json() as { logged: { error: number } }).logged.error).toBeGreaterThan(0);
  });

  it('--limit needs --once', async () => {
    const { code, stderr } = await call(['collect', '--limit', '1s'], { cwd: directoryOf({}) });
    expect(code).toBe(2);
    expect(stderr).toContain('--limit needs --once');
  });
});

it.each([['--once'], ['--for', '200ms']])('says that there are no readers: %s', async (...how) => {
  const { code, stderr } = await call(['collect', ...how], { cwd: directoryOf({ 'mortise.toml': '' }) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'The configuration has no readers.\n' });
});
