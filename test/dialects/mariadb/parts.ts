/** MariaDB's plugins from Debian, and the libraries that they need. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { debianPackages } from '../../support/parts/debian.js';

const plugins = [
  'mariadb-server',
  'mariadb-plugin-connect',
  'mariadb-plugin-cracklib-password-check',
  'mariadb-plugin-gssapi-server',
  'mariadb-plugin-hashicorp-key-management',
  'mariadb-plugin-mroonga',
  'mariadb-plugin-oqgraph',
  'mariadb-plugin-provider-bzip2',
  'mariadb-plugin-provider-lz4',
  'mariadb-plugin-provider-lzma',
  'mariadb-plugin-provider-lzo',
  'mariadb-plugin-provider-snappy',
  'mariadb-plugin-rocksdb',
  'mariadb-plugin-s3',
  'mariadb-plugin-spider',
] as const;

/** What the plugins are linked to and a machine without MariaDB may lack. */
const libraries = [
  'libbz2-1.0',
  'libcrack2',
  'libcurl4',
  'libgssapi-krb5-2',
  'libjudydebian1',
  'libkrb5-3',
  'liblz4-1',
  'liblzma5',
  'liblzo2-2',
  'libodbc2',
  'libodbccr2',
  'libpam0g',
  'libsnappy1v5',
  'libltdl7',
] as const;

const machine = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

/**
 * The path of each plugin file by its name, without `.so`; undefined when they can't be had here.
 * @param suite of Debian's: `trixie` has 11.8. Default: the machine's own
 */
export function mariadbPlugins(suite?: string): Map<string, string> | undefined {
  const folders = debianPackages(plugins, suite);
  if (!folders) return undefined;
  const found = new Map<string, string>();
  for (const folder of Object.values(folders)) {
    const directory = join(folder, 'usr', 'lib', 'mysql', 'plugin');
    for (const entry of readdirSync(directory).filter((name) => name.endsWith('.so'))) {
      found.set(entry.slice(0, -'.so'.length), join(directory, entry));
    }
  }
  return found;
}

/** For LD_LIBRARY_PATH of a process that loads them, which has to be there when it starts. */
export function libraryPath(): string | undefined {
  const folders = debianPackages(libraries);
  if (!folders) return undefined;
  return Object.values(folders)
    .flatMap((folder) => [join(folder, 'usr', 'lib', machine), join(folder, 'lib', machine)])
    .filter((path) => existsSync(path))
    .join(':');
}

/** cracklib's own programs, and the dictionary that its package makes at installation. */
export function cracklib(): { check: string; dictionary: string; library: string } | undefined {
  const folders = debianPackages(['cracklib-runtime', 'libcrack2']);
  if (!folders) return undefined;
  const { 'cracklib-runtime': runtime, libcrack2 } = folders;
  const programs = join(runtime, 'usr', 'sbin');
  const library = join(libcrack2, 'usr', 'lib', machine);
  const made = join(dirname(runtime), basename(runtime).replace('cracklib-runtime_', 'cracklib-dictionary_'));
  if (!existsSync(made)) {
    const work = mkdtempSync(join(dirname(made), '.partial-'));
    const words = execFileSync(
      join(programs, 'cracklib-format'),
      [join(runtime, 'usr/share/dict/cracklib-small')],
      {
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    const env = { ...process.env, LD_LIBRARY_PATH: library };
    execFileSync(join(programs, 'cracklib-packer'), [join(work, 'words')], {
      input: words,
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    if (existsSync(made)) rmSync(work, { recursive: true });
    else renameSync(work, made);
  }
  return { check: join(programs, 'cracklib-check'), dictionary: join(made, 'words'), library };
}
