/** The Rust module of a service: its table, safe calls of it, and a trait for plugins that provide it. */
import { lower, lowerCallback } from '../schema/lower.js';
import { camel, identifierOf, snake } from '../schema/names.js';
import type { Callback, Scalar, Service, ServiceFunction } from '../schema/types.js';
import { aboutFunction, aboutService } from './describe.js';
import {
  arrow,
  callbackResult,
  canFail,
  closureType,
  declared,
  failureLiteral,
  fromRaw,
  inputs,
  isScalar,
  nativeType,
  outcomeType,
  outOf,
  outs,
  pointer,
  providerParameters,
  rawResult,
  rawType,
  sizeOf,
  toRaw,
  tuple,
  zero,
} from './rust-types.js';

/** The same for the same service, to the byte. */
export function writeRust(service: Service): string {
  const { name, major, minor, functions } = service;
  const id = identifierOf(name);
  const table = `${camel(id)}V${major}`;
  const entries = Object.entries(functions);
  const provided = `${id}, "${name}", ${major}, ${minor}`;
  return `${aboutService(service)
    .map((line) => `//! ${line}`.trimEnd())
    .join('\n')}
//!
//! To call it, in the crate's root:
//! \`\`\`ignore
//! #[rustfmt::skip]
//! mod ${id};
//! mortise::require!(${provided}, ${id}::${table});
//!
//! // In a function; None only where no host is, as in unit tests, or with \`want!\`:
//! let service = ${id}_service.get();
//! \`\`\`
//! To provide it:
//! \`\`\`ignore
//! mortise::provide!(${provided});
//!
//! struct Mine;
//! impl ${id}::Provider for Mine { /* … */ }
//! static TABLE: ${id}::${table} = ${id}::table::<Mine>();
//!
//! #[mortise::register]
//! fn register(host: &Host) -> Result<(), Error> {
//!     host.register_service(&TABLE)
//! }
//! \`\`\`
#![allow(dead_code, unused_imports, clippy::all)]

use core::ffi::c_void;
use core::mem::{offset_of, size_of};
use core::sync::atomic::{AtomicPtr, Ordering};
use mortise::{Error, sys};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The table of \`${name}\` ${major}.${minor}, as C has it. Its methods are the safe way to call it.
#[repr(C)]
pub struct ${table} {
    /// Bytes of the table.
    pub size: u32,
    /// 0.
    pub reserved: u32,
${entries.map(([key, fn]) => `${doc(fn, '    ')}\n    pub ${snake(key)}: ${pointer(fn)},\n`).join('')}}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<${table}>() == ${8 + 8 * entries.length});
${entries.map(([key], index) => `    assert!(offset_of!(${table}, ${snake(key)}) == ${8 + 8 * index});\n`).join('')}};

// SAFETY: the definition of the service has this layout.
unsafe impl mortise::Service for ${table} {
    const NAME: &'static str = "${name}";
    const MAJOR: u16 = ${major};
    const MINOR: u16 = ${minor};
}

/// Calls in the name of the plugin that this module is compiled into.
impl ${table} {
${entries.map(([key, fn]) => client(key, fn)).join('\n')}}

/// Who calls a service that this plugin provides. Valid for that call.
pub struct Caller<'a>(&'a sys::Host);

impl Caller<'_> {
    /// The calling plugin's name.
    #[must_use]
    pub fn plugin(&self) -> &str {
        // SAFETY: the host keeps its texts until the plugin's fini returns.
        let bytes = unsafe { self::bytes(self.0.plugin.data.cast(), self.0.plugin.size) };
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// The functions of a plugin that provides the service. What panics counts as failed.
pub trait Provider: 'static {
${entries.map(([key, fn]) => `${doc(fn, '    ')}\n    fn ${snake(key)}(${providerParameters(fn)}) -> ${outcomeType(fn)};\n`).join('')}}

/// The table for [\`register_service\`](mortise::Host::register_service).
#[must_use]
pub const fn table<P: Provider>() -> ${table} {
    ${table} {
        size: size_of::<${table}>() as u32,
        reserved: 0,
${entries.map(([key]) => `        ${snake(key)}: provided_${snake(key)}::<P>,\n`).join('')}    }
}

${entries.map(([key, fn]) => shim(key, fn)).join('\n')}
${entries.flatMap(([key, fn]) => trampolines(key, fn)).join('\n')}
/// This plugin's own host table; null where no host is.
fn host() -> *const sys::Host {
    // SAFETY: the cell that mortise::plugin! makes is a transparent AtomicPtr.
    let cell = unsafe { &*(&raw const crate::module_host).cast::<AtomicPtr<sys::Host>>() };
    cell.load(Ordering::Relaxed)
}

/// # Safety
/// \`data\` must be null or point at \`size\` bytes that stay as they are for \`'a\`.
unsafe fn bytes<'a>(data: *const u8, size: u64) -> &'a [u8] {
    if data.is_null() || size == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(data, size as usize) }
}

/// # Safety
/// \`data\` must be null or point at \`size\` bytes that nobody else uses for \`'a\`.
unsafe fn room<'a>(data: *mut u8, size: u64) -> &'a mut [u8] {
    if data.is_null() || size == 0 {
        return &mut [];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts_mut(data, size as usize) }
}

/// # Safety
/// \`place\` must be null or point at a T.
unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) }
    }
}

fn status(status: i32) -> Result<(), Error> {
    if status == sys::OK { Ok(()) } else { Err(format!("the service answered {status}").into()) }
}

/// Runs what a plugin wrote; None when it panicked.
fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(value) => Some(value),
        Err(panic) => {
            core::mem::forget(panic); // dropping it may panic again
            None
        }
    }
}

fn no_error() -> sys::Error {
    sys::Error { size: size_of::<sys::Error>() as u32, reserved: 0, message: [0; 1024] }
}

fn said(error: &sys::Error) -> Error {
    let message = error.message.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(message).into()
}

/// # Safety
/// \`place\` must be null or point at a mortise_error.
unsafe fn say(place: *mut sys::Error, message: &str) {
    // SAFETY: the caller's promise.
    if let Some(error) = unsafe { place.as_mut() } {
        let mut size = message.len().min(error.message.len() - 1);
        while !message.is_char_boundary(size) {
            size -= 1;
        }
        error.message[..size].copy_from_slice(&message.as_bytes()[..size]);
        error.message[size] = 0;
    }
}
`;
}

