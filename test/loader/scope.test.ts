/** Whose functions and variables a plugin gets, where others in the process have the same names. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Plugin } from '../../src/index.js';
import { run } from '../host/child.js';
import { directory, open } from '../host/open.js';

const headers = resolve(import.meta.dirname, '../../include');
const onGlibc = it.runIf(
  process.platform === 'linux' && spawnSync('ldd', ['--version']).stdout.includes('G'),
);
const hidden = ['-fvisibility=hidden', '-Wl,-Bsymbolic'];

function compile(path: string, source: string, flags: readonly string[]): string {
  const compiler = path.includes('cxx')
    ? ['g++', '-std=c++17', '-x', 'c++']
    : ['cc', '-std=gnu11', '-x', 'c'];
  const [program, ...first] = compiler as [string, ...string[]];
  const rest = ['-fPIC', '-shared', `-I${headers}`, '-o', path, '-', '-x', 'none', ...flags];
  execFileSync(program, [...first, ...rest], { input: source, stdio: ['pipe', 'pipe', 'inherit'] });
  return path;
}

/** zlib as nobody ships it, with the name of a function that Node.js exports. */
function ownZlib(root: string): string {
  const name = `libown_zlib_${process.pid}_${Math.random().toString(36).slice(2)}.so`;
  return compile(join(root, name), 'const char *zlibVersion(void) { return "7"; }', [`-Wl,-soname,${name}`]);
}

/** Answers with the number that the version of zlib begins with. */
const asks = `
#include <mortise/mortise.h>
MORTISE_MODULE(.name = "asks", .version = "1.0.0")
extern const char *zlibVersion(void);
extern char **environ;
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  (void)context;
#ifdef ENVIRON
  if (!environ) return MORTISE_ERROR;
#endif
  return mortise_direct(route, (uint64_t)(zlibVersion()[0] - '0'));
}`;

const warned = (plugin: Plugin | undefined) =>
  plugin?.checks.filter(({ status }) => status === 'warn').map(({ code }) => code);

onGlibc('a plugin gets its own library, where Node.js exports the same name', async () => {
  const root = directory();
  const path = compile(join(root, 'asks.so'), asks, [...hidden, ownZlib(root), '-Wl,-rpath,$ORIGIN']);
  const host = await open({ plugins: [path] });
  const [plugin] = host.plugins;
  expect(plugin?.error?.message).toBeUndefined();
  expect(plugin?.checks.find(({ id }) => id === 'scope')).toMatchObject({ status: 'ok' });
  expect(host.route({ sql: '', shards: 9 })).toMatchObject({ shard: 7 });
});

onGlibc('and is told who answers, where its own library can’t', async () => {
  const root = directory();
  const flags = [...hidden, '-DENVIRON', ownZlib(root), '-Wl,-rpath,$ORIGIN'];
  const host = await open({ plugins: [compile(join(root, 'asks.so'), asks, flags)] });
  const [plugin] = host.plugins;
  // A program at a fixed address has taken over the C library’s `environ`; others have not, and nothing is in the way.
  const check = plugin?.checks.find(({ id }) => id === 'scope');
  if (check?.status === 'ok') return;
  expect(check).toMatchObject({ code: 'MORTISE_WARN_PROCESS_SYMBOLS', problem: { found: 'zlibVersion' } });
  expect(check?.message).toContain('environ');
  expect(host.route({ sql: '', shards: 9 })).toMatchObject({ shard: 1 });
});

onGlibc('warns of exported names that the process already has', async () => {
  const source = `${asks}\nMORTISE_EXPORT const char *zlibVersion(void) { return "7"; }`;
  const shown = await open({ plugins: [compile(join(directory(), 'asks.so'), source, hidden)] });
  const check = [...shown.plugins][0]?.checks.find(({ id }) => id === 'symbols');
  expect(check).toMatchObject({
    status: 'warn',
    code: 'MORTISE_WARN_SHADOWED_SYMBOL',
    problem: { where: 'zlibVersion' },
  });
  const kept = source.replace('MORTISE_EXPORT const char *zlib', 'static const char *zlib');
  const own = compile(join(directory(), 'asks.so'), kept.replace('extern const', 'static const'), hidden);
  expect(warned([...(await open({ plugins: [own] })).plugins][0])).toEqual([]);
});

onGlibc('says so under a preloaded allocator, which must stay before all others', async () => {
  const root = directory();
  const path = compile(join(root, 'asks.so'), asks, [...hidden, ownZlib(root), '-Wl,-rpath,$ORIGIN']);
  const allocator = `
    #define _GNU_SOURCE
    #include <stddef.h>
    extern void *__libc_malloc(size_t size);
    void *malloc(size_t size) { return __libc_malloc(size); }`;
  const preload = compile(join(root, 'libpreload.so'), allocator, []);
  const script = `
    const host = await Host.open({ plugins: [${JSON.stringify(path)}], announce: false });
    const [plugin] = host.plugins;
    console.log(plugin.checks.find(({ id }) => id === 'scope').message);
    await host.close();`;
  const { stdout } = await run(script, { under: ['env', `LD_PRELOAD=${preload}`] });
  expect(stdout).toContain(`LD_PRELOAD=${preload}`);
});

