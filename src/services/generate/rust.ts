/** The Rust module of a service: its table, safe calls of it, and a trait for plugins that provide it. */
import { camel, identifierOf, snake } from '../schema/names.js';
import { statedFunctions } from '../schema/signature.js';
import type { Service, ServiceFunction } from '../schema/types.js';
import { aboutService } from './describe.js';
import { client, trampolines } from './rust-client.js';
import { named } from './rust-named.js';
import { provided, shim } from './rust-provider.js';
import { doc, isLater, pointer } from './rust-types.js';

/** The same for the same service, to the byte. */
export function writeRust(service: Service): string {
  const { name, major, minor, functions } = service;
  const id = identifierOf(service);
  const table = `${camel(id)}V${major}`;
  const entries = Object.entries(functions);
  const first = entries.filter(([, fn]) => !isLater(fn));
  const later = entries.slice(first.length);
  const hasMainThread = entries.some(([, { thread }]) => thread !== 'any');
  return `${aboutService(service)
    .map((line) => `//! ${line}`.trimEnd())
    .join('\n')}
//!
//! To call it, in the crate's root:
//! \`\`\`ignore
//! #[rustfmt::skip]
//! mod ${id};
//! mortise::require!(${id}::${table});${minor > 0 ? ` // or (${id}::${table}, ${minor}) for at least ${major}.${minor}` : ''}
//!
//! // In a function; None only where no host is, as in unit tests, or with \`want!\`:
//! let service = ${id}_service.get();
//! \`\`\`
//! To provide it:
//! \`\`\`ignore
//! mortise::provide!(${id}::Table);
//!
//! struct Mine;
//! impl ${id}::Provider for Mine { /* … */ }
//! static TABLE: ${id}::Table = ${id}::table::<Mine>();
//!
//! #[mortise::register]
//! fn register(host: &Host) -> Result<(), Error> {
//!     host.register_service(&TABLE)
//! }
//! \`\`\`
#![allow(dead_code, unsafe_code, unused_imports, clippy::all)]

use ::core::ffi::c_void;
use ::core::mem::{offset_of, size_of};
use ::core::sync::atomic::AtomicBool;
pub use ::mortise::generated::{Bool, Caller};
use ::mortise::generated::{self, Called, Stopped};
use ::mortise::{Error, sys};
use ::std::prelude::rust_2021::*; // for crates that have no_implicit_prelude

static MODULE: generated::Module = generated::Module::new(&crate::module_host, "${name}", ${major});

${named(functions)}${structs(service, table, first, later)}
/// Calls in the name of the plugin that this module is compiled into.${hasMainThread ? '\n/// Those tagged \\[main-thread\\] are refused on other threads, unless the host itself provides the service.' : ''}
impl ${table} {
${entries.map(([key, fn]) => client(key, fn)).join('\n')}}

${provided(table, first, later, minor > 0)}
${entries.map(([key, fn]) => shim(key, fn)).join('\n')}
${entries.flatMap(([key, fn]) => trampolines(key, fn)).join('\n')}`;
}

type Entries = readonly (readonly [string, ServiceFunction])[];

/**
 * The type that callers see has only the functions that every table of the major has: a reference to more than an
 * older provider's table would be undefined behaviour, whether the rest is read or not.
 */
function structs(service: Service, table: string, first: Entries, later: Entries): string {
  const { name, major, minor } = service;
  const about =
    minor === 0
      ? `The table of \`${name}\` ${major}.0, as C has it. Its methods are the safe way to call it.`
      : `What every table of \`${name}\` ${major} starts with, as C has it. Its methods are the safe way to call it.`;
  const base = `/// ${about}
#[repr(C)]
pub struct ${table} {
    /// Bytes of the table.
    size: u32,
    /// 0.
    reserved: u32,
${members(first)}}

#[cfg(target_pointer_width = "64")]
const _: () = {
    ::core::assert!(size_of::<${table}>() == ${8 + 8 * first.length});
${offsets(table, first, 0)}};

${implement(table, service, 0)}`;
  if (minor === 0) {
    return `${base}
/// The table that this plugin provides.
pub type Table = ${table};
`;
  }
  return `${base}
/// The whole table of \`${name}\` ${major}.${minor}, for plugins that provide it.
#[repr(C)]
pub struct Table {
    first: ${table},
${members(later)}}

#[cfg(target_pointer_width = "64")]
const _: () = {
    ::core::assert!(size_of::<Table>() == ${8 + 8 * (first.length + later.length)});
${offsets('Table', later, first.length)}};

${implement('Table', service, minor)}
impl ::core::ops::Deref for Table {
    type Target = ${table};

    fn deref(&self) -> &${table} {
        ::core::ptr::from_ref(self).expose_provenance(); // \`later\` reads behind \`first\`
        &self.first
    }
}
`;
}

const members = (entries: Entries): string =>
  entries.map(([key, fn]) => `${doc(fn, '    ')}\n    pub ${snake(key)}: ${pointer(fn)},\n`).join('');

const offsets = (table: string, entries: Entries, before: number): string =>
  entries
    .map(
      ([key], index) =>
        `    ::core::assert!(offset_of!(${table}, ${snake(key)}) == ${8 + 8 * (before + index)});\n`,
    )
    .join('');

const implement = (type: string, { name, major, functions }: Service, minor: number): string =>
  `// SAFETY: the definition of the service has this layout.
unsafe impl ::mortise::Service for ${type} {
    const NAME: &'static str = "${name}";
    const MAJOR: u16 = ${major};
    const MINOR: u16 = ${minor};
    const SIGNATURE: &'static str = ::core::concat!(
${statedFunctions(functions, minor)
  .map((text, index, all) => `        "${text}${index + 1 < all.length ? ';' : ''}",\n`)
  .join('')}    );
}
`;
