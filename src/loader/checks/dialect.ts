/** Is it a plugin of a family that this host knows? */
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

export const checkDialect: Check = ({ image, dialect, path }) => {
  if (!image) return [];
  if (dialect) return [ok('dialect', dialect.id)];
  if (image.kind !== 'shared') return []; // that it is not a library is said by its own check
  return [
    failed('dialect', {
      code: 'MORTISE_ERR_NOT_A_PLUGIN',
      message: 'it is a library, but not a plugin',
      subject: path,
      expected: 'an exported module_info',
      found: `${image.exports.length} exported symbols, none of them a plugin's`,
      remedy: 'Name a plugin, or make this one with `mortise new`.',
    }),
  ];
};
