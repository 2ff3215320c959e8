/** What a library of a name is called on each platform. */

/** The platform whose names are meant. */
interface System {
  platform: NodeJS.Platform;
}

const forms: Partial<Record<NodeJS.Platform, { suffixes: string[]; prefixed: boolean }>> = {
  darwin: { suffixes: ['.dylib', '.so'], prefixed: true },
  win32: { suffixes: ['.dll'], prefixed: false },
};

function formOf({ platform }: System) {
  return forms[platform] ?? { suffixes: ['.so'], prefixed: true };
}

/** What the library of a name may be called: `libtenant_router.so`, `tenant_router.so`. */
export function fileNames(name: string, system: System): string[] {
  const { suffixes, prefixed } = formOf(system);
  return suffixes.flatMap((suffix) => [...(prefixed ? [`lib${name}${suffix}`] : []), `${name}${suffix}`]);
}

/** `name.so`, and `name.so.5` too. */
export function isLibrary(name: string, system: System): boolean {
  return formOf(system).suffixes.some(
    (suffix) => name.endsWith(suffix) || (suffix === '.so' && /\.so(\.\d+)+$/.test(name)),
  );
}

/** The name without what the platform adds to it. */
export function bareName(file: string, system: System): string {
  const suffix = formOf(system).suffixes.find((one) => file.endsWith(one)) ?? '';
  const stem = file.slice(0, file.length - suffix.length);
  return formOf(system).prefixed ? stem.replace(/^lib/, '') : stem;
}
