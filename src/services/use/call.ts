/** A function of a plugin, as TypeScript calls it. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';
import { koffi, prototype } from '../../native/koffi.js';
import { copyOf, textOf } from '../../native/memory.js';
import { misfit, read, written } from '../schema/checks.js';
import { compile } from '../schema/compile.js';
import { koffiResult, koffiType, lower, lowerCallback, representations } from '../schema/lower.js';
import { safe } from '../schema/safe.js';
import type { Callback, Result, Scalar, ServiceFunction } from '../schema/types.js';

/** A use of one plugin's table that ends when the plugin stops. */
export interface Lease {
  readonly plugin: string;
  /** False when nothing of the plugin may be called any more. */
  live: boolean;
  /** Calls on pool threads that haven't come back. */
  running: number;
}

export interface CallOptions {
  /** For messages: "shop.price_rule". */
  service: string;
  name: string;
  /** Where the plugin's function lies. */
  address: bigint;
  /** The address of the host table that says who calls. */
  host: number;
  lease: Lease;
  /** Throws: nothing may be called any more. */
  refuse(): never;
}

type Called = (given?: unknown) => unknown;

/** How much text fits without an allocation, in UTF-16 units; each takes at most 3 bytes. */
const shortText = 680;

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
  f32: 'Float32Array',
  f64: 'Float64Array',
  bool: 'Int32Array',
};

/** The function, called on this thread. */
export function calling(fn: ServiceFunction, options: CallOptions): Called {
  return write(fn, options, false);
}

/** The function, called on a thread of koffi's pool; it answers promises. */
export function callingAsync(fn: ServiceFunction, options: CallOptions): Called {
  return write(fn, options, true);
}

/** Memory for what one call gives back, and for its short texts. */
interface Scratch {
  bytes: ArrayBuffer;
  address: number;
}

