/** mortise's own plugins: include/mortise/ in C, the mortise crate in Rust. */
import type { Dialect } from '../../loader/record.js';
import { bind } from './bind.js';
import { checkCells } from './check-cells.js';
import { checkAbi, checkEntries, checkIdentity, checkSignatures } from './checks.js';
import { identify } from './identity.js';
import { symbols, words } from './layout.js';

const marks: readonly string[] = [symbols.info, symbols.register, symbols.init, symbols.route, symbols.fini];
/** Here already: nearly every host has a plugin of this family. */
const rules = {
  identify,
  checks: [checkEntries, checkIdentity, checkAbi, checkSignatures, checkCells],
  bind,
};

export const mortise: Dialect = {
  id: 'mortise',
  carrier: 'library',
  // collectd's plugins also export module_register; module_info or another name of ours tells them apart.
  recognise: ({ symbols: exported }) => {
    const found = marks.filter((name) => exported.has(name));
    return found.length > 1 || found.some((name) => name !== symbols.register);
  },
  words,
  load: async () => rules,
};
