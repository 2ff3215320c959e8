/** The checks for a platform that isn't this machine's: what stands in for those that ask this machine. */
import { type Image, imageFor, openFile, readBinary } from '../../binary/index.js';
import { MortiseError, type Problem, type Warning } from '../../errors.js';
import { listed } from '../../messages/lists.js';
import { type Dependency, resolveDependencies } from '../dependencies/index.js';
import { nowhere } from '../own-libraries.js';
import type { Check } from '../record.js';
import { guaranteeOf, remedyFor } from '../target/guaranteed.js';
import type { Target } from '../target/target.js';
import { compareVersions, tooNewFor } from '../target/versions.js';
import { type CheckResult, failed, ok, skipped, warned } from './result.js';

/** For what only the machine itself could answer. */
export function asksThisMachine(id: string): Check {
  return ({ image }, { target }) => (image ? [skipped(id, `asks this machine, not ${target?.name}`)] : []);
}

/** The C library and its version; on macOS, the system's. */
export const checkTargetSystem: Check = ({ image, path }, { target }) => {
  if (!image || !target) return [];
  if (target.platform === 'darwin') return image.format === 'macho' ? [checkMacos(image, path, target)] : [];
  if (!target.libc || image.format !== 'elf') return [];
  const { name, version } = target.libc;
  if (image.libc === 'none') return [skipped('libc', 'the image needs no C library')];
  if (image.libc !== name) return [failed('libc', otherLibrary(image, path, target))];
  const needed = image.newestVersions.GLIBC;
  const [first] = tooNewFor(target, {
    versionNeeds: image.versionNeeds.filter((need) => need.version.startsWith('GLIBC_')),
  });
  if (!first) return [ok('libc', needed ? `${name}, needs ${needed}, target ${version || 'any'}` : name)];
  return [
    failed('libc', {
      code: 'MORTISE_ERR_LIBC_VERSION',
      message: `plugin needs ${first.version}, target has glibc ${version}`,
      subject: path,
      where: `${first.version} of ${first.library}`,
      expected: `glibc ${version} or older`,
      found: first.version,
      remedy: `Build the plugin on a system with glibc ${version} or older (a manylinux image, or zig cc -target …-gnu.${version}).`,
    }),
  ];
};

/** Which library ties the image to its C library, with the versions that nothing else has. */
function otherLibrary(image: Image, path: string, { name, libc }: Target): Problem {
  const byLibrary = new Map<string, string[]>();
  for (const library of image.dependencies) {
    if (/^(libc\.|ld-linux|ld64|ld-musl|lib(m|dl|rt|pthread)\.so\.)/.test(library))
      byLibrary.set(library, []);
  }
  for (const { library, version } of image.versionNeeds) {
    if (version.startsWith('GLIBC_')) byLibrary.set(library, [...(byLibrary.get(library) ?? []), version]);
  }
  const found = [...byLibrary].map(([library, versions]) =>
    versions.length > 0 ? `${library} (${listed(versions, 8)})` : library,
  );
  return {
    code: 'MORTISE_ERR_LIBC_MISMATCH',
    message: `plugin ${image.libc}, target ${libc?.name}: needs ${found.join(', ') || image.libc}`,
    subject: path,
    where: 'DT_NEEDED',
    expected: `a library linked with ${libc?.name}`,
    found: found.join(', ') || image.libc,
    remedy:
      libc?.name === 'musl'
        ? `Build the plugin for ${name} itself: on Alpine, with musl-gcc, or with zig cc -target …-linux-musl.`
        : `Build the plugin for ${name} itself: on a system with glibc.`,
  };
}

function checkMacos({ minimumOs }: Image, path: string, { macos }: Target): CheckResult {
  if (!minimumOs) return skipped('macos', 'the image does not say which macOS it needs');
  if (!macos) return ok('macos', `needs macOS ${minimumOs} or newer`);
  if (compareVersions(minimumOs, macos) <= 0) return ok('macos', `needs macOS ${minimumOs}, target ${macos}`);
  return failed('macos', {
    code: 'MORTISE_ERR_OS_VERSION',
    message: `plugin needs macOS ${minimumOs}, target ${macos}`,
    subject: path,
    where: 'LC_BUILD_VERSION',
    expected: `macOS ${macos} or older`,
    found: `macOS ${minimumOs}`,
    remedy: `Build the plugin with -mmacosx-version-min=${macos}.`,
  });
}

