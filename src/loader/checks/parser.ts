/**
 * Does the plugin read the syntax trees that this host makes? Within a major version of PostgreSQL they are compatible:
 * later releases of libpg_query only append to its messages.
 */
import type { Check, HostFacts } from '../record.js';
import { isParser, parserService } from '../sql-parser.js';
import { failed, ok } from './result.js';

/** The service that gives plugins what is in SQL. */
const service = 'mortise.sql';

export const checkParser: Check = ({ identity, path, dialect }, host) => {
  if (!identity) return [];
  const { parser, requires, provides, needsTrees } = identity;
  if (parser !== '' && provides.some(isParser)) return [ok('parser', `parses SQL itself, as ${parser}`)];
  const need = requires.find(({ name, optional }) => name === service && !optional);
  if (parser === '' && !need && !needsTrees) return [ok('parser', 'reads no syntax trees')];
  const where = need?.symbol ?? `${dialect?.words.identity}.${parser === '' ? 'flags' : 'parser'}`;
  if (host.parser === '') {
    return [
      failed('parser', {
        code: 'MORTISE_ERR_PARSER_MISMATCH',
        message: `reads ${parser === '' ? 'what is in SQL' : `trees of ${parser}`}, and the host parses nothing`,
        subject: path,
        where,
        expected: 'a plugin that reads no syntax trees',
        found: parser === '' ? `needs ${service}` : parser,
        remedy: `Set parser = "pg_query" in the [host] section of mortise.toml, or add a plugin that provides ${parserService.name}.`,
      }),
    ];
  }
  if (parser === '' || majorOf(parser) === majorOf(host.parser)) return [ok('parser', okText(parser, host))];
  return [
    failed('parser', {
      code: 'MORTISE_ERR_PARSER_MISMATCH',
      message: `plugin ${parser}, host ${host.parser}`,
      subject: path,
      where,
      expected: `a parser of PostgreSQL ${majorOf(host.parser)}, as ${host.parser}`,
      found: parser,
      remedy: `Build the plugin against libpg_query ${host.parser}, or give the host a parser of PostgreSQL ${majorOf(parser)}.`,
    }),
  ];
};

const okText = (parser: string, host: HostFacts): string =>
  parser === ''
    ? `reads what is in SQL; the host parses with ${host.parser}`
    : parser === host.parser
      ? parser
      : `${parser}, host ${host.parser}`;

/** "17" of "17-6.1.0": PostgreSQL's. */
const majorOf = (version: string): string => version.split(/[-.]/, 1)[0] as string;
