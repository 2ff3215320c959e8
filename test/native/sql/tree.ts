/** Reading what parseSync of @libpg-query/parser returns. */

export type Tree = { readonly [key: string]: unknown };

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member as an object; an empty one when there is none. */
export const tree = (node: Tree, key: string): Tree => {
  const value = node[key];
  return isTree(value) ? value : {};
};
export const trees = (node: Tree, key: string): Tree[] => {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isTree) : [];
};
export const text = (node: Tree, key: string): string => {
  const value = node[key];
  return typeof value === 'string' ? value : '';
};
export const number = (node: Tree, key: string): number => {
  const value = node[key];
  return typeof value === 'number' ? value : 0;
};

/** {"A_Expr": {…}} as its name and its content. */
export function unwrap(wrapped: Tree): [name: string, content: Tree] {
  const [name = ''] = Object.keys(wrapped);
  return [name, tree(wrapped, name)];
}

/** The strings of a list of String nodes; null for what isn't one, as "*". */
export const strings = (nodes: readonly Tree[]): (string | null)[] =>
  nodes.map((one) => (isTree(one.String) ? text(one.String, 'sval') : null));

/** How many nodes lie in one another; the object around a node that has its name only isn't one. */
export function depthOf(value: unknown): number {
  let deepest = 0;
  const open: [unknown, number][] = [[value, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [one, depth] = next;
    deepest = Math.max(deepest, depth);
    if (Array.isArray(one)) {
      for (const item of one) open.push([item, depth]);
    } else if (isTree(one)) {
      const keys = Object.keys(one);
      const isWrapper = keys.length === 1 && /^[A-Z]/.test(keys[0] ?? '');
      for (const key of keys) open.push([one[key], isWrapper ? depth : depth + 1]);
    }
  }
  return deepest;
}
