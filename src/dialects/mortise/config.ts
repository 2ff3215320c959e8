/** What a configuration may hold so that include/mortise/config.h can show it. */
import type { Problem } from '../../errors.js';

const deepest = 64;

/** The first value that C has no type for: native code would take a date or a map for an empty table. */
export function unfitValue(
  value: unknown,
  where = 'config',
  depth = deepest,
): Pick<Problem, 'where' | 'found'> | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return undefined;
    case 'bigint':
      return BigInt.asIntN(64, value) === value
        ? undefined
        : { where, found: `${value}, which needs more bits` };
    case 'object':
      break;
    default:
      return { where, found: typeof value === 'undefined' ? 'undefined' : `a ${typeof value}` };
  }
  if (value === null) return { where, found: 'null' };
  if (depth === 0) return { where, found: `a value more than ${deepest} deep` };
  if (!Array.isArray(value) && !isPlain(value))
    return { where, found: `a ${value.constructor?.name ?? 'class'}` };
  for (const [key, item] of Object.entries(Array.isArray(value) ? [...value] : value)) {
    const unfit = unfitValue(item, Array.isArray(value) ? `${where}[${key}]` : `${where}.${key}`, depth - 1);
    if (unfit) return unfit;
  }
  return undefined;
}

/** Also when it comes from another realm, whose Object.prototype is another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
