/** A tree as nodes in a row, as include/mortise/sql_parser.h has them, made from the parser's JSON. */

const kinds = { none: 0, object: 1, array: 2, string: 3, number: 4, true: 5, false: 6, null: 7 } as const;

export interface TreeNode {
  name: string | null;
  text: string | null;
  kind: number;
  end: number;
}

export function nodesOf(json: string): TreeNode[] {
  const nodes: TreeNode[] = [{ name: null, text: null, kind: kinds.none, end: 1 }];
  const put = (name: string | null, value: unknown): void => {
    const node: TreeNode = { name, text: null, kind: kindOf(value), end: 0 };
    nodes.push(node);
    if (typeof value === 'string' || typeof value === 'number') node.text = String(value);
    else if (Array.isArray(value)) for (const one of value) put(null, one);
    else if (typeof value === 'object' && value !== null)
      // What may be left out is.
      for (const [key, one] of Object.entries(value)) if (key !== 'location') put(key, one);
    node.end = nodes.length;
  };
  put(null, JSON.parse(json));
  return nodes;
}

function kindOf(value: unknown): number {
  if (Array.isArray(value)) return kinds.array;
  if (value === null || typeof value === 'boolean') return kinds[`${value}`];
  return kinds[typeof value as 'object' | 'string' | 'number'];
}

/** As summarise.cc reads them. */
export function written(nodes: readonly TreeNode[]): Buffer {
  const sizeOf = (text: string | null) => (text === null ? -1 : Buffer.byteLength(text));
  const lines = nodes.map(
    ({ name, text, kind, end }) =>
      `${kind} ${end} ${sizeOf(name)} ${sizeOf(text)}\n${name ?? ''}${text ?? ''}`,
  );
  return Buffer.from(lines.join(''));
}
