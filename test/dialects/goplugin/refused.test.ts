/** Programs that are none, or none for this host: each is refused by name, and nothing of it stays. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { keep, launch, type MortiseError } from '../../../src/dialects/goplugin/index.js';
import type { LogLine } from '../../../src/dialects/goplugin/log.js';
import type { LaunchOptions } from '../../../src/dialects/goplugin/options.js';
import { baseDirectory } from '../../../src/dialects/goplugin/socket-directory.js';
import { describeWith, example, script, servedProgram, workDirectory } from './programs.js';

const work = workDirectory();
const sockets = join(work, 's');
mkdirSync(sockets);

async function refusal(options: LaunchOptions): Promise<MortiseError> {
  const error = await launch({ socketDirectory: sockets, ...options }).then(
    (program) => program.kill().then(() => new Error('it was started')),
    (reason: unknown) => reason,
  );
  return error as MortiseError;
}

afterEach(() => {
  expect(readdirSync(baseDirectory(sockets))).toEqual([]);
});

describe('the file', () => {
  it('is not there, or is a directory', async () => {
    expect(await refusal({ path: join(work, 'none'), ...example })).toMatchObject({
      code: 'MORTISE_ERR_FILE_MISSING',
    });
    expect(await refusal({ path: work, ...example })).toMatchObject({ code: 'MORTISE_ERR_FILE_NOT_REGULAR' });
  });

  it('is spelled otherwise', async () => {
    const path = join(work, 'servant');
    writeFileSync(path, 'just text\n');
    const error = await refusal({ path: join(work, 'servamt'), ...example });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_FILE_MISSING', remedy: `Did you mean ${path}?` });
  });

  it('may not be executed, or is neither image nor script', async () => {
    const path = join(work, 'text');
    writeFileSync(path, 'just text\n');
    chmodSync(path, 0o755);
    const found = await refusal({ path, ...example });
    expect(found).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_FILE' });
    expect(found.message).toContain('neither an executable nor a script');
    chmodSync(path, 0o644);
    expect(await refusal({ path, ...example })).toMatchObject({
      code: 'MORTISE_ERR_PROGRAM_FILE',
      remedy: `Run chmod +x ${path}.`,
    });
  });

  it('has another checksum', async () => {
    const sha256 = '0'.repeat(64);
    expect(await refusal({ ...script(''), sha256 })).toMatchObject({
      code: 'MORTISE_ERR_PROGRAM_CHECKSUM',
      expected: sha256,
    });
  });

  describeWith('key-value', 'of a program in Go', (path) => {
    /** The same image for another machine: e_machine is at 18. */
    it('is for another processor', async () => {
      const bytes = readFileSync(path);
      bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
      const other = join(work, 'other');
      writeFileSync(other, bytes, { mode: 0o755 });
      expect(await refusal({ path: other, ...example })).toMatchObject({ code: 'MORTISE_ERR_ARCH_MISMATCH' });
    });
  });

  it.runIf(process.platform === 'linux')('needs a library that isn’t there', async () => {
    const path = join(work, 'lacking');
    copyFileSync('/bin/ls', path);
    const bytes = readFileSync(path);
    const name = bytes.indexOf('libc.so.6\0');
    bytes.write('lixc', name);
    writeFileSync(path, bytes, { mode: 0o755 });
    const error = await refusal({ path, ...example });
    expect(error.code).toMatch(/MORTISE_ERR_(DEPENDENCY_MISSING|LIBC_MISMATCH)/);
    expect(error.message).toMatch(/lixc|libc/);
  });
});

