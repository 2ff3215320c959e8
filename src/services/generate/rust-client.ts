/** The calling side of a service in Rust: methods of the table, and the C functions behind their callbacks. */
import { lower, lowerCallback } from '../schema/lower.js';
import { snake } from '../schema/names.js';
import type { Scalar, ServiceFunction } from '../schema/types.js';
import {
  arrow,
  canFail,
  closureType,
  declared,
  doc,
  fromRaw,
  inputs,
  isLater,
  isScalar,
  outcomeType,
  outs,
  pointer,
  rawResult,
  rawType,
  sizeOf,
  toRaw,
  tuple,
  zero,
} from './rust-types.js';

/** A safe method that calls the table; of a function that came later, only where the table has it. */
export function client(key: string, fn: ServiceFunction): string {
  const member = snake(key);
  const later = isLater(fn);
  const answer = (value: string) => (later ? `Some(${value})` : value);
  const lines: string[] = [];
  if (later) {
    lines.push(
      '// SAFETY: a table that is this long has this function there.',
      `let function_: ${pointer(fn)} = unsafe { self::later(self, offset_of!(Table, ${member})) }?;`,
    );
  }
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
  const call = `unsafe { ${later ? 'function_' : `(self.${member})`}(${passed.join(', ')}) }`;
  const values = outs(fn).map(([name, type]) => fromRaw(type, name));
  lines.push('// SAFETY: the table has this layout, and what is passed outlives the call.');
  if (fn.result.kind === 'explained') {
    lines.push(`if ${call} != sys::OK {`, `    return ${answer('Err(self::said(&error))')};`, '}');
  } else if (fn.result.kind === 'status' && later) {
    lines.push(`if let Err(error_) = self::status(${call}) {`, '    return Some(Err(error_));', '}');
  } else if (fn.result.kind === 'status') {
    lines.push(`self::status(${call})?;`);
  } else if (isScalar(fn.result)) {
    lines.push(`let result = ${call};`);
    values.unshift(fromRaw(fn.result, 'result'));
  } else {
    lines.push(`${call};`);
  }
  const value = canFail(fn) ? `Ok(${tuple(values)})` : tuple(values);
  // No tail at all where there is nothing to answer.
  if (answer(value) !== '()') lines.push(answer(value));
  const outcome = later ? `Option<${outcomeType(fn)}>` : outcomeType(fn);
  return `${doc(fn, '    ')}${later ? '\n    ///\n    /// `None` when whoever provides the service is older.' : ''}
    pub fn ${member}(${['&self', ...declared(fn)].join(', ')})${arrow(outcome)} {
${lines.map((line) => `        ${line}`).join('\n')}
    }
`;
}

/** For each callback that a caller passes: the C function that calls a closure. */
export function trampolines(key: string, fn: ServiceFunction): string[] {
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
      ? `        Ok(value) => ${toRaw(result, 'value')},\n        Err(_) => ${zero(result)},\n`
      : result.kind === 'nothing'
        ? '        Ok(()) | Err(_) => (),\n'
        : '        Ok(Ok(())) => sys::OK,\n        Ok(Err(_)) | Err(_) => sys::ERROR,\n';
    return [
      `/// # Safety
/// Only for the call that passed it, with the closure's address as \`data\`.
unsafe extern "C" fn called_${snake(key)}_${snake(name)}(
${lowered.map((one) => `    ${one.name}: ${rawType(one)},\n`).join('')})${arrow(rawResult(result))} {
    // SAFETY: the caller's promise.
    let closure_ = unsafe { &mut *data.cast::<&mut dyn ${closureType(type)}>() };
    match self::guarded("${key}'s ${name}", || closure_(${passed.join(', ')})) {
${arms}    }
}
`,
    ];
  });
}
