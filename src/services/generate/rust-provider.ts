/** The providing side of a service in Rust: the trait, its table, and the C functions in that. */
import { canFail } from '../schema/failure.js';
import { isNamed, isSpan, isWritten, lower, lowerCallback } from '../schema/lower.js';
import { namedOf } from '../schema/named.js';
import { snake } from '../schema/names.js';
import type { Callback, Scalar, ServiceFunction, Value } from '../schema/types.js';
import { namedType } from './rust-named.js';
import {
  answerTypes,
  arrow,
  callbackResult,
  doc,
  failureLiteral,
  fromRaw,
  inputs,
  isScalar,
  nativeType,
  outOf,
  outs,
  providerOutcome,
  providerParameters,
  rawResult,
  rawType,
  sizeOf,
  sliceOf,
  toRaw,
  tuple,
  zero,
} from './rust-types.js';

type Entries = readonly (readonly [string, ServiceFunction])[];

/** What a plugin implements, and the table of it. */
export function provided(table: string, first: Entries, later: Entries, nested: boolean): string {
  const functions = (entries: Entries, indent: string) =>
    entries.map(([key]) => `${indent}${snake(key)}: provided_${snake(key)}::<P>,\n`).join('');
  const header = (indent: string) => `${indent}size: size_of::<Table>() as u32,\n${indent}reserved: 0,\n`;
  const value = nested
    ? `Table {
        first: ${table} {
${header('            ')}${functions(first, '            ')}        },
${functions(later, '        ')}    }`
    : `${table} {
${header('        ')}${functions(first, '        ')}    }`;
  return `/// The functions of a plugin that provides the service. What panics counts as failed, and is in the host's log.
pub trait Provider: 'static {
${handles([...first, ...later])}${[...first, ...later].map(([key, fn]) => `${doc(fn, '    ')}\n    fn ${snake(key)}(${providerParameters(key, fn)})${arrow(providerOutcome(fn))};\n`).join('')}}

/// The table for [\`register_service\`](mortise::Host::register_service).
#[must_use]
pub const fn table<P: Provider>() -> Table {
    ${value}
}
`;
}

/** What a provider makes of each handle. */
function handles(entries: Entries): string {
  const functions = Object.fromEntries(entries);
  // Whoever is called on any thread may be called on several.
  const bound = entries.some(([, { thread }]) => thread === 'any') ? "Send + Sync + 'static" : "'static";
  return namedOf(functions)
    .filter(({ kind }) => kind === 'handle')
    .map(
      (type) =>
        `    /// What this plugin has for each \`${type.name}\` of its callers.\n    type ${namedType(type)}: ${bound};\n\n`,
    )
    .join('');
}