describe('the handshake', () => {
  const says = (text: string, after = 'setInterval(() => {}, 1000)') =>
    script(`process.stdout.write(${JSON.stringify(text)}); ${after}`);

  it('never comes', async () => {
    const error = await refusal({ ...script('setInterval(() => {}, 1000)'), startMs: 300 });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_HANDSHAKE_TIMEOUT', found: 'nothing' });
  });

  it('comes by half', async () => {
    const error = await refusal({ ...says('1|1|unix|/ru'), startMs: 500 });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_HANDSHAKE_TIMEOUT' });
    expect(error.found).toContain('1|1|unix|/ru');
  });

  it('is garbage, or a megabyte without an end', async () => {
    expect(await refusal(says('\x00\xff\x1b[2Jhello\n'))).toMatchObject({ code: 'MORTISE_ERR_HANDSHAKE' });
    const error = await refusal(script('process.stdout.write("x".repeat(1e6)); setInterval(() => {}, 1e3)'));
    expect(error.message).toContain('longer than 16384 bytes');
  });

  it('comes after noise, which only `noiseLines` lets pass', async () => {
    const noisy = says('starting\nstill starting\n1|9|unix|/x|grpc\n');
    expect((await refusal(noisy)).message).toContain('"starting"');
    expect(await refusal({ ...noisy, noiseLines: 1 })).toMatchObject({ code: 'MORTISE_ERR_HANDSHAKE' });
    const heard: LogLine[] = [];
    expect(await refusal({ ...noisy, noiseLines: 2, log: (line) => heard.push(line) })).toMatchObject({
      code: 'MORTISE_ERR_PROTOCOL_VERSION',
    });
    expect(heard.map(({ message }) => message)).toEqual(['starting', 'still starting']);
  });

  it('is for a later core, and names nothing to connect to', async () => {
    expect(await refusal(says('2|1|unix|/x|grpc\n'))).toMatchObject({ code: 'MORTISE_ERR_PROTOCOL' });
    const nowhere = says(`1|1|unix|${join(work, 'nothing')}|grpc\n`);
    const error = await refusal({ ...nowhere, startMs: 700 });
    expect(error.code).toMatch(/MORTISE_ERR_CALL_(TIMEOUT|UNAVAILABLE)/);
  });

  it('can’t come from one that exits, with code 0 too, and its last words are told', async () => {
    const error = await refusal(script('console.error("no licence"); process.exit(0)'));
    expect(error).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_EXITED', found: 'it ended with code 0' });
    expect(error.message).toContain('no licence');
    const killed = await refusal(script('process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1)'));
    expect(killed).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_EXITED', found: 'it was ended by SIGKILL' });
  });

  it('can’t come from one that forks, and leaves its pipes to the child', async () => {
    const child = 'require("child_process").spawn("sleep", ["15"], { stdio: "inherit" }).unref();';
    const started = performance.now();
    const error = await refusal(script(`${child} console.error("gone"); process.exitCode = 3`));
    expect(error).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_EXITED', found: 'it ended with code 3' });
    expect(error.message).toContain('gone');
    expect(performance.now() - started).toBeLessThan(14_000);
  });

  it('can’t come from one that closes its output and runs on', async () => {
    const closes = script('require("fs").closeSync(1); setInterval(() => {}, 1000)');
    const error = await refusal(closes);
    expect(error).toMatchObject({ code: 'MORTISE_ERR_HANDSHAKE' });
    expect(error.message).toContain('closed its standard output');
  });

  it('has no certificate where TLS was asked for', async () => {
    const error = await refusal({ ...servedProgram('well'), tls: true });
    expect(error.message).toContain('its handshake has no certificate');
  });
});