const doc = (fn: ServiceFunction, indent: string): string =>
  aboutFunction(fn)
    .map((line) => `${indent}/// ${line.replace(/\[(main|any)-thread\]/, '\\[$1-thread\\]')}`)
    .join('\n');

/** A safe method that calls the table. */
function client(key: string, fn: ServiceFunction): string {
  const member = snake(key);
  const lines: string[] = [];
  for (const [name, type] of outs(fn)) lines.push(`let mut ${name} = ${zero(type)};`);
  if (fn.result.kind === 'explained') lines.push('let mut error = self::no_error();');
  for (const [name, type] of inputs(fn)) {
    if (type.kind === 'callback') lines.push(`let mut ${snake(name)} = ${snake(name)};`);
  }
  const passed = lower(fn).map(({ role, name, beside, type }) => {
    if (role === 'host') return 'self::host()';
    if (role === 'out') return `&raw mut ${name}`;
    if (role === 'error') return '&raw mut error';
    if (role === 'data') return type?.kind === 'room' ? `${name}.as_mut_ptr()` : `${name}.as_ptr()`;
    if (role === 'size') return `${beside}.len() as u64`;
    if (role === 'function') return `called_${member}_${name}`;
    if (role === 'closure') return `(&raw mut ${beside}).cast()`;
    return toRaw(type as Scalar, name);
  });
  const call = `unsafe { (self.${member})(${passed.join(', ')}) }`;
  const values = outs(fn).map(([name, type]) => fromRaw(type, name));
  lines.push('// SAFETY: the table has this layout, and what is passed outlives the call.');
  if (fn.result.kind === 'explained') {
    lines.push(`if ${call} != sys::OK {`, '    return Err(self::said(&error));', '}');
  } else if (fn.result.kind === 'status') {
    lines.push(`self::status(${call})?;`);
  } else if (isScalar(fn.result)) {
    lines.push(`let result = ${call};`);
    values.unshift(fromRaw(fn.result, 'result'));
  } else {
    lines.push(`${call};`);
  }
  lines.push(canFail(fn) ? `Ok(${tuple(values)})` : tuple(values));
  return `${doc(fn, '    ')}
    pub fn ${member}(${['&self', ...declared(fn)].join(', ')}) -> ${outcomeType(fn)} {
${lines.map((line) => `        ${line}`).join('\n')}
    }
`;
}

