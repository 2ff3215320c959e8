/**
 * Names as `process.arch` has them, by e_machine (gABI, "ELF Header", and the registry that continues it);
 * where Node.js has none for the word size, by the usual one.
 */
export function archOf(machine: number, wide: boolean, little: boolean): string {
  switch (machine) {
    case 2:
    case 18:
      return 'sparc';
    case 3:
      return 'ia32';
    case 4:
      return 'm68k';
    case 8:
      return little ? 'mipsel' : 'mips';
    case 20:
      return 'ppc';
    case 21:
      return 'ppc64';
    case 22:
      return wide ? 's390x' : 's390';
    case 40:
      return 'arm';
    case 43:
      return 'sparc64';
    case 62:
      // With 32-bit words this is the x32 ABI, which no Node.js runs in.
      return wide ? 'x64' : 'x32';
    case 183:
      return wide ? 'arm64' : 'arm64_32';
    case 243:
      return wide ? 'riscv64' : 'riscv32';
    case 258:
      return wide ? 'loong64' : 'loong32';
    default:
      return `unknown(${machine})`;
  }
}

/**
 * Whether a missing PT_GNU_STACK means an executable stack: the default in glibc's stackinfo.h of each
 * architecture (DEFAULT_STACK_PERMS). Those that came after the marker don't need it.
 */
export function defaultsToExecStack(arch: string): boolean {
  return [
    'ia32',
    'x64',
    'x32',
    'arm',
    'mips',
    'mipsel',
    'ppc',
    's390',
    's390x',
    'sparc',
    'sparc64',
    'm68k',
  ].includes(arch);
}
