/** A platform that files are checked for from any machine: `linux-x64-glibc2.28`, `darwin-arm64-12.0`, `win32-x64`. */
import { MortiseError } from '../../errors.js';
import { nearest } from '../../messages/nearest.js';

export interface Target {
  /** As it was named. */
  name: string;
  platform: 'linux' | 'darwin' | 'win32';
  /** As in `process.arch`. */
  arch: string;
  /** Linux only. An empty version: any. */
  libc?: { name: 'glibc' | 'musl'; version: string };
  /** The oldest macOS that must do: "12.0". */
  macos?: string;
}

/** The processors that Node.js is built for, by platform. */
export const archs = {
  linux: ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64'],
  darwin: ['arm64', 'x64'],
  win32: ['x64', 'arm64', 'ia32'],
} as const;

const forms = 'linux-ARCH-glibcVERSION, linux-ARCH-musl, darwin-ARCH[-VERSION], win32-ARCH';

/** A longer one is not a target, and not worth a search for what was meant. */
const maxLength = 64;

/** @throws MortiseError MORTISE_ERR_TARGET */
export function parseTarget(name: string): Target {
  const target = name.length <= maxLength ? targetOf(name) : undefined;
  if (target) return target;
  const meant = name.length <= maxLength ? nearestTarget(name) : undefined;
  throw new MortiseError({
    code: 'MORTISE_ERR_TARGET',
    message: `${JSON.stringify(name.slice(0, maxLength))} is not a target`,
    expected: `${forms}; ARCH is one of ${archs.linux.join(', ')}`,
    found: name.slice(0, maxLength),
    remedy: meant ? `Did you mean ${meant}?` : 'Name a target of one of these forms: linux-x64-glibc2.28.',
  });
}

function targetOf(name: string): Target | undefined {
  const [, platform, arch, , libc, version, macos] =
    /^(linux|darwin|win32)-([a-z0-9]+)(-(glibc|musl)(\d{1,3}\.\d{1,3})?)?(?:-(\d{1,3}(?:\.\d{1,3}){0,2}))?$/.exec(
      name,
    ) ?? [];
  if (!platform || !arch) return undefined;
  const known = archs[platform as keyof typeof archs] as readonly string[];
  if (!known.includes(arch)) return undefined;
  if (platform === 'linux') {
    // musl gives its symbols no versions: a file doesn't say which one it needs.
    if (!libc || macos || (libc === 'musl' && version)) return undefined;
    return { name, platform, arch, libc: { name: libc as 'glibc' | 'musl', version: version ?? '' } };
  }
  if (libc || (macos && platform !== 'darwin')) return undefined;
  return { name, platform: platform as 'darwin' | 'win32', arch, macos };
}

/** What other tools call the same. */
const otherNames: Record<string, string> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  i686: 'ia32',
  x86: 'ia32',
  ppc64le: 'ppc64',
  macos: 'darwin',
  osx: 'darwin',
  windows: 'win32',
  win: 'win32',
  gnu: 'glibc',
  manylinux: 'linux',
};

function nearestTarget(name: string): string | undefined {
  const version = /glibc_?(\d{1,3}\.\d{1,3})/.exec(name)?.[1] ?? '2.28';
  const all = [
    ...archs.linux.flatMap((arch) => [`linux-${arch}-glibc${version}`, `linux-${arch}-musl`]),
    ...archs.darwin.map((arch) => `darwin-${arch}`),
    ...archs.win32.map((arch) => `win32-${arch}`),
  ];
  const usual = name
    .toLowerCase()
    .split('-')
    .map((word) => otherNames[word] ?? word)
    .join('-');
  return all.find((one) => one === usual || one.startsWith(`${usual}-`)) ?? nearest(usual, all);
}