function write(fn: ServiceFunction, options: CallOptions, isAsync: boolean): Called {
  const lowered = lower(fn);
  const type = prototype(
    koffiResult(fn.result),
    lowered.map((parameter) => (parameter.role === 'function' ? 'void *' : koffiType(parameter, 'call'))),
  );
  const native = koffi().decode(options.address, type) as ((...raw: unknown[]) => unknown) & {
    async: (...raw: unknown[]) => void;
  };
  const values: Record<string, unknown> = {};
  const checks: string[] = [];
  const views: string[] = [];
  const resets: string[] = [];
  const raw: string[] = [];
  const outs: string[] = [];
  const callbacks: string[] = [];
  const kept: string[] = [];
  /** What is passed by address, by the name of its variable. */
  const passed: { key: string; value: string; isWritten: boolean }[] = [];
  let room = 0;
  lowered.forEach(({ role, of, type: parameter }, index) => {
    const key = JSON.stringify(of);
    const value = `a${index}`;
    const get = `const ${value} = given[${key}];`;
    if (role === 'host') raw.push('host');
    if (role === 'value') {
      checks.push(get, `if (${misfit(parameter as Scalar, value)}) misuse(${key}, ${value});`);
      raw.push(written(parameter as Scalar, value));
    }
    if (role === 'data' && parameter?.kind === 'text') {
      const [at, size, long] = [`t${index}`, `n${index}`, `l${index}`];
      checks.push(get, `if (typeof ${value} !== 'string') misuse(${key}, ${value});`);
      checks.push(`let ${long}, ${at}, ${size};`);
      // Not in the loop of the others: the scratch memory of this call must be its own by now.
      resets.push(
        `if (${value}.length <= ${shortText}) { ${at} = address + ${room}; ${size} = v${index}.write(${value}); }
         else { ${long} = Buffer.from(${value}); ${at} = addressOf(${long}); ${size} = ${long}.length; }`,
      );
      views.push(`const v${index} = Buffer.from(bytes, ${room}, ${shortText * 3});`);
      room += shortText * 3;
      kept.push(long);
      raw.push(at, size);
    } else if (role === 'data') {
      checks.push(get, `if (!(${value} instanceof Uint8Array)) misuse(${key}, ${value});`);
      // A plugin may hold on to what it read before it wrote, and in Rust the compiler relies on that.
      for (const other of passed) {
        if (parameter?.kind !== 'buffer' && !other.isWritten) continue;
        checks.push(`if (overlap(${other.value}, ${value})) overlapping(${other.key}, ${key});`);
      }
      passed.push({ key, value, isWritten: parameter?.kind === 'buffer' });
      kept.push(value);
      raw.push(value, `${value}.length`);
    }
    if (role === 'function') {
      values[`wrap${index}`] = callbackOf(parameter as Callback);
      checks.push(get, `if (typeof ${value} !== 'function') misuse(${key}, ${value});`);
      callbacks.push(`const f${index} = wrap${index}(${value}, caught);`);
      raw.push(`f${index}.pointer`, '0');
    }
    if (role === 'out' && parameter?.kind === 'out') {
      const { kind } = parameter.of;
      room = Math.ceil(room / 8) * 8;
      views.push(`const v${index} = new ${arrays[kind]}(bytes, ${room}, 1);`);
      resets.push(`v${index}[0] = ${arrays[kind]?.startsWith('Big') ? '0n' : '0'};`);
      raw.push(`address + ${room}`);
      outs.push(`${key}: ${read(parameter.of, `v${index}[0]`)}`);
      room += 8;
    }
    if (role === 'error') {
      room = Math.ceil(room / 8) * 8;
      views.push(`const e = Buffer.from(bytes, ${room}, 1032); e.writeUInt32LE(1032);`);
      resets.push('e[8] = 0;');
      raw.push(`address + ${room}`);
      room += 1032;
    }
  });
  const hasScratch = room > 0;
  const hasCallbacks = callbacks.length > 0;
  const message = lowered.some(({ role }) => role === 'error') ? 'messageIn(e)' : "''";
  const isStatus = fn.result.kind === 'status' || fn.result.kind === 'statusWithMessage';
  const finish = `
    ${hasCallbacks ? 'if (caught.error) throw stopped(caught.error.thrown);' : ''}
    ${isStatus ? `if (answer !== 0) failed(answer, ${message});` : ''}
    return ${answerOf(fn.result, outs)};`;
  const takesNothing = checks.length === 0;
  const given = takesNothing ? '' : 'given';
  const start = `
    if (!lease.live) refuse();
    ${takesNothing ? '' : "if (typeof given !== 'object' || given === null) misuse('', given);"}
    ${checks.join('\n')}`;
  const scratch = hasScratch ? 'const { bytes, address } = scratch();' : '';
  const prepare = `${hasCallbacks ? 'const caught = {};' : ''} ${resets.join('\n')} ${callbacks.join('\n')}`;
  const release = lowered
    .map(({ role }, index) => (role === 'function' ? `f${index}.release();` : ''))
    .join(' ');
  const source = isAsync
    ? `return async function (${given}) {
        ${start}
        ${scratch} ${views.join('\n')}
        const wait = turn();
        if (wait) await wait;
        try {
          if (!lease.live) refuse();
          ${prepare}
          lease.running++;
          try {
            const answer = await new Promise((resolve, reject) => {
              native.async(${[...raw, '(error, answer) => (error ? reject(error) : resolve(answer))'].join(', ')});
            });
            ${finish}
          } finally { lease.running--; ${release} keep(${[...(hasScratch ? ['bytes'] : []), ...kept].join(', ')}); }
        } finally { next(); }
      };`
    : `${scratch} ${views.join('\n')}
      ${hasScratch ? 'let busy = false;' : ''}
      return function (${given}) {
        ${start}
        ${hasScratch ? `if (busy) return again()(${given});` : ''}
        ${hasScratch || hasCallbacks ? `${hasScratch ? 'busy = true;' : ''} ${prepare} try {` : ''}
        const answer = native(${raw.join(', ')});
        ${finish}
        ${hasScratch || hasCallbacks ? `} finally { ${hasScratch ? 'busy = false;' : ''} ${release} }` : ''}
      };`;
  const { service, name, lease } = options;
  const subject = `${service} of ${lease.plugin}`;
  return compile<Called>(source, {
    ...values,
    native,
    host: options.host,
    lease,
    Buffer,
    addressOf,
    overlap,
    safe: (value: bigint) => {
      try {
        return safe(value);
      } catch (cause) {
        throw fault(subject, name, (cause as Error).message, 'a safe integer', String(value), cause);
      }
    },
    messageIn,
    refuse: options.refuse,
    scratch: () => allocate(room),
    again: () => write(fn, options, false),
    turn,
    next,
    keep: () => {}, // what is named after the call isn't collected during it
    misuse: (key: string, found: unknown): never => misuse(subject, name, fn, key, found),
    overlapping: (first: string, second: string): never => overlapping(subject, name, first, second),
    stopped: (thrown: unknown) =>
      fault(
        subject,
        name,
        `a callback threw: ${thrown instanceof Error ? thrown.message : shown(thrown)}`,
        'callbacks that answer',
        shown(thrown instanceof Error ? thrown.message : thrown),
        thrown,
      ),
    failed: (answer: number, said: string): never => {
      throw fault(
        subject,
        name,
        said || `${name} answered ${answer} and gave no reason`,
        'MORTISE_OK (0)',
        String(answer),
      );
    },
  });
}

function answerOf(result: Result, outs: readonly string[]): string {
  const value = Object.hasOwn(representations, result.kind) ? read(result as Scalar, 'answer') : undefined;
  if (outs.length === 0) return value ?? 'undefined';
  return `{ ${[...(value === undefined ? [] : [`result: ${value}`]), ...outs].join(', ')} }`;
}

