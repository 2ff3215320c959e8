/** The C header of a service. */

import { canFail, failureOf } from '../schema/failure.js';
import { type CParameter, lower, representations } from '../schema/lower.js';
import { membersOf, namedOf } from '../schema/named.js';
import { decimal, identifierOf, snake } from '../schema/names.js';
import { layoutOf } from '../schema/records.js';
import { statedFunctions, statedSignature } from '../schema/signature.js';
import type {
  Enumeration,
  Flags,
  Handle,
  Out,
  RecordOf,
  Scalar,
  Service,
  ServiceFunction,
} from '../schema/types.js';
import { declare, parameter, sizedType, structName } from './c-types.js';
import { aboutFunction, aboutService } from './describe.js';

/** The same for the same service, to the byte. */
export function writeC(service: Service): string {
  const { name, major, minor, functions } = service;
  const id = identifierOf(service);
  const upper = id.toUpperCase();
  const table = `${id}_v${major}`;
  const arguments_ = `${id}, "${name}", ${major}, ${minor}`;
  const entries = Object.entries(functions);
  return `/*
${aboutService(service)
  .map((line) => ` * ${line}`.trimEnd())
  .join('\n')}
 *
 * To call it, write ${upper}_REQUIRE once, in one source file: the host then refuses the plugin when it can't give
 * the service. With ${upper}_WANT the plugin goes on without it. The functions at the end call it.
 * To provide it, write ${upper}_PROVIDE once, fill in a ${table}, and call ${id}_register in
 * module_register.
 *
 * \`host\` is the caller's own. Pointers are the caller's, and valid for that call; a size counts bytes, a count elements. Until
 * the call returns, what is read doesn't change, not in a callback either, and what is written to overlaps nothing
 * else that is passed. Whoever fails leaves zeros in what it would have given back.
 */
#ifndef ${upper}_H
#define ${upper}_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/module.h>
${entries.some(([, { result }]) => result.kind === 'returns') ? '#include <mortise/reply.h>\n' : ''}#include <mortise/service.h>
#include <mortise/text.h>
${includes([
  ...(namedOf(functions).some(({ kind }) => kind === 'record') ? ['assert'] : []),
  ...(entries.some(([, fn]) => needsMath(failureOf(fn))) ? ['math'] : []),
])}
${signature(service)}${namedOf(functions)
  .map((type) =>
    type.kind === 'record'
      ? struct(id, type)
      : type.kind === 'handle'
        ? opaque(id, type)
        : constants(upper, type),
  )
  .join('')}
#define ${upper}_REQUIRE MORTISE_REQUIRE_SERVICE(${arguments_})
#define ${upper}_WANT MORTISE_WANT_SERVICE(${arguments_})
#define ${upper}_PROVIDE MORTISE_PROVIDE_SERVICE(${arguments_})

typedef struct ${table} {
  uint32_t size; /* sizeof(${table}) */
  uint32_t reserved;
${entries
  .map(
    ([key, fn]) => `
  /*
${comment(fn, '   ')}
   */
  ${declare(`(*${snake(key)})`, fn.result, lower(fn).map(parameter(id)))};
`,
  )
  .join('')}} ${table};

MORTISE_SERVICE_CELL(${id}, ${major})

/* Provides the service. \`table\` stays as it is until module_fini returns. [entry] */
static inline int32_t ${id}_register(const mortise_host *host, const ${table} *table,
    mortise_error *error) {
  mortise_service service;
  service.size = sizeof service;
  service.version = MORTISE_VERSION(${major}, ${minor});
  service.name = mortise_text_of("${name}");
  service.table = table;
  service.signature = mortise_text_of(${id}_signature);
  return host->register_service(host, &service, error);
}

/* 1 when the plugin has the service, and a function in it: ${upper}_HAS(${snake(entries[0]?.[0] ?? '')}). */
#define ${upper}_HAS(function)                                                                      \\
  (module_host && ${id}_service &&                                                                  \\
   ${id}_service->size >= offsetof(${table}, function) + sizeof(${id}_service->function))
${entries.map(([key, fn]) => wrapper(id, upper, service, key, fn)).join('')}
#endif
`;
}

/** A handle: whoever provides the service says what it is. */
function opaque(id: string, type: Handle): string {
  const name = structName(id, type);
  return `\n/* Lives until ${snake(type.destroy)}. Whoever provides the service defines it, or casts. */\ntypedef struct ${name} ${name};\n`;
}

/** A record: its fields, and where they lie. */
function struct(id: string, type: RecordOf): string {
  const { bytes, fields } = layoutOf(type);
  const name = structName(id, type);
  const lines = fields.map(({ member, type: of, offset }) => {
    const note =
      of.kind === 'enum' || of.kind === 'flags'
        ? `, ${of.kind} ${of.name}`
        : of.kind === 'bool'
          ? ', 0 or 1'
          : '';
    return `  ${sizedType(id, of)} ${member}; /* at ${offset}${note} */\n`;
  });
  return `
/* A record of ${bytes} bytes. What lies between its fields means nothing. */
typedef struct ${name} {
${lines.join('')}} ${name};

static_assert(sizeof(${name}) == ${bytes}, "${name} has ${bytes} bytes");
`;
}

