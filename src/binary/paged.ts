/** A cache of pages between a reader and its file. */
import { assertInside } from './bytes.js';
import { hex, tooMuch } from './faults.js';
import type { ByteSource } from './image.js';

const pageSize = 16 * 1024;
/** The tables that are walked entry by entry are small in real files: stop before memory is the price. */
const maxPages = 4096;

/**
 * Keeps the pages that small reads touch, so that walking a linked list costs no system call a node, and
 * a list that jumps about reads each byte of the file once at most. Large reads go through.
 */
export function paged(source: ByteSource): ByteSource {
  const pages = new Map<number, Buffer>();
  const pageAt = (index: number): Buffer => {
    let page = pages.get(index);
    if (!page) {
      if (pages.size >= maxPages) {
        throw tooMuch(source, `offset ${hex(index * pageSize)}`, 'places to read', maxPages, pages.size + 1);
      }
      const start = index * pageSize;
      page = source.read(start, Math.min(pageSize, source.size - start));
      pages.set(index, page);
    }
    return page;
  };
  return {
    size: source.size,
    path: source.path,
    read(offset, length, into) {
      if (length > pageSize) return source.read(offset, length, into);
      assertInside(this, offset, length);
      if (length === 0) return Buffer.alloc(0);
      const index = Math.floor(offset / pageSize);
      const start = offset - index * pageSize;
      const page = pageAt(index);
      if (start + length <= page.length) return page.subarray(start, start + length);
      return Buffer.concat([page.subarray(start), pageAt(index + 1).subarray(0, start + length - pageSize)]);
    },
  };
}
