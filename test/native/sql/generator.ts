/** Statements by chance, the same for a seed: each parses, and few would run. */

import { numbers } from './numbers.js';

type Make = () => string;

class Generator {
  readonly #below: (below: number) => number;
  /** How much deeper it may go. */
  #left = 4;

  constructor(seed: number) {
    this.#below = numbers(seed);
  }

  #one<T>(...of: readonly T[]): T {
    return of[this.#below(of.length)] as T;
  }
  #chance(percent: number): boolean {
    return this.#below(100) < percent;
  }
  #maybe(percent: number, make: Make): string {
    return this.#chance(percent) ? make() : '';
  }
  #list(max: number, make: Make): string {
    return Array.from({ length: 1 + this.#below(max) }, make).join(', ');
  }
  /** Deeper, or what doesn't go deeper. */
  #within(deeper: Make, flat: Make): string {
    if (this.#left === 0) return flat();
    this.#left -= 1;
    const made = deeper();
    this.#left += 1;
    return made;
  }

  #name = (): string =>
    this.#one(
      't',
      'u',
      'orders',
      'users',
      'x',
      'y',
      '"Select"',
      '"a.b"',
      '"q""q"',
      'größe',
      'tenant_id',
      'a1$',
    );
  #column = (): string => this.#one('id', 'tenant_id', 'a', 'b', 'c', '"Col"', 'naïve', 'kind');
  #table = (): string => this.#maybe(25, () => `${this.#one('s', 'public', '"S x"')}.`) + this.#name();
  #alias = (percent = 60): string => this.#maybe(percent, () => `${this.#one('', ' AS')} ${this.#name()}`);

  #reference = (): string =>
    this.#one(
      () => this.#column(),
      () => this.#column(),
      () => `${this.#name()}.${this.#column()}`,
      () => `${this.#name()}.${this.#column()}`,
      () => `public.${this.#name()}.${this.#column()}`,
    )();

  #literal = (): string => {
    const plain = this.#one(
      () => `${this.#below(1000)}`,
      () => `-${this.#below(1000)}`,
      () => `$${1 + this.#below(12)}`,
      () => `$${1 + this.#below(12)}`,
      () => `'text ${this.#below(100)}'`,
      () => this.#one("'it''s'", "E'\\\\ \\n\\''", "U&'\\0041'", '$$a$b$$', "''", "'größe 😀'", "'<>&'"),
      () => this.#one('true', 'false', 'NULL', "B'0101'", "X'1F'", '1.5', '99999999999', '-.5e3', '0'),
    )();
    return this.#one(
      () => plain,
      () => plain,
      () => plain,
      () => `${plain}::${this.#one('bigint', 'text', 'numeric(10, 2)', 's.kind', 'int[]')}`,
      () => `CAST(${plain} AS text)`,
      () => `(${plain})`,
    )();
  };

  #function = (): string =>
    this.#one('now', 'lower', 's.f', 'count', '"F"', 'pg_catalog.abs') +
    `(${this.#maybe(80, () => this.#list(2, this.#value))})` +
    this.#maybe(8, () => ' OVER (PARTITION BY a)');

  #value: Make = () =>
    this.#one(
      this.#literal,
      this.#literal,
      this.#literal,
      this.#reference,
      () =>
        this.#within(() => `${this.#value()} ${this.#one('+', '||', '->')} ${this.#value()}`, this.#literal),
      () => this.#within(this.#function, this.#reference),
      () => this.#within(() => `(${this.#select()})`, this.#literal),
      () =>
        this.#within(
          () => `CASE WHEN ${this.#condition()} THEN ${this.#value()} ELSE ${this.#value()} END`,
          this.#literal,
        ),
    )();

  #row = (make: Make, width: number): string =>
    `${this.#maybe(20, () => 'ROW')}(${Array.from({ length: width }, make).join(', ')})`;

  #side = (): string => (this.#chance(70) ? this.#reference() : this.#value());

  #comparison = (): string => {
    const operator = this.#one('=', '=', '=', '<>', '<', '<=', '>', '>=', '!=', '~~', 'OPERATOR(x.=)');
    const width = 2 + this.#below(2);
    const rows = () => this.#row(this.#literal, this.#chance(90) ? width : 2);
    const not = this.#maybe(30, () => 'NOT ');
    return this.#one(
      () => `${this.#side()} ${operator} ${this.#value()}`,
      () => `${this.#side()} = ${this.#literal()}`,
      () => `${this.#literal()} ${operator} ${this.#side()}`,
      () => `${this.#reference()} = ${this.#reference()}`,
      () => `${this.#side()} ${not}IN (${this.#list(4, this.#value)})`,
      () => `${this.#side()} ${not}IN (${this.#select()})`,
      () =>
        `${this.#side()} ${not}BETWEEN ${this.#maybe(20, () => 'SYMMETRIC ')}${this.#literal()} AND ${this.#literal()}`,
      () => `${this.#side()} ${not}${this.#one('LIKE', 'ILIKE', 'SIMILAR TO')} ${this.#literal()}`,
      () => `${this.#side()} IS ${not}${this.#one('NULL', 'TRUE', 'FALSE', 'UNKNOWN')}`,
      () => `${this.#side()} IS ${not}DISTINCT FROM ${this.#literal()}`,
      () =>
        `${this.#side()} ${operator} ${this.#one('ANY', 'ALL')} (${this.#one(this.#literal, () => `ARRAY[${this.#list(3, this.#literal)}]`)()})`,
      () => `${this.#side()} ${operator} ${this.#one('ANY', 'ALL', 'SOME')} (${this.#select()})`,
      () =>
        `${this.#row(this.#side, width)} ${this.#one('=', '<>', '<', '>=')} ${this.#row(this.#value, width)}`,
      () => `${this.#row(this.#side, width)} ${not}IN (${this.#list(3, rows)})`,
      () => `${this.#row(this.#side, width)} ${not}IN (${this.#select()})`,
      () => `${this.#row(this.#side, width)} IS ${not}NULL`,
      () => `${not}EXISTS (${this.#select()})`,
      () => this.#column(),
      () => `${this.#reference()}::text = ${this.#literal()}`,
      () => `${this.#reference()} COLLATE "C" = ${this.#literal()}`,
    )();
  };

  #condition: Make = () =>
    this.#one(
      this.#comparison,
      this.#comparison,
      () => this.#within(() => `${this.#condition()} AND ${this.#condition()}`, this.#comparison),
      () => this.#within(() => `${this.#condition()} AND ${this.#condition()}`, this.#comparison),
      () => this.#within(() => `(${this.#condition()} OR ${this.#condition()})`, this.#comparison),
      () => this.#within(() => `NOT (${this.#condition()})`, this.#comparison),
    )();

  #where = (percent = 70): string => this.#maybe(percent, () => ` WHERE ${this.#condition()}`);

  #item: Make = () =>
    this.#one(
      () => this.#table() + this.#alias(),
      () => this.#table() + this.#alias(),
      () => `ONLY ${this.#table()} AS ${this.#name()}${this.#maybe(20, () => ' (p, q)')}`,
      () => this.#within(this.#join, this.#table),
      () => this.#within(this.#join, this.#table),
      () =>
        this.#within(() => `(${this.#join()})${this.#maybe(30, () => ` AS ${this.#name()}`)}`, this.#table),
      () =>
        this.#within(
          () => `${this.#maybe(40, () => 'LATERAL ')}(${this.#select()}) AS ${this.#name()}`,
          this.#table,
        ),
      () => `${this.#one('unnest', 's.rows')}(${this.#value()}) AS ${this.#name()}`,
      () =>
        `(VALUES ${this.#list(2, () => `(${this.#literal()}, ${this.#literal()})`)}) AS ${this.#name()} (a, b)`,
    )();

  #join: Make = () => {
    const kind = this.#one('JOIN', 'INNER JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL OUTER JOIN');
    return this.#one(
      () => `${this.#item()} ${kind} ${this.#table()}${this.#alias()} ON ${this.#condition()}`,
      () => `${this.#item()} ${kind} (${this.#join()}) ON ${this.#condition()}`,
      () => `${this.#item()} CROSS JOIN ${this.#table()}${this.#alias()}`,
      () => `${this.#item()} ${kind} ${this.#table()}${this.#alias()} USING (id)`,
    )();
  };

  #from = (percent = 85): string => this.#maybe(percent, () => ` FROM ${this.#list(2, this.#item)}`);

  #with = (percent: number): string => {
    if (!this.#chance(percent)) return '';
    return this.#within(
      () =>
        `WITH ${this.#maybe(30, () => 'RECURSIVE ')}${this.#list(3, () => `${this.#name()} AS (${this.#chance(75) ? this.#select() : this.#change()})`)} `,
      () => '',
    );
  };

  #plain: Make = () =>
    [
      `SELECT ${this.#maybe(10, () => 'DISTINCT ')}`,
      this.#list(3, () =>
        this.#one(
          this.#value,
          this.#reference,
          () => '*',
          () => `${this.#condition()} AS v`,
        )(),
      ),
      this.#from(),
      this.#where(),
      this.#maybe(15, () => ` GROUP BY ${this.#list(2, this.#reference)}`),
      this.#maybe(10, () => ` HAVING ${this.#condition()}`),
    ].join('');

  #tail = (): string =>
    this.#maybe(20, () => ` ORDER BY ${this.#list(2, this.#value)}`) +
    this.#maybe(20, () => ` LIMIT ${this.#one('5', '$1', 'ALL')}`) +
    this.#maybe(10, () => ' OFFSET 3');

  #select: Make = () =>
    this.#within(
      () =>
        this.#one(
          () => this.#with(20) + this.#plain() + this.#tail() + this.#maybe(12, this.#lock),
          () => this.#with(20) + this.#plain() + this.#tail() + this.#maybe(12, this.#lock),
          () =>
            `${this.#with(15)}${this.#side1()} ${this.#one('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT')} ${this.#side1()}${this.#tail()}`,
          () => `VALUES ${this.#list(3, () => `(${this.#value()}, ${this.#value()})`)}${this.#tail()}`,
          () => `TABLE ${this.#table()}`,
        )(),
      () => `SELECT ${this.#literal()} FROM ${this.#table()}`,
    );
  #side1 = (): string =>
    this.#one(
      this.#plain,
      () => `(${this.#select()})`,
      () => `TABLE ${this.#table()}`,
    )();
  #lock = (): string =>
    ` FOR ${this.#one('UPDATE', 'NO KEY UPDATE', 'SHARE', 'KEY SHARE')}${this.#maybe(40, () => ` OF ${this.#name()}`)}`;

  #returning = (): string => this.#maybe(25, () => ` RETURNING ${this.#list(2, this.#value)}`);
  #assignment = (): string =>
    this.#one(
      () => `${this.#column()} = ${this.#one(this.#value, () => 'DEFAULT')()}`,
      () => `${this.#column()} = ${this.#literal()}`,
      () =>
        `(a, b) = ${this.#one(
          () => `(${this.#literal()}, ${this.#value()})`,
          () => `(${this.#select()})`,
        )()}`,
      () => `${this.#column()}${this.#one('[1]', '.f')} = ${this.#literal()}`,
    )();

  #insert = (): string => {
    const width = 1 + this.#below(3);
    const columns = Array.from({ length: width }, this.#column).join(', ');
    const value = () => this.#one(this.#literal, this.#literal, this.#value, () => 'DEFAULT')();
    const rows = () =>
      `VALUES ${this.#list(4, () => `(${Array.from({ length: width }, value).join(', ')})`)}`;
    const conflict = () =>
      ` ON CONFLICT (id) DO ${this.#one(
        () => 'NOTHING',
        () => `UPDATE SET ${this.#list(2, this.#assignment)}${this.#where(40)}`,
      )()}`;
    return [
      `${this.#with(15)}INSERT INTO ${this.#table()}${this.#maybe(15, () => ` AS ${this.#name()}`)}`,
      this.#chance(10)
        ? ' DEFAULT VALUES'
        : `${this.#maybe(85, () => ` (${columns})`)} ${this.#one(rows, rows, this.#select)()}`,
      this.#maybe(25, conflict),
      this.#returning(),
    ].join('');
  };
  #update = (): string =>
    `${this.#with(15)}UPDATE ${this.#table()}${this.#alias(30)} SET ${this.#list(3, this.#assignment)}${this.#from(30)}${this.#where()}${this.#returning()}`;
  #delete = (): string =>
    `${this.#with(15)}DELETE FROM ${this.#table()}${this.#alias(30)}${this.#maybe(30, () => ` USING ${this.#list(2, this.#item)}`)}${this.#where()}${this.#returning()}`;
  #merge = (): string => {
    const and = () => this.#maybe(40, () => ` AND ${this.#condition()}`);
    return [
      `${this.#with(10)}MERGE INTO ${this.#table()}${this.#alias(40)} USING ${this.#item()} ON ${this.#condition()}`,
      ` WHEN MATCHED${and()} THEN ${this.#one(
        () => `UPDATE SET ${this.#list(2, this.#assignment)}`,
        () => 'DELETE',
      )()}`,
      this.#maybe(
        60,
        () => ` WHEN NOT MATCHED${and()} THEN INSERT (a, b) VALUES (${this.#literal()}, ${this.#value()})`,
      ),
    ].join('');
  };
  #change: Make = () => this.#one(this.#insert, this.#update, this.#delete, this.#merge)();

  #around = (): string =>
    this.#one(
      () => `EXPLAIN ${this.#maybe(50, () => 'ANALYZE ')}${this.#one(this.#select, this.#change)()}`,
      () => `PREPARE p AS ${this.#one(this.#select, this.#change)()}`,
      () => `DECLARE c CURSOR FOR ${this.#select()}`,
      () => `COPY (${this.#select()}) TO STDOUT`,
      () => `COPY ${this.#table()} (a) FROM STDIN${this.#where()}`,
      () => `CREATE TABLE ${this.#table()} AS ${this.#select()}`,
      () => `CREATE VIEW ${this.#table()} AS ${this.#select()}`,
      () => `CREATE INDEX i ON ${this.#table()} (${this.#column()})${this.#where()}`,
      () => `ALTER TABLE ${this.#table()} ADD CHECK (${this.#condition()})`,
      () => `TRUNCATE ${this.#list(3, this.#table)}`,
      () => `DROP TABLE ${this.#list(3, this.#table)}`,
      () => `LOCK TABLE ${this.#list(2, this.#table)}`,
      () => `CALL s.p(${this.#list(2, this.#value)})`,
      () => this.#one('BEGIN', 'COMMIT', "SET x = 'y'", 'SHOW x', 'EXECUTE p (1)', 'VACUUM t', 'LISTEN x'),
    )();

  statement: Make = () => {
    const blank = () => this.#one(' ', '\n', ' /* ; */ ', '-- x\n');
    const one = () => this.#one(this.#select, this.#select, this.#change, this.#change, this.#around)();
    const count = this.#chance(12) ? 2 + this.#below(2) : 1;
    return Array.from({ length: count }, () => blank() + one() + this.#maybe(30, blank)).join(';');
  };
}

export function statements(seed: number, count: number): string[] {
  const generator = new Generator(seed);
  return Array.from({ length: count }, generator.statement);
}
