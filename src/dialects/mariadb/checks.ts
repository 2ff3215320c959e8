/** What a MariaDB plugin must meet on top of what every library must. */
import type { Problem } from '../../errors.js';
import { failed, ok, skipped } from '../../loader/checks/result.js';
import type { Check } from '../../loader/record.js';
import { readDeclarations } from './declarations.js';
import { abi, declaration, kinds, server, symbols, versionOf } from './layout.js';

export const checkIdentity: Check = ({ source, image, problems }) => {
  if (!image) return [];
  const { plugins, structSize } = readDeclarations(source, image);
  if (problems.length > 0) return problems.map((problem) => failed('identity', problem));
  if (structSize !== declaration.size) return [skipped('identity', 'its declarations have another layout')];
  return plugins.map(({ name, version, author }) => ok('identity', `${name} ${version} by ${author}`));
};

/** Same major, and a minor that this host has. MariaDB itself lets newer minors pass. */
export const checkInterface: Check = ({ source, image, path }) => {
  if (!image) return [];
  const found = readDeclarations(source, image);
  const results = [];
  const has = `${abi.major}.${abi.minor}`;
  const { major, minor } = versionOf(found.interface ?? 0);
  if (major === abi.major && minor <= abi.minor) results.push(ok('abi', `${major}.${minor}`));
  else {
    results.push(
      failed('abi', {
        code: 'MORTISE_ERR_ABI_MISMATCH',
        message: `plugin ${major}.${minor}, host ${has}`,
        subject: path,
        where: symbols.interface,
        expected: `${abi.major}.0 to ${has}`,
        found: found.interface === undefined ? 'none' : `${major}.${minor}`,
        remedy: `Take the plugin’s build for ${server}.`,
      }),
    );
  }
  if (found.structSize === declaration.size) return results;
  return [
    ...results,
    failed('abi', {
      code: 'MORTISE_ERR_INFO_LAYOUT',
      message: `a declaration has ${found.structSize ?? 'no'} bytes, not ${declaration.size}`,
      subject: path,
      where: symbols.structSize,
      expected: `${declaration.size} bytes`,
      found: found.structSize === undefined ? 'nothing in the file' : `${found.structSize} bytes`,
      remedy: `Take the plugin’s build for ${server}.`,
    }),
  ];
};

/** A storage engine's init writes into the server's own objects: only some kinds can do without a server. */
export const checkKind: Check = ({ source, image, path }) => {
  if (!image) return [];
  return readDeclarations(source, image).plugins.map(({ type, name, info }, index) => {
    const kind = kinds[type];
    const where = `${symbols.declarations}[${index}]`;
    if (!kind?.info) return failed('kind', onlyServer(path, where, name, kind?.name ?? `kind ${type}`));
    // A daemon's record names the release that it was built for; nothing of it is used.
    if (kind.info === 'release') return ok('kind', `${name} is ${kind.name} plugin`);
    const has = `${kind.info.major}.${kind.info.minor}`;
    const { major, minor } = versionOf(info ?? 0);
    if (major === kind.info.major && minor <= kind.info.minor) {
      return ok('kind', `${name} is ${kind.name} plugin ${major}.${minor}`);
    }
    return failed('kind', {
      code: 'MORTISE_ERR_ABI_MISMATCH',
      message: `${name} is ${kind.name} plugin ${major}.${minor}, host ${has}`,
      subject: path,
      where: `${where}.info`,
      expected: `${kind.info.major}.0 to ${has}`,
      found: info === undefined ? 'none' : `${major}.${minor}`,
      remedy: `Take the plugin’s build for ${server}.`,
    });
  });
};

function onlyServer(path: string, where: string, name: string, kind: string): Problem {
  return {
    code: 'MORTISE_ERR_PLUGIN_KIND',
    message: `${name} is ${kind} plugin, which only a MariaDB server can run`,
    subject: path,
    where: `${where}.type`,
    expected: kinds.flatMap(({ name, info }) => (info ? [name] : [])).join(', '),
    found: kind,
    remedy: 'Install it in a MariaDB server.',
  };
}
