/** How each parameter of C is written into the source of a call. */

import { arrays as arrayKinds } from '../../native/typed-arrays.js';
import { misfit, read, written } from '../schema/checks.js';
import { type CParameter, isSpan, isWritten, representations } from '../schema/lower.js';
import { layoutOf, makeRecord, takeRecord } from '../schema/records.js';
import type { Callback, Handle, Out, RecordOf, Span, Value, WritableSpan } from '../schema/types.js';
import { GivenAnswer } from './answer.js';
import { callbackOf } from './callback.js';
import type { Layout } from './memory.js';

/** Source text of one parameter, for each place of the call where it has a say. */
export interface CallPart {
  /** First: takes the value from `given`, and refuses what isn't of its type. */
  check?: string;
  /** Once all are taken, since a getter may change what was taken before: what C gets of bytes. */
  lend?: string;
  /** Once for each scratch memory: what the parameter sees of that. The same text of several parameters is there once. */
  view?: string | readonly string[];
  /** Just before the call, in scratch memory that is this call's own. */
  reset?: string;
  /** After all resets, since what it makes must be released. */
  bind?: string;
  /** What C is passed. */
  pass: readonly string[];
  /** After the call, when C returned: gives back what it wrote. */
  restore?: string;
  /** After the call, however it ends. */
  release?: string;
  /** A property of the answer. */
  out?: string;
  /** The variable of what must not be collected while the call runs. */
  keep?: string;
  /** What is passed by the address of JavaScript's own memory. */
  bytes?: Passed;
  /** What its free names in the source mean. */
  values?: Readonly<Record<string, unknown>>;
}

interface Passed {
  key: string;
  variable: string;
  isWritten: boolean;
}

/** How much text fits without an allocation, in UTF-16 units; each takes at most 3 bytes. */
const shortText = 680;
/** sizeof(mortise_error), of which the first 4 bytes say so. */
const errorSize = 1032;

const arrays: Record<string, string> = {
  i8: 'Int8Array',
  u8: 'Uint8Array',
  i16: 'Int16Array',
  u16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
  i64: 'BigInt64Array',
  u64: 'BigUint64Array',
  safeInteger: 'BigInt64Array',
  safeUnsigned: 'BigUint64Array',
  enum: 'Int32Array',
  flags: 'Uint32Array',
  f32: 'Float32Array',
  f64: 'Float64Array',
  bool: 'Int32Array',
};

/** All of them, in the order of C. */
export function partsOf(
  lowered: readonly CParameter[],
  layout: Layout,
  isDestroyed: (handle: string) => boolean,
): CallPart[] {
  const parts: CallPart[] = [];
  lowered.forEach((parameter, index) => {
    const part =
      parameter.type?.kind === 'handle'
        ? handle(parameter.of, index, parameter.type, isDestroyed(parameter.type.name))
        : partOf(parameter, index, layout);
    const before = parts.flatMap(({ bytes }) => bytes ?? []);
    parts.push(part.bytes ? { ...part, lend: part.lend + overlaps(part.bytes, before) } : part);
  });
  return parts;
}

function partOf(parameter: CParameter, index: number, layout: Layout): CallPart {
  const { role, of, type } = parameter;
  const key = JSON.stringify(of);
  switch (role) {
    case 'host':
      return { pass: ['host'] };
    case 'value':
      return value(key, index, type as Value);
    case 'data':
      if (isSpan(type)) return span(key, index, type);
      return type?.kind === 'text' ? text(key, index, layout) : memory(key, index, type?.kind === 'buffer');
    case 'record':
      return record(of, index, type as RecordOf, layout);
    case 'function':
      return callback(key, index, type as Callback);
    case 'out':
      return out(key, index, type as Out, layout);
    case 'answer':
      return answer(layout);
    case 'error':
      return error(layout);
    case 'handle': // by partsOf
    case 'size':
    case 'closure':
      return { pass: [] }; // passed with what they belong to
  }
}

