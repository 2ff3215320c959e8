/**
 * The folder that each package was unpacked in. Undefined when one of them can't be had here.
 * @param suite of Debian's, such as `unstable`; default: what the machine is set up for
 */
export function debianPackages<Name extends string>(
  names: readonly Name[],
  suite?: string,
): Record<Name, string> | undefined;
