/** Bind parameters: what they may be, and what is said of anything else. */
import { MortiseError, type Problem } from '../../errors.js';
import { isBytes, isDetached, lengthOf } from '../../native/views.js';

/**
 * Text, null, binary bytes in network byte order, or bytes whose format is said.
 */
export type Parameter = string | null | Uint8Array | { bytes: Uint8Array; format: 'text' | 'binary' };

/** PostgreSQL's protocol counts parameters in 16 bits. */
const maxParameters = 65_535;

/**
 * Reads the list once, before a slot is chosen: what a getter gives may differ the next time, and it may route
 * something else.
 * @throws MortiseError MORTISE_ERR_PARAMETER
 */
export function copyOf(params: readonly Parameter[]): readonly Parameter[] {
  if (!Array.isArray(params)) throw noParameterList(params);
  if (params.length > maxParameters) throw tooMuch(`${maxParameters} parameters`, `${params.length}`);
  const given: Parameter[] = params.slice(0, maxParameters);
  for (let index = 0; index < given.length; index++) {
    const param = given[index];
    if (typeof param !== 'object' || param === null) continue;
    if (isBytes(param)) {
      if (isDetached(param)) throw notBindable(param, index, 'memory that was transferred away');
      continue;
    }
    const { bytes, format } = param;
    if (!isBytes(bytes) || (format !== 'text' && format !== 'binary')) {
      throw notBindable(param, index);
    }
    if (isDetached(bytes)) throw notBindable(param, index, 'memory that was transferred away');
    given[index] = { bytes, format };
  }
  return given;
}

/** @throws MortiseError MORTISE_ERR_PARAMETER for what are not OIDs of types */
export function typesOf(types: readonly number[]): Uint32Array {
  const isOid = (type: unknown) => typeof type === 'number' && type >>> 0 === type;
  if (Array.isArray(types) && types.length <= maxParameters && types.every(isOid))
    return Uint32Array.from(types);
  const index = Array.isArray(types) ? types.findIndex((type) => !isOid(type)) : -1;
  throw new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: 'the types of the parameters are not valid',
    where: index < 0 ? 'types' : `types[${index}]`,
    expected: `at most ${maxParameters} OIDs, integers from 0 to 4294967295`,
    found: index < 0 ? (Array.isArray(types) ? `${types.length}` : nameOf(types)) : String(types[index]),
    remedy: 'Pass the types as the Parse message has them: [20] for int8, 0 for one that is not declared.',
  });
}

/** @throws MortiseError MORTISE_ERR_PARAMETER for what is not a valid parameter */
export function byteLength(param: unknown, index: number): number {
  if (param === null) return 0;
  if (isBytes(param)) return lengthOf(param);
  // A copy, which is sound.
  if (typeof param === 'object') return lengthOf((param as { bytes: Uint8Array }).bytes);
  throw notBindable(param, index);
}

function notBindable(param: unknown, index: number, found = nameOf(param)): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: `parameter $${index + 1} cannot be bound`,
    where: `params[${index}]`,
    expected: 'a string, null, a Uint8Array, or { bytes: Uint8Array, format: "text" or "binary" }',
    found,
    remedy: 'Pass numbers, booleans and dates as the text that PostgreSQL would print: String(42).',
  });
}

/** Of a parameter that `byteLength` took. */
export function isBinary(param: Parameter): boolean {
  return typeof param === 'object' && param !== null && (isBytes(param) || param.format === 'binary');
}

function noParameterList(params: unknown): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: 'the parameters are not a list',
    where: 'params',
    expected: 'an array, one item for each $n',
    found: nameOf(params),
    remedy: 'Pass params: ["42"], or leave it out.',
  });
}

export function tooMuch(expected: string, found: string): MortiseError {
  return new MortiseError({
    code: 'MORTISE_ERR_PARAMETER',
    message: 'the parameters are larger than any query can carry',
    where: 'params',
    expected: `at most ${expected}`,
    found,
    remedy: 'Send large values in batches.',
  });
}

/** What native code says that has no memory for the texts of a question; anything else as it is. */
export function outOfMemory(error: unknown): unknown {
  if ((error as { code?: unknown } | null)?.code !== 'ERR_NO_MEMORY') return error;
  const problem: Problem = {
    code: 'MORTISE_ERR_QUERY',
    message: 'there is no memory for the SQL and its parameters',
    where: 'sql',
    expected: 'a query that fits the memory that is left',
    found: 'the system gave none',
    remedy: 'Send large values in batches, or raise the limit on the memory of this process.',
  };
  return new MortiseError(problem, { cause: error });
}

/** A value's kind, for an error message. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'without a prototype'})`;
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
