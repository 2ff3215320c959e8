/** Lines out of a stream of bytes, in batches of what has arrived. */

/** More than any statement; a stream without line ends must not fill the memory. */
export const maxLine = 16 * 1024 * 1024;

/** One line without its end, or what was too long to be one. */
export type Line = Buffer | 'too long';

/**
 * The complete lines of each chunk, as soon as the chunk is there: a program that sends one line and waits
 * for the answer gets it. The last line needs no line end. Reads no faster than the caller takes.
 */
export async function* lines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Line[]> {
  let rest: Buffer[] = [];
  let size = 0;
  let isTooLong = false;
  const keep = (part: Buffer) => {
    size += part.length;
    if (size > maxLine) {
      isTooLong = true;
      rest = [];
    } else if (part.length > 0) {
      rest.push(part);
    }
  };
  const take = (): Line => {
    const line = isTooLong ? 'too long' : rest.length === 1 ? (rest[0] as Buffer) : Buffer.concat(rest);
    rest = [];
    size = 0;
    isTooLong = false;
    return line;
  };
  for await (const data of chunks) {
    const chunk = typeof data === 'string' ? Buffer.from(data) : data;
    const batch: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      batch.push(take());
      start = end + 1;
    }
    keep(chunk.subarray(start));
    if (batch.length > 0) yield batch;
  }
  if (size > 0) yield [take()];
}
