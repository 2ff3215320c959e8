// Libraries built with every option that changes what a loader gets to see.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const sources = join(root, 'fuzz/sources');

const z = (...options) => options.map((option) => `-Wl,-z,${option}`);
/** name: source, options */
const variants = {
  plain: ['plain.c'],
  'no-libc': ['versions.c', '-nostdlib', `-Wl,--version-script=${sources}/versions.map`],
  lazy: ['plain.c', ...z('lazy', 'norelro')],
  now: ['plain.c', ...z('now', 'relro')],
  'hash-sysv': ['plain.c', '-Wl,--hash-style=sysv'],
  'hash-gnu': ['plain.c', '-Wl,--hash-style=gnu'],
  'hash-both': ['plain.c', '-Wl,--hash-style=both'],
  symbolic: ['plain.c', '-Wl,-Bsymbolic'],
  nocombreloc: ['plain.c', ...z('nocombreloc')],
  separate: ['plain.c', ...z('separate-code')],
  together: ['plain.c', ...z('noseparate-code')],
  omagic: ['plain.c', '-Wl,--omagic'],
  execstack: ['plain.c', ...z('execstack')],
  pages64k: ['plain.c', ...z('max-page-size=65536')],
  pages512: ['plain.c', ...z('max-page-size=512', 'common-page-size=512')],
  relr: ['plain.c', ...z('pack-relative-relocs')],
  nodlopen: ['plain.c', ...z('nodlopen')],
  nodefaultlib: ['plain.c', ...z('nodefaultlib')],
  nodelete: ['plain.c', ...z('nodelete', 'initfirst', 'global')],
  origin: ['plain.c', ...z('origin'), '-Wl,-rpath,$ORIGIN'],
  rpath: ['plain.c', '-Wl,-rpath,/nowhere:$ORIGIN/../lib', '-Wl,--disable-new-dtags'],
  isa: ['plain.c', ...z('x86-64-v2')],
  isa4: ['plain.c', ...z('x86-64-v4')],
  textrel: ['plain.c', '-fno-pic', '-mcmodel=large', ...z('notext')],
  stripped: ['plain.c', '-s'],
  entry: ['plain.c', '-Wl,-e,exported_call'],
  init: ['plain.c', '-Wl,-init,exported_call', '-Wl,-fini,exported_call'],
  undefined: ['plain.c', '-Wl,--unresolved-symbols=ignore-all', '-Dputs=nobody_has_this_either'],
  tls: ['tls.c', '-DSIZE=8'],
  'tls-descriptors': ['tls.c', '-DSIZE=8', '-mtls-dialect=gnu2'],
  'tls-initial': ['tls.c', '-DSIZE=8', '-ftls-model=initial-exec'],
  'tls-large': ['tls.c', '-DSIZE=100000'],
  'tls-initial-large': ['tls.c', '-DSIZE=100000', '-ftls-model=initial-exec'],
  'tls-initial-1500': ['tls.c', '-DSIZE=1500', '-ftls-model=initial-exec'],
  ifunc: ['ifunc.c'],
  versions: ['versions.c', `-Wl,--version-script=${sources}/versions.map`],
  cpp: ['many.cc'],
  'cpp-no-unique': ['many.cc', '-fno-gnu-unique'],
};

/** Rust brings LLVM's linker along. */
function rustLinkers() {
  const toolchains = join(homedir(), '.rustup/toolchains');
  if (!existsSync(toolchains)) return [];
  return readdirSync(toolchains).map((one) => {
    const [target] = /[^-]+-unknown-.*/.exec(one) ?? [''];
    return join(toolchains, one, 'lib/rustlib', target, 'bin/gcc-ld');
  });
}

function tools() {
  const found = [];
  const lld = rustLinkers().find((folder) => existsSync(join(folder, 'ld.lld')));
  for (const compiler of ['gcc', 'clang']) {
    if (spawnSync(compiler, ['--version']).status !== 0) continue;
    found.push({ name: compiler, compiler, options: [] });
    for (const linker of ['gold', 'lld', 'mold']) {
      if (spawnSync(`ld.${linker}`, ['--version']).status === 0 || (linker === 'mold' && hasMold())) {
        found.push({ name: `${compiler}-${linker}`, compiler, options: [`-fuse-ld=${linker}`] });
      } else if (linker === 'lld' && lld) {
        found.push({ name: `${compiler}-lld`, compiler, options: [`-B${lld}`, '-fuse-ld=lld'] });
      }
    }
  }
  return found;
}

const hasMold = () => spawnSync('mold', ['--version']).status === 0;

/** Only one of the linkers has it. */
const only = { relr: { lld: ['-Wl,--pack-dyn-relocs=relr'], mold: ['-Wl,--pack-dyn-relocs=relr'] } };

/** @returns {string[]} paths; a variant that a tool can't make is left out */
export function buildOdd(folder = join(root, 'build/fuzz/odd')) {
  mkdirSync(folder, { recursive: true });
  const built = [];
  for (const { name: tool, compiler, options } of tools()) {
    for (const [name, [source, ...flags]] of Object.entries(variants)) {
      const path = join(folder, `${tool}-${name}.so`);
      if (!existsSync(path)) {
        const own = only[name]?.[tool.split('-')[1]] ?? flags;
        const language = source.endsWith('.cc') ? ['-x', 'c++', '-lstdc++'] : [];
        const partial = `${path}.${process.pid}`;
        const { status } = spawnSync(
          compiler,
          [
            '-O1',
            '-w',
            '-fPIC',
            '-shared',
            ...options,
            ...language.slice(0, 2),
            join(sources, source),
            '-x',
            'none',
            ...own,
            ...language.slice(2),
            '-o',
            partial,
          ],
          { stdio: 'ignore' },
        ); // prettier-ignore
        if (status !== 0) continue;
        renameSync(partial, path);
      }
      built.push(path);
    }
  }
  return built;
}
