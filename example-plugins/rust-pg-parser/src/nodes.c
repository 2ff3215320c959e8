/*
 * libpg_query's tree as nodes in a row (mortise/sql_parser.h), straight from PostgreSQL's structs. libpg_query says
 * in macros what each struct has in it, and its JSON is written through the same: so these are its nodes.
 */
#include "pg_query.h"
#include "pg_query_internal.h"

#include "postgres.h"

#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"
#include "nodes/value.h"
#include "utils/palloc.h"

#include <mortise/sql_parser.h>

typedef mortise_sql_parser_node TreeNode;

typedef struct Row {
  TreeNode *nodes;
  uint32_t count;
  uint32_t room;
} Row;

static uint32_t put(Row *row, const char *name, uint32_t kind, const char *text, size_t size) {
  if (row->count == row->room) row->nodes = repalloc(row->nodes, (row->room *= 2) * sizeof(TreeNode));
  const uint32_t at = row->count++;
  row->nodes[at] = (TreeNode){name, text, (uint32_t)size, at + 1, kind, 0};
  return at;
}

static void put_text(Row *row, const char *name, const char *text) {
  if (text)
    put(row, name, MORTISE_SQL_PARSER_STRING, text, strlen(text));
  else
    put(row, name, MORTISE_SQL_PARSER_NULL, NULL, 0);
}

static void put_number(Row *row, const char *name, const char *format, ...) {
  char *text = palloc(24);
  va_list arguments;
  va_start(arguments, format);
  const int size = vsnprintf(text, 24, format, arguments);
  va_end(arguments);
  put(row, name, MORTISE_SQL_PARSER_NUMBER, text, (size_t)size);
}

static inline uint32_t begin(Row *row, const char *name, uint32_t kind) {
  return put(row, name, kind, NULL, 0);
}

static inline void end(Row *row, uint32_t node) {
  row->nodes[node].end = row->count;
}

static void put_node(Row *row, const char *name, const void *node);

static void put_list(Row *row, const char *name, const List *list) {
  const uint32_t array = begin(row, name, MORTISE_SQL_PARSER_ARRAY);
  const ListCell *cell;
  if (IsA(list, List))
    foreach (cell, list)
      put_node(row, NULL, lfirst(cell));
  end(row, array);
}

/* Where something stands in the text is left out. */
#define IS_WANTED(name) (strcmp(#name, "location") != 0)

