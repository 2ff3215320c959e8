/** Builds the plugins of these tests against headers and modules that were generated for them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, writeHeaders } from '../../../src/services/generate/index.js';
import { cargo, root, scratchTarget } from '../../rust/cargo.js';

/** A new directory, and the way to remove it. */
export function scratch(): { path: string; remove: () => void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mortise-services-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];
const shared = ['-O1', '-fPIC', '-shared', '-fvisibility=hidden', '-Wl,-Bsymbolic', '-Wl,-z,defs'];

/** Compiles a C file of this directory as C11 or C++17; headers for `services` are written first. */
export function buildC(
  source: string,
  services: readonly Service[],
  directory: string,
  language: 'c' | 'c++' = 'c',
  name = source.replace(/\W/g, '_'),
  flags: readonly string[] = [],
): string {
  for (const service of services) writeHeaders(service, ['c'], directory);
  const library = join(directory, `${name}_${language === 'c' ? 'c' : 'cxx'}.so`);
  const dialect = language === 'c' ? ['-std=c11', '-Wc++-compat'] : ['-std=c++17', '-x', 'c++'];
  execFileSync(
    language === 'c' ? 'cc' : 'c++',
    [
      ...dialect,
      ...warnings,
      ...shared,
      ...flags,
      `-DNAME="${name}"`,
      '-D_GNU_SOURCE',
      `-I${directory}`,
      `-I${join(root, 'include')}`,
      '-o',
      library,
      join(import.meta.dirname, source),
      '-lpthread',
    ],
    { stdio: 'pipe' },
  );
  return library;
}

/** Makes a crate of a Rust file of this directory, lints and builds it. */
export async function buildRust(
  source: string,
  name: string,
  services: readonly Service[],
  directory: string,
): Promise<string> {
  const crate = join(directory, name);
  mkdirSync(join(crate, 'src'), { recursive: true });
  for (const service of services) writeHeaders(service, ['rust'], join(crate, 'src'));
  copyFileSync(join(import.meta.dirname, source), join(crate, 'src/lib.rs'));
  writeFileSync(
    join(crate, 'Cargo.toml'),
    `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2024"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\nmortise = { path = ${JSON.stringify(join(root, 'rust/mortise'))} }\n\n[workspace]\n`,
  );
  const env = { CARGO_TARGET_DIR: scratchTarget };
  for (const args of [
    ['clippy', '--quiet', '--', '-D', 'warnings'],
    ['build', '--quiet'],
  ]) {
    const { code, output } = await cargo(args, { cwd: crate, env });
    if (code !== 0) throw new Error(output);
  }
  return join(scratchTarget, 'debug', `lib${name.replaceAll('-', '_')}.so`);
}
