/** Which package parses SQL, and which libpg_query it has in it. */
import { createRequire } from 'node:module';
import { MortiseError } from '../../../errors.js';
import { here } from '../../../package.js';

export const packageName = '@libpg-query/parser';

/**
 * Releases of the package, and the libpg_query that each wraps: the package says it nowhere. The release
 * 17-6.1.0 is also what the Rust crate pg_query 6.1 wraps.
 */
const releases: Record<string, string> = { '17.6.10': '17-6.1.0' };

/**
 * The installed package: the version of its libpg_query, and what it is required from.
 * @throws MortiseError MORTISE_ERR_PARSER_PACKAGE
 */
export function locate(): { version: string; from: string } {
  const { installed, from } = find();
  const version = installed && releases[installed];
  if (version) return { version, from };
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

function find(): { installed?: string; from: string } {
  // From the application first: the parser is an optional peer.
  for (const from of [`${process.cwd()}/`, here]) {
    try {
      const { version } = createRequire(from)(`${packageName}/package.json`) as { version: string };
      return { installed: version, from };
    } catch {
      // Not there: the next place, or the error above.
    }
  }
  return { from: here };
}