const take = (key: string, index: number, isWrong: string): string =>
  `const a${index} = given[${key}]; if (${isWrong}) misuse(${key}, a${index});\n`;

const value = (key: string, index: number, type: Value): CallPart => ({
  check: take(key, index, misfit(type, `a${index}`)),
  pass: [written(type, `a${index}`)],
});

function text(key: string, index: number, layout: Layout): CallPart {
  const [given, at, size, long] = [`a${index}`, `t${index}`, `n${index}`, `l${index}`];
  const offset = layout.take(shortText * 3);
  return {
    check: `${take(key, index, `typeof ${given} !== 'string'`)} let ${long}, ${at}, ${size};\n`,
    view: `const v${index} = Buffer.from(bytes, ${offset}, ${shortText * 3});`,
    reset: `
      if (${given}.length <= ${shortText}) { ${at} = address + ${offset}; ${size} = v${index}.write(${given}); }
      else { ${long} = Buffer.from(${given}); ${at} = addressOf(${long}); ${size} = ${long}.length; }`,
    pass: [at, size],
    keep: long,
  };
}

function memory(key: string, index: number, isWritten: boolean): CallPart {
  const [variable, passed, size] = [`a${index}`, `b${index}`, `n${index}`];
  return {
    check: take(key, index, `!isBytes(${variable})`),
    lend: `
      const ${passed} = lent(${variable}), ${size} = lengthOf(${passed});
      if (${size} === 0 && isDetached(${passed})) taken(${key});\n`,
    pass: [passed, size],
    keep: passed,
    ...(isWritten && {
      restore: `if (${passed} !== ${variable} && !writeBack(${variable}, ${passed})) gone(${key});`,
    }),
    bytes: { key, variable, isWritten },
  };
}

/** The memory of a typed array; a shared one is refused, since Rust and C compilers take it that nobody else writes. */
function span(key: string, index: number, type: Span | WritableSpan): CallPart {
  const [variable, passed, size, kind] = [`a${index}`, `b${index}`, `n${index}`, `s${index}`];
  return {
    check: take(key, index, `!${kind}.is(${variable})`),
    lend: `
      if (!isOwn(${variable})) shared(${key});
      const ${passed} = lent(${variable}, ${kind}.copied), ${size} = lengthOf(${passed});
      if (${size} === 0 && ${kind}.isDetached(${passed})) taken(${key});\n`,
    pass: [passed, `${size} / ${arrayKinds[type.of.kind].bytes}`],
    keep: passed,
    ...(isWritten(type) && {
      restore: `if (${passed} !== ${variable} && !${kind}.writeBack(${variable}, ${passed})) gone(${key});`,
    }),
    bytes: { key, variable, isWritten: isWritten(type) },
    values: { [kind]: arrayKinds[type.of.kind] },
  };
}

/** A plugin may hold on to what it read before it wrote, and in Rust the compiler relies on that. */
function overlaps(bytes: Passed, before: readonly Passed[]): string {
  return before
    .filter(({ isWritten }) => isWritten || bytes.isWritten)
    .map(
      ({ key, variable }) =>
        `if (overlap(${variable}, ${bytes.variable})) overlapping(${key}, ${bytes.key});\n`,
    )
    .join('');
}

const callback = (key: string, index: number, type: Callback): CallPart => ({
  check: take(key, index, `typeof a${index} !== 'function' || isAsyncFunction(a${index})`),
  bind: `const f${index} = wrap${index}(a${index}, caught, receiver);`,
  pass: [`f${index}.pointer`, `f${index}.call`],
  release: `f${index}.release();`,
  values: { [`wrap${index}`]: callbackOf(type) },
});

/** The whole scratch memory as numbers of one kind, for what lies in records. */
const whole = (type: Value): string => `all${arrays[type.kind]}`;
const wholeView = (type: Value): string => `const ${whole(type)} = new ${arrays[type.kind]}(bytes);`;
const numberAt = (type: Value, offset: number): string =>
  `${whole(type)}[${offset / representations[type.kind].bytes}]`;