/** Never freed before its users: a call on a pool thread holds it. */
function allocate(size: number): Scratch {
  const bytes = new ArrayBuffer(size);
  return { bytes, address: Number(koffi().address(bytes)) };
}

/** Whether two arrays share a byte. */
function overlap(a: Uint8Array, b: Uint8Array): boolean {
  let [startA, startB] = [a.byteOffset, b.byteOffset];
  if (a.buffer !== b.buffer) {
    // One memory may have several SharedArrayBuffers.
    if (a.buffer instanceof ArrayBuffer || b.buffer instanceof ArrayBuffer) return false;
    [startA, startB] = [Number(koffi().address(a)), Number(koffi().address(b))];
  }
  return Math.max(startA, startB) < Math.min(startA + a.length, startB + b.length);
}

const addressOf = (buffer: Buffer): number => Number(koffi().address(buffer));

function messageIn(error: Buffer): string {
  const end = error.indexOf(0, 8);
  return error.toString('utf8', 8, end < 0 ? error.length : end);
}

/** A JavaScript function as C gets it, for the length of one call. What it throws is kept, and C sees a failure. */
function callbackOf(type: Callback) {
  const lowered = lowerCallback(type);
  const result = koffiResult(type.result);
  const pointerType = koffi().pointer(
    prototype(
      result,
      lowered.map((parameter) => koffiType(parameter, 'answer')),
    ),
  );
  const inputs: string[] = [];
  lowered.forEach(({ role, of, type: parameter }, index) => {
    const key = JSON.stringify(of);
    if (role === 'value') inputs.push(`${key}: ${read(parameter as Scalar, `p${index}`)}`);
    if (role === 'data') {
      const get = parameter?.kind === 'text' ? 'textOf(' : 'copyOf(';
      inputs.push(`${key}: ${get}p${index}, p${index + 1})${parameter?.kind === 'text' ? '' : '.bytes'}`);
    }
  });
  const isNumber = Object.hasOwn(representations, type.result.kind);
  const failure = result === 'void' ? 'undefined' : isNumber ? '0' : '-1';
  const answer = isNumber
    ? `if (${misfit(type.result as Scalar, 'result')}) throw new TypeError('a callback answered ' + typeof result + ' instead of ${type.result.kind}');
       return ${written(type.result as Scalar, 'result')};`
    : `return ${result === 'void' ? 'undefined' : '0'};`;
  const make = compile<(given: unknown, caught: object) => (...raw: number[]) => unknown>(
    `return (given, caught) => (${lowered.map((_, index) => `p${index}`).join(', ')}) => {
      try {
        if (caught.error) return ${failure};
        const result = given({ ${inputs.join(', ')} });
        ${answer}
      } catch (thrown) {
        caught.error = { thrown };
        return ${failure};
      }
    };`,
    { safe, textOf, copyOf },
  );
  return (given: unknown, caught: object) => {
    const pointer = koffi().register(make(given, caught), pointerType);
    return { pointer, release: () => koffi().unregister(pointer) };
  };
}

function fault(
  subject: string,
  where: string,
  message: string,
  expected: string,
  found: string,
  cause?: unknown,
): MortiseError {
  return new MortiseError(
    {
      code: 'MORTISE_ERR_SERVICE_FAILED',
      message,
      subject,
      where,
      expected,
      found,
      remedy: 'The plugin’s documentation should say what the message asks for.',
    },
    cause === undefined ? undefined : { cause },
  );
}

function misuse(subject: string, name: string, fn: ServiceFunction, key: string, found: unknown): never {
  const type = fn.parameters[key]?.kind ?? `an object with ${Object.keys(fn.parameters).join(', ')}`;
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: key === '' ? `${name} takes ${type}` : `${key} is not ${type}`,
    subject,
    where: key === '' ? name : `${name}({ ${key} })`,
    expected: type,
    found: found === undefined ? 'nothing' : `${typeof found} ${shown(found)}`,
    remedy: 'Pass what the schema says.',
  });
}

function overlapping(subject: string, name: string, first: string, second: string): never {
  throw new MortiseError({
    code: 'MORTISE_ERR_PLUGIN_ARGUMENT',
    message: `${first} and ${second} share bytes, and the plugin writes to them`,
    subject,
    where: `${name}({ ${first}, ${second} })`,
    expected: 'memory of its own for what is written to',
    found: 'two parts of one buffer that overlap',
    remedy: 'Pass a copy of one of them.',
  });
}

/** koffi queues calls on its pool up to a limit and then throws; here those beyond wait for their turn. */
const mostRunning = 64;
let running = 0;
const waiting: (() => void)[] = [];

function turn(): Promise<void> | undefined {
  if (running < mostRunning) {
    running++;
    return undefined;
  }
  return new Promise((resolve) => waiting.push(resolve));
}

function next(): void {
  const first = waiting.shift();
  if (first) first();
  else running--;
}
