/** Whether two files hold the same bytes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const chunk = 256 * 1024;
/** A library beyond this is called another one without a look. */
const maxCompared = 256 * 1024 * 1024;

/** False also when one of them can't be read. */
export function sameContent(left: string, right: string): boolean {
  const open: number[] = [];
  try {
    for (const path of [left, right]) open.push(openSync(path, 'r'));
    const [a, b] = open as [number, number];
    const { size } = fstatSync(a);
    if (fstatSync(b).size !== size || size > maxCompared) return false;
    const [mine, theirs] = [Buffer.alloc(chunk), Buffer.alloc(chunk)];
    for (let at = 0; at < size; at += chunk) {
      const count = readSync(a, mine, 0, chunk, at);
      if (readSync(b, theirs, 0, chunk, at) !== count) return false;
      if (mine.compare(theirs, 0, count, 0, count) !== 0) return false;
    }
    return true;
  } catch {
    return false;
  } finally {
    for (const fd of open) closeSync(fd);
  }
}