#define OUT_TYPE(typename, typename_c) Row *
#define OUT_NODE(typename, typename_c, typename_underscore, typename_upcase, typename_cast, field)           \
  {                                                                                                          \
    const uint32_t object = begin(out, #typename, MORTISE_SQL_PARSER_OBJECT);                                \
    _out##typename_c(out, (const typename_cast *)obj);                                                       \
    end(out, object);                                                                                        \
  }
#define WRITE_NUMBER(name, format, value)                                                                    \
  if (IS_WANTED(name) && (value) != 0) put_number(out, #name, format, value)
#define WRITE_INT_FIELD(outname, name, field) WRITE_NUMBER(name, "%d", node->field)
#define WRITE_UINT_FIELD(outname, name, field) WRITE_NUMBER(name, "%u", node->field)
#define WRITE_UINT64_FIELD(outname, name, field) WRITE_NUMBER(name, UINT64_FORMAT, node->field)
#define WRITE_LONG_FIELD(outname, name, field) WRITE_NUMBER(name, "%ld", node->field)
#define WRITE_FLOAT_FIELD(outname, name, field) put_number(out, #name, "%f", node->field)
#define WRITE_CHAR_FIELD(outname, name, field)                                                               \
  if (node->field != 0) put(out, #name, MORTISE_SQL_PARSER_STRING, &node->field, 1)
#define WRITE_ENUM_FIELD(typename, outname, name, field)                                                     \
  put_text(out, #name, _enumToString##typename(node->field))
#define WRITE_BOOL_FIELD(outname, name, field)                                                               \
  if (node->field) put(out, #name, MORTISE_SQL_PARSER_TRUE, NULL, 0)
#define WRITE_STRING_FIELD(outname, name, field)                                                             \
  if (node->field) put_text(out, #name, node->field)
#define WRITE_LIST_FIELD(outname, name, field)                                                               \
  if (node->field) put_list(out, #name, node->field)
#define WRITE_NODE_PTR_FIELD(outname, name, field)                                                           \
  if (node->field) put_node(out, #name, node->field)
#define WRITE_SPECIFIC(typename, name, value)                                                                \
  {                                                                                                          \
    const uint32_t object = begin(out, #name, MORTISE_SQL_PARSER_OBJECT);                                    \
    _out##typename(out, value);                                                                              \
    end(out, object);                                                                                        \
  }
#define WRITE_SPECIFIC_NODE_FIELD(typename, underscore, outname, name, field)                                \
  WRITE_SPECIFIC(typename, name, &node->field)
#define WRITE_SPECIFIC_NODE_PTR_FIELD(typename, underscore, outname, name, field)                            \
  if (node->field) WRITE_SPECIFIC(typename, name, node->field)
/* Only trees that were analysed have these. */
#define WRITE_BITMAPSET_FIELD(outname, name, field)

static void _outInteger(Row *out, const Integer *node) {
  WRITE_INT_FIELD(ival, ival, ival);
}
static void _outFloat(Row *out, const Float *node) {
  put_text(out, "fval", node->fval);
}
static void _outString(Row *out, const String *node) {
  put_text(out, "sval", node->sval);
}
static void _outBitString(Row *out, const BitString *node) {
  put_text(out, "bsval", node->bsval);
}
static void _outBoolean(Row *out, const Boolean *node) {
  put(out, "boolval", node->boolval ? MORTISE_SQL_PARSER_TRUE : MORTISE_SQL_PARSER_FALSE, NULL, 0);
}
static void _outList(Row *out, const List *node) {
  put_list(out, "items", node);
}
#define _outIntList _outList
#define _outOidList _outList

static void _outAConst(Row *out, const A_Const *node) {
  if (node->isnull) {
    put(out, "isnull", MORTISE_SQL_PARSER_TRUE, NULL, 0);
    return;
  }
  switch (nodeTag(&node->val)) {
  case T_Integer:
    WRITE_SPECIFIC(Integer, ival, &node->val.ival);
    break;
  case T_Float:
    WRITE_SPECIFIC(Float, fval, &node->val.fval);
    break;
  case T_Boolean: {
    const uint32_t object = begin(out, "boolval", MORTISE_SQL_PARSER_OBJECT);
    if (node->val.boolval.boolval) _outBoolean(out, &node->val.boolval);
    end(out, object);
    break;
  }
  case T_String:
    WRITE_SPECIFIC(String, sval, &node->val.sval);
    break;
  case T_BitString:
    WRITE_SPECIFIC(BitString, bsval, &node->val.bsval);
    break;
  default:
    break;
  }
}

#include "pg_query_enum_defs.c"
#include "pg_query_outfuncs_defs.c"

static void put_node(Row *out, const char *name, const void *obj) {
  const uint32_t wrapper = begin(out, name, MORTISE_SQL_PARSER_OBJECT);
  if (obj) switch (nodeTag(obj)) {
#include "pg_query_outfuncs_conds.c"
    default:
      break;
    }
  end(out, wrapper);
}

static void put_statements(Row *out, const List *statements) {
  put(out, NULL, MORTISE_SQL_PARSER_NONE, NULL, 0);
  const uint32_t root = begin(out, NULL, MORTISE_SQL_PARSER_OBJECT);
  const uint32_t array = begin(out, "stmts", MORTISE_SQL_PARSER_ARRAY);
  const ListCell *cell;
  foreach (cell, statements) {
    const uint32_t statement = begin(out, NULL, MORTISE_SQL_PARSER_OBJECT);
    _outRawStmt(out, lfirst(cell));
    end(out, statement);
  }
  end(out, array);
  end(out, root);
}

/* What was wrong, which pg_query_free_error() frees; else `receive` got the nodes. */
PgQueryError *mortise_pg_parser_nodes(const char *sql, mortise_sql_parser_receive receive, void *context) {
  MemoryContext memory = pg_query_enter_memory_context();
  const PgQueryInternalParsetreeAndError parsed = pg_query_raw_parse(sql, PG_QUERY_PARSE_DEFAULT);
  free(parsed.stderr_buffer);
  if (!parsed.error) {
    Row row = {palloc(128 * sizeof(TreeNode)), 0, 128};
    put_statements(&row, parsed.tree);
    receive(context, row.nodes, row.count * sizeof(TreeNode));
  }
  pg_query_exit_memory_context(memory);
  return parsed.error;
}
