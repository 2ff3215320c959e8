/** Is each imported symbol defined by one of the libraries, or by this process? The loader binds all of them at once. */
import { basename } from 'node:path';
import { listed } from '../../messages/lists.js';
import { linked } from '../closure.js';
import type { UnboundSymbol } from '../dependencies/index.js';
import type { Check, CheckResult, Evidence } from '../record.js';
import { failed, ok, skipped } from './result.js';

/** Named in the message; the problem's `found` has all of them. */
const shown = 5;

export const checkImports: Check = ({ image, path, source, libraries, dialect }, host) => {
  if (image?.format !== 'elf' || image.arch !== host.arch) return [];
  const { unbound, closure } = linked({ image, path, source, libraries }, host);
  if (!unbound) {
    const missing = closure.dependencies.some((one) => one.path === undefined);
    return missing ? [skipped('imports', 'the libraries that are missing may have them')] : [];
  }
  if (unbound.symbols.length === 0) return [ok('imports', `${image.imports.length} found`)];
  if (unbound.unknown.length > 0) {
    const unread = unbound.unknown.map((file) => basename(file));
    return [skipped('imports', `${listed(unread, shown)} cannot be read, and may have them`)];
  }
  return byFile(unbound.symbols).map(([neededBy, names]) =>
    refusal(neededBy === path ? undefined : neededBy, names, path, dialect),
  );
};

/** Those with versions apart: they have another remedy. */
function byFile(symbols: readonly UnboundSymbol[]): [string, string[]][] {
  const files = new Map<string, [string, string[]]>();
  for (const { neededBy, name, version } of symbols) {
    const text = version === undefined ? name : `${name}@${version}`;
    const key = `${neededBy}\0${version === undefined ? '' : 'versioned'}`;
    const [, names] = files.get(key) ?? [neededBy, []];
    names.push(text);
    files.set(key, [neededBy, names]);
  }
  return [...files.values()];
}

function refusal(
  neededBy: string | undefined,
  names: string[],
  path: string,
  dialect: Evidence['dialect'],
): CheckResult {
  const server = dialect?.words.server;
  const count = `${names.length} ${names.length === 1 ? 'symbol' : 'symbols'}`;
  const who = neededBy === undefined ? '' : `, needed by ${basename(neededBy)}`;
  const all = names.length > shown ? ' mortise verify --json names all, under `found`.' : '';
  const common = { subject: path, where: neededBy ?? 'dynamic symbols', found: names.join(', ') };
  // What has a version is a library's, and what another library needs is no business of the server's.
  if (server !== undefined && neededBy === undefined && !names.some((name) => name.includes('@'))) {
    return failed('imports', {
      ...common,
      code: 'MORTISE_ERR_SYMBOL_MISSING',
      ...(dialect?.gives
        ? {
            message: `${count} that ${server} does not have: ${listed(names, shown)}${who}`,
            expected: `symbols of ${server}`,
            remedy: `Take the plugin from ${server}, or build it against the headers of that.${all}`,
          }
        : {
            message: `${count} of the server: ${listed(names, shown)}${who}`,
            expected: 'a plugin that needs nothing of its server but services',
            remedy: `Run it in ${server}: this host has services, and no server behind them.${all}`,
          }),
    });
  }
  const services = names.flatMap((name) => /^mortise_(\w+)_service$/.exec(name)?.[1] ?? []);
  const required = services.map((name) => `MORTISE_REQUIRE(${name}, 1, 0)`).join(' and ');
  return failed('imports', {
    ...common,
    code: 'MORTISE_ERR_SYMBOL_UNDEFINED',
    message: `${count} that nothing defines: ${listed(names, shown)}${who}`,
    expected: 'symbols that the file, its libraries or this process defines',
    remedy: required
      ? `Write ${required} in one source file of the plugin.${all}`
      : `Link ${neededBy === undefined ? 'the plugin' : basename(neededBy)} with the library that has ${names.length === 1 ? 'it' : 'them'}; -Wl,-z,defs finds this when it is linked.${all}`,
  });
}
