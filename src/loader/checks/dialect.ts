/** Is it a plugin of a family that this host knows? */
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

export const checkDialect: Check = ({ image, dialect, path }, { dialects }) => {
  if (dialect) return [ok('dialect', dialect.id)];
  if (!image) return [];
  if (image.kind !== 'shared') return []; // that it is not a library is said by its own check
  return [
    failed('dialect', {
      code: 'MORTISE_ERR_NOT_A_PLUGIN',
      message: 'it is a library, but not a plugin',
      subject: path,
      expected: `an exported ${dialects
        .filter(({ carrier }) => carrier === 'library')
        .map(({ words }) => words.identity)
        .join(' or ')}`,
      found: `${image.exports.length} exported symbols, none of which marks a plugin`,
      remedy: 'Name a plugin, or make this one with `mortise new`.',
    }),
  ];
};