/** The C function that calls a provider's. */
export function shim(key: string, fn: ServiceFunction): string {
  const schemaName = key;
  const member = snake(key);
  const lowered = lower(fn);
  const before: string[] = [];
  const after: string[] = [];
  const hasCallbacks = inputs(fn).some(([, { kind }]) => kind === 'callback');
  const passed: string[] = ['&unsafe { Caller::of(host) }'];
  for (const [key, type] of inputs(fn)) {
    const name = snake(key);
    const isSlice = type.kind === 'bytes' || type.kind === 'buffer' || isSpan(type);
    if (hasCallbacks && isSlice) {
      // What the caller does in a callback may change its own memory; what the provider has must stay.
      const copy = `${name.replace(/_$/, '')}_copy_`;
      const mut = isWritten(type);
      before.push(`let ${mut ? 'mut ' : ''}${copy} = ${sliceOf(type, name)}.to_vec();`);
      passed.push(`${mut ? '&mut ' : '&'}${copy}`);
      if (mut) after.push(`${sliceOf(type, name)}.copy_from_slice(&${copy});`);
    } else if (isSlice) passed.push(sliceOf(type, name));
    else if (type.kind === 'text')
      passed.push(`&String::from_utf8_lossy(unsafe { generated::bytes(${name}, ${sizeOf(name)}) })`);
    else if (type.kind === 'handle') {
      const of = type.destroy === schemaName ? 'end_handle' : 'handle';
      passed.push(`unsafe { generated::${of}::<P::${namedType(type)}>(${name}) }`);
    } else if (type.kind === 'record') passed.push(`&unsafe { generated::record(${name}) }.checked()`);
    else if (type.kind === 'callback') {
      before.push(...caller(name, type));
      passed.push(`&mut ${name}`);
    } else passed.push(isNamed(type) ? `${fromRaw(type, name)}.checked()` : fromRaw(type as Scalar, name));
  }
  const names = [...(answerTypes(fn).length > 0 ? ['result'] : []), ...outs(fn).map(([name]) => outOf(name))];
  const puts = outs(fn).map(([name, type]) => {
    const value = type.kind === 'handle' ? `generated::new_handle(${outOf(name)})` : toRaw(type, outOf(name));
    return `unsafe { generated::put(${name}, ${value}) };`;
  });
  const zeros = outs(fn).map(([name, type]) => `unsafe { generated::put(${name}, ${zero(type)}) };`);
  const success = isScalar(fn.result) ? toRaw(fn.result, 'result') : canFail(fn) ? 'sys::OK' : '()';
  const says = lowered.some(({ role }) => role === 'error');
  const arm = (pattern: string, lines: string[]) =>
    `        ${pattern} => {\n${lines.map((line) => `            ${line}\n`).join('')}        }\n`;
  const failed = (pattern: (name: string) => string, message: string) =>
    arm(pattern(says ? 'error_' : '_'), [
      ...zeros,
      ...(says ? [`unsafe { generated::say(error, ${message}) };`] : []),
      failureLiteral(fn),
    ]);
  if (fn.result.kind === 'returns') {
    // Before handles are made, which nobody would end if it failed.
    const bytes = fn.result.of.kind === 'text' ? 'result.as_bytes()' : '&result';
    puts.unshift(
      `if !unsafe { generated::give(reply, ${bytes}) } {`,
      ...[...zeros, 'unsafe { generated::say(error, "the caller has no room for the answer") };'].map(
        (line) => `    ${line}`,
      ),
      '    return sys::ERROR;',
      '}',
    );
  }
  const pattern = names.length === 0 ? '()' : tuple(names);
  const panicked = failed((name) => `Err(${name})`, '&error_');
  const arms = canFail(fn)
    ? arm(`Ok(Ok(${pattern}))`, [...puts, success]) +
      failed((name) => `Ok(Err(${name}))`, 'error_.message()') +
      panicked
    : arm(`Ok(${pattern})`, [...puts, success]) + panicked;
  const call = `P::${member}(${passed.join(', ')})`;
  const body = [...before, ...(after.length > 0 ? [`let answer_ = ${call};`, ...after, 'answer_'] : [call])];
  const parameters = lowered.map((one) => `    ${one.name}: ${rawType(one)},\n`).join('');
  return `/// # Safety
/// The caller keeps the promises of the service's header; \`host\` may be null.
unsafe extern "C" fn provided_${member}<P: Provider>(
${parameters})${arrow(rawResult(fn.result))} {
    // SAFETY, here and below: the caller's promise.
    match MODULE.guarded("${key}", || {
${body.map((line) => `        ${line}\n`).join('')}    }) {
${arms}    }
}
`;
}

/** A C callback as a closure of the same name. */
function caller(name: string, type: Callback): string[] {
  // What the closure takes may be called as the callback is.
  const stem = name.replace(/_$/, '');
  const outer = `let (${stem}_function_, ${stem}_data_) = (${name}, ${stem}_data);`;
  const given = Object.entries(type.parameters).map(([key, of]) => `${snake(key)}: ${nativeType(of)}`);
  const passed = lowerCallback(type).map((one) => {
    if (one.role === 'closure') return `${stem}_data_`;
    if (one.role === 'data') return `${one.name}.as_ptr()`;
    if (one.role === 'size') return `${one.beside}.len() as u64`;
    return toRaw(one.type as Value, one.name);
  });
  const call = `unsafe { ${stem}_function_(${passed.join(', ')}) }`;
  const result = isScalar(type.result)
    ? // A block at the start would be a statement of its own.
      fromRaw(type.result, type.result.kind === 'bool' ? `(${call})` : call)
    : type.result.kind === 'none'
      ? call
      : `generated::status(${call})`;
  return [
    outer,
    `let mut ${name} = |${given.join(', ')}|${arrow(callbackResult(type.result))} { ${result} };`,
  ];
}
