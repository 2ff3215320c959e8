/** What goes wrong around a command: full disks, blank lines, lines that nobody should write. */
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileText } from '../support/plugins/compile-text.js';
import { call } from './call.js';
import { chain, directory, directoryOf, firewall } from './plugins.js';

const configured = () => directoryOf({ 'mortise.toml': chain });

describe('mortise route', () => {
  const lines = async (...all: string[]) => {
    const { code, stdout } = await call(['route', '--json'], { cwd: configured(), stdin: all.join('\n') });
    return {
      code,
      answers: stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    };
  };
  const good = '{"sql": "select 1"}';

  it('skips blank lines, with any line end', async () => {
    expect(await lines(`${good}\r`, '\r', '', ' \t\r', good)).toMatchObject({
      code: 0,
      answers: { length: 2 },
    });
  });

  it.each(['params', 'sql', 'shards', 'hasPrimary'])(
    'answers a line whose %s is nested 100,000 deep',
    async (key) => {
      const deep = '['.repeat(100_000) + ']'.repeat(100_000);
      const value = key === 'params' ? `[${deep}]` : deep;
      const line = key === 'sql' ? `{"sql": ${deep}}` : `{"sql": "a", "${key}": ${value}}`;
      const { answers } = await lines(good, line, good);
      expect(answers).toHaveLength(3);
      expect(answers[1].errors[0].code).toMatch(/^MORTISE_ERR_(PARAMETER|QUERY)/);
      expect(answers[2].errors).toBeUndefined();
    },
  );

  it('answers a parameter of objects, 5,000 deep', async () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const { answers } = await lines(`{"sql": "a", "params": [${deep}]}`, good);
    expect(answers.map(({ errors }) => errors?.[0].code)).toEqual(['MORTISE_ERR_PARAMETER', undefined]);
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  it('is an error of the output, with exit code 2', () => {
    const main = resolve('dist/cli.js');
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', '"$0" "$1" verify --json "$2" >/dev/full', process.execPath, main, firewall],
      {
        encoding: 'utf8',
        cwd: directory(),
      },
    );
    expect(stderr).toContain('MORTISE_ERR_OUTPUT: there is no space left');
    expect(stderr).not.toContain('error in mortise');
    expect(status).toBe(2);
  });
});

describe('mortise run', () => {
  it('shows the fields of a log line', async () => {
    const cwd = directory();
    compileText(
      join(cwd, 'fields.so'),
      `MORTISE_MODULE(.name = "fields", .version = "1.0.0")
       MORTISE_REQUIRE(log, 1, 1)
       MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
         const mortise_member fields[] = {mortise_field_i64("tenant", 42), mortise_field_text("table", "or\\x1bders")};
         (void)host;
         (void)error;
         mortise_log_fields(MORTISE_LOG_ERROR, "moved", fields, 2);
         return 0;
       }`,
    );
    const text = directoryOf({
      'mortise.toml': `[[plugins]]\nname = ${JSON.stringify(join(cwd, 'fields.so'))}\n`,
    });
    const { stderr } = await call(['run', '--for', '1ms'], { cwd: text });
    expect(stderr).toContain('fields: moved tenant=42 table=');
    expect(stderr).not.toContain('\x1b');
  });
});

describe('plugins that provide and need services', () => {
  it('are verified in time that grows as their number does', async () => {
    const cwd = directory();
    const one = (name: string, body: string) =>
      compileText(
        join(cwd, name),
        `MORTISE_MODULE(.name = "${name.replace('.so', '')}", .version = "1.0.0")\n${body}`,
      );
    one(
      'provider.so',
      `#define x_signature ""
       MORTISE_PROVIDE_SERVICE(x, "x.svc", 1, 0)
       MORTISE_EXPORT int32_t module_init(const mortise_host *h, mortise_error *e) { (void)h; (void)e; return 0; }`,
    );
    const user = one(
      'user.so',
      `typedef struct { uint32_t size; void *f; } x_svc_v1;
       #define x_svc_signature ""
       #define y_signature ""
       extern MORTISE_VISIBLE const x_svc_v1 *x_svc_service;
       MORTISE_REQUIRE_SERVICE(x_svc, "x.svc", 1, 0)
       MORTISE_PROVIDE_SERVICE(y, "y.svc", 1, 0)
       MORTISE_EXPORT int32_t module_init(const mortise_host *h, mortise_error *e) { (void)h; (void)e; return 0; }`,
    );
    mkdirSync(join(cwd, 'many'));
    const many = Array.from({ length: 400 }, (_, index) => {
      const path = join(cwd, 'many', `p${index}.so`);
      linkSync(user, path);
      return path;
    });
    const seconds = async (count: number) => {
      const start = process.cpuUsage();
      const { code } = await call(['verify', join(cwd, 'provider.so'), ...many.slice(0, count)], { cwd });
      expect(code).toBe(0);
      const { user } = process.cpuUsage(start);
      return user / 1e6;
    };
    await seconds(10);
    const [few, all] = [await seconds(100), await seconds(400)];
    // Four times as many: 64 times as long when it was cubic.
    expect(all / few).toBeLessThan(10);
  }, 60_000);
});

it.skipIf(process.platform === 'win32')(
  'a working directory that was removed is an error with a code',
  () => {
    const folder = directory();
    const cli = resolve('dist/cli.js');
    const run = (command: string) =>
      spawnSync('sh', ['-c', `cd ${folder} && mkdir gone && cd gone && rmdir ../gone && ${command}`], {
        encoding: 'utf8',
      });
    const verified = run(`"${process.execPath}" ${cli} verify x.so`);
    expect(verified.stderr).toContain('mortise: MORTISE_ERR_WORKING_DIRECTORY');
    expect(verified.status).toBe(2);
    // What needs no directory runs.
    expect(run(`"${process.execPath}" ${cli} --version`).status).toBe(0);
  },
);
