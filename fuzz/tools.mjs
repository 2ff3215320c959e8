// Compilers and linkers that libraries are built with: the machine's own, and those that Debian has, unpacked in
// the user's cache.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianPackages } from '../scripts/debian.mjs';

const bin = fileURLToPath(new URL('../build/fuzz/bin/', import.meta.url));
const libraries = 'usr/lib/x86_64-linux-gnu';

const answers = (tool, ...options) => spawnSync(tool, [...options, '--version']).status === 0;
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A command of that name which calls the tool; undefined when it doesn't answer. */
function wrap(name, words, libraryPath = []) {
  const path = join(bin, name);
  mkdirSync(dirname(path), { recursive: true });
  const set = libraryPath.length > 0 ? `LD_LIBRARY_PATH=${quoted(libraryPath.join(':'))} ` : '';
  writeFileSync(path, `#!/bin/sh\n${set}exec ${words.map(quoted).join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
  return answers(path) ? path : undefined;
}

/** @returns {string | undefined} a path or a name */
export function clang() {
  if (answers('clang')) return 'clang';
  const found = debianPackages(['clang-14', 'libclang-cpp14', 'libclang-common-14-dev', 'libllvm14']);
  if (!found) return undefined;
  const resources = join(found['libclang-common-14-dev'], 'usr/lib/llvm-14/lib/clang/14.0.6');
  return wrap(
    'clang/clang',
    [join(found['clang-14'], 'usr/lib/llvm-14/bin/clang'), '-resource-dir', resources],
    [join(found['libclang-cpp14'], libraries), join(found.libllvm14, libraries)],
  );
}

/** LLVM's linkers by name: `ld.lld` for ELF, `ld64.lld` for Mach-O, `lld-link` for PE. */
export function lld(flavour = 'ld.lld') {
  if (answers(flavour)) return flavour;
  const found = debianPackages(['lld-14', 'libllvm14']);
  if (!found) return undefined;
  const tool = join(found['lld-14'], 'usr/lib/llvm-14/bin', flavour);
  return wrap(`lld/${flavour}`, [tool], [join(found.libllvm14, libraries)]);
}

export function mold() {
  if (answers('mold')) return 'mold';
  const found = debianPackages(['mold', 'libtbb12']);
  return found && wrap('mold/ld.mold', [join(found.mold, 'usr/bin/mold')], [join(found.libtbb12, libraries)]);
}

/** gcc for musl. The specs of the package name the places that it would be installed to. */
export function muslGcc() {
  if (answers('musl-gcc')) return 'musl-gcc';
  const found = debianPackages(['musl', 'musl-dev']);
  if (!found) return undefined;
  const specs = join(bin, 'musl/musl-gcc.specs');
  const places = { include: join(found['musl-dev'], 'usr/include'), lib: join(found['musl-dev'], 'usr/lib') };
  mkdirSync(dirname(specs), { recursive: true });
  writeFileSync(
    specs,
    readFileSync(join(places.lib, 'x86_64-linux-musl/musl-gcc.specs'), 'utf8')
      .replaceAll('/usr/include', places.include)
      .replaceAll('/usr/lib', places.lib)
      .replace('*link_libgcc:\n', `*link_libgcc:\n-L${join(found.musl, 'lib/x86_64-linux-musl')} `),
  );
  return wrap('musl/musl-gcc', ['gcc', '-specs', specs]);
}

/** GNU's linker for arm64, both byte orders. */
export function arm64Ld() {
  if (answers('aarch64-linux-gnu-ld')) return 'aarch64-linux-gnu-ld';
  const found = debianPackages(['binutils-aarch64-linux-gnu', 'libbinutils']);
  if (!found) return undefined;
  const tool = join(found['binutils-aarch64-linux-gnu'], 'usr/bin/aarch64-linux-gnu-ld');
  const beside = [found['binutils-aarch64-linux-gnu'], found.libbinutils].map((one) => join(one, libraries));
  return wrap('arm64/aarch64-linux-gnu-ld', [tool], beside);
}

/** Rust brings LLVM's linker along, in a later version than most systems have. */
function rustLld() {
  const toolchains = join(homedir(), '.rustup/toolchains');
  if (!existsSync(toolchains)) return undefined;
  return readdirSync(toolchains)
    .map((one) => {
      const [target] = /[^-]+-unknown-.*/.exec(one) ?? [''];
      return join(toolchains, one, 'lib/rustlib', target, 'bin/gcc-ld/ld.lld');
    })
    .find((path) => existsSync(path));
}

/** The option with which a compiler takes a linker. */
function use(name, path) {
  if (path === undefined) return undefined;
  return [...(path.includes('/') ? [`-B${dirname(path)}`] : []), `-fuse-ld=${name}`];
}

/**
 * Every compiler with every linker that it is worth trying with.
 * @returns {{ name: string, linker: string, compiler?: string, options?: string[], missing?: string }[]}
 */
export function toolchains() {
  const gcc = answers('gcc') ? 'gcc' : undefined;
  const has = { gcc, clang: clang(), 'musl-gcc': muslGcc() };
  const linkers = {
    bfd: [],
    gold: answers('ld.gold') ? use('gold', 'ld.gold') : undefined,
    lld: use('lld', lld()),
    'rust-lld': use('lld', rustLld()),
    mold: use('mold', mold()),
  };
  return [
    ['gcc', 'bfd'],
    ['gcc', 'gold'],
    ['gcc', 'rust-lld'],
    ['gcc', 'mold'],
    ['clang', 'bfd'],
    ['clang', 'lld'],
    ['clang', 'mold'],
    ['musl-gcc', 'bfd'],
  ].map(([compiler, linker]) => ({
    name: `${compiler}-${linker}`,
    linker,
    compiler: has[compiler],
    options: linkers[linker],
    missing: has[compiler] === undefined ? compiler : linkers[linker] === undefined ? linker : undefined,
  }));
}
