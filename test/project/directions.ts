/** Which room may import which, and what goes round in circles. */

/** File → the files that it imports. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The room of a file: the first of `rooms` that holds it. */
const roomOf = (file: string, rooms: readonly string[]) =>
  rooms.findIndex((room) => file === room || file.startsWith(`${room}/`));

/** @param rooms from the lowest to the highest: a room may import itself and those before it */
export function upward(graph: Graph, rooms: readonly string[]): string[] {
  const found: string[] = [];
  for (const [file, imports] of graph) {
    const own = roomOf(file, rooms);
    if (own < 0) found.push(`${file} is in no room`);
    for (const other of imports) {
      if (roomOf(other, rooms) > own) found.push(`${file} imports ${other}`);
    }
  }
  return found;
}

/** Each circle once, as "a → b → a". */
export function circles(graph: Graph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const other of graph.get(file) ?? []) visit(other);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
