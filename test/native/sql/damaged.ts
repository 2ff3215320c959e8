/** JSON as no parser writes it. */

const values = [
  '5',
  '-1',
  '1e999',
  '99999999999999999999',
  '"x"',
  '""',
  'null',
  'true',
  '{}',
  '[]',
  '[[]]',
  '{"x":{}}',
  '"\\ud800"',
  '"\\u0000"',
  '"\\x"',
  '',
];

/** One JSON text, damaged in one to three places. */
export function damage(json: string, below: (bound: number) => number): Buffer {
  let bytes: Buffer = Buffer.from(json);
  for (let left = 1 + below(3); left > 0 && bytes.length > 0; left -= 1) bytes = damageOnce(bytes, below);
  return bytes;
}

function damageOnce(bytes: Buffer, below: (bound: number) => number): Buffer {
  const text = bytes.toString('latin1');
  const at = below(bytes.length);
  const replace = (pattern: RegExp, make: (found: string) => string) => {
    const all = [...text.matchAll(pattern)];
    const one = all[below(Math.max(1, all.length))];
    if (!one) return bytes;
    const [found] = one;
    const start = one.index ?? 0;
    return Buffer.from(text.slice(0, start) + make(found) + text.slice(start + found.length), 'latin1');
  };
  switch (below(8)) {
    case 0:
      return bytes.subarray(0, at);
    case 1: {
      const changed = Buffer.from(bytes);
      changed[at] = below(256);
      return changed;
    }
    case 2: // a scalar or a small object becomes something else
      return replace(
        /:("[^"]*"|-?\d+|true|\{[^{}]*\}|\[[^[\]]*\])/g,
        () => `:${values[below(values.length)]}`,
      );
    case 3: // a name becomes another of the same text
      return replace(/"\w+":/g, () => [...text.matchAll(/"\w+":/g)].map(String)[below(20)] ?? '"stmts":');
    case 4: // something stands there twice
      return replace(/"\w+":(\{[^{}]*\}|"[^"]*"|\d+),?/g, (found) => `${found.replace(/,$/, '')},${found}`);
    case 5: // something is gone
      return replace(/"\w+":(\{[^{}]*\}|\[[^[\]]*\]|"[^"]*"|\d+),?/g, () => '');
    case 6: // bytes are gone, or there twice
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at + below(40) - 20))]);
    default: // two parts change places
      return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
  }
}

const statement = (node: string, rest = '') => `{"version":170004,"stmts":[{"stmt":${node}${rest}}]}`;
const select = (members: string) => statement(`{"SelectStmt":{${members}}}`);
const deep = (opening: string, closing: string, times = 100_000) =>
  opening.repeat(times) + closing.repeat(times);

/** Each with whether a summary may be made of it. */
export const foreign: readonly [json: string, isPossible: boolean][] = [
  ['', false],
  [' ', false],
  ['null', false],
  ['5', false],
  ['"stmts"', false],
  ['[]', false],
  ['{}', false],
  ['{"stmts":{}}', false],
  ['{"stmts":[5]}', true], // a scalar without a name is passed over
  ['{"stmts":[{}]}', false],
  ['{"stmts":[{"stmt":{}}]}', false],
  ['{"stmts":[{"stmt":{"Foo":{}}}]}', false],
  ['{"stmts":[{"stmt":{"SelectStmt":[]}}]}', false],
  ['{"stmts":[{"stmt":{"SelectStmt":5}}]}', false],
  ['{"stmts":[]}', true],
  ['{"stmts":[]}x', false],
  ['{"stmts":[],}', false],
  ['{"stmts":[]', false],
  ['{"stmts":[]}}', false],
  ['{"stmts" []}', false],
  ['{stmts:[]}', false],
  ['{"version":1,"stmts":[]}', true],
  [' { "stmts" : [ { "stmt" : { "SelectStmt" : { } } } ] } ', true],
  [select(''), true],
  [statement('{"BrandNewStmt":{"relation":{"relname":"t"}}}'), true],
  [select('"whereClause":5'), false],
  [select('"whereClause":{}'), true],
  [select('"targetList":{"A_Expr":[]}'), true],
  [select('"fromClause":[{"RangeVar":{}}]'), false],
  [select('"fromClause":[{"RangeVar":{"relname":5}}]'), false],
  [select('"fromClause":[{"RangeVar":{"relname":"\\ud800"}}]'), false],
  [select('"fromClause":[{"RangeVar":{"relname":"\\ud83d\\ude00"}}]'), true],
  [select('"fromClause":[{"RangeVar":{"relname":"\\ude00\\ud83d"}}]'), false],
  [select('"fromClause":[{"RangeVar":{"relname":"\\q"}}]'), false],
  [select('"fromClause":[{"RangeVar":{"relname":"a\nb"}}]'), false],
  [
    select('"fromClause":[{"JoinExpr":{"quals":{"A_Expr":{"kind":5,"name":5,"lexpr":5,"rexpr":[]}}}}]'),
    false,
  ],
  [select('"withClause":{"ctes":[{"CommonTableExpr":{}}]}'), false],
  [select('"withClause":{"ctes":5}'), true],
  [select('"larg":{"larg":{}}'), true],
  [statement('{"InsertStmt":{}}'), false],
  [statement('{"InsertStmt":{"relation":{"relname":"t"},"cols":[5,{}]}}'), false],
  [statement('{"MergeStmt":{"relation":{"relname":"t"},"mergeWhenClauses":[{"MergeWhenClause":{}}]}}'), true],
  [statement('{"SelectStmt":{}}', ',"stmt_location":8'), true],
  [statement('{"SelectStmt":{}}', ',"stmt_location":9'), false],
  [statement('{"SelectStmt":{}}', ',"stmt_location":1,"stmt_len":7'), true],
  [statement('{"SelectStmt":{}}', ',"stmt_location":1,"stmt_len":8'), false],
  [statement('{"SelectStmt":{}}', ',"stmt_location":-1'), false],
  [statement('{"SelectStmt":{}}', ',"stmt_len":4294967297'), false],
  [statement('{"SelectStmt":{}}', ',"stmt_len":1.5'), false],
  [statement('{"SelectStmt":{}}', ',"stmt_len":"1"'), false],
  [select('"targetList":[{"ParamRef":{"number":99999999999999999999}}]'), true],
  [
    select(
      '"whereClause":{"A_Expr":{"kind":"AEXPR_OP","name":[{"String":{"sval":"="}}],"lexpr":{"ColumnRef":{"fields":[{"String":{"sval":"a"}}]}},"rexpr":{"A_Const":{"ival":{"ival":99999999999}}}}}',
    ),
    false,
  ],
  [deep('[', ']'), false],
  [deep('{"a":', '}').replace('":}', '":1}'), false],
  [deep('{"stmts":[', ']}'), false],
  [select(`"targetList":${deep('[{"A_Expr":{"lexpr":', '}}]').replace(':}', ':{}}')}`), true],
  [select(`"whereClause":${deep('{"BoolExpr":{"boolop":"AND_EXPR","args":[', ']}}')}`), true],
  [select(`"targetList":[${deep('{"SubLink":{"subselect":{"SelectStmt":{"targetList":[', ']}}}}')}]`), true],
  [select(deep('"larg":{', '}')), true],
  [
    select(
      `"fromClause":[${deep('{"JoinExpr":{"jointype":"JOIN_LEFT","larg":', '}}').replace(':}', ':{}}')}]`,
    ),
    true,
  ],
  [deep('{', ''), false],
  [deep('"', ''), false],
];
