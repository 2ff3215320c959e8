/** The seam to what decodes Arrow: flechette, or apache-arrow where only that is installed. */

/** What both libraries' tables have. */
export interface ArrowTable {
  readonly numRows: number;
  readonly numCols: number;
  getChildAt(index: number): ArrowColumn | null | undefined;
  getChild(name: string): ArrowColumn | null | undefined;
}

export interface ArrowColumn extends Iterable<unknown> {
  readonly length: number;
  get(index: number): unknown;
}
