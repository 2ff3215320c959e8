/** A plugin in C to start from that provides a service: it builds, and every function does the least that it can. */

import { canFail } from '../schema/failure.js';
import { lower, representations } from '../schema/lower.js';
import { identifierOf, snake } from '../schema/names.js';
import type { Parameter, RecordOf, Service, ServiceFunction } from '../schema/types.js';
import { declare, parameter, structName } from './c-types.js';
import { easiest, stem } from './plugin.js';

/** plugin.c */
export function writePluginC(name: string, service: Service): string {
  const id = identifierOf(service);
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
${entries.map(([key, fn]) => stubC(id, key, fn)).join('')}
static const ${table} table = {
    .size = sizeof table,
${entries.map(([key]) => `    .${snake(key)} = own_${stem(key)},\n`).join('')}};

/* Once, first: offers the table. */
MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return ${id}_register(host, &table, error);
}
`;
}

/** Whether it is a record that is given back. */
const isRecord = (type: Parameter | undefined): boolean => type?.kind === 'out' && type.of.kind === 'record';

function stubC(id: string, key: string, fn: ServiceFunction): string {
  const lowered = lower(fn);
  const zeros = lowered
    .filter(({ role }) => role === 'out')
    .map(
      ({ name, type }) => `  ${isRecord(type) ? `memset(${name}, 0, sizeof *${name})` : `*${name} = 0`};\n`,
    );
  const unused = lowered
    .filter(({ role }) => role !== 'out' && role !== 'answer')
    .map(({ name }) => `  (void)${name};\n`);
  const result =
    fn.result.kind === 'none'
      ? ''
      : fn.result.kind === 'returns'
        ? '  return mortise_give(reply, mortise_text_of(""));\n'
        : canFail(fn)
          ? '  return MORTISE_OK;\n'
          : '  return 0;\n';
  return `
${declare(`static own_${stem(key)}`, fn.result, lowered.map(parameter(id))).replace(/^(\w+) static /, 'static $1 ')} {
${[...unused, ...zeros].join('')}${result}}
`;
}

/** test.c: calls a function without a host. Includes plugin.c, so that it sees what is static there. */
export function writeTestC(service: Service): string {
  const [key, fn] = easiest(service);
  const id = identifierOf(service);
  const locals: string[] = [];
  const zeros: string[] = [];
  const passed = lower(fn).map((one): string => {
    const { role, name, type } = one;
    if (role === 'host') return '&tester';
    if (role === 'value') return '0';
    if (role === 'handle') return 'NULL';
    if (role === 'function' || role === 'closure') return 'NULL';
    if (role === 'size') {
      const { kind } = fn.parameters[one.of] as Parameter;
      if (kind === 'writableSpan') return '16';
      return kind === 'buffer' ? `sizeof ${one.beside}` : '0';
    }
    if (role === 'answer') {
      locals.push('char given[64];', 'mortise_room room = mortise_room_of(given, sizeof given);');
      zeros.push('assert(room.bytes == 0);');
      return '&room.reply';
    }
    if (role === 'error') {
      locals.push('mortise_error error = {.size = sizeof error};');
      return '&error';
    }
    if (role === 'record') {
      locals.push(`const ${structName(id, type as RecordOf)} ${name} = {0};`);
      return `&${name}`;
    }
    if (role === 'out' && isRecord(type)) {
      locals.push(`${parameter(id)(one).replace(' *', ' ')};`);
      return `&${name}`;
    }
    if (role === 'out') {
      const isHandle = type?.kind === 'out' && type.of.kind === 'handle';
      locals.push(`${parameter(id)(one).replace('*', '')} = ${isHandle ? 'NULL' : 1};`);
      zeros.push(`assert(${name} == ${isHandle ? 'NULL' : 0});`);
      return `&${name}`;
    }
    if (type?.kind === 'span') return 'NULL';
    if (type?.kind === 'writableSpan') {
      locals.push(`${representations[type.of.kind].c} ${name}[16] = {0};`);
      return name;
    }
    if (type?.kind === 'text') return '""';
    if (type?.kind === 'bytes') return '(const uint8_t *)""';
    locals.push(`uint8_t ${name}[16] = {0};`);
    return name;
  });
  const call = `table.${snake(key)}(${passed.join(', ')})`;
  const expected = canFail(fn) ? 'MORTISE_OK' : '0';
  const lines = [
    ...locals,
    fn.result.kind === 'none' ? `${call};` : `assert(${call} == ${expected});`,
    ...zeros,
    'return 0;',
  ];
  return `/* \`make test\`: calls the functions as a host does, without one. */
#undef NDEBUG
#include "plugin.c"

#include <assert.h>

/* Who calls. Its functions are null: a host has them. */
static const mortise_host tester = {.size = sizeof tester, .plugin = {.data = "tester", .size = 6}};

int main(void) {
${lines.map((line) => `  ${line}\n`).join('')}}
`;
}
