// libclang for bindgen, which reads C headers with it: the machine's own, or Debian's, unpacked in the user's cache and
// never installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const name = /^libclang(-\d+)?(\.so|\.dylib|\.dll)/;
/** Where clang-sys looks, too. */
const folders = [
  '/usr/lib',
  '/usr/local/lib',
  '/usr/lib64',
  '/opt/homebrew/opt/llvm/lib',
  '/usr/local/opt/llvm/lib',
];

/**
 * What cargo's environment needs so that bindgen works.
 * @param {string} cache the folder that packages are unpacked in
 * @returns {Record<string, string> | undefined} undefined when there is no libclang, and none can be had
 */
export function libclangEnvironment(cache) {
  if (process.env.LIBCLANG_PATH || process.platform === 'win32' || isInstalled()) return {};
  const unpacked = ownFolders(cache) ?? (download(cache) ? ownFolders(cache) : undefined);
  if (!unpacked) return undefined;
  // Alone it lacks the compiler's own headers.
  const { stdout } = spawnSync('gcc', ['-print-file-name=include'], { encoding: 'utf8' });
  return {
    LIBCLANG_PATH: unpacked[0],
    LD_LIBRARY_PATH: [...unpacked, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    BINDGEN_EXTRA_CLANG_ARGS: [`-I${stdout.trim()}`, process.env.BINDGEN_EXTRA_CLANG_ARGS]
      .filter(Boolean)
      .join(' '),
  };
}

function isInstalled() {
  const versions = readable('/usr/lib').filter((entry) => entry.startsWith('llvm-'));
  const multiarch = readable('/usr/lib').filter((entry) => /-linux-gnu/.test(entry));
  return [
    ...folders,
    ...versions.map((one) => `/usr/lib/${one}/lib`),
    ...multiarch.map((one) => `/usr/lib/${one}`),
  ]
    .flatMap(readable)
    .some((file) => name.test(file));
}

const readable = (folder) => (existsSync(folder) ? readdirSync(folder) : []);

/** The folders of the unpacked libraries, libclang's first. */
function ownFolders(cache) {
  const found = (prefix) =>
    readable(cache)
      .filter((entry) => entry.startsWith(prefix) && !entry.endsWith('.deb'))
      .flatMap((entry) => {
        const folder = join(cache, entry, 'usr/lib');
        return readable(folder).map((one) => join(folder, one));
      })
      .filter((folder) => /-linux-gnu/.test(folder));
  const clang = found('libclang1-');
  return clang.length > 0 ? [...clang, ...found('libllvm')] : undefined;
}

function download(cache) {
  try {
    mkdirSync(cache, { recursive: true });
    // libclang-dev depends on libclang-14-dev: the version that this release of Debian has.
    const depends = execFileSync('apt-cache', ['depends', 'libclang-dev'], { encoding: 'utf8' });
    const version = /libclang-(\d+)-dev/.exec(depends)?.[1];
    if (!version) return false;
    const work = mkdtempSync(join(cache, '.partial-'));
    try {
      const packages = [`libclang1-${version}`, `libllvm${version}`];
      execFileSync('apt-get', ['download', ...packages], { cwd: work, stdio: 'ignore', timeout: 300_000 });
      for (const archive of readdirSync(work).filter((file) => file.endsWith('.deb'))) {
        const folder = archive.split('_').slice(0, 2).join('_');
        execFileSync('dpkg', ['-x', join(work, archive), join(work, folder)], { stdio: 'ignore' });
        if (!existsSync(join(cache, folder))) renameSync(join(work, folder), join(cache, folder));
      }
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    return true;
  } catch {
    return false;
  }
}
