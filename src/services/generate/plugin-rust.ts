/** A plugin in Rust to start from that provides a service, as plugin-c.ts has it in C. */

import { canFail } from '../schema/failure.js';
import { namedOf } from '../schema/named.js';
import { identifierOf, snake } from '../schema/names.js';
import type { Handle, Parameter, Service, ServiceFunction, Sized } from '../schema/types.js';
import { easiest, stem } from './plugin.js';
import { namedType } from './rust-named.js';
import {
  answerTypes,
  inputs,
  isScalar,
  outs,
  providerDeclared,
  providerOutcome,
  scalarType,
} from './rust-types.js';

/** src/lib.rs */
export function writePluginRust(service: Service): string {
  const id = identifierOf(service);
  const stubs = Object.entries(service.functions)
    .map(([key, fn]) => stubRust(key, fn))
    .join('\n');
  const test = testRust(service);
  const all = namedOf(service.functions);
  const handles = all.filter(({ kind }) => kind === 'handle');
  const named = all
    .filter(({ kind }) => kind !== 'handle')
    .map(namedType)
    .filter((name) => new RegExp(`\\b${name}\\b`).test(stubs));
  return `//! A mortise plugin: provides ${service.name} ${service.major}.${service.minor}.

use mortise::prelude::*;

#[rustfmt::skip] // written by mortise headers
mod ${id};

use ${id}::{${['Caller', 'Provider', ...named].sort().join(', ')}};

mortise::plugin!();
mortise::provide!(${id}::Table);

/// What this plugin makes of the service. ${id}.rs says what each function should do.
struct Plugin;

impl Provider for Plugin {
${handles.map((type) => `    type ${namedType(type)} = (); // what this plugin has for each\n\n`).join('')}${stubs}}

static TABLE: ${id}::Table = ${id}::table::<Plugin>();

#[mortise::register]
fn register(host: &Host) -> Result<(), Error> {
    host.register_service(&TABLE)
}

${test}`;
}

function stubRust(key: string, fn: ServiceFunction): string {
  const values = [...leastAnswer(fn), ...outs(fn).map(([, type]) => least(type))];
  const value = values.length === 1 ? values[0] : `(${values.join(', ')})`;
  const parameters = ["_caller: &Caller<'_>", ...providerDeclared(key, fn).map((text) => `_${text}`)];
  const type = providerOutcome(fn);
  const arrow = type === '()' ? '' : ` -> ${type}`;
  const line = `    fn ${snake(key)}(${parameters.join(', ')})${arrow} {`;
  const head =
    line.length <= 100
      ? line
      : `    fn ${snake(key)}(\n${parameters.map((one) => `        ${one},\n`).join('')}    )${arrow} {`;
  const body = canFail(fn) ? `Ok(${value})` : value === '()' ? '' : value;
  return body ? `${head}\n        ${body}\n    }\n` : `${head}}\n`;
}

/** The module of unit tests. */
function testRust(service: Service): string {
  const [key, fn] = easiest(service);
  const passed = ['&caller', ...inputs(fn).map(([, type]) => sample(type))];
  // As rustfmt has it, which lets a closure at the end be longer.
  const isShort = passed.join(', ').length <= (passed.at(-1)?.startsWith('&mut |') ? 74 : 60);
  const call = `Plugin::${snake(key)}(${
    isShort ? passed.join(', ') : `\n${passed.map((one) => `            ${one},\n`).join('')}        `
  })`;
  const types = [...answerTypes(fn), ...outs(fn).map(([, type]) => scalarType(type))];
  const value = canFail(fn) ? 'answer.unwrap()' : 'answer';
  const zeros = [...leastAnswer(fn), ...outs(fn).map(([, type]) => least(type))];
  const assertion =
    types.length === 0
      ? 'assert!(answer.is_ok());'
      : types.join() === 'bool'
        ? `assert!(!${value});`
        : `assert_eq!(${value}, ${zeros.length === 1 ? zeros[0] : `(${zeros.join(', ')})`});`;
  const lines =
    fn.result.kind === 'none' && types.length === 0 ? [`${call};`] : [`let answer = ${call};`, assertion];
  return `#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ${stem(key)}_answers() {
        let caller = Caller::testing("tester");
${lines.map((line) => `        ${line}\n`).join('')}    }
}
`;
}

/** The least that may be passed. */
function sample(type: Parameter): string {
  if (type.kind === 'text') return '""';
  if (type.kind === 'bytes') return '&[]';
  if (type.kind === 'buffer') return '&mut [0; 16]';
  if (type.kind === 'span') return '&[]';
  if (type.kind === 'writableSpan') return `&mut [${zero(scalarType(type.of))}; 16]`;
  if (type.kind === 'handle') return '&()';
  if (type.kind === 'record') return `&${least(type)}`;
  if (type.kind !== 'callback') return least(type as Sized);
  const { result } = type;
  const value = isScalar(result) ? zero(scalarType(result)) : result.kind === 'none' ? '{}' : 'Ok(())';
  return `&mut |${Object.keys(type.parameters)
    .map(() => '_')
    .join(', ')}| ${value}`;
}

function leastAnswer({ result }: ServiceFunction): string[] {
  if (result.kind === 'returns') return [result.of.kind === 'text' ? 'String::new()' : 'Vec::<u8>::new()'];
  return isScalar(result) ? [least(result)] : [];
}

/** A value to start with. */
function least(type: Sized | Handle): string {
  if (type.kind === 'handle') return '()';
  if (type.kind === 'record') return `${namedType(type)}::default()`;
  if (type.kind === 'flags') return `${namedType(type)}(0)`;
  if (type.kind === 'enum') return `${namedType(type)}(${Object.values(type.members)[0]})`;
  return zero(scalarType(type));
}

const zero = (type: string): string => (type === 'bool' ? 'false' : type.startsWith('f') ? '0.0' : '0');
