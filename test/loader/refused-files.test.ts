/** Files that are not plugins for this machine: each is refused with a code, and the rest goes on. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hostFacts } from '../../src/host/facts.js';
import { type ErrorCode, Host, type Problem } from '../../src/index.js';
import { verifyFile } from '../../src/verify/file.js';
import { buildMacho } from '../binary/macho/build-macho.js';
import { besideGood, directory, expectComplete, open } from '../host/open.js';
import { build } from '../support/plugins/build.js';

/** Refused, for this reason alone, and as `mortise verify` says it too. */
async function expectRefused(path: string, code: ErrorCode, also: object = {}): Promise<void> {
  const { plugin, problems } = await besideGood(path);
  expect(plugin.state).toBe('rejected');
  expect(problems).toEqual([expect.objectContaining({ code, ...also })]);
  expect(plugin.error).toMatchObject({ name: 'MortiseError', code });
}

/** A file in a directory of its own. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(directory(), name);
  writeFileSync(path, content, { mode: 0o755 });
  return path;
}

const library = () => readFileSync(build('decider.c'));

it('refuses a missing file', async () => {
  const path = join(directory(), 'none.so');
  await expectRefused(path, 'MORTISE_ERR_FILE_MISSING', { subject: path });
});

it('refuses a name that is nowhere', async () => {
  const { plugin, problems } = await besideGood('no_such_plugin', { search: [directory()] });
  expect(plugin.state).toBe('rejected');
  expect(problems).toEqual([
    expect.objectContaining({ code: 'MORTISE_ERR_NAME_NOT_FOUND', subject: 'no_such_plugin' }),
  ]);
});

it('refuses a directory', async () => {
  const path = join(directory(), 'folder.so');
  mkdirSync(path);
  await expectRefused(path, 'MORTISE_ERR_FILE_NOT_REGULAR', { subject: path });
});

it('refuses a device', async () => {
  await expectRefused('/dev/null', 'MORTISE_ERR_FILE_NOT_REGULAR', { subject: '/dev/null' });
});

it('refuses an empty file', async () => {
  await expectRefused(file('empty.so', ''), 'MORTISE_ERR_FILE_EMPTY');
});

it('refuses a text file', async () => {
  await expectRefused(file('text.so', 'INPUT(libc.so.6)\n'), 'MORTISE_ERR_BINARY_FORMAT');
});

it.runIf(process.getuid?.() !== 0)('refuses a file that it cannot read', async () => {
  const path = file('secret.so', library());
  chmodSync(path, 0o000);
  await expectRefused(path, 'MORTISE_ERR_FILE_UNREADABLE');
});

it.each([64, 200, 1000, 4096])('refuses a library cut off after %i bytes', async (size) => {
  await expectRefused(file('cut.so', library().subarray(0, size)), 'MORTISE_ERR_BINARY_TRUNCATED');
});

it('refuses a library cut off anywhere', async () => {
  const bytes = library();
  const root = directory();
  const paths = Array.from({ length: 40 }, (_, index) => {
    const path = join(root, `${index}.so`);
    writeFileSync(path, bytes.subarray(0, Math.floor((bytes.length * index) / 40)), { mode: 0o755 });
    return path;
  });
  const host = await open({ plugins: [...paths, build('decider.c')] });
  expect([...host.plugins].map(({ state }) => state).slice(0, 40)).toEqual(Array(40).fill('rejected'));
  expect(host.plugins.get('decider').state).toBe('ready');
});

it.runIf(process.platform !== 'darwin')('refuses a library for another operating system', async () => {
  const { plugin, problems } = await besideGood(file('mac.so', buildMacho()));
  expect(plugin.state).toBe('rejected');
  expect(problems).toContainEqual(
    expect.objectContaining({ code: 'MORTISE_ERR_FORMAT_MISMATCH', found: 'Mach-O for darwin' }),
  );
});

it.runIf(process.platform === 'linux')('refuses a library for another processor', async () => {
  const bytes = library();
  bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18); // e_machine: x86-64 or AArch64
  const { plugin, problems } = await besideGood(file('arch.so', bytes));
  expect(plugin.state).toBe('rejected');
  expect(problems).toContainEqual(
    expect.objectContaining({ code: 'MORTISE_ERR_ARCH_MISMATCH', expected: process.arch }),
  );
});

it.runIf(process.platform === 'linux')('refuses a library for another C library', async () => {
  const name = 'libc.musl-x86_64.so.1';
  const stub = build('plain.c', { define: { HELPER: 1 }, flags: ['-nostdlib', `-Wl,-soname,${name}`] });
  const plugin = build('plain.c', { define: { INFO: true, BESIDE: true }, flags: ['-nostdlib', stub] });
  const { problems } = await besideGood(plugin);
  expect(problems).toContainEqual(
    expect.objectContaining({ code: 'MORTISE_ERR_LIBC_MISMATCH', found: 'musl' }),
  );
});

it('refuses an executable', async () => {
  const program = join(directory(), 'program');
  const defines = ['-DINFO', '-DROUTE', '-DMAIN'];
  execFileSync('cc', ['-rdynamic', '-Iinclude', ...defines, '-o', program, 'test/support/plugins/plain.c']);
  await expectRefused(program, 'MORTISE_ERR_NOT_A_LIBRARY', { found: 'an executable' });
});

it('refuses this Node.js', async () => {
  const { problems } = await besideGood(process.execPath);
  expect(problems.map(({ code }) => code)).toContain('MORTISE_ERR_NOT_A_LIBRARY');
});

it('refuses a library that is not a plugin', async () => {
  await expectRefused(build('plain.c', { define: { HELPER: 1 } }), 'MORTISE_ERR_NOT_A_PLUGIN', {
    expected:
      'an exported module_info or _maria_plugin_declarations_ or list_components or pgdog_rustc_version or module_register or AdbcDriverInit',
  });
});

it('names a library that is missing, and nothing else', async () => {
  const stub = build('plain.c', { define: { HELPER: 1 }, flags: ['-Wl,-soname,libnobody_has_it.so.7'] });
  const plugin = build('plain.c', { define: { INFO: true, BESIDE: true }, flags: [stub] });
  await expectRefused(plugin, 'MORTISE_ERR_DEPENDENCY_MISSING', {
    subject: plugin,
    expected: 'libnobody_has_it.so.7',
  });
});

it.runIf(process.platform === 'linux')('names a version that a library lacks', async () => {
  const root = directory();
  const stub = (version: string) => {
    writeFileSync(join(root, 'helper.map'), `${version} { global: *; };\n`);
    const script = `-Wl,--version-script=${join(root, 'helper.map')}`;
    const flags = ['-shared', '-fPIC', '-Iinclude', '-DHELPER=1', '-Wl,-soname,libhelper.so', script];
    const path = join(root, 'libhelper.so');
    execFileSync('cc', [...flags, '-o', path, 'test/support/plugins/plain.c']);
    return path;
  };
  const define = { INFO: true, BESIDE: true } as const;
  const built = build('plain.c', { define, flags: [stub('HELPER_2.0'), '-Wl,-rpath,$ORIGIN'] });
  const path = join(root, 'plugin.so');
  writeFileSync(path, readFileSync(built), { mode: 0o755 });
  stub('HELPER_1.0');
  await expectRefused(path, 'MORTISE_ERR_DEPENDENCY_VERSION', {
    expected: expect.stringContaining('HELPER_2.0'),
  });
});

it('names a symbol that nothing defines, as only dlopen did before', async () => {
  const path = build('trace.c', { define: { NAME: 'undefined', UNDEFINED: true } });
  const { plugin, problems } = await besideGood(path);
  expect(plugin.state).toBe('rejected');
  expect(problems).toEqual([
    expect.objectContaining({
      code: 'MORTISE_ERR_SYMBOL_UNDEFINED',
      subject: path,
      found: 'nobody_has_this_function',
    }),
  ]);
});

it('says what makes the cell of a service that nobody requires', async () => {
  const path = build('trace.c', { define: { NAME: 'forgotten', FORGOTTEN: true } });
  await expectRefused(path, 'MORTISE_ERR_SYMBOL_UNDEFINED', {
    found: 'mortise_forgotten_service',
    remedy: 'Write MORTISE_REQUIRE(forgotten, 1, 0) in one source file of the plugin.',
  });
});

it('refuses what others can write to, when the policy is strict', async () => {
  const path = file('open.so', library());
  chmodSync(path, 0o777);
  const strict = await besideGood(path, { policy: { strictPermissions: true } });
  expect(strict.problems).toEqual([
    expect.objectContaining({ code: 'MORTISE_ERR_FILE_PERMISSIONS', found: expect.stringContaining('0777') }),
  ]);
  const host = await open({ plugins: [path] });
  expect(host.plugins.get('decider').state).toBe('ready');
  expect(host.plugins.get('decider').checks).toContainEqual(
    expect.objectContaining({ id: 'permissions', status: 'warn', code: 'MORTISE_WARN_FILE_PERMISSIONS' }),
  );
});

it('refuses another toolchain, when the policy names one', async () => {
  const named = (name: string, define = {}) => build('trace.c', { define: { NAME: name, ...define } });
  const host = await open({
    plugins: [named('any'), named('exact', { EXACT: true })],
    policy: { toolchain: 'gcc 0.1' },
  });
  expect(host.plugins.get('any').state).toBe('ready'); // its types are C's
  const [problem] = host.plugins.get('exact').error?.problems ?? [];
  expect(problem).toMatchObject({ code: 'MORTISE_ERR_TOOLCHAIN_MISMATCH', expected: 'gcc 0.1' });
  expectComplete(problem as Problem);
});

it('runs nothing of a file that it only reads, or refuses', async () => {
  const trace = join(directory(), 'trace');
  process.env.MORTISE_TEST_TRACE = trace;
  onTestFinished(() => {
    delete process.env.MORTISE_TEST_TRACE;
  });
  const path = build('trace.c', { define: { NAME: 'constructor', CONSTRUCTOR: true, EXACT: true } });
  const report = await verifyFile(path, await hostFacts());
  expect(report.status).toBe('ok');
  expect(existsSync(trace)).toBe(false);

  await using refusing = await Host.open({ plugins: [path], policy: { toolchain: 'another' } });
  expect(refusing.plugins.get('constructor').state).toBe('rejected');
  expect(existsSync(trace)).toBe(false);

  // It would have written, had it been loaded.
  await using loading = await Host.open({ plugins: [path] });
  expect(loading.plugins.get('constructor').state).toBe('ready');
  expect(readFileSync(trace, 'utf8')).toBe(
    'constructor constructor\nconstructor register\nconstructor init\n',
  );
});
