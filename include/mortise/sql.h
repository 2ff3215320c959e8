/*
 * mortise.sql 1.0: what stands in the SQL of a query, as PostgreSQL's own grammar reads it.
 *
 * The host parses a text when the first plugin asks for it, once, and keeps what it found for the next query of the
 * same text: a plugin that only reads `parameters` costs nothing. The summary needs no protobuf; the whole tree can be
 * had as protobuf bytes, in the messages of libpg_query of the host's parser version.
 *
 * That a text has no tree is something that a plugin reads in `outcome`, never a failure. A plugin that must see every
 * tree says so with MORTISE_MODULE_NEEDS_TREES (module.h): the host then blocks a query that has none.
 *
 * A `statement` is mortise_context.statement of the call that module_route is in. Its functions may be called on the
 * thread of that call only, and what they answer is valid until module_route returns.
 */
#ifndef MORTISE_SQL_H
#define MORTISE_SQL_H

#include <mortise/context.h>
#include <mortise/host.h>
#include <mortise/route.h>
#include <mortise/service.h>
#include <mortise/text.h>

/* `outcome` */
enum {
  MORTISE_SQL_PARSED = 0,
  MORTISE_SQL_SYNTAX_ERROR = 1, /* `message` and `position` say what and where */
  MORTISE_SQL_TOO_LONG = 2,     /* longer than the host parses */
  MORTISE_SQL_TOO_DEEP = 3,     /* nested more deeply than the host parses */
  MORTISE_SQL_NO_TREE = 4       /* the host has no parser, or it failed; `message` says why */
};

/* The kind of a statement or a block. The name of its node says more. */
enum {
  MORTISE_SQL_OTHER = 0,  /* VACUUM, REINDEX, CHECKPOINT, DISCARD … */
  MORTISE_SQL_SELECT = 1, /* VALUES and TABLE, too */
  MORTISE_SQL_INSERT = 2,
  MORTISE_SQL_UPDATE = 3,
  MORTISE_SQL_DELETE = 4,
  MORTISE_SQL_MERGE = 5,
  MORTISE_SQL_COPY = 6,
  MORTISE_SQL_TRUNCATE = 7,
  MORTISE_SQL_CALL = 8, /* and DO */
  MORTISE_SQL_EXPLAIN = 9,
  MORTISE_SQL_TRANSACTION = 10, /* BEGIN, COMMIT, ROLLBACK, SAVEPOINT … */
  MORTISE_SQL_SET = 11,         /* and RESET */
  MORTISE_SQL_SHOW = 12,
  MORTISE_SQL_PREPARE = 13,
  MORTISE_SQL_EXECUTE = 14,
  MORTISE_SQL_DEALLOCATE = 15,
  MORTISE_SQL_CURSOR = 16, /* DECLARE, FETCH, MOVE, CLOSE */
  MORTISE_SQL_LISTEN = 17, /* LISTEN, UNLISTEN, NOTIFY */
  MORTISE_SQL_LOCK = 18,
  MORTISE_SQL_DEFINE = 19 /* CREATE, ALTER, DROP and what else changes the schema, roles or rights */
};

/* Flags of a block. */
enum {
  MORTISE_SQL_HAS_WHERE = 1,
  MORTISE_SQL_HAS_LIMIT = 2, /* LIMIT or FETCH FIRST */
  MORTISE_SQL_HAS_OFFSET = 4,
  MORTISE_SQL_HAS_ORDER_BY = 8,
  MORTISE_SQL_HAS_GROUP_BY = 16,
  MORTISE_SQL_HAS_HAVING = 32,
  MORTISE_SQL_HAS_DISTINCT = 64,
  MORTISE_SQL_HAS_WINDOW = 128, /* a window function */
  MORTISE_SQL_HAS_SET = 256,    /* UNION, INTERSECT or EXCEPT: its sides are blocks of their own */
  MORTISE_SQL_HAS_WITH = 512,   /* each of its queries is a block of its own */
  MORTISE_SQL_HAS_RETURNING = 1024,
  MORTISE_SQL_HAS_COLUMNS = 2048,    /* INSERT and COPY: names its columns */
  MORTISE_SQL_HAS_CONFLICT = 4096,   /* ON CONFLICT */
  MORTISE_SQL_HAS_FOR_UPDATE = 8192, /* FOR UPDATE, FOR NO KEY UPDATE */
  MORTISE_SQL_HAS_FOR_SHARE = 16384, /* FOR SHARE, FOR KEY SHARE */
  MORTISE_SQL_HAS_INTO = 32768,      /* SELECT INTO: makes a table */
  MORTISE_SQL_HAS_VALUES = 65536     /* VALUES lists, of a block of their own or of an INSERT */
};

/* How a table is used. */
enum {
  MORTISE_SQL_USE_READ = 1,
  MORTISE_SQL_USE_WRITE = 2, /* rows are added, changed, removed or locked */
  MORTISE_SQL_USE_DEFINE = 3 /* made, altered or dropped */
};