/** A constant for each name of an enumeration, or of flags. */
function constants(upper: string, type: Enumeration | Flags): string {
  const stem = `${upper}_${snake(type.name).replace(/_$/, '').toUpperCase()}`;
  const name = (member: string) => `${stem}_${snake(member).replace(/_$/, '').toUpperCase()}`;
  const entries = Object.entries(membersOf(type));
  if (type.kind === 'flags') {
    const lines = entries.map(([member, bit]) => `#define ${name(member)} UINT32_C(${bit})\n`);
    return `\n/* Flags: any of these, and no other bit. */\n${lines.join('')}`;
  }
  const lines = entries.map(
    ([member, value]) => `  ${name(member)} = ${value === -(2 ** 31) ? '(-2147483647 - 1)' : value},\n`,
  );
  return `\n/* One of these, and nothing else. */\nenum {\n${lines.join('').replace(/,\n$/, '\n')}};\n`;
}

/** The functions in words, for the file of whoever needs or provides the service. */
function signature(service: Service): string {
  const lines = statedFunctions(service.functions).map(
    (text, index, all) => `  "${text}${index + 1 < all.length ? ';"' : '"'}`,
  );
  const text = `#define ${identifierOf(service)}_signature \\\n${lines.join(' \\\n')}\n`;
  // The longest that every compiler must take.
  if (statedSignature(service).length <= 4095) return text;
  return `#if defined(__GNUC__)\n#pragma GCC diagnostic ignored "-Woverlength-strings"\n#endif\n${text}`;
}

/** A function that calls through the cell, in the name of the plugin that it is compiled into. */
function wrapper(id: string, upper: string, service: Service, key: string, fn: ServiceFunction): string {
  const member = snake(key);
  const lowered = lower(fn).slice(1);
  const isText = ({ type }: CParameter) => type?.kind === 'text';
  const declared = lowered
    .filter((one) => !(isText(one) && one.role === 'size'))
    .map((one) => (isText(one) ? `mortise_text ${one.name}` : parameter(id)(one)));
  const passed = lowered.map((one) => {
    if (!isText(one)) return one.name;
    return one.role === 'size' ? `${one.beside}.size` : `${one.name}.data`;
  });
  const zeros = lowered
    .filter(({ role }) => role === 'out')
    .map(
      ({ name, type }) =>
        `    if (${name}) ${(type as Out).of.kind === 'record' ? `memset(${name}, 0, sizeof *${name})` : `*${name} = 0`};\n`,
    )
    .join('');
  const said = lowered.some(({ role }) => role === 'error')
    ? `    return mortise_fail(error, "the host has no ${service.name} with ${key}");\n`
    : `    return${failureLiteral(fn)};\n`;
  const isVoid = fn.result.kind === 'none';
  return `
/* Calls ${key}${isVoid ? '' : '; fails without the service'}. ${fn.thread === 'any' ? '[any-thread]' : '[main-thread]'} */
static inline ${declare(`${id}_${member.replace(/_$/, '')}`, fn.result, declared.length > 0 ? declared : ['void'])} {
  if (!${upper}_HAS(${member})) {
${zeros}${said}  }
  ${isVoid ? '' : 'return '}${id}_service->${member}(${passing(['module_host', ...passed])});
}
`;
}

/** Arguments on as many lines as they need. */
function passing(names: readonly string[]): string {
  const lines = [''];
  for (const [index, name] of names.entries()) {
    const text = `${name}${index + 1 < names.length ? ', ' : ''}`;
    const line = lines.at(-1) ?? '';
    if (line.length + text.length > 60) lines.push(text);
    else lines[lines.length - 1] = line + text;
  }
  return lines.map((line) => line.trimEnd()).join('\n      ');
}

function comment(fn: ServiceFunction, indent: string): string {
  return aboutFunction(fn)
    .map((line) => `${indent}* ${line}`)
    .join('\n');
}

const includes = (headers: readonly string[]): string =>
  headers.length > 0 ? `\n${headers.map((name) => `#include <${name}.h>\n`).join('')}` : '';

const needsMath = (failure: number | bigint | undefined): boolean =>
  typeof failure === 'number' && !Number.isFinite(failure);

function floatLiteral(value: number, type: string): string {
  if (Number.isNaN(value)) return `(${type})NAN`;
  if (!Number.isFinite(value)) return `(${type})${value < 0 ? '-' : ''}INFINITY`;
  return decimal(value) + (type === 'float' ? 'f' : '');
}

function failureLiteral(fn: ServiceFunction): string {
  const failure = failureOf(fn);
  if (failure === undefined) return '';
  if (canFail(fn)) return ' MORTISE_ERROR';
  const { c, floating } = representations[(fn.result as Scalar).kind];
  if (floating) return ` ${floatLiteral(Number(failure), c)}`;
  if (BigInt(failure) === -(2n ** 63n)) return ' INT64_MIN';
  const constant = c.replace(/_t$/, '_C').toUpperCase();
  return ` ${constant}(${failure})`;
}