/** Each library that is needed is one that the platform has, or lies beside the plugin and fits too. */
export const checkTargetDependencies: Check = ({ image, path }, { target }) => {
  if (!image || !target) return [];
  if (image.dependencies.length === 0) return [ok('dependency', 'none needed')];
  const { platform, arch, name } = target;
  const dependencies = resolveDependencies(path, image, { platform, arch, env: {}, sysroot: nowhere });
  if (dependencies.length === 0) return [skipped('dependency', `not a library for ${name}`)];
  const beside = dependencies.filter((one) => one.beside && one.path !== undefined);
  const others = dependencies
    .filter((one) => !beside.includes(one) && !one.optional)
    // That it is linked with another C library is said by the check of that.
    .filter((one) => !comesWith(image.libc, one.name, target));
  const kinds = others.map((one) => [one, guaranteeOf(one.name, target)] as const);
  const results = [
    ...kinds
      .filter(([, kind]) => kind === 'none')
      .map(([one]) => failed('dependency', lacking(one, path, target))),
    ...versionsOf(path, image, beside, target),
    ...beside.flatMap((one) => besideOf(one, path, beside, target)),
    ...kinds
      .filter(([, kind]) => kind === 'mostly')
      .map(([one]) => warned('dependency', unsure(one, path, target))),
  ];
  if (results.length > 0) return results;
  const system = others.length > 0 ? `${others.length} of ${name}` : '';
  return [
    ok('dependency', [system, beside.length > 0 && `${beside.length} beside`].filter(Boolean).join(', ')),
  ];
};

function comesWith(libc: Image['libc'], library: string, target: Target): boolean {
  if (target.libc === undefined || libc === target.libc.name) return false;
  if (libc !== 'glibc' && libc !== 'musl') return false;
  return guaranteeOf(library, { ...target, libc: { name: libc, version: '' } }) === 'everywhere';
}

function lacking(dependency: Dependency, subject: string, target: Target): Problem {
  const { name, neededBy, searched } = dependency;
  return {
    code: 'MORTISE_ERR_DEPENDENCY_MISSING',
    message: `${name} is neither part of ${target.name} nor beside the plugin`,
    subject,
    where: neededBy === subject ? undefined : `needed by ${neededBy}`,
    expected: 'a library of the platform, or a file beside the plugin',
    found: dependency.path ?? (searched.filter((one) => !one.startsWith(nowhere)).join(', ') || 'nothing'),
    remedy: remedyFor(name, target),
  };
}

function unsure({ name }: Dependency, subject: string, target: Target): Warning {
  return {
    code: 'MORTISE_WARN_DEPENDENCY_UNSURE',
    message: `${name} is missing on many machines of ${target.name}, such as small containers`,
    subject,
    expected: 'a library that is wherever Node.js runs',
    found: name,
    remedy: remedyFor(name, target),
  };
}

/** Versions that the image needs of libstdc++ and libgcc; for a library beside the plugin, of the C library too. */
function versionsOf(
  path: string,
  image: Image,
  beside: readonly Dependency[],
  target: Target,
): CheckResult[] {
  const own = new Set(beside.map(({ name }) => name));
  const seen = new Set<string>();
  return tooNewFor(target, image)
    .filter(({ library }) => !own.has(library))
    .filter(({ version }) => beside.some((one) => one.path === path) || !version.startsWith('GLIBC_'))
    .filter(({ library }) => !seen.has(library) && seen.add(library))
    .map(({ library, version, has }) =>
      failed('dependency', {
        code: 'MORTISE_ERR_LIBC_VERSION',
        message: `needs ${version} of ${library}, ${target.name} has ${has}`,
        subject: path,
        where: `${version} of ${library}`,
        expected: `${has} or older`,
        found: version,
        remedy: `Build it on a system with glibc ${target.libc?.version}, or link ${library.replace(/\.so.*/, '')} statically.`,
      }),
    );
}

function besideOf(
  one: Dependency,
  subject: string,
  beside: readonly Dependency[],
  target: Target,
): CheckResult[] {
  const path = one.path as string;
  try {
    const source = openFile(path);
    try {
      const image = imageFor(readBinary(source, { symbols: false }), target.arch);
      if (image.format === 'elf' && image.libc !== 'none' && image.libc !== target.libc?.name) {
        return [failed('dependency', { ...otherLibrary(image, subject, target), where: path })];
      }
      return versionsOf(path, image, beside, target);
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof MortiseError)) throw error;
    return error.problems.map((problem) => failed('dependency', { ...problem, subject, where: path }));
  }
}
