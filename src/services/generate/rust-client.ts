/** The calling side of a service in Rust: methods of the table, and the C functions behind their callbacks. */
import { canFail } from '../schema/failure.js';
import { isWritten, lower, lowerCallback, saysWhy } from '../schema/lower.js';
import { snake } from '../schema/names.js';
import type { ServiceFunction, Value } from '../schema/types.js';
import {
  arrow,
  closureType,
  declared,
  doc,
  failureValue,
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

/** What callers in Rust must know beside what the header says. */
function alsoSaid(fn: ServiceFunction): string {
  const hasCallbacks = inputs(fn).some(([, { kind }]) => kind === 'callback');
  const hasHandles = inputs(fn).some(([, { kind }]) => kind === 'handle');
  const paragraphs = [
    hasHandles
      ? '# Safety\n    /// Handles are those that this table gave, and that were not destroyed.'
      : '',
    isLater(fn) ? '`None` when whoever provides the service is older.' : '',
    hasCallbacks
      ? `A panic of a closure goes on once the function has returned${canFail(fn) ? ', and an `Err` of one is what this answers' : ''}.`
      : '',
  ];
  return paragraphs
    .filter(Boolean)
    .map((text) => `\n    ///\n    /// ${text}`)
    .join('');
}

/** A safe method that calls the table; of a function that came later, only where the table has it. */
export function client(key: string, fn: ServiceFunction): string {
  const member = snake(key);
  const later = isLater(fn);
  const answer = (value: string) => (later ? `Some(${value})` : value);
  const lines: string[] = [];
  if (later) {
    lines.push(
      '// SAFETY: a table that is this long has this function there.',
      `let function_: ${pointer(fn)} = unsafe { generated::later(self, self.size, offset_of!(Table, ${member})) }?;`,
    );
  }
  if (fn.thread !== 'any') {
    lines.push(
      'if !MODULE.may_call() {',
      ...(canFail(fn)
        ? [`    return ${answer(`Err(MODULE.elsewhere("${key}").into())`)};`]
        : [
            '    static SAID_: AtomicBool = AtomicBool::new(false);',
            `    MODULE.say_elsewhere("${key}", &SAID_);`,
            `    return ${answer(failureValue(fn))};`,
          ]),
      '}',
    );
  }
  for (const [name, type] of outs(fn)) lines.push(`let mut ${name} = ${zero(type)};`);
  if (fn.result.kind === 'returns') lines.push('let mut answer = generated::Answer::new();');
  if (saysWhy(fn.result)) lines.push('let mut error = generated::no_error();');
  const callbacks = inputs(fn).filter(([, { kind }]) => kind === 'callback');
  if (callbacks.length > 0) lines.push('let stopped_ = Stopped::default();');
  for (const [name] of callbacks) {
    lines.push(`let ${snake(name)} = Called::new(&MODULE, "${key}'s ${name}", ${snake(name)}, &stopped_);`);
  }
  const passed = lower(fn).map(({ role, name, beside, type }) => {
    if (role === 'host') return 'MODULE.host()';
    if (role === 'out') return `&raw mut ${name}`;
    if (role === 'handle') return name;
    if (role === 'record') return `::core::ptr::from_ref(${name})`;
    if (role === 'answer') return 'answer.place()';
    if (role === 'error') return '&raw mut error';
    if (role === 'data') return type && isWritten(type) ? `${name}.as_mut_ptr()` : `${name}.as_ptr()`;
    if (role === 'size') return `${beside}.len() as u64`;
    if (role === 'function') return calledName(member, name);
    if (role === 'closure') return `(&raw const ${beside}).cast_mut().cast()`;
    return toRaw(type as Value, name);
  });
  const call = `unsafe { ${later ? 'function_' : `(self.${member})`}(${passed.join(', ')}) }`;
  const values = outs(fn).map(([name, type]) => fromRaw(type, name));
  lines.push('// SAFETY: the table has this layout, and what is passed outlives the call.');
  if (canFail(fn)) {
    lines.push(`let status_ = ${call};`);
    const fails = [
      ...(callbacks.length > 0 ? ['stopped_.finish()'] : []),
      saysWhy(fn.result) ? 'generated::status_with_message(status_, &error)' : 'generated::status(status_)',
    ];
    for (const fail of fails) {
      if (later) lines.push(`if let Err(error_) = ${fail} {`, '    return Some(Err(error_));', '}');
      else lines.push(`${fail}?;`);
    }
    if (fn.result.kind === 'returns') {
      const given = `answer.${fn.result.of.kind}()`;
      if (later) {
        lines.push(
          `let given_ = match ${given} {`,
          '    Ok(given_) => given_,',
          '    Err(error_) => return Some(Err(error_)),',
          '};',
        );
      } else lines.push(`let given_ = ${given}?;`);
      values.unshift('given_');
    }
  } else {
    lines.push(isScalar(fn.result) ? `let result = ${call};` : `${call};`);
    if (isScalar(fn.result)) values.unshift(fromRaw(fn.result, 'result'));
    if (callbacks.length > 0) lines.push(`stopped_.finish_and_log(&MODULE, "${key}");`);
  }
  const value = canFail(fn) ? `Ok(${tuple(values)})` : tuple(values);
  // No tail at all where there is nothing to answer.
  if (answer(value) !== '()') lines.push(answer(value));
  const outcome = later ? `Option<${outcomeType(fn)}>` : outcomeType(fn);
  const isUnsafe = inputs(fn).some(([, { kind }]) => kind === 'handle');
  return `${doc(fn, '    ')}${alsoSaid(fn)}
    pub ${isUnsafe ? 'unsafe ' : ''}fn ${member}(${['&self', ...declared(fn)].join(', ')})${arrow(outcome)} {
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
      if (of.kind === 'text')
        return `&String::from_utf8_lossy(unsafe { generated::bytes(${at}, ${sizeOf(at)}) })`;
      if (of.kind === 'bytes') return `unsafe { generated::bytes(${at}, ${sizeOf(at)}) }`;
      return fromRaw(of, at);
    });
    const { result } = type;
    const call = `called_.call(|closure_| closure_(${passed.join(', ')}))`;
    const body = isScalar(result)
      ? `    match ${call} {\n        Some(value) => ${toRaw(result, 'value')},\n        None => ${zero(result)},\n    }\n`
      : result.kind === 'none'
        ? `    ${call};\n`
        : `    called_.status(${call})\n`;
    return [
      `/// # Safety
/// Only for the call that passed it, with the address of its Called as \`${lowered[0]?.name}\`.
unsafe extern "C" fn ${calledName(snake(key), snake(name))}(
${lowered.map((one) => `    ${one.name}: ${rawType(one)},\n`).join('')})${arrow(rawResult(result))} {
    // SAFETY: the caller's promise.
    let called_ = unsafe { &*${lowered[0]?.name}.cast::<Called<'_, dyn ${closureType(type)} + '_>>() };
${body}}
`,
    ];
  });
}

/** `use_` and `visit` → `called_use_visit`: Rust warns of two `_`. */
const calledName = (member: string, name: string): string => `called_${member.replace(/_$/, '')}_${name}`;
