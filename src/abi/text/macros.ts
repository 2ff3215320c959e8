/** Which values the constants among the macros have. */

import type { AbiSnapshot } from '../snapshot.js';
import type { Preprocessed } from './preprocessed.js';

const marker = '@mortise_macro@';

/** Guards say nothing, and names that end in an underscore are the headers' own. */
function isPublic(name: string, body: string): boolean {
  return !name.endsWith('_') && !name.startsWith('_') && !(body === '' && /_H$/.test(name));
}

/** A source text whose preprocessed form shows each plain macro's full expansion. */
export function expansionSource(includes: string, macros: Preprocessed['macros']): string {
  const names = [...macros]
    // A question to the preprocessor stands in its own lines only.
    .filter(([, { parameters, body }]) => parameters === null && !/\b__has_\w+/.test(body))
    .map(([name]) => name);
  return `${includes}\n${names.map((name) => `${marker} "${name}" ${name}`).join('\n')}\n`;
}

/** What {@link expansionSource} became: the expansions by name. */
export function readExpansions(output: string): Map<string, string> {
  const expansions = new Map<string, string>();
  // An expansion from a system header can be spread over lines with markers of its own between.
  const lines = output.replace(/^#.*$/gm, '').split(marker).slice(1);
  for (const line of lines) {
    const [, name = '', text = ''] = /^\s*"(\w+)"([\s\S]*)$/.exec(line) ?? [];
    expansions.set(name, text.replace(/\s+/g, ' ').trim());
  }
  return expansions;
}

/** Macros by what they are: an integer that the compiler has to compute, text, or neither. */
export function sortMacros(macros: Preprocessed['macros'], expansions: Map<string, string>) {
  const integers = new Map<string, { header: string; expansion: string }>();
  const constants: AbiSnapshot['constants'] = {};
  const others: AbiSnapshot['macros'] = {};
  for (const [name, { header, parameters, body }] of macros) {
    if (!isPublic(name, body)) continue;
    const expansion = expansions.get(name) ?? '';
    const text = parameters === null ? literalText(expansion) : undefined;
    if (parameters !== null || saysCompiler(name, macros)) others[name] = { header, parameters };
    else if (text !== undefined) constants[name] = { header, value: text };
    else if (isInteger(expansion)) integers.set(name, { header, expansion });
    else others[name] = { header, parameters };
  }
  return { integers, constants, others };
}

/** True when the expansion asks the compiler who it is (`__VERSION__`): no promise, and no two are alike. */
function saysCompiler(name: string, macros: Preprocessed['macros'], seen = new Set<string>()): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const words =
    macros
      .get(name)
      ?.body.replace(/"(?:[^"\\]|\\.)*"/g, '')
      .match(/[A-Za-z_]\w*/g) ?? [];
  return words.some((word) => word.startsWith('__') || saysCompiler(word, macros, seen));
}

function literalText(expansion: string): string | undefined {
  if (!/^\(?\s*(?:"(?:[^"\\]|\\.)*"\s*)+\)?$/.test(expansion)) return undefined;
  return [...expansion.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join('');
}

/** Numbers, operators, casts to an integer type, and upper-case names, which can only be enum values. */
function isInteger(expansion: string): boolean {
  const bare = expansion
    .replace(/\(\s*(?:u?int\d+_t|size_t|(?:un)?signed|int|long|short|char|\s)+\s*\)/g, '')
    .replace(/'(?:[^'\\]|\\.)'/g, '0')
    .replace(/\b(?:0[xX][\da-fA-F]+|\d+)[uUlL]*\b/g, '0')
    .replace(/\b[A-Z][A-Z\d_]*\b/g, '0');
  return /0/.test(bare) && /^[\s()0<>|&^~+\-*/%!=?:]+$/.test(bare);
}
