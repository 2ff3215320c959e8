/** Does a plugin get what its own libraries define, where Node.js exports the same names? */
import { basename } from 'node:path';
import { listed } from '../../messages/lists.js';
import type { Check } from '../record.js';
import { scopeOf } from '../scope.js';
import { ok, warned } from './result.js';

/** Named in the message; the problem's `found` has all of them. */
const shown = 5;

export const checkScope: Check = (evidence, host) => {
  const { answered, deep, obstacle } = scopeOf(evidence, host);
  const [first] = answered;
  if (!first) return [];
  const libraries = listed([...new Set(answered.map(({ library }) => basename(library)))], shown);
  const names = [...new Set(answered.map(({ name }) => name))];
  const by = basename(first.by);
  if (deep) return [ok('scope', `its own ${libraries}, not what ${by} has of them (RTLD_DEEPBIND)`)];
  return [
    warned('scope', {
      code: 'MORTISE_WARN_PROCESS_SYMBOLS',
      message: `${by} answers ${listed(names, shown)} before ${libraries}: ${obstacle}`,
      subject: evidence.path,
      where: 'dynamic symbols',
      expected: `${names.length} symbols of ${libraries}`,
      found: names.join(', '),
      remedy: `If you build the plugin, link ${libraries} into it (-Wl,--exclude-libs,ALL -Wl,-Bsymbolic), so that it asks nobody. If you don't, end what forbids RTLD_DEEPBIND, or use a Node.js that shares these libraries with the system.`,
    }),
  ];
};