describe('the rest', () => {
  it('its health says no', async () => {
    expect(await refusal(servedProgram('sick'))).toMatchObject({
      code: 'MORTISE_ERR_PROGRAM_UNHEALTHY',
      found: 'NOT_SERVING',
    });
  });

  it('its working directory is missing', async () => {
    expect(await refusal({ ...script(''), cwd: join(work, 'none') })).toMatchObject({
      code: 'MORTISE_ERR_PROGRAM_START',
    });
  });

  it('options that aren’t valid are named', async () => {
    const wrong: [Partial<LaunchOptions>, string][] = [
      [{ path: '' }, 'path'],
      [{ cookie: {} }, 'cookie'],
      [{ versions: [] }, 'versions'],
      [{ versions: [1.5] }, 'versions'],
      [{ sha256: 'abc' }, 'sha256'],
      [{ startMs: 0 }, 'startMs'],
      [{ noiseLines: -1 }, 'noiseLines'],
      [{ args: ['a\0b'] }, 'args'],
      [{ passEnv: 'HOME' as never }, 'passEnv'],
      [{ env: { A: 1 as never } }, 'env'],
      [{ metadata: { a: 1 as never } }, 'metadata'],
      [{ tls: 'yes' as never }, 'tls'],
      [{ env: { 'A=B': 'x' } }, 'env "A=B"'],
    ];
    for (const [option, where] of wrong) {
      expect(await refusal({ ...script(''), ...option })).toMatchObject({
        code: 'MORTISE_ERR_PROGRAM_OPTION',
        where,
      });
    }
  });

  it('options that don’t exist are named, and the one that was meant', async () => {
    const error = await refusal({ ...script(''), callMS: 3, cookie: {} } as LaunchOptions);
    expect(error.problems).toMatchObject([
      { message: expect.stringMatching(/^cookie must be an object with/), subject: 'launch' },
      { message: 'unknown key "callMS"', remedy: 'Did you mean "callMs"?' },
    ]);
    for (const { code } of error.problems) expect(code).toBe('MORTISE_ERR_PROGRAM_OPTION');
    await expect(keep({ ...script(''), restarts: {} } as never)).rejects.toMatchObject({
      ...{ code: 'MORTISE_ERR_PROGRAM_OPTION', subject: 'keep', remedy: 'Did you mean "restart"?' },
    });
    expect(await refusal(undefined as never)).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_OPTION' });
  });

  it('the paths of its sockets would be too long, which is said before it starts', async () => {
    const long = join(work, 'x'.repeat(80));
    mkdirSync(long);
    expect(await refusal({ ...script(''), socketDirectory: long })).toMatchObject({
      code: 'MORTISE_ERR_SOCKET_DIRECTORY',
      expected: `at most ${process.platform === 'darwin' ? 103 : 107} bytes`,
    });
  });

  it('others could enter the directory of its sockets', async () => {
    const open = join(work, 'open');
    mkdirSync(open);
    chmodSync(baseDirectory(open), 0o755);
    const error = await refusal({ ...script(''), socketDirectory: open });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_SOCKET_DIRECTORY' });
    expect(error.found).toContain('0755');
  });
});

describeWith('key-value', 'a program in Go', (path) => {
  it('wants its cookie', async () => {
    const error = await refusal({ path, cookie: { BASIC_PLUGIN: 'goodbye' } });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_EXITED', found: 'it ended with code 1' });
    expect(error.problems[0]?.message).toBe('it refuses the cookie BASIC_PLUGIN');
  });
});

describeWith('key-value-netrpc', 'a program that speaks net/rpc', (path) => {
  it('is refused by name', async () => {
    const error = await refusal({ path, ...example });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_PROTOCOL', found: 'netrpc' });
  });
});

for (const name of ['negotiated', 'negotiated-1.4.3', 'negotiated-1.0.1'])
  describeWith(name, `a program of two versions, ${name}`, (path) => {
    it('speaks the newest that both know', async () => {
      const program = await launch({ path, ...example, versions: [2, 3, 4], socketDirectory: sockets });
      expect(program.version).toBe(3);
      await program.stop();
    });

    it('answers with one that wasn’t offered, which is compared', async () => {
      const error = await refusal({ path, ...example, versions: [4] });
      expect(error).toMatchObject({ code: 'MORTISE_ERR_PROTOCOL_VERSION', expected: '4' });
      const rpc = await refusal({ path, ...example, versions: [2] });
      expect(rpc).toMatchObject({ code: 'MORTISE_ERR_PROTOCOL', found: 'netrpc' });
    });
  });

describeWith('vault-kv', 'a program that demands TLS', (path) => {
  it('exits with code 0 without it, and its log says why', async () => {
    const cookie = { VAULT_BACKEND_PLUGIN: '6669da05-b1c8-4f49-97d9-c8e5bed98e20' };
    const error = await refusal({ path, cookie, versions: [5] });
    expect(error).toMatchObject({ code: 'MORTISE_ERR_PROGRAM_EXITED' });
    expect(error.where).toContain('stderr');
  });
});