/* Where a comparison stands. */
enum {
  MORTISE_SQL_IN_OTHER = 0,
  MORTISE_SQL_IN_WHERE = 1,
  MORTISE_SQL_IN_JOIN = 2, /* ON */
  MORTISE_SQL_IN_HAVING = 3,
  MORTISE_SQL_IN_VALUES = 4, /* a column of an INSERT and a value that it gets; `operation` is "=" */
  MORTISE_SQL_IN_SET = 5     /* a column of an UPDATE, also of ON CONFLICT or MERGE, and its new value */
};

/* What a column is compared with. */
enum {
  MORTISE_SQL_VALUE_OTHER = 0,     /* an expression whose value the text doesn't tell */
  MORTISE_SQL_VALUE_PARAMETER = 1, /* `parameter` */
  MORTISE_SQL_VALUE_INTEGER = 2,   /* `value` has the digits, with a sign when it is negative */
  MORTISE_SQL_VALUE_DECIMAL = 3,   /* a number of any other form, also an integer over 32 bits */
  MORTISE_SQL_VALUE_TEXT = 4,
  MORTISE_SQL_VALUE_BOOLEAN = 5, /* "true" or "false" */
  MORTISE_SQL_VALUE_BITS = 6,    /* as libpg_query has it: "b101", "x1F" */
  MORTISE_SQL_VALUE_NULL = 7,
  MORTISE_SQL_VALUE_DEFAULT = 8
};

/* Flags of a comparison. */
enum {
  /*
   * It holds for every row that its block reads or changes: only AND stands above it, and inner joins or the side of
   * an outer join that keeps all its rows, and the column isn't that of a table further out. Of a group one holds. In
   * IN_VALUES: each new row gets a value of its group.
   */
  MORTISE_SQL_CERTAIN = 1,
  /* The value is an array or a subquery, of which one element is meant: column = ANY($1), column IN (SELECT …). */
  MORTISE_SQL_ARRAY = 2,
  /* The same, but every element is meant: column <> ALL($1). */
  MORTISE_SQL_ARRAY_ALL = 4,
  /* Not this value alone: its group has others. */
  MORTISE_SQL_ALTERNATIVE = 8
};

/* Flags of a function: what its call has besides arguments. All but OVER are only of aggregates. */
enum {
  MORTISE_SQL_FUNCTION_STAR = 1, /* count(*) */
  MORTISE_SQL_FUNCTION_DISTINCT = 2,
  MORTISE_SQL_FUNCTION_ORDER_BY = 4, /* behind its arguments, or WITHIN GROUP */
  MORTISE_SQL_FUNCTION_FILTER = 8,
  MORTISE_SQL_FUNCTION_OVER = 16 /* a window function */
};

/* A place in a list that there is none of. */
#define MORTISE_SQL_NONE UINT32_MAX

/* Texts of names are as PostgreSQL has them: folded to lower case unless quoted, without quotes. Empty: not given. */

/* A statement; texts may have several, with ";" between them. */
typedef struct mortise_sql_statement {
  int32_t kind; /* MORTISE_SQL_SELECT … */
  /*
   * MORTISE_ACCESS_…. A SELECT reads, whatever its functions do, unless it locks rows or something in its WITH writes.
   * EXPLAIN reads, unless it has ANALYZE. Unknown: BEGIN, SET, PREPARE, EXECUTE, FETCH …
   */
  int32_t access;
  uint32_t first_block; /* its blocks follow one another, the outermost first */
  uint32_t block_count;
  mortise_text node; /* libpg_query's name: "SelectStmt" */
  mortise_text sql;  /* its part of the text, without blanks and ";" around it */
} mortise_sql_statement;

/* A statement or a query within it: the place in which names of tables are known. */
typedef struct mortise_sql_block {
  int32_t kind;       /* MORTISE_SQL_SELECT … */
  uint32_t flags;     /* MORTISE_SQL_HAS_… */
  uint32_t statement; /* its index */
  uint32_t parent;    /* the block around it; MORTISE_SQL_NONE: the outermost */
} mortise_sql_block;

/* A table, view, sequence or index by name. Names that a WITH gives aren't listed. */
typedef struct mortise_sql_table {
  uint32_t block;
  int32_t use; /* MORTISE_SQL_USE_… */
  mortise_text catalog;
  mortise_text schema;
  mortise_text name;
  mortise_text alias;
} mortise_sql_table;

/*
 * A function that is called, once for each call. Those behind a grammar of their own have "pg_catalog" as schema, as
 * EXTRACT and the aggregates json_arrayagg and json_objectagg; COALESCE, CURRENT_DATE and such aren't functions.
 */
