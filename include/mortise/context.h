/* What a plugin is told about the query that it is asked to route. */
#ifndef MORTISE_CONTEXT_H
#define MORTISE_CONTEXT_H

#include <mortise/abi.h>
#include <mortise/parameter.h>

/* What is known of a query's SQL. Opaque: the functions of mortise.sql (sql.h) read it. */
typedef struct mortise_statement mortise_statement;

/* Owned by the host; it and everything in it is valid for that one call. */
typedef struct mortise_context {
  uint32_t size;
  uint32_t shards;         /* how many there are; at least 1 */
  uint32_t has_replicas;   /* 0 or 1 */
  uint32_t has_primary;    /* 0 or 1 */
  uint32_t in_transaction; /* 0 or 1 */
  uint32_t write_override; /* 0 or 1: the client asked that the query go to a primary */
  mortise_text sql;
  const mortise_parameter *parameters;
  uint64_t parameter_count;
  const mortise_statement *statement; /* for mortise.sql; null where no tree can ever be had */
  /*
   * The types that the client declared for its parameters, $1 first, by their OIDs: what a parameter's bytes mean.
   * There may be fewer than parameters; those without, and those of 0, are of the type that their place in the SQL
   * asks for.
   */
  const uint32_t *parameter_types;
  uint64_t parameter_type_count;
} mortise_context;

/* The parameter at `index`, from 0; null when there are fewer. [any-thread] */
static inline const mortise_parameter *mortise_param(const mortise_context *context, uint64_t index) {
  return index < context->parameter_count ? &context->parameters[index] : NULL;
}

/* The OID of the type that the client declared for the parameter at `index`, from 0; 0: none. [any-thread] */
static inline uint32_t mortise_param_type(const mortise_context *context, uint64_t index) {
  return index < context->parameter_type_count ? context->parameter_types[index] : 0;
}

/*
 * Reads an integer parameter; 0 when there is none at `index`, it is not an integer, or its declared type may make
 * another value of it: mortise_type_keeps_integer. [any-thread]
 */
static inline int mortise_param_i64(const mortise_context *context, uint64_t index, int64_t *value) {
  const mortise_parameter *parameter = mortise_param(context, index);
  return parameter && mortise_type_keeps_integer(mortise_param_type(context, index), parameter->format) &&
         mortise_param_as_i64(parameter, value);
}

/* Reads a text parameter; 0 when there is none at `index`, it is null, or it is binary. [any-thread] */
static inline int mortise_param_text(const mortise_context *context, uint64_t index, mortise_text *value) {
  const mortise_parameter *parameter = mortise_param(context, index);
  if (!parameter || parameter->is_null || parameter->format != MORTISE_FORMAT_TEXT) return 0;
  value->data = (const char *)parameter->data;
  value->size = parameter->size;
  return 1;
}

#endif
