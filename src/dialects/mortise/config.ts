/** What a configuration may hold so that include/mortise/config.h can show it. */
import { maxDepth } from '../../config/depth.js';
import type { ConfigTable, ConfigValue } from '../../config/value.js';
import { MortiseError, type Problem } from '../../errors.js';

/** A value that C has no type for: native code would take a date or a map for an empty table. */
class Unfit extends Error {
  constructor(
    readonly where: string,
    readonly found: string,
  ) {
    super(found);
  }
}

/**
 * A copy for native code, of which each value was read once: a getter or a proxy may answer otherwise the next time.
 * @throws MortiseError MORTISE_ERR_CONFIG_TYPE
 */
export function plainConfig(config: ConfigTable, subject: string): ConfigTable {
  try {
    return plain(config, 'config', maxDepth) as ConfigTable;
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    const { where, found } = error;
    const problem: Problem = {
      code: 'MORTISE_ERR_CONFIG_TYPE',
      message: 'its configuration holds what a plugin cannot receive',
      subject,
      where,
      expected: `booleans, numbers, 64-bit bigints, strings, arrays and plain objects, at most ${maxDepth} deep`,
      found,
      remedy: 'Turn other values, such as dates, into strings or numbers.',
    };
    throw new MortiseError(problem);
  }
}

function plain(value: unknown, where: string, depth: number): ConfigValue {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) return value;
      throw new Unfit(where, `${value}, which needs more bits`);
    case 'object':
      break;
    default:
      throw new Unfit(where, typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`);
  }
  if (value === null) throw new Unfit(where, 'null');
  if (depth === 0) throw new Unfit(where, `a value more than ${maxDepth} deep`);
  if (Array.isArray(value)) {
    // Holes as well.
    return Array.from(value, (item, index) => plain(item, `${where}[${index}]`, depth - 1));
  }
  if (!isPlain(value)) throw new Unfit(where, `a ${value.constructor?.name ?? 'class'}`);
  const copy: ConfigTable = {};
  for (const [key, item] of Object.entries(value)) {
    // A key may be "__proto__".
    const own = { value: plain(item, `${where}.${key}`, depth - 1), enumerable: true, writable: true };
    Object.defineProperty(copy, key, own);
  }
  return copy;
}

/** Also when it comes from another realm, whose Object.prototype is another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
