/** What both generated languages say of a service and its functions, as lines without comment marks. */

import { failureOf } from '../schema/failure.js';
import type { Service, ServiceFunction } from '../schema/types.js';

const width = 100;

/** One service: what it is, and where the file comes from. */
export function aboutService({ name, major, minor, doc }: Service): string[] {
  return [
    ...wrap(`${name} ${major}.${minor}${doc ? `: ${doc}` : ''}`),
    '',
    'Written by `mortise headers` from the definition of the service: change that, not this file.',
  ];
}

/** One function: what it does, what its caller must know, and last its thread. */
export function aboutFunction(fn: ServiceFunction): string[] {
  const kinds = Object.entries(fn.parameters);
  const of = (kind: string) => kinds.filter(([, type]) => type.kind === kind).map(([name]) => name);
  const sentences = [
    fn.doc && (/[.!?]$/.test(fn.doc) ? fn.doc : `${fn.doc}.`),
    fn.since && `Since ${fn.since}.`,
    result(fn),
    list(of('out'), 'receives a value', 'receive values'),
    list(
      [...of('buffer'), ...of('writableSpan')],
      'is written to, and overlaps nothing',
      'are written to, and overlap nothing',
    ),
    list(
      of('callback'),
      'may be called until this function returns, on its thread',
      'may be called until this function returns, on its thread',
    ),
  ];
  const tag = fn.thread === 'any' ? '[any-thread]' : '[main-thread]';
  return wrap(`${sentences.filter(Boolean).join(' ')} ${tag}`.trim());
}

function result(fn: ServiceFunction): string {
  const { kind } = fn.result;
  if (kind === 'status') return '0, or anything else when it failed.';
  if (kind === 'statusWithMessage') return '0, or anything else when it failed; then `error` says why.';
  if (fn.result.kind === 'returns') {
    return `0 once \`reply\` was given the ${fn.result.of.kind}, or anything else when it failed; then \`error\` says why.`;
  }
  if (kind === 'none') return '';
  const failure = failureOf(fn);
  return `${kind === 'bool' ? '0 or 1; ' : ''}${failure} when it failed.`;
}

function list(names: readonly string[], one: string, several: string): string {
  if (names.length === 0) return '';
  return `${names.map((name) => `\`${name}\``).join(' and ')} ${names.length === 1 ? one : several}.`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replaceAll('*/', '* /').split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
