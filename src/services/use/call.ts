/** A function of a plugin, as TypeScript calls it. */
import { isAsyncFunction } from 'node:util/types';
import type { Problem } from '../../errors.js';
import type { NativeCallCount } from '../../native/addon.js';
import { bindFunction } from '../../native/functions.js';
import { isBytes, isDetached, isOwn, lengthOf, writeBack } from '../../native/views.js';
import { callbacks, lent, lentLong } from '../reentry.js';
import { read } from '../schema/checks.js';
import { compile } from '../schema/compile.js';
import { canFail } from '../schema/failure.js';
import { type CParameter, lower, parameterType, representations, resultType } from '../schema/lower.js';
import { oddField } from '../schema/records.js';
import { safe } from '../schema/safe.js';
import type { Result, Scalar, ServiceFunction } from '../schema/types.js';
import { answerSource } from './answer.js';
import { type HandleFault, type Owner, ServiceHandle } from './handle.js';
import { addressOf, allocate, Layout, messageIn, overlap } from './memory.js';
import { type CallPart, partsOf } from './parts.js';
import {
  additional,
  badHandle,
  fault,
  gone,
  misuse,
  overlapping,
  shared,
  stopped,
  taken,
  unread,
} from './problems.js';
import { next, turn } from './turns.js';

/** A use of one plugin's table that ends when the plugin stops. */
export interface Lease extends Owner {
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
  /** Where its calls are counted; undefined: nowhere. */
  count?: NativeCallCount;
  /** Ends handles of the plugin, by the name of their type. */
  destroyers: ReadonlyMap<string, (address: number) => void>;
  /** Throws: nothing may be called any more. */
  refuse(): never;
  /** Hears what the plugin did wrong. */
  report(plugin: string, problem: Problem): void;
}

type Called = (given?: unknown) => unknown;

/** The function, called on this thread. */
export function calling(fn: ServiceFunction, options: CallOptions): Called {
  return write(fn, options, onThisThread);
}

/** The function, called on a thread of Node.js’s pool; it answers promises. */
export function callingAsync(fn: ServiceFunction, options: CallOptions): Called {
  return write(fn, options, onPool);
}

function write(fn: ServiceFunction, options: CallOptions, form: (pieces: Pieces) => string): Called {
  const lowered = lower(fn);
  const layout = new Layout();
  const parts = partsOf(lowered, layout, (name) => {
    return Object.values(fn.parameters).some(
      (type) => type.kind === 'handle' && type.name === name && type.destroy === options.name,
    );
  });
  return compile<Called>(form(piecesOf(fn, parts, layout)), {
    ...Object.assign({}, ...parts.map(({ values }) => values)),
    ...namesOf(fn, options, layout),
    native: nativeOf(fn, lowered, options),
    // Whoever calls the callbacks, or the event loop, runs JavaScript before the call has ended.
    lent: form === onPool || lowered.some(({ role }) => role === 'function') ? lentLong : lent,
  });
}

function nativeOf(
  fn: ServiceFunction,
  lowered: readonly CParameter[],
  { address, name, service, lease, count }: CallOptions,
): unknown {
  const signature = { result: resultType(fn.result), parameters: lowered.map(parameterType) };
  return bindFunction(address, signature, `${name} of ${service} of ${lease.plugin}`, count);
}

/** The source of a call, piece by piece. */
interface Pieces {
  /** The parameter's name, when the function takes one. */
  given: string;
  /** Refuses calls that may not be, and arguments that don't fit. */
  start: string;
  /** Once no getter can run any more. */
  lend: string;
  hasScratch: boolean;
  /** Whether there is something to release. */
  isReleased: boolean;
  hasCallbacks: boolean;
  /** Makes scratch memory, and what parameters see of it. */
  views: string;
  /** Before the call. */
  prepare: string;
  /** What C is passed. */
  passed: readonly string[];
  /** Makes of C's `answer` what the caller gets. */
  finish: string;
  /** After the call, however it ends. */
  release: string;
  /** Variables of what must not be collected while the call runs. */
  kept: readonly string[];
}

function piecesOf(fn: ServiceFunction, parts: readonly CallPart[], layout: Layout): Pieces {
  const all = (
    piece: 'check' | 'lend' | 'view' | 'reset' | 'bind' | 'restore' | 'release' | 'out' | 'keep',
  ): string[] => parts.flatMap((part) => part[piece] ?? []);
  const takesNothing = all('check').length === 0;
  const hasCallbacks = all('bind').length > 0;
  const hasScratch = layout.size > 0;
  return {
    given: takesNothing ? '' : 'given',
    start: `
      if (!lease.live) refuse();
      ${takesNothing ? '' : "if (typeof given !== 'object' || given === null) misuse('', given);"}
      ${all('check').join('')}`,
    lend: all('lend').join(''),
    hasScratch,
    isReleased: all('release').length > 0,
    hasCallbacks,
    views: `${hasScratch ? 'const { bytes, address } = scratch();' : ''} ${[...new Set(all('view'))].join('\n')}`,
    prepare: `
      ${hasCallbacks ? 'const caught = {};' : ''} ${[...all('reset'), ...all('bind')].join('\n')}
      ${hasCallbacks ? 'callbacks(1);' : ''}`,
    passed: parts.flatMap(({ pass }) => pass),
    finish: `
      ${all('restore').join('\n')}
      ${hasCallbacks ? 'if (caught.error) throw stopped(caught.error.thrown);' : ''}
      ${canFail(fn) ? `if (answer !== 0) failed(answer, ${fn.result.kind === 'status' ? "''" : 'messageIn(e)'});` : ''}
      return ${answerOf(fn.result, all('out'))};`,
    release: `${hasCallbacks ? 'callbacks(-1);' : ''} ${all('release').join(' ')}`,
    kept: [...(hasScratch ? ['bytes'] : []), ...all('keep')],
  };
}

