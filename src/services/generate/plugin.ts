/** A plugin to start from that provides a service: it builds, and every function does the least that it can. */
import { lower } from '../schema/lower.js';
import { camel, identifierOf, snake } from '../schema/names.js';
import type { Service, ServiceFunction } from '../schema/types.js';
import { declare, parameter } from './c-types.js';
import { canFail, declared, isScalar, outcomeType, outs, scalarType } from './rust-types.js';

/** plugin.c */
export function writePluginC(name: string, service: Service): string {
  const id = identifierOf(service.name);
  const upper = id.toUpperCase();
  const table = `${id}_v${service.major}`;
  const entries = Object.entries(service.functions);
  return `/*
 * ${name}: provides ${service.name} ${service.major}.${service.minor}.
 * A start to change: ${id}.h says what each function should do and on which thread.
 */
#include "${id}.h"

#include <mortise/mortise.h>

MORTISE_MODULE(.name = "${name}", .version = "0.1.0")
${upper}_PROVIDE
${entries.map(([key, fn]) => stubC(key, fn)).join('')}
static const ${table} table = {
    .size = sizeof table,
${entries.map(([key]) => `    .${snake(key)} = own_${stem(key)},\n`).join('')}};

/* Once, first: offers the table. */
MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return ${id}_register(host, &table, error);
}
`;
}

function stubC(key: string, fn: ServiceFunction): string {
  const lowered = lower(fn);
  const zeros = lowered.filter(({ role }) => role === 'out').map(({ name }) => `  *${name} = 0;\n`);
  const unused = lowered.filter(({ role }) => role !== 'out').map(({ name }) => `  (void)${name};\n`);
  const result = fn.result.kind === 'nothing' ? '' : canFail(fn) ? '  return MORTISE_OK;\n' : '  return 0;\n';
  return `
${declare(`static own_${stem(key)}`, fn.result, lowered.map(parameter)).replace(/^(\w+) static /, 'static $1 ')} {
${[...unused, ...zeros].join('')}${result}}
`;
}

/** Not alone: C's own libraries have functions called `read` and `remove`. */
const stem = (key: string): string => snake(key).replace(/_$/, '');

/** src/lib.rs */
export function writePluginRust(service: Service): string {
  const id = identifierOf(service.name);
  const table = `${camel(id)}V${service.major}`;
  return `//! A mortise plugin: provides ${service.name} ${service.major}.${service.minor}.

use mortise::prelude::*;

#[rustfmt::skip] // written by mortise headers
mod ${id};

use ${id}::{Caller, Provider, ${table}};

mortise::plugin!();
mortise::provide!(${id}, "${service.name}", ${service.major}, ${service.minor});

/// What this plugin makes of the service. ${id}.rs says what each function should do.
struct Plugin;

impl Provider for Plugin {
${Object.entries(service.functions)
  .map(([key, fn]) => stubRust(key, fn))
  .join('\n')}}

static TABLE: ${table} = ${id}::table::<Plugin>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}
`;
}

function stubRust(key: string, fn: ServiceFunction): string {
  const values = [
    ...(isScalar(fn.result) ? [zero(scalarType(fn.result))] : []),
    ...outs(fn).map(([, type]) => zero(scalarType(type))),
  ];
  const value = values.length === 1 ? values[0] : `(${values.join(', ')})`;
  const parameters = ["_caller: &Caller<'_>", ...declared(fn).map((text) => `_${text}`)];
  const type = outcomeType(fn);
  const arrow = type === '()' ? '' : ` -> ${type}`;
  const line = `    fn ${snake(key)}(${parameters.join(', ')})${arrow} {`;
  const head =
    line.length <= 100
      ? line
      : `    fn ${snake(key)}(\n${parameters.map((one) => `        ${one},\n`).join('')}    )${arrow} {`;
  const body = canFail(fn) ? `Ok(${value})` : value === '()' ? '' : value;
  return body ? `${head}\n        ${body}\n    }\n` : `${head}}\n`;
}

const zero = (type: string): string => (type === 'bool' ? 'false' : type.startsWith('f') ? '0.0' : '0');
