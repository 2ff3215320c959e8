/** Text in aligned columns. */
import { stripVTControlCharacters } from 'node:util';

/**
 * Rows as lines of aligned columns, two spaces apart. Colours take no room; the last column is not padded.
 * @param right the columns, from 0, that stand at the right, as numbers do
 */
export function table(
  rows: readonly (readonly string[])[],
  indent = '  ',
  right: readonly number[] = [],
): string {
  const width = (cell: string) => stripVTControlCharacters(cell).length;
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, index) => {
        const space = ' '.repeat((widths[index] ?? 0) - width(cell));
        return right.includes(index) ? space + cell : cell + space;
      });
      return `${indent}${cells.join('  ')}`.trimEnd().concat('\n');
    })
    .join('');
}
