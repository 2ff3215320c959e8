/** Has the plugin variables that are not its own? The loader keeps one of each such name for the whole process. */
import { listed } from '../../messages/lists.js';
import type { Check } from '../record.js';
import { warned } from './result.js';

const shown = 3;

export const checkUnique: Check = ({ image, path }) => {
  const names = image?.uniqueExports ?? [];
  if (names.length === 0) return [];
  return [
    warned('unique', {
      code: 'MORTISE_WARN_UNIQUE_SYMBOL',
      message: `all hosts and libraries of the process share ${names.length === 1 ? 'its variable' : `${names.length} of its variables`}: ${listed(names, shown)}`,
      subject: path,
      where: 'STB_GNU_UNIQUE',
      expected: 'variables of its own',
      found: listed(names, shown),
      remedy: 'Build with -fno-gnu-unique, or with -fvisibility=hidden.',
    }),
  ];
};
