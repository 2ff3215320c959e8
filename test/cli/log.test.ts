/** What goes on stderr while a host runs, for a person, for what collects logs, and for systemd's journal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Cli } from '../../src/cli/cli.js';
import type { Io } from '../../src/cli/io.js';
import { logFor } from '../../src/cli/log/formats.js';
import type { Log } from '../../src/cli/log/log.js';
import type { Output } from '../../src/cli/output.js';
import { call } from './call.js';
import { chain, directory, directoryOf, firewall } from './plugins.js';

/** The firewall logs its rules as it starts, and what it blocks. */
const logging = `[[plugins]]
name = ${JSON.stringify(firewall)}
config = { deny = ["drop table"], log = true }

[[plugins]]
name = "./none.so"
`;

const run = (...options: string[]) =>
  call(['run', '--for', '10ms', ...options], { cwd: directoryOf({ 'mortise.toml': logging }) });

describe('as text', () => {
  it('has date and zone where it is not a terminal', async () => {
    const { stderr } = await run();
    expect(stderr).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info {4}query_firewall: /m);
  });

  it('has the time alone on a terminal', async () => {
    const cwd = directoryOf({ 'mortise.toml': logging });
    const { stderr } = await call(['run', '--for', '10ms'], { cwd, isTerminal: true });
    expect(stderr).toMatch(/\d\d:\d\d:\d\d\.\d{3}.* .*info.* query_firewall: /m);
    expect(stderr).not.toMatch(/\d{4}-\d\d-\d\dT/);
  });
});

describe('as JSON', () => {
  it('is one line each, with pino’s names', async () => {
    const { code, stderr } = await run('--log', 'json');
    expect(code).toBe(1);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const line of lines) {
      expect(line).toMatchObject({ level: expect.any(Number), time: expect.any(Number), pid: process.pid });
      expect(line.hostname).toBeTruthy();
      expect(Math.abs(Date.now() - line.time)).toBeLessThan(600_000); // milliseconds
    }
    expect(lines).toContainEqual(expect.objectContaining({ level: 30, plugin: 'query_firewall' }));
    expect(lines).toContainEqual(expect.objectContaining({ level: 30, msg: 'Running 1 plugin for 10 ms.' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 50, code: 'MORTISE_ERR_FILE_MISSING', remedy: expect.any(String) }),
    );
  });

  it('is also how an error ends it', async () => {
    const { code, stderr } = await call(['run', '--log', 'json', '-c', 'none.toml'], { cwd: directory() });
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({
      level: 50,
      code: expect.stringMatching(/^MORTISE_ERR_CONFIG/),
    });
  });
});

describe('an error of mortise’s own', () => {
  const told = async (form: (err: Output) => Log) => {
    let stderr = '';
    const stream = new Writable({
      write(chunk, _, done) {
        stderr += chunk;
        done();
      },
    });
    const idle = { cwd: '', env: {}, stdin: process.stdin, onSignal: () => () => {} };
    const cli = new Cli({ ...idle, stdout: stream, stderr: stream } as unknown as Io);
    cli.log = form(cli.err);
    await cli.fail(new Error('a mistake'), false);
    return stderr;
  };

  it('is a line of the log as well', async () => {
    expect(JSON.parse(await told((err) => logFor(err, {}, 'json')))).toMatchObject({
      level: 50,
      msg: expect.stringMatching(/^This is an error in mortise.*\nError: a mistake\n/),
    });
    const lines = (await told((err) => logFor(err, {}, 'journald'))).trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('<3>'))).toEqual([]);
    expect(await told((err) => logFor(err, {}, 'text'))).toMatch(/^This is an error in mortise/);
  });
});

describe('for the journal', () => {
  it('has a priority before each line, and no time', async () => {
    const { stderr } = await run('--log', 'journald');
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => !/^<[3467]>/.test(line))).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^<6>query_firewall: /));
    expect(lines).toContainEqual('<6>Running 1 plugin for 10 ms.');
    expect(lines).toContainEqual(expect.stringMatching(/^<3>.*MORTISE_ERR_FILE_MISSING/));
    expect(lines).toContainEqual(expect.stringMatching(/^<3> {2}fix /));
  });

  it.skipIf(process.platform !== 'linux')('is chosen where stderr is the journal’s stream', async () => {
    const cwd = directoryOf({ 'mortise.toml': chain });
    const ran = async (stream: (path: string) => string) => {
      const path = join(cwd, 'stderr');
      const file = openSync(path, 'w');
      const { dev, ino } = fstatSync(file);
      const child = spawn(process.execPath, [resolve('dist/cli.js'), 'run', '--for', '10ms'], {
        ...{ cwd, stdio: ['ignore', 'ignore', file] },
        env: { ...process.env, JOURNAL_STREAM: stream(`${dev}:${ino}`) },
      });
      await once(child, 'exit');
      closeSync(file);
      return readFileSync(path, 'utf8');
    };
    expect(await ran((path) => path)).toMatch(/^<6>Running 2 plugins/m);
    // Somebody has sent stderr elsewhere.
    expect(await ran(() => '1:1')).toMatch(/^Running 2 plugins/m);
  });
});

describe('its end', () => {
  it('is a good one at a signal, whatever it ran without', async () => {
    const cwd = directoryOf({ 'mortise.toml': logging });
    const stopped = await call(['run'], { cwd, onStop: (send) => setTimeout(() => send('SIGTERM'), 50) });
    expect(stopped.code).toBe(0);
    expect(stopped.stderr).toContain('MORTISE_ERR_FILE_MISSING');
    expect((await run()).code).toBe(1);
  });
});
