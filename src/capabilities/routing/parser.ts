/** Which parser the host has. Plugins that read syntax trees must be built for exactly this one. */
import { createRequire } from 'node:module';
import { MortiseError } from '../../errors.js';

const packageName = '@libpg-query/parser';

/**
 * Releases of the package, and the libpg_query that each wraps: the package says it nowhere. The release
 * 17-6.1.0 is also what the Rust crate pg_query 6.1 wraps.
 */
const releases: Record<string, string> = { '17.6.10': '17-6.1.0' };

/**
 * The parser's version string, which a plugin's `module_info.parser` must equal; empty for `none`.
 * @throws MortiseError MORTISE_ERR_PARSER_PACKAGE
 */
export function parserVersion(parser: 'none' | 'pg_query'): string {
  if (parser === 'none') return '';
  const installed = installedVersion();
  const version = installed && releases[installed];
  if (version) return version;
  const known = Object.keys(releases).join(', ');
  throw new MortiseError({
    code: 'MORTISE_ERR_PARSER_PACKAGE',
    message: installed ? `${packageName} ${installed} is not known` : `${packageName} is not installed`,
    subject: packageName,
    where: 'parser = "pg_query"',
    expected: `${packageName} ${known}`,
    found: installed ?? 'no such package',
    remedy: `npm install ${packageName}@${known.split(', ').at(-1)}, or set parser = "none".`,
  });
}

function installedVersion(): string | undefined {
  // From the application first: the parser is an optional peer.
  for (const from of [`${process.cwd()}/`, import.meta.url]) {
    try {
      return (createRequire(from)(`${packageName}/package.json`) as { version: string }).version;
    } catch {
      // Not there: the next place, or the error above.
    }
  }
  return undefined;
}