typedef struct mortise_sql_function {
  uint32_t block;
  uint32_t flags; /* MORTISE_SQL_FUNCTION_… */
  mortise_text schema;
  mortise_text name;
} mortise_sql_function;

/*
 * A column beside a value. A list, as of IN, a BETWEEN and a row are several; "a = b" of two columns is one for each.
 * One cast around a value is passed over when the value stays what it was, so '42'::bigint is the text 42: to int2,
 * int4, int8, numeric, text, varchar, bool, uuid, date, timestamp or timestamptz, with no length or precision, from a
 * literal of a like kind, a text, NULL or a parameter. With any other, as '42'::varchar(1) or 1.5::int, it is
 * MORTISE_SQL_VALUE_OTHER. For an array it is to an array of these. A column in a cast or a function isn't listed.
 */
typedef struct mortise_sql_comparison {
  uint32_t block;
  /*
   * Whose column it is, as an index: by its qualifier, or because the block has no other (one of a table further out
   * needs a qualifier to be known). MORTISE_SQL_NONE: the text doesn't tell.
   */
  uint32_t table;
  mortise_text qualifier; /* as written before the column: "orders", "o" */
  mortise_text column;
  /*
   * The column at its left: "=", "<>", "<", "IS", "IS NOT", "IS DISTINCT FROM", "~~" for LIKE … With its schema,
   * "x.=", when it isn't PostgreSQL's own.
   */
  mortise_text operation;
  mortise_text value; /* a literal's text; empty for a parameter, NULL and DEFAULT */
  int32_t type;       /* MORTISE_SQL_VALUE_… */
  uint32_t parameter; /* from 1; 0: none */
  int32_t place;      /* MORTISE_SQL_IN_… */
  uint32_t flags;     /* MORTISE_SQL_CERTAIN … */
  /* Comparisons of one group are alternatives: the values of one IN, or of one column in the rows of an INSERT. */
  uint32_t group;
  uint32_t reserved;
} mortise_sql_comparison;

/* Owned by the host. What a text without a tree has is `outcome`, `message` and `position`; the rest is empty. */
typedef struct mortise_sql_summary {
  uint32_t size;
  int32_t outcome;          /* MORTISE_SQL_PARSED … */
  mortise_text message;     /* why there is no tree */
  uint64_t position;        /* of a syntax error, in bytes from 0 */
  int32_t access;           /* of all statements together: unknown when one is, else write when one is */
  uint32_t parameter_count; /* the highest $n */
  const mortise_sql_statement *statements;
  const mortise_sql_block *blocks;
  const mortise_sql_table *tables;
  const mortise_sql_function *functions;
  const mortise_sql_comparison *comparisons;
  uint32_t statement_count; /* 0 for an empty text, or one of comments only */
  uint32_t block_count;
  uint32_t table_count;
  uint32_t function_count;
  uint32_t comparison_count;
  uint32_t reserved;
} mortise_sql_summary;

/* A tree as protobuf bytes: pg_query.ParseResult of libpg_query. Owned by the host. */
typedef struct mortise_sql_tree {
  uint32_t size;
  int32_t outcome; /* MORTISE_SQL_PARSED … */
  const uint8_t *data;
  uint64_t bytes;
  uint64_t
      id; /* of the text's tree; no other ever has it in this process: a key for what a plugin made of the bytes */
  mortise_text message; /* why there is none */
} mortise_sql_tree;

typedef struct mortise_sql_v1 {
  uint32_t size;
  uint32_t reserved;

  /* Never null, also for a `statement` that is. [any-thread] */
  const mortise_sql_summary *(*summary)(const mortise_host *host, const mortise_statement *statement);

  /* The whole tree; never null. Several times as slow to make as a summary. [any-thread] */
  const mortise_sql_tree *(*tree)(const mortise_host *host, const mortise_statement *statement);

  /*
   * libpg_query's fingerprint: the same for texts that differ in literals and blanks only. MORTISE_PASS when there is
   * none, as for a syntax error. [any-thread]
   */
  int32_t (*fingerprint)(const mortise_host *host, const mortise_statement *statement, uint64_t *fingerprint);

  /*
   * The text with $n in place of its literals. MORTISE_PASS, and an empty text, when there is none. [any-thread]
   */
  int32_t (*normalise)(const mortise_host *host, const mortise_statement *statement, mortise_text *sql);
} mortise_sql_v1;

#define mortise_sql_signature                                                                                \
  "summary(host, statement: const mortise_statement *) -> const mortise_sql_summary * [any-thread];"         \
  "tree(host, statement: const mortise_statement *) -> const mortise_sql_tree * [any-thread];"               \
  "fingerprint(host, statement: const mortise_statement *, fingerprint: out u64) -> status [any-thread];"    \
  "normalise(host, statement: const mortise_statement *, sql: mortise_text *) -> status [any-thread]"

MORTISE_SERVICE_CELL(mortise_sql, 1)

#endif
