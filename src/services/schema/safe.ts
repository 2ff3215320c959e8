/** C's 64-bit number as a JavaScript number. */
export function safe(value: number | bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(
    `${value} is beyond the integers that a JavaScript number holds; use i64 in the schema`,
  );
}
