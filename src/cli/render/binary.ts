/** Names of what is in a binary, as people write them. */

const formats: Record<string, string> = { elf: 'ELF', macho: 'Mach-O', pe: 'PE' };
const processors: Record<string, string> = { x64: 'x86-64', ia32: 'x86', s390x: 's390x' };

/** "ELF x86-64". */
export function platform(format: string | undefined, arch: string | undefined): string | undefined {
  if (!format) return undefined;
  return [formats[format] ?? format, arch && (processors[arch] ?? arch)].filter(Boolean).join(' ');
}

/**
 * The compiler behind the strings in the file: "Rust 1.95.0", "GCC 12.2.0", "clang 19.1.7".
 * Rust comes first because its libraries also carry the strings of the linker's C start files.
 */
export function compiler(producers: readonly string[]): string | undefined {
  const patterns: [string, RegExp][] = [
    ['Rust', /^rustc version (\S+)/],
    ['clang', /clang version (\d[\w.]*)/],
    ['GCC', /^GCC: \(.*\) (\d[\w.]*)/],
  ];
  for (const [name, pattern] of patterns) {
    for (const producer of producers) {
      const version = pattern.exec(producer)?.[1];
      if (version) return `${name} ${version}`;
    }
  }
  return undefined;
}
