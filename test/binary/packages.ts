import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const koffi = '3.3.4';

/** Published addons for machines that this one isn't, and the file that is looked at in each. */
export const foreignAddons = {
  'macho arm64': [`@koromix/koffi-darwin-arm64@${koffi}`, 'darwin_arm64/koffi.node'],
  'macho x64': [`@koromix/koffi-darwin-x64@${koffi}`, 'darwin_x64/koffi.node'],
  'macho fat': ['bufferutil@4.0.8', 'prebuilds/darwin-x64+arm64/node.napi.node'],
  'macho fat, frameworks': ['fsevents@2.3.3', 'fsevents.node'],
  'pe x64': [`@koromix/koffi-win32-x64@${koffi}`, 'win32_x64/koffi.node'],
  'pe ia32': [`@koromix/koffi-win32-ia32@${koffi}`, 'win32_ia32/koffi.node'],
  'pe arm64': [`@koromix/koffi-win32-arm64@${koffi}`, 'win32_arm64/koffi.node'],
  'pe x64, small': ['bufferutil@4.0.8', 'prebuilds/win32-x64/node.napi.node'],
  'pe ia32, small': ['bufferutil@4.0.8', 'prebuilds/win32-ia32/node.napi.node'],
  'elf x64, small': ['bufferutil@4.0.8', 'prebuilds/linux-x64/node.napi.node'],
  'elf ia32': [`@koromix/koffi-linux-ia32@${koffi}`, 'linux_ia32/koffi.node'],
  'elf arm': [`@koromix/koffi-linux-arm@${koffi}`, 'linux_armhf/koffi.node'],
  'elf riscv64': [`@koromix/koffi-linux-riscv64@${koffi}`, 'linux_riscv64d/koffi.node'],
  'elf loong64': [`@koromix/koffi-linux-loong64@${koffi}`, 'linux_loong64/koffi.node'],
  'elf ppc64': [`@koromix/koffi-linux-ppc64@${koffi}`, 'linux_ppc64le/koffi.node'],
  'elf s390x, big-endian': ['@rollup/rollup-linux-s390x-gnu@4.67.4', 'rollup.linux-s390x-gnu.node'],
  'elf x64, OpenBSD': [`@koromix/koffi-openbsd-x64@${koffi}`, 'openbsd_x64/koffi.node'],
  'elf ia32, FreeBSD': [`@koromix/koffi-freebsd-ia32@${koffi}`, 'freebsd_ia32/koffi.node'],
  'elf arm64, Android': [`@koromix/koffi-android-arm64@${koffi}`, 'android_arm64/koffi.node'],
} as const satisfies Record<string, readonly [string, string]>;

export type ForeignAddon = keyof typeof foreignAddons;

let offline = false;

/** The path of an addon, downloaded once for all runs; undefined when that isn't possible. */
export function foreignAddon(name: ForeignAddon): string | undefined {
  const [spec, file] = foreignAddons[name];
  return publishedFile(spec, file);
}

/** The path of a file in a published package, downloaded once for all runs; undefined when that isn't possible. */
export function publishedFile(spec: string, file: string): string | undefined {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mortise', 'packages');
  const folder = join(cache, spec.replaceAll('/', '+'));
  if (!existsSync(folder) && !offline) offline = !download(spec, cache, folder);
  const path = join(folder, 'package', file);
  return existsSync(path) ? path : undefined;
}

function download(spec: string, cache: string, folder: string): boolean {
  let work: string | undefined;
  try {
    mkdirSync(cache, { recursive: true });
    work = mkdtempSync(join(cache, '.partial-'));
    execFileSync('npm', ['pack', '--silent', '--fetch-retries=0', spec], {
      cwd: work,
      stdio: 'ignore',
      timeout: 60_000,
    });
    const archive = readdirSync(work).find((entry) => entry.endsWith('.tgz'));
    if (!archive) return false;
    execFileSync('tar', ['-xzf', archive], { cwd: work });
    rmSync(join(work, archive));
    // In one step, so that no other run sees half of it; when another was faster, its copy is as good.
    if (!existsSync(folder)) renameSync(work, folder);
    return true;
  } catch {
    return existsSync(folder);
  } finally {
    if (work) rmSync(work, { recursive: true, force: true });
  }
}
