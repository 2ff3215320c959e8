/**
 * Where the addon knows no calling convention (Windows, other processors), it has no calls of its own, and koffi makes
 * them. Imported before anything else, this makes it so here.
 */
import { addon } from '../../src/native/addon.js';

const own = addon() as unknown as Record<string, unknown>;
for (const name of ['bindFunction', 'lendCallback', 'giveBackCallback']) {
  if (own[name] === undefined) throw new Error(`the addon has no ${name}: it goes by another name`);
  delete own[name];
}
