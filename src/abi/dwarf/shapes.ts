/** What the entries of debug information look like: each says by a number which of these it has. */
import type { Cursor } from './cursor.js';
import { unreadable } from './unreadable.js';

/** A compiler writes two dozen at most. */
const maxAttributes = 256;

export interface Shape {
  tag: number;
  hasChildren: boolean;
  attributes: [attribute: number, form: number][];
}

export function readShapes(cursor: Cursor): Map<number, Shape> {
  const shapes = new Map<number, Shape>();
  for (let code = cursor.size(); code !== 0; code = cursor.size()) {
    const shape: Shape = { tag: cursor.size(), hasChildren: cursor.number(1) === 1, attributes: [] };
    for (;;) {
      const pair: [number, number] = [cursor.size(), cursor.size()];
      if (pair[0] === 0 && pair[1] === 0) break;
      if (shape.attributes.push(pair) > maxAttributes) throw unreadable('an entry has too many attributes');
    }
    shapes.set(code, shape);
  }
  return shapes;
}
