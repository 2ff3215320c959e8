/** Platforms in the words of driver manifests: `linux_amd64`, `macos_arm64`, `linux_arm64_musl`. */

const systems: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['macos', 'osx'],
  win32: ['windows'],
  sunos: ['solaris'],
};
const processors: Readonly<Record<string, string[]>> = {
  x64: ['amd64', 'x86_64'],
  ia32: ['x86'],
  arm64: ['arm64', 'aarch64'],
  ppc64: ['powerpc64le', 'powerpc64'],
  loong64: ['loongarch64'],
};

/** The keys that a library for a platform may stand under, the usual spelling first. */
export function tuplesOf(platform: NodeJS.Platform, arch: string, isMusl: boolean): string[] {
  return (systems[platform] ?? [platform]).flatMap((system) =>
    (processors[arch] ?? [arch]).map((processor) => `${system}_${processor}${isMusl ? '_musl' : ''}`),
  );
}
