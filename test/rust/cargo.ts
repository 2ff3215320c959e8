/** Runs cargo for the tests of the Rust SDK. */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** The tools of a list that this machine lacks. */
export function missingTools(...tools: string[]): string[] {
  return tools.filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0);
}

/** Whether what the SDK's features bring can be had; it is fetched once. */
export function missingCrates(): string[] {
  if (missingTools('cargo').length > 0) return [];
  const { status } = spawnSync('cargo', ['fetch', '--locked', '--quiet'], {
    cwd: join(root, 'rust'),
    stdio: 'ignore',
    timeout: 300_000,
  });
  return status === 0 ? [] : ['crates of the lock file rust/Cargo.lock'];
}

/** A test's title, which says by name what it was skipped for. */
export function titled(title: string, missing: string[]): string {
  return missing.length > 0 ? `${title} (skipped: no ${missing.join(', ')})` : title;
}

/**
 * Runs cargo without a network, which the SDK never needs, and off the event loop.
 *
 * @returns exit code, and stdout and stderr together
 */
export function cargo(
  args: string[],
  { cwd = root, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<{ code: number; output: string }> {
  const options = {
    cwd,
    env: {
      ...process.env,
      CARGO_NET_OFFLINE: 'true',
      CARGO_TERM_COLOR: 'never',
      RUST_BACKTRACE: '0',
      ...env,
    },
    maxBuffer: 64 * 1024 * 1024,
  };
  return new Promise((done) => {
    execFile('cargo', args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, output: stdout + stderr });
    });
  });
}

/** Where temporary crates build, so that they share what they have built of the SDK. */
export const scratchTarget = join(root, 'target', 'test-rust');

/** A copy of templates/rust in a new folder, filled in as `mortise new` does. */
export function newPlugin(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-rust-'));
  cpSync(join(root, 'templates/rust'), folder, { recursive: true });
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
  const crate = join(root, 'rust/mortise').replaceAll('\\', '/');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll('{{name}}', name).replaceAll('{{crate_path}}', crate));
  }
  return folder;
}

/** The names that a library exports, each with nm's letter for its kind. */
export function exportsOf(library: string): Record<string, string> {
  const { stdout } = spawnSync('nm', ['-D', '--defined-only', library], { encoding: 'utf8' });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return Object.fromEntries(rows.map(([, kind, name]) => [name, kind]));
}

/** The fields of `module_info`, read from the file's bytes as any host reads them. */
export function moduleInfoOf(library: string) {
  const file = readFileSync(library);
  const at = file.indexOf('MORTISE\0');
  const text = (offset: number, size: number) => {
    const bytes = file.subarray(at + offset, at + offset + size);
    const end = bytes.indexOf(0);
    return bytes.toString('utf8', 0, end);
  };
  return {
    size: file.readUInt32LE(at + 8),
    abi: text(16, 16),
    toolchain: text(32, 96),
    name: text(128, 64),
    version: text(192, 32),
    parser: text(224, 64),
    flags: file.readUInt32LE(at + 288),
  };
}