function answerOf(result: Result, outs: readonly string[]): string {
  const value =
    result.kind === 'returns'
      ? answerSource(result, 'given_')
      : Object.hasOwn(representations, result.kind)
        ? read(result as Scalar, 'answer')
        : undefined;
  if (outs.length === 0) return value ?? 'undefined';
  return `{ ${[...(value === undefined ? [] : [`result: ${value}`]), ...outs].join(', ')} }`;
}

/** One scratch memory for all calls; a call within a call of the same function gets a function of its own. */
function onThisThread(pieces: Pieces): string {
  const { given, start, lend, hasScratch, isReleased, views, prepare, passed, finish, release } = pieces;
  const call = `const answer = native(${passed.join(', ')}); ${finish}`;
  const guarded = `
    ${prepare}
    ${hasScratch ? 'busy = true;' : ''}
    try { ${call} } finally { ${hasScratch ? 'busy = false;' : ''} ${release} }`;
  return `
    ${views}
    ${hasScratch ? 'let busy = false;' : ''}
    return function (${given}) {
      ${start}
      ${hasScratch ? `if (busy) return again()(${given});` : ''}
      ${lend}
      ${hasScratch || isReleased ? guarded : call}
    };`;
}

/** Scratch memory for each call, since several run at a time. */
function onPool({ given, start, lend, views, prepare, passed, finish, release, kept }: Pieces): string {
  const settle = '(error, answer) => (error ? reject(error) : resolve(answer))';
  return `
    return async function (${given}) {
      ${start}
      ${lend}
      ${views}
      const wait = turn();
      if (wait) await wait;
      try {
        if (!lease.live) refuse();
        ${prepare}
        lease.running++;
        try {
          const answer = await new Promise((resolve, reject) => {
            native.async(${[...passed, settle].join(', ')});
          });
          ${finish}
        } finally { lease.running--; ${release} keep(${kept.join(', ')}); }
      } finally { next(); }
    };`;
}

/** What the free names of the source mean. */
function namesOf(fn: ServiceFunction, options: CallOptions, layout: Layout): Record<string, unknown> {
  const { service, name, lease } = options;
  const subject = `${service} of ${lease.plugin}`;
  return {
    receiver: options,
    host: options.host,
    lease,
    Buffer,
    addressOf,
    overlap,
    isBytes,
    isAsyncFunction,
    lengthOf,
    writeBack,
    callbacks,
    safe: (value: bigint) => {
      try {
        return safe(value);
      } catch (cause) {
        throw fault(subject, name, (cause as Error).message, 'a safe integer', String(value), cause);
      }
    },
    unknown: (value: number, type: string): never => {
      throw fault(
        subject,
        name,
        `${name} gave ${value}, which is not a valid ${type}`,
        `a ${type}`,
        String(value),
      );
    },
    messageIn,
    unanswered: (): never => {
      throw fault(
        subject,
        name,
        `${name} succeeded and gave no answer`,
        'an answer that is given while it runs',
        'none',
      );
    },
    refuse: options.refuse,
    scratch: () => allocate(layout.size),
    again: () => write(fn, options, onThisThread),
    turn,
    next,
    // Named after the native call, so that the garbage collector leaves them alone during it.
    keep: () => {},
    misuse: (key: string, found: unknown): never => misuse(subject, name, fn, key, found),
    onlyFields: (given: object, names: readonly string[], path: string) => {
      const odd = oddField(given, names);
      if (odd !== undefined) additional(subject, name, path, names, odd);
    },
    badHandle: (why: HandleFault, key: string, found: unknown): never =>
      badHandle(subject, name, fn, key, why, found),
    handleOf: (address: number, type: string): ServiceHandle => {
      if (address === 0) {
        throw fault(subject, name, `${name} succeeded and gave no ${type}`, `a ${type}`, 'a null pointer');
      }
      return new ServiceHandle(lease, type, address, options.destroyers.get(type));
    },
    faultOf: ServiceHandle.faultOf,
    enter: ServiceHandle.enter,
    leave: ServiceHandle.leave,
    give: ServiceHandle.give,
    unread: (key: string, thrown: unknown): never => unread(subject, name, key, thrown),
    isDetached,
    isOwn,
    shared: (key: string): never => shared(subject, name, fn, key),
    taken: (key: string): never => taken(subject, name, key),
    gone: (key: string): never => gone(subject, name, key),
    overlapping: (first: string, second: string): never => overlapping(subject, name, first, second),
    stopped: (thrown: unknown) => stopped(subject, name, thrown),
    failed: (answer: number, said: string): never => {
      throw fault(
        subject,
        name,
        said || `${name} answered ${answer} and gave no reason`,
        'MORTISE_OK (0)',
        String(answer),
      );
    },
  };
}