onGlibc('warns of variables that the loader keeps once, and of none that are hidden', async () => {
  const source = `
    #include <mortise/mortise.h>
    MORTISE_MODULE(.name = "unique", .version = "1.0.0")
    template <typename T> struct Registry { static inline T tenants{}; };
    MORTISE_EXPORT int32_t module_route(const mortise_context *, mortise_route *route) {
      return mortise_direct(route, static_cast<uint64_t>(++Registry<unsigned long>::tenants));
    }`;
  const root = directory();
  const shared = await open({ plugins: [compile(join(root, 'cxx_shared.so'), source, [])] });
  expect(warned([...shared.plugins][0])).toContain('MORTISE_WARN_UNIQUE_SYMBOL');
  const check = [...shared.plugins][0]?.checks.find(({ id }) => id === 'unique');
  expect(check?.problem).toMatchObject({ found: '_ZN8RegistryImE7tenantsE' });
  for (const flags of [['-fno-gnu-unique'], hidden]) {
    const own = await open({ plugins: [compile(join(root, 'cxx_own.so'), source, flags)] });
    expect(warned([...own.plugins][0])).not.toContain('MORTISE_WARN_UNIQUE_SYMBOL');
  }
});

onGlibc('warns of a RUNPATH that others may fill, and of no other', async () => {
  const root = directory();
  const plugin = (path: string, ...flags: string[]) =>
    compile(join(root, 'asks.so'), asks.replaceAll('zlibVersion()[0]', "'0'"), [
      ...hidden,
      ...(path === '' ? [] : [`-Wl,-rpath,${path}`]),
      ...flags,
    ]);
  const writable = join(root, 'writable');
  mkdirSync(writable);
  chmodSync(writable, 0o777);
  const doubts: [string, string | undefined][] = [
    ['', undefined],
    ['$ORIGIN/lib:/usr/lib', undefined],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the loader's token, not a template's.
    ['${ORIGIN}', undefined],
    ['lib', 'lib counts from the working directory'],
    ['.', '. counts from the working directory'],
    ['/usr/lib:', 'an empty element counts from the working directory'],
    [writable, `${writable} can be written to by everybody`],
    ['$ORIGIN/writable', '$ORIGIN/writable can be written to by everybody'],
  ];
  for (const [path, message] of doubts) {
    for (const tags of ['--enable-new-dtags', '--disable-new-dtags']) {
      const host = await open({ plugins: [plugin(path, `-Wl,${tags}`)] });
      const check = [...host.plugins][0]?.checks.find(({ id }) => id === 'runpath');
      expect([path, check?.message]).toEqual([path, message]);
      if (!check) continue;
      expect(check.code).toBe('MORTISE_WARN_RUNPATH');
      expect(check.problem?.where).toBe(tags.startsWith('--enable') ? 'DT_RUNPATH' : 'DT_RPATH');
    }
  }
});

onGlibc('tells the second of two plugins which library of one name it gets', async () => {
  const name = `libshared_${process.pid}.so.1`;
  const source = (answer: number) => `int shared_answer(void) { return ${answer}; }`;
  const plugin = (root: string, id: string, answer: number) => {
    const helper = compile(join(root, name), source(answer), [`-Wl,-soname,${name}`]);
    const text = asks
      .replace('"asks"', `"${id}"`)
      .replace('extern const char *zlibVersion(void);', 'extern int shared_answer(void);')
      .replace("(zlibVersion()[0] - '0')", 'shared_answer()');
    return compile(join(root, `${id}.so`), text, [...hidden, helper, '-Wl,-rpath,$ORIGIN']);
  };
  const [first, second, same] = [directory(), directory(), directory()];
  const host = await open({ plugins: [plugin(first, 'first', 3), plugin(second, 'second', 4)] });
  expect([...host.plugins].map(({ state }) => state)).toEqual(['ready', 'ready']);
  expect(warned(host.plugins.get('first'))).toEqual([]);
  const check = host.plugins.get('second').checks.find(({ id }) => id === 'loaded');
  expect(check).toMatchObject({ status: 'warn', code: 'MORTISE_WARN_DEPENDENCY_LOADED' });
  expect(check?.problem).toMatchObject({ where: name, expected: join(second, name) });
  // The same bytes are not another library.
  const again = await open({ plugins: [plugin(same, 'same', 3)] });
  expect(warned(again.plugins.get('same'))).toEqual([]);
  expect(again.route({ sql: '', shards: 9 })).toMatchObject({ shard: 3 });
});
