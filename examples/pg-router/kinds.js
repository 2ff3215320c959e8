/** Statements that are about the session rather than about data. Text suffices: they begin with their word. */

/** Longer ones are taken for data, and asked about. */
const longest = 10_000;
const start = String.raw`^(?:\s|--[^\n]*(?:\n|$)|/\*(?:[^*]|\*(?!/))*\*/)*`;
const one = String.raw`(?![^;]*;\s*\S)`;
const session = new RegExp(
  `${start}(?:$|;|begin|start|commit|end|abort|rollback|savepoint|release|set|reset|discard|deallocate)`,
  'i',
);
const kinds = [
  ['empty', /;?\s*$/],
  ['begin', new RegExp(`(?:begin|start\\s+transaction)\\b${one}`)],
  [
    'end',
    new RegExp(
      `(?:commit|end|abort|rollback)\\b(?!\\s+(?:work\\s+|transaction\\s+)?to\\b)(?!\\s+prepared\\b)${one}`,
    ),
  ],
  [
    'inside',
    new RegExp(
      `(?:savepoint|release|rollback|set\\s+(?:local|transaction|constraints))\\b(?!\\s+prepared\\b)${one}`,
    ),
  ],
  ['set', new RegExp(`(?:set|reset|discard|deallocate\\s+(?:prepare\\s+)?all)\\b${one}`)],
].map(([kind, { source }]) => [kind, new RegExp(start + source, 'i')]);

/**
 * What a text is: `begin` and `end` of a transaction, `inside`: what only makes sense in one, `set`: what holds for
 * the session, `empty`, or undefined: what plugins are asked about. Several statements in one text are none of these.
 * @returns {'begin' | 'end' | 'inside' | 'set' | 'empty' | undefined}
 */
export function kindOf(sql) {
  if (sql.length > longest || !session.test(sql)) return undefined;
  return kinds.find(([, pattern]) => pattern.test(sql))?.[0];
}

/** What a `set` sets, as a key: a later one for the same takes the place of an earlier one. */
export function settingOf(sql) {
  const text = sql.replace(new RegExp(start), '').replace(/;\s*$/, '').trim();
  const [, name] =
    /^(?:set|reset)\s+(?:session\s+(?!authorization|characteristics))?([\w.]+|"[^"]+")/i.exec(text) ?? [];
  const key = /^(?:discard|deallocate)/i.test(text)
    ? text.toLowerCase().replace(/\s+/g, ' ')
    : (name ?? text).toLowerCase();
  return { key, sql: text };
}