const isWide = (type: Value): boolean => arrays[type.kind]?.startsWith('Big') ?? false;

/** Its numbers, in scratch memory. */
function record(of: string, index: number, type: RecordOf, layout: Layout): CallPart {
  const [key, variable] = [JSON.stringify(of), `a${index}`];
  const offset = layout.take(layoutOf(type).bytes);
  const { variables, source, leaves, values } = takeRecord(type, variable, of, {
    misfit,
    wrong: (path, value) => `misuse(${JSON.stringify(path)}, ${value});`,
  });
  return {
    check: `
      const ${variable} = given[${key}]; let ${variables.join(', ')};
      try { ${source} } catch (error) { unread(${key}, error); }\n`,
    view: leaves.map(({ type }) => wholeView(type)),
    reset: leaves
      .map(({ variable, type, offset: at }) => {
        const value = written(type, variable);
        return `${numberAt(type, offset + at)} = ${isWide(type) ? `BigInt(${value})` : value};`;
      })
      .join(' '),
    pass: [`address + ${offset}`],
    values,
  };
}

/** Looked at just before the call: a getter, or what runs while a call on the pool waits, could destroy it. */
function handle(of: string, index: number, type: Handle, destroys: boolean): CallPart {
  const [key, given, name] = [JSON.stringify(of), `a${index}`, JSON.stringify(type.name)];
  const refuse = `{ const why = faultOf(${given}, lease, ${name}, ${destroys}); if (why !== undefined) badHandle(why, ${key}, ${given}); }`;
  return {
    check: `const ${given} = given[${key}]; ${refuse}\n`,
    reset: refuse,
    ...(destroys ? { pass: [`give(${given})`] } : { pass: [`enter(${given})`], release: `leave(${given});` }),
  };
}

function handleOut(key: string, index: number, type: Handle, layout: Layout): CallPart {
  const offset = layout.take(8);
  return {
    view: `const v${index} = new BigUint64Array(bytes, ${offset}, 1);`,
    reset: `v${index}[0] = 0n;`,
    pass: [`address + ${offset}`],
    out: `${key}: handleOf(Number(v${index}[0]), ${JSON.stringify(type.name)})`,
  };
}

function recordOut(key: string, type: RecordOf, layout: Layout): CallPart {
  const { bytes } = layoutOf(type);
  const offset = layout.take(bytes);
  const views = new Set<string>(['const allBytes = new Uint8Array(bytes);']);
  const made = makeRecord(type, (of, at) => {
    views.add(wholeView(of));
    return read(of, numberAt(of, offset + at));
  });
  return {
    view: [...views],
    reset: `allBytes.fill(0, ${offset}, ${offset + bytes});`,
    pass: [`address + ${offset}`],
    out: `${key}: ${made}`,
  };
}

function out(key: string, index: number, { of }: Out, layout: Layout): CallPart {
  if (of.kind === 'record') return recordOut(key, of, layout);
  if (of.kind === 'handle') return handleOut(key, index, of, layout);
  const [offset, array] = [layout.take(8), arrays[of.kind]];
  return {
    view: `const v${index} = new ${array}(bytes, ${offset}, 1);`,
    reset: `v${index}[0] = ${array?.startsWith('Big') ? '0n' : '0'};`,
    pass: [`address + ${offset}`],
    out: `${key}: ${read(of, `v${index}[0]`)}`,
  };
}

function answer(layout: Layout): CallPart {
  const offset = layout.take(GivenAnswer.bytes);
  return {
    view: `const given_ = new GivenAnswer(bytes, address, ${offset});`,
    reset: 'given_.reset();',
    pass: [`address + ${offset}`],
    release: 'given_.release();',
    values: { GivenAnswer },
  };
}

function error(layout: Layout): CallPart {
  const offset = layout.take(errorSize);
  return {
    view: `const e = Buffer.from(bytes, ${offset}, ${errorSize}); e.writeUInt32LE(${errorSize});`,
    reset: 'e[8] = 0;',
    pass: [`address + ${offset}`],
  };
}
