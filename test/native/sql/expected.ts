/** Summaries of which a reader may doubt what is right, each looked at. */
export const expected: readonly [sql: string, lines: string][] = [
  [
    `SELECT * FROM t WHERE 5 < a AND '42'::bigint = b AND c IN ($1, -3, now()) AND d NOT IN (1, 2)`,
    `
    READ SelectStmt: SELECT * FROM t WHERE 5 < a AND '42'::bigint = b AND c IN ($1, -3, now()) AND d NOT IN (1, 2)
      SELECT WHERE
        READ t
        now()
        WHERE certain [0 t] a > INTEGER "5"
        WHERE certain [0 t] b = TEXT "42"
        WHERE certain [0 t] c = INTEGER "-3" OR WHERE certain [0 t] c = OTHER "" OR WHERE certain [0 t] c = PARAMETER "$1"
        WHERE certain [0 t] d <> INTEGER "1"
        WHERE certain [0 t] d <> INTEGER "2"`,
  ],
  [
    `SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, $1)) AND (c, d) = (4, 5) AND (e, f) <> (6, 7)`,
    `
    READ SelectStmt: SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, $1)) AND (c, d) = (4, 5) AND (e, f) <> (6, 7)
      SELECT WHERE
        READ t
        WHERE [0 t] e <> INTEGER "6"
        WHERE [0 t] f <> INTEGER "7"
        WHERE certain [0 t] a = INTEGER "1" OR WHERE certain [0 t] a = INTEGER "3"
        WHERE certain [0 t] b = INTEGER "2" OR WHERE certain [0 t] b = PARAMETER "$1"
        WHERE certain [0 t] c = INTEGER "4"
        WHERE certain [0 t] d = INTEGER "5"`,
  ],
  [
    `SELECT * FROM t WHERE a = ANY($1) AND b = ANY(ARRAY[1, 2]) AND c <> ALL($2) AND d NOT BETWEEN 3 AND 4 AND e::text = '5'`,
    `
    READ SelectStmt: SELECT * FROM t WHERE a = ANY($1) AND b = ANY(ARRAY[1, 2]) AND c <> ALL($2) AND d NOT BETWEEN 3 AND 4 AND e::text = '5'
      SELECT WHERE
        READ t
        WHERE certain [0 t] b = INTEGER "1" OR WHERE certain [0 t] b = INTEGER "2"
        WHERE certain [0 t] d < INTEGER "3" OR WHERE certain [0 t] d > INTEGER "4"
        WHERE certain all [0 t] c <> PARAMETER "$2"
        WHERE certain any [0 t] a = PARAMETER "$1"`,
  ],
  [
    `SELECT * FROM t WHERE a = '15'::varchar(1)::int AND b = '15'::char(1) AND c = 1.5::int AND d = '15'::int AND e = $1::bigint`,
    `
    READ SelectStmt: SELECT * FROM t WHERE a = '15'::varchar(1)::int AND b = '15'::char(1) AND c = 1.5::int AND d = '15'::int AND e = $1::bigint
      SELECT WHERE
        READ t
        WHERE certain [0 t] a = OTHER ""
        WHERE certain [0 t] b = OTHER ""
        WHERE certain [0 t] c = OTHER ""
        WHERE certain [0 t] d = TEXT "15"
        WHERE certain [0 t] e = PARAMETER "$1"`,
  ],
  [
    `SELECT * FROM t WHERE a = ANY(ARRAY[$1::int[]]) AND b = ANY(ARRAY['{1,2}'::int[]]) AND c = ANY(ARRAY[$2, '3']::int[]) AND d = ANY($3::int[])`,
    `
    READ SelectStmt: SELECT * FROM t WHERE a = ANY(ARRAY[$1::int[]]) AND b = ANY(ARRAY['{1,2}'::int[]]) AND c = ANY(ARRAY[$2, '3']::int[]) AND d = ANY($3::int[])
      SELECT WHERE
        READ t
        WHERE certain [0 t] a = OTHER ""
        WHERE certain [0 t] b = OTHER ""
        WHERE certain [0 t] c = PARAMETER "$2" OR WHERE certain [0 t] c = TEXT "3"
        WHERE certain any [0 t] d = PARAMETER "$3"`,
  ],
  [
    `SELECT * FROM t WHERE a = 1 OR b = 2 AND NOT c = 3`,
    `
    READ SelectStmt: SELECT * FROM t WHERE a = 1 OR b = 2 AND NOT c = 3
      SELECT WHERE
        READ t
        WHERE [0 t] a = INTEGER "1"
        WHERE [0 t] b = INTEGER "2"
        WHERE [0 t] c = INTEGER "3"`,
  ],
  [
    `SELECT * FROM a LEFT JOIN b ON a.x = 1 JOIN c ON c.y = 2 WHERE b.z = 3`,
    `
    READ SelectStmt: SELECT * FROM a LEFT JOIN b ON a.x = 1 JOIN c ON c.y = 2 WHERE b.z = 3
      SELECT WHERE
        READ a
        READ b
        READ c
        JOIN [0 a] a.x = INTEGER "1"
        JOIN certain [0 c] c.y = INTEGER "2"
        WHERE certain [0 b] b.z = INTEGER "3"`,
  ],
  [
    `SELECT * FROM a RIGHT JOIN (b JOIN c ON b.x = 1) ON a.y = 2`,
    `
    READ SelectStmt: SELECT * FROM a RIGHT JOIN (b JOIN c ON b.x = 1) ON a.y = 2
      SELECT
        READ a
        READ b
        READ c
        JOIN [0 a] a.y = INTEGER "2"
        JOIN certain [0 b] b.x = INTEGER "1"`,
  ],
  [
    `SELECT * FROM s.t AS t, t AS u WHERE s.t.a = 1 AND t.b = 2 AND u.c = 3 AND d = 4`,
    `
    READ SelectStmt: SELECT * FROM s.t AS t, t AS u WHERE s.t.a = 1 AND t.b = 2 AND u.c = 3 AND d = 4
      SELECT WHERE
        READ s.t as t
        READ t as u
        WHERE certain [0 t] t.b = INTEGER "2"
        WHERE certain [0 u] u.c = INTEGER "3"
        WHERE certain [] d = INTEGER "4"
        WHERE certain [] s.t.a = INTEGER "1"`,
  ],
  [
    `SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE a.x = 1 AND y = 2 AND EXISTS (SELECT 1 WHERE b.z = 3 AND w = 4))`,
    `
    READ SelectStmt: SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE a.x = 1 AND y = 2 AND EXISTS (SELECT 1 WHERE b.z = 3 AND w = 4))
      SELECT WHERE
        READ a
        SELECT WHERE
          READ b
          WHERE [1 a] a.x = INTEGER "1"
          WHERE certain [0 b] y = INTEGER "2"
          SELECT WHERE
            WHERE [1 b] b.z = INTEGER "3"
            WHERE [1 b] w = INTEGER "4"`,
  ],
  [
    `SELECT * FROM a, (SELECT * FROM b WHERE a.x = 1) q, LATERAL (SELECT * FROM c WHERE a.y = 2) r WHERE q.z = 3`,
    `
    READ SelectStmt: SELECT * FROM a, (SELECT * FROM b WHERE a.x = 1) q, LATERAL (SELECT * FROM c WHERE a.y = 2) r WHERE q.z = 3
      SELECT WHERE
        READ a
        WHERE certain [] q.z = INTEGER "3"
        SELECT WHERE
          READ b
          WHERE certain [] a.x = INTEGER "1"
        SELECT WHERE
          READ c
          WHERE [1 a] a.y = INTEGER "2"`,
  ],
  [
    `WITH x AS (SELECT * FROM x WHERE a = 1), y AS (SELECT * FROM x) SELECT * FROM x, y, s.x, z`,
    `
    READ SelectStmt: WITH x AS (SELECT * FROM x WHERE a = 1), y AS (SELECT * FROM x) SELECT * FROM x, y, s.x, z
      SELECT WITH
        READ s.x
        READ z
        SELECT WHERE
          READ x
          WHERE certain [0 x] a = INTEGER "1"
        SELECT`,
  ],
  [
    `WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT * FROM x, t WHERE t.a = 1) SELECT * FROM x`,
    `
    READ SelectStmt: WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT * FROM x, t WHERE t.a = 1) SELECT * FROM x
      SELECT WITH
        SELECT SET
          SELECT WHERE
            READ t
            WHERE certain [0 t] t.a = INTEGER "1"
          SELECT`,
  ],
  [
    `WITH d AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO u (b, c) SELECT 2, d.* FROM d`,
    `
    WRITE InsertStmt: WITH d AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO u (b, c) SELECT 2, d.* FROM d
      INSERT COLUMNS WITH
        WRITE u
        VALUES certain [0 u] b = INTEGER "2"
        DELETE RETURNING WHERE
          WRITE t
          WHERE certain [0 t] a = INTEGER "1"
        SELECT`,
  ],
  [
    `INSERT INTO t (a, b) VALUES ($1, DEFAULT), (2, now()) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.a = 3 AND b = 4`,
    `
    WRITE InsertStmt: INSERT INTO t (a, b) VALUES ($1, DEFAULT), (2, now()) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.a = 3 AND b = 4
      INSERT COLUMNS CONFLICT VALUES
        WRITE t
        now()
        SET [0 t] b = OTHER ""
        VALUES certain [0 t] a = INTEGER "2" OR VALUES certain [0 t] a = PARAMETER "$1"
        VALUES certain [0 t] b = DEFAULT "" OR VALUES certain [0 t] b = OTHER ""
        WHERE [0 t] b = INTEGER "4"
        WHERE [0 t] t.a = INTEGER "3"`,
  ],
  [
    `INSERT INTO t (a, b, tenant_id) SELECT 1, (f()).*, 5`,
    `
    WRITE InsertStmt: INSERT INTO t (a, b, tenant_id) SELECT 1, (f()).*, 5
      INSERT COLUMNS
        WRITE t
        VALUES certain [0 t] a = INTEGER "1"
        SELECT
          f()`,
  ],
  [
    `SELECT * FROM t WHERE ((f()).*, 5) = (a, tenant_id)`,
    `
    READ SelectStmt: SELECT * FROM t WHERE ((f()).*, 5) = (a, tenant_id)
      SELECT WHERE
        READ t
        f()
        WHERE certain [0 t] a = OTHER ""
        WHERE certain [0 t] tenant_id = OTHER ""`,
  ],
  [
    `INSERT INTO t (tenant_id) OVERRIDING USER VALUE VALUES (5)`,
    `
    WRITE InsertStmt: INSERT INTO t (tenant_id) OVERRIDING USER VALUE VALUES (5)
      INSERT COLUMNS VALUES
        WRITE t
        VALUES [0 t] tenant_id = INTEGER "5"`,
  ],
  [
    `INSERT INTO t (a, b) SELECT 1, x FROM s WHERE y = 2 UNION ALL VALUES (3, 4)`,
    `
    WRITE InsertStmt: INSERT INTO t (a, b) SELECT 1, x FROM s WHERE y = 2 UNION ALL VALUES (3, 4)
      INSERT COLUMNS
        WRITE t
        VALUES certain [0 t] a = INTEGER "1" OR VALUES certain [0 t] a = INTEGER "3"
        VALUES certain [0 t] b = INTEGER "4" OR VALUES certain [0 t] b = OTHER ""
        SELECT SET
          SELECT VALUES
          SELECT WHERE
            READ s
            WHERE certain [0 s] y = INTEGER "2"`,
  ],
  [
    `UPDATE t SET (a, b) = (1, $1), c = DEFAULT, d[1] = 2 FROM u WHERE t.id = 3 AND u.id = 4`,
    `
    WRITE UpdateStmt: UPDATE t SET (a, b) = (1, $1), c = DEFAULT, d[1] = 2 FROM u WHERE t.id = 3 AND u.id = 4
      UPDATE WHERE
        READ u
        WRITE t
        SET [0 t] a = INTEGER "1"
        SET [0 t] b = PARAMETER "$1"
        SET [0 t] c = DEFAULT ""
        SET [0 t] d = OTHER ""
        WHERE certain [0 t] t.id = INTEGER "3"
        WHERE certain [0 u] u.id = INTEGER "4"`,
  ],
  [
    `MERGE INTO t USING s ON t.a = 1 WHEN MATCHED AND s.b = 2 THEN UPDATE SET c = 3 WHEN NOT MATCHED THEN INSERT (d) VALUES (4)`,
    `
    WRITE MergeStmt: MERGE INTO t USING s ON t.a = 1 WHEN MATCHED AND s.b = 2 THEN UPDATE SET c = 3 WHEN NOT MATCHED THEN INSERT (d) VALUES (4)
      MERGE
        READ s
        WRITE t
        JOIN [0 t] t.a = INTEGER "1"
        SET [0 t] c = INTEGER "3"
        VALUES [0 t] d = INTEGER "4"
        WHERE [0 s] s.b = INTEGER "2"`,
  ],
  [
    `SELECT * FROM a, (SELECT * FROM b) q, c FOR UPDATE OF q`,
    `
    WRITE SelectStmt: SELECT * FROM a, (SELECT * FROM b) q, c FOR UPDATE OF q
      SELECT FOR_UPDATE
        READ a
        READ c
        SELECT
          WRITE b`,
  ],
  [
    `EXPLAIN ANALYZE DELETE FROM t`,
    `
    WRITE ExplainStmt: EXPLAIN ANALYZE DELETE FROM t
      EXPLAIN
        DELETE
          WRITE t`,
  ],
  [
    `EXPLAIN DELETE FROM t`,
    `
    READ ExplainStmt: EXPLAIN DELETE FROM t
      EXPLAIN
        DELETE
          WRITE t`,
  ],
  [
    `CREATE TABLE s.n AS SELECT a FROM t WHERE b = 1`,
    `
    WRITE CreateTableAsStmt: CREATE TABLE s.n AS SELECT a FROM t WHERE b = 1
      DEFINE
        DEFINE s.n
        SELECT WHERE
          READ t
          WHERE certain [0 t] b = INTEGER "1"`,
  ],
  [
    `CREATE INDEX i ON s.t (lower(a)) WHERE b = 1`,
    `
    WRITE IndexStmt: CREATE INDEX i ON s.t (lower(a)) WHERE b = 1
      DEFINE
        DEFINE s.i
        DEFINE s.t
        lower()
        OTHER [0 t] b = INTEGER "1"`,
  ],
  [
    `DROP TRIGGER g ON s.t; COMMENT ON COLUMN u.c IS 'x'`,
    `
    WRITE DropStmt: DROP TRIGGER g ON s.t
      DEFINE
        DEFINE s.t
    WRITE CommentStmt: COMMENT ON COLUMN u.c IS 'x'
      DEFINE
        DEFINE u`,
  ],
  [
    `ALTER TABLE t ATTACH PARTITION s.p DEFAULT; ALTER INDEX i ATTACH PARTITION j; ALTER TABLE t DETACH PARTITION p`,
    `
    WRITE AlterTableStmt: ALTER TABLE t ATTACH PARTITION s.p DEFAULT
      DEFINE
        DEFINE s.p
        DEFINE t
    WRITE AlterTableStmt: ALTER INDEX i ATTACH PARTITION j
      DEFINE
        DEFINE i
        DEFINE j
    WRITE AlterTableStmt: ALTER TABLE t DETACH PARTITION p
      DEFINE
        DEFINE p
        DEFINE t`,
  ],
  [
    `SECURITY LABEL ON TABLE secret IS 'x'; ALTER EXTENSION e ADD TABLE secret; ALTER SEQUENCE q OWNED BY s.secret.c`,
    `
    WRITE SecLabelStmt: SECURITY LABEL ON TABLE secret IS 'x'
      DEFINE
        DEFINE secret
    WRITE AlterExtensionContentsStmt: ALTER EXTENSION e ADD TABLE secret
      DEFINE
        DEFINE secret
    WRITE AlterSeqStmt: ALTER SEQUENCE q OWNED BY s.secret.c
      DEFINE
        DEFINE q
        READ s.secret`,
  ],
  [
    `SELECT a INTO n FROM t GROUP BY a HAVING a = 1 LIMIT ALL`,
    `
    WRITE SelectStmt: SELECT a INTO n FROM t GROUP BY a HAVING a = 1 LIMIT ALL
      SELECT GROUP_BY HAVING INTO
        DEFINE n
        READ t
        HAVING certain [0 t] a = INTEGER "1"`,
  ],
  [
    `SELECT sum(x) FROM t WHERE b = 1 GROUP BY ROLLUP (tenant_id) HAVING tenant_id IS NULL`,
    `
    READ SelectStmt: SELECT sum(x) FROM t WHERE b = 1 GROUP BY ROLLUP (tenant_id) HAVING tenant_id IS NULL
      SELECT GROUP_BY HAVING WHERE
        READ t
        sum()
        HAVING [0 t] tenant_id IS NULL ""
        WHERE certain [0 t] b = INTEGER "1"`,
  ],
  [
    `COPY (UPDATE t SET a = 1 RETURNING *) TO STDOUT`,
    `
    WRITE CopyStmt: COPY (UPDATE t SET a = 1 RETURNING *) TO STDOUT
      COPY
        UPDATE RETURNING
          WRITE t
          SET [0 t] a = INTEGER "1"`,
  ],
  [
    `BEGIN; SELECT 1`,
    `
    UNKNOWN TransactionStmt: BEGIN
      TRANSACTION
    READ SelectStmt: SELECT 1
      SELECT`,
  ],
];
