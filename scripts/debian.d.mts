/** The folder that each package was unpacked in. Undefined when one of them can't be had here. */
export function debianPackages<Name extends string>(names: readonly Name[]): Record<Name, string> | undefined;
