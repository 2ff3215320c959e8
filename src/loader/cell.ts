/** A service's cell: a variable of the plugin, into which the host puts a pointer once the library is loaded. */
import type { Image } from '../binary/index.js';
import type { Problem } from '../errors.js';

/**
 * @param symbol of the cell
 * @returns why the host can't fill it; undefined when it can, or when the file has no such symbol
 */
export function whyNotFilled(
  { symbols, bits }: Image,
  symbol: string,
  service: string,
): Omit<Problem, 'subject'> | undefined {
  const place = symbols.get(symbol);
  if (!place || (place.writable && place.kind === 'data' && place.available >= bits / 8)) return undefined;
  return {
    code: 'MORTISE_ERR_SERVICE_READ_ONLY',
    message: `the cell of ${service} cannot be written to`,
    where: symbol,
    expected: 'a pointer that is a variable',
    found: place.kind === 'code' ? 'code' : 'memory that the loader protects, or less than a pointer',
    remedy:
      'Leave the cell as the headers define it: without const, and in no section of its own that is read-only.',
  };
}
