/** Statements that nest, each in its own way, and ordinary ones that are only long. */

/** What stands in ⟦ ⟧ is there once for each level; ↵ is a newline. */
const forms = String.raw`
  select 1⟦+1⟧
  select ⟦not ⟧a
  select ⟦(⟧a⟦)⟧
  select a⟦ is null⟧
  select a⟦ isnull⟧
  select a⟦ notnull⟧
  select a⟦::int⟧
  select a⟦::"x"⟧
  select ⟦- ⟧a
  select ⟦+⟧a
  select 1,2⟦ union all select 1,2⟧
  select a,b⟦ except select c,d⟧
  select * from a⟦ join b on x=1⟧
  select * from a⟦ cross join b⟧, c
  select * from ⟦(⟧a⟦ cross join b)⟧
  select ⟦case when a then ⟧1⟦ end⟧
  select ⟦case when a and ⟧b⟦ then 1 end⟧
  select ⟦case when a or b then 1 else ⟧1⟦ end⟧
  select ⟦f(⟧1⟦)⟧
  select ⟦f(1,⟧1⟦)⟧
  select array⟦[⟧1⟦]⟧
  select ⟦array[1,⟧1⟦]⟧
  select ⟦(1,⟧1⟦)⟧
  select ⟦row(⟧⟦)⟧
  select ⟦(select ⟧1⟦)⟧
  select ⟦a,(select b,⟧1⟦)⟧
  ⟦select * from (⟧select 1⟦) x⟧
  ⟦select * from a, (⟧select 1⟦) x⟧
  select ⟦exists(select where ⟧a⟦)⟧
  select ⟦exists(select where a and ⟧a⟦)⟧
  ⟦select a in (1,(⟧select 1⟦))⟧
  ⟦select * from t where x and a in (⟧select 1⟦)⟧
  ⟦with a as (⟧select 1⟦) select 1⟧
  ⟦with a as (select 1), b as (⟧select 1⟦) select 1⟧
  select ⟦a[⟧1⟦]⟧
  select ⟦$1[⟧1⟦]⟧
  select ⟦(⟧a⟦)[1]⟧
  select ⟦a[1:⟧1⟦]⟧
  select ⟦(a)[1:2][⟧1⟦]⟧
  select ⟦(⟧a⟦ between 1 and 2)⟧
  select a⟦+1⟧ between 1 and 2⟦ is null⟧
  select a⟦+1⟧ between 1 and 2⟦ isnull⟧
  select a between 1 and 2⟦+1⟧
  select a⟦ collate "C"⟧
  select a⟦ at time zone b⟧
  select a⟦ at local⟧
  select ⟦(⟧a⟦ like 'x' escape '!')⟧
  select ⟦(⟧a⟦ not similar to 'x')⟧
  select ⟦json_object('a':⟧1⟦)⟧
  select ⟦json_array(⟧1⟦)⟧
  select ⟦json_objectagg('a':⟧1⟦)⟧
  select ⟦json_arrayagg(⟧1⟦)⟧
  select ⟦json_value(⟧1⟦, '$')⟧
  select ⟦json_value(x, '$' default ⟧1⟦ on empty)⟧
  select ⟦json_value(x, '$' passing ⟧1⟦ as a)⟧
  select ⟦(⟧a⟦ is not document)⟧
  select ⟦(⟧a⟦ is not normalized)⟧
  select ⟦xmlforest(⟧1⟦ as a)⟧
  select ⟦xmlelement(name x, xmlattributes(⟧1 as a⟦))⟧
  select ⟦xmlconcat(⟧1⟦)⟧
  select ⟦xmlserialize(content ⟧1⟦ as text)⟧
  select ⟦xmlparse(document ⟧1⟦)⟧
  select ⟦xmlroot(⟧1⟦, version no value)⟧
  select ⟦f() over (partition by a, (select ⟧1⟦))⟧
  select ⟦f() over (order by 1, ⟧1⟦)⟧
  select ⟦f() filter (where a and ⟧b⟦)⟧
  select ⟦f() within group (order by ⟧b⟦)⟧
  select ⟦f(1 order by 1, ⟧b⟦)⟧
  select ⟦f(a => ⟧b⟦)⟧
  select ⟦f(variadic ⟧b⟦)⟧
  select ⟦treat(⟧1⟦ as int)⟧
  select ⟦cast(⟧1⟦ as int)⟧
  select ⟦coalesce(a,⟧1⟦)⟧
  select ⟦greatest(⟧1⟦)⟧
  select ⟦nullif(1,⟧1⟦)⟧
  select ⟦extract(year from ⟧1⟦)⟧
  select ⟦trim(⟧1⟦)⟧
  select ⟦overlay(1 placing ⟧1⟦ from 1)⟧
  select ⟦collation for (⟧1⟦)⟧
  ⟦select a = any (⟧select 1⟦)⟧
  ⟦select a not in (⟧select 1⟦)⟧
  ⟦select array(⟧select 1⟦)⟧
  ⟦values (1, (⟧select 1⟦))⟧
  select 1 group by ⟦grouping sets (a, ⟧b⟦)⟧
  ⟦select * from a, lateral (⟧select 1⟦) x⟧
  ⟦select * from rows from (f(1), g((⟧select 1⟦)))⟧
  select ⟦a operator(x.+) ⟧1
  select ⟦operator(x.+) ⟧a
  select ⟦a || ⟧b
  select ⟦@ ⟧a
  select ⟦not a and ⟧b
  select ⟦a or b and ⟧b
  ⟦select 1 limit (⟧select 1⟦)⟧
  ⟦select 1 order by 1, (⟧select 1⟦)⟧
  ⟦select * from a join (⟧select 1⟦) x on true⟧
  ⟦select * from a, b join (⟧select 1⟦) x on true⟧
  ⟦select 1,2 union (⟧select 1,2⟦)⟧
  select 1⟦+1, 2 union select 1⟧,3
  ⟦with x as (insert into t values (1, (⟧select 1⟦))) select 1⟧
  ⟦with x as (update t set a = 1, b = (⟧select 1⟦)) select 1⟧
  ⟦with x as (merge into t using s on true when matched and a then update set b = (⟧select 1⟦)) select 1⟧
  ⟦with x as (insert into t values (1) on conflict (a) do update set b = 1, c = (⟧select 1⟦)) select 1⟧
  ⟦with x as (delete from t returning a, (⟧select 1⟦)) select 1⟧
  select * from json_table(x, '$' columns (⟦nested path '$' columns (⟧a int⟦)⟧))
  ⟦select * from xmltable('a' passing (⟧select 1⟦) columns a int)⟧
  ⟦select * from t tablesample f(1, (⟧select 1⟦))⟧
  create table t (a int default ⟦(⟧1⟦)⟧ check (b and ⟦not ⟧c))
  alter table t add check (⟦not ⟧a)
  create function f(a int default 1, b int default 1⟦+1⟧) returns int return 1⟦+1⟧
  create function f() returns int begin atomic select 1; select ⟦f(⟧1⟦)⟧; end
  select 1 as case, 2 as end, 1 as case, 2 as end, 1 as case, 2 as end, 1⟦+1⟧
  select 1 as case, a⟦+1⟧, 1 as case, b⟦+1⟧
  select E'\'' ⟦+1⟧, '''' 
  select E'a'↵  'b\'' , 1⟦+1⟧, E'c'↵ 'd\'('  , 2
  select $a$ ( $b$ ' $a$, 1⟦+1⟧
  select a$b$⟦+1⟧, $b$ ' $b$
  select /* ' /* " */ ' */ 1⟦+1⟧ -- '
  select 1 +/* x */-1⟦+1⟧*/* ( */2
  select "a""(" , "b'" ⟦+1⟧
  select N'\', 1⟦+1⟧
  select U&'\0041' , 1⟦+1⟧, U&"a(" 
  select 1.5e10⟦+.5⟧, 0x1F+1_0
  select $1⟦+$1⟧
  create rule r as on insert to t do (select 1; select ⟦f(⟧⟦)⟧; select 2)
  select 1; select 1⟦+1⟧; select 2
  select a.b.c.d⟦+a.b.c⟧
  select 1 and 2 as and, 3⟦+3⟧
  select U&'x' uescape '!' ⟦+1⟧
  select interval '1' ⟦+1⟧
  select int '1'⟦ + int '1'⟧
  select * from a join b join c join d on true on true on true⟦ left join e on true⟧
  create view v as ⟦select * from (⟧select 1⟦) x⟧
  insert into t (a) values (1) on conflict (a) do update set b = ⟦f(⟧1⟦)⟧
`;

export const nested = (levels: number): string[] =>
  forms
    .trim()
    .split('\n')
    .map((form) =>
      form
        .trim()
        .replaceAll('↵', '\n')
        .replace(/⟦(.*?)⟧/g, (_, text: string) => text.repeat(levels)),
    );

const many = (count: number, text: string, between: string) => Array(count).fill(text).join(between);

export const long: readonly string[] = [
  `INSERT INTO t (a, b, c) VALUES ${many(5000, "(1, 'x', now())", ', ')}`,
  `SELECT * FROM t WHERE a IN (${many(5000, '1', ', ')})`,
  `SELECT * FROM t WHERE ${many(500, 'a.b = 1', ' AND ')}`,
  `SELECT * FROM t WHERE ${many(500, 'a = 1', ' OR ')}`,
  `SELECT ${many(500, 'a.b AS c', ', ')} FROM t`,
];

/** Each level is there twice for each one around it. */
export const doubling = (levels: number): string =>
  `${'WITH x AS (UPDATE t SET (a, b) = ('.repeat(levels)}SELECT 1, 2${')) SELECT 1'.repeat(levels)}`;
