/** A number from C that no member of an enumeration or of flags stands for. */
import { WrongArgument } from '../../native/memory.js';

export function unknown(value: number, name: string): never {
  throw new WrongArgument(`${value} is not a valid ${name}`);
}