/** The C function that calls a provider's. */
function shim(key: string, fn: ServiceFunction): string {
  const member = snake(key);
  const lowered = lower(fn);
  const before: string[] = [];
  const passed: string[] = ['&Caller(unsafe { &*host })'];
  for (const [key, type] of inputs(fn)) {
    const name = snake(key);
    if (type.kind === 'bytes') passed.push(`unsafe { self::bytes(${name}, ${sizeOf(name)}) }`);
    else if (type.kind === 'room') passed.push(`unsafe { self::room(${name}, ${sizeOf(name)}) }`);
    else if (type.kind === 'text')
      passed.push(`&String::from_utf8_lossy(unsafe { self::bytes(${name}, ${sizeOf(name)}) })`);
    else if (type.kind === 'callback') {
      before.push(...caller(name, type));
      passed.push(`&mut ${name}`);
    } else passed.push(fromRaw(type as Scalar, name));
  }
  const names = [...(isScalar(fn.result) ? ['result'] : []), ...outs(fn).map(([name]) => `${outOf(name)}`)];
  const puts = outs(fn).map(
    ([name, type]) => `unsafe { self::put(${name}, ${toRaw(type, `${outOf(name)}`)}) };`,
  );
  const zeros = outs(fn).map(([name, type]) => `unsafe { self::put(${name}, ${zero(type)}) };`);
  const success = isScalar(fn.result) ? toRaw(fn.result, 'result') : canFail(fn) ? 'sys::OK' : '()';
  const says = lowered.some(({ role }) => role === 'error');
  const arm = (pattern: string, lines: string[]) =>
    `        ${pattern} => {\n${lines.map((line) => `            ${line}\n`).join('')}        }\n`;
  const pattern = names.length === 0 ? '()' : tuple(names);
  const arms = canFail(fn)
    ? arm(`Some(Ok(${pattern}))`, [...puts, success]) +
      arm(says ? 'Some(Err(error_out))' : 'Some(Err(_))', [
        ...zeros,
        ...(says ? ['unsafe { self::say(error, error_out.message()) };'] : []),
        failureLiteral(fn),
      ]) +
      arm('None', [
        ...zeros,
        ...(says ? [`unsafe { self::say(error, "${key} panicked") };`] : []),
        failureLiteral(fn),
      ])
    : arm(`Some(${pattern})`, [...puts, success]) + arm('None', [...zeros, failureLiteral(fn)]);
  const parameters = lowered.map((one) => `    ${one.name}: ${rawType(one)},\n`).join('');
  return `/// # Safety
/// The caller keeps the promises of the service's header.
unsafe extern "C" fn provided_${member}<P: Provider>(
${parameters})${arrow(rawResult(fn.result))} {
    // SAFETY, here and below: the caller's promise.
    match self::guarded(|| {
${before.map((line) => `        ${line}\n`).join('')}        P::${member}(${passed.join(', ')})
    }) {
${arms}    }
}
`;
}

/** A C callback as a closure of the same name. */
function caller(name: string, type: Callback): string[] {
  const given = Object.entries(type.parameters).map(([key, of]) => `${snake(key)}: ${nativeType(of)}`);
  const passed = lowerCallback(type).map((one) => {
    if (one.role === 'closure') return `${name.replace(/_$/, '')}_data`;
    if (one.role === 'data') return `${one.name}.as_ptr()`;
    if (one.role === 'size') return `${one.beside}.len() as u64`;
    return toRaw(one.type as Scalar, one.name);
  });
  const call = `unsafe { ${name}(${passed.join(', ')}) }`;
  const result = isScalar(type.result)
    ? fromRaw(type.result, call)
    : type.result.kind === 'nothing'
      ? call
      : `self::status(${call})`;
  return [`let mut ${name} = |${given.join(', ')}|${arrow(callbackResult(type.result))} { ${result} };`];
}

/** For each callback that a caller passes: the C function that calls a closure. */
function trampolines(key: string, fn: ServiceFunction): string[] {
  return inputs(fn).flatMap(([name, type]) => {
    if (type.kind !== 'callback') return [];
    const lowered = lowerCallback(type);
    const passed = Object.entries(type.parameters).map(([inner, of]) => {
      const at = snake(inner);
      if (of.kind === 'text') return `&String::from_utf8_lossy(unsafe { self::bytes(${at}, ${sizeOf(at)}) })`;
      if (of.kind === 'bytes') return `unsafe { self::bytes(${at}, ${sizeOf(at)}) }`;
      return fromRaw(of, at);
    });
    const { result } = type;
    const arms = isScalar(result)
      ? `        Some(value) => ${toRaw(result, 'value')},\n        None => ${zero(result)},\n`
      : result.kind === 'nothing'
        ? '        Some(()) | None => (),\n'
        : '        Some(Ok(())) => sys::OK,\n        Some(Err(_)) | None => sys::ERROR,\n';
    return [
      `/// # Safety
/// Only for the call that passed it, with the closure's address as \`data\`.
unsafe extern "C" fn called_${snake(key)}_${snake(name)}(
${lowered.map((one) => `    ${one.name}: ${rawType(one)},\n`).join('')})${arrow(rawResult(result))} {
    // SAFETY: the caller's promise.
    let r_closure = unsafe { &mut *data.cast::<&mut dyn ${closureType(type)}>() };
    match self::guarded(|| r_closure(${passed.join(', ')})) {
${arms}    }
}
`,
    ];
  });
}
