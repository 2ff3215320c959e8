// Libraries for other machines and systems, as data: no loader here takes them, but their linkers wrote nothing
// that is damaged.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arm64Ld, clang, lld } from './tools.mjs';
import { sources } from './variants.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const map = `${sources}/versions.map`;

/** What is compiled for every machine: nothing of it needs a header. */
const elfSources = {
  versions: ['versions.c', [], ['--version-script', map]],
  tls: ['tls.c', ['-DSIZE=8'], []],
  'tls-initial': ['tls.c', ['-DSIZE=8', '-ftls-model=initial-exec'], []],
  starts: ['starts.c', [], []],
  'starts-relr': ['starts.c', [], ['--pack-dyn-relocs=relr']],
  'starts-sysv': ['starts.c', [], ['--hash-style=sysv', '-z', 'now']],
};

const lldElf = { linker: () => lld(), options: ['-shared'] };
const machines = {
  'arm64-lld': { target: 'aarch64-linux-gnu', ...lldElf },
  'arm64-bfd': { target: 'aarch64-linux-gnu', linker: arm64Ld, options: ['-shared'] },
  'arm64-big-endian': {
    target: 'aarch64_be-linux-gnu',
    linker: arm64Ld,
    options: ['-shared', '-EB', '-m', 'aarch64linuxb'],
  },
  'arm-lld': { target: 'armv7-linux-gnueabihf', ...lldElf },
  'ia32-lld': { target: 'i686-linux-gnu', ...lldElf },
  'riscv64-lld': { target: 'riscv64-linux-gnu', ...lldElf },
  'ppc64-lld': { target: 'powerpc64le-linux-gnu', ...lldElf },
  'ppc-big-endian': { target: 'powerpc-linux-gnu', ...lldElf },
  'mips64-lld': { target: 'mips64-linux-gnuabi64', ...lldElf },
  ...macho('arm64'),
  ...macho('x86_64'),
  'win32-x64': { target: 'x86_64-windows-msvc', ...windows() },
  'win32-ia32': { target: 'i686-windows-msvc', ...windows() },
  'win32-arm64': { target: 'aarch64-windows-msvc', ...windows() },
};

function macho(arch) {
  const options = ['-dylib', '-arch', arch, '-platform_version', 'macos', '11', '11'];
  const one = (...more) => ({
    target: `${arch}-apple-macos11`,
    sources: { plain: ['foreign.c', [], []] },
    linker: () => lld('ld64.lld'),
    options: [...options, '-undefined', 'dynamic_lookup', ...more],
  });
  return { [`darwin-${arch}`]: one(), [`darwin-${arch}-chained`]: one('-fixup_chains') };
}

function windows() {
  return {
    sources: { plain: ['foreign.c', [], []], fixed: ['foreign.c', [], ['-fixed', '-dynamicbase:no']] },
    linker: () => lld('lld-link'),
    options: ['-dll', '-noentry', '-nodefaultlib', '-force:unresolved', '-export:foreign_call'],
    output: (path) => `-out:${path}`,
  };
}

/** @returns {{ built: { name: string, path: string }[], missing: string[] }} */
export function buildCross(folder = join(root, 'build/fuzz/cross')) {
  mkdirSync(folder, { recursive: true });
  const compiler = clang();
  if (!compiler) return { built: [], missing: ['clang'] };
  const missing = new Set();
  const built = [];
  for (const [machine, { target, linker, options, output, sources: own = elfSources }] of Object.entries(
    machines,
  )) {
    const tool = linker();
    if (!tool) {
      missing.add(`a linker for ${machine}`);
      continue;
    }
    for (const [variant, [source, compile, link]] of Object.entries(own)) {
      const name = `${machine}-${variant}`;
      const path = join(folder, `${name}.so`);
      if (existsSync(path) || build(path, { target, compile, link, source, tool, options, output }))
        built.push({ name, path });
    }
  }
  return { built, missing: [...missing] };

  function build(path, { target, compile, link, source, tool, options, output }) {
    const object = `${path}.o`;
    const words = ['-target', target, '-O1', '-w', ...(output ? [] : ['-fPIC']), ...compile];
    const result = spawnSync(compiler, [...words, '-c', join(sources, source), '-o', object]);
    if (result.status !== 0) return false;
    const out = output ? [output(path)] : ['-o', path];
    return spawnSync(tool, [...options, ...link, object, ...out]).status === 0 && existsSync(path);
  }
}
