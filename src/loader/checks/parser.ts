/** Does the plugin read the syntax trees that this host makes? Their layout changes with every release. */
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

export const checkParser: Check = ({ identity, path, dialect }, host) => {
  if (!identity) return [];
  if (identity.parser === '') return [ok('parser', 'reads no syntax trees')];
  if (identity.parser === host.parser) return [ok('parser', identity.parser)];
  return [
    failed('parser', {
      code: 'MORTISE_ERR_PARSER_MISMATCH',
      message: `plugin ${identity.parser}, host ${host.parser || 'parses nothing'}`,
      subject: path,
      where: `${dialect?.words.identity}.parser`,
      expected: host.parser || 'an empty string',
      found: identity.parser,
      remedy: host.parser
        ? `Build the plugin against the parser ${host.parser}, or install ${identity.parser} for the host.`
        : 'Set parser = "pg_query" in the [host] section of mortise.toml.',
    }),
  ];
};
