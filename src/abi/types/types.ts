/** All types, functions and variables in the compiler's debug information. */

import type { DebugInfo, Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import { unreadable } from '../dwarf/unreadable.js';
import type { DeclaredName } from '../text/declared.js';
import type { Preprocessed } from '../text/preprocessed.js';
import { isAggregate } from './aggregates.js';
import { Reading } from './reading.js';
import { bare } from './spelling.js';

/** What the generated source file calls the things through which it asks the compiler. */
export const functionPrefix = 'mortise_abi_function_';
export const variablePrefix = 'mortise_abi_variable_';
export const constantPrefix = 'mortise_abi_constant_';

/** What was read, and what reads more of it. */
export type Types = Pick<Reading, 'parts' | 'values' | 'scopes' | 'spelling' | 'header'>;

/**
 * Everything that the headers declare, from the debug information. System types are followed only where a
 * header's struct holds one by value: then its layout is part of the promise.
 */
export function readTypes(
  info: DebugInfo,
  headerOf: (path: string) => string | undefined,
  declared: readonly DeclaredName[],
  declarations: Preprocessed['declarations'],
  isCpp = false,
): Types {
  const reading = new Reading(info, headerOf, isCpp);
  const variables = new Map<string, Entry>();
  for (const entry of reading.scopes.entries) {
    const from = reading.header(entry);
    if (entry.tag === tags.enumeration) reading.addEnum(entry, from);
    else if (entry.tag === tags.variable) variables.set(entry.text(attributes.name) ?? '', entry);
    else if (isAggregate(entry)) {
      const place = entry.flag(attributes.declaration) ? mentioning(entry, declarations) : from;
      if (place !== undefined) reading.addAggregate(entry, place);
    } else if (from !== undefined && entry.tag === tags.typedef) reading.addTypedef(entry, from);
  }
  for (const one of declared) addDeclared(one, variables, reading);
  return reading;
}

/** A compiler doesn't say where a type stands that is declared and never defined; the text does. */
function mentioning(entry: Entry, declarations: Preprocessed['declarations']): string | undefined {
  const name = entry.text(attributes.name)?.replace(/\W/g, '\\$&');
  const tag = new RegExp(`\\b(?:struct|class|union) ${name}\\b`);
  return declarations.find(({ text }) => tag.test(text))?.header;
}

/** A function or a variable, by the pointer to it that the generated source file has. */
function addDeclared(
  { name, header, kind, inline }: DeclaredName,
  variables: ReadonlyMap<string, Entry>,
  { parts, spelling }: Types,
): void {
  const prefix = kind === 'function' ? functionPrefix : variablePrefix;
  const target = variables
    .get(prefix + name)
    ?.type()
    ?.type();
  const subroutine = bare(target);
  // "extern hook_type hook" reads like a variable and may be a function.
  if (subroutine?.tag === tags.subroutine) {
    parts.functions[name] = { header, inline, type: spelling.signature(subroutine) };
  } else if (target) parts.variables[name] = { header, type: spelling.type(target) };
  else throw unreadable(`the compiler says nothing of ${name}, which ${header} declares`);
}
