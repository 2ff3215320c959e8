/** What a source file asks the compiler about headers, and how its answer is read: in C and in C++. */

import type { DebugInfo } from '../dwarf/debug-info.js';
import { declaredNames } from '../text/declared.js';
import { scopedNames } from '../text/declared-cpp.js';
import type { Preprocessed } from '../text/preprocessed.js';
import { functionPrefix, readTypes, type Types, variablePrefix } from '../types/types.js';
import { addImported, importQuestions } from './imported.js';
import type { Question } from './questions.js';

export interface Asked {
  /** What stands before the questions. */
  before: string;
  questions: Question[];
  /** The names that the headers seem to declare. */
  names: string[];
  read(info: DebugInfo, headerOf: (path: string) => string | undefined, refused: ReadonlySet<string>): Types;
}

export function askInC({ declarations }: Preprocessed): Asked {
  const names = declaredNames(declarations);
  return {
    before: '',
    names: names.map(({ name }) => name),
    questions: names.map(({ name, kind }) => {
      const prefix = kind === 'function' ? functionPrefix : variablePrefix;
      // A pointer of its type makes the compiler describe a function or a variable without defining it.
      return { name, text: `__typeof__(${name}) *${prefix}${name};` };
    }),
    read(info, headerOf, refused) {
      const known = names.filter(({ name }) => !refused.has(name));
      return readTypes(info, headerOf, known, declarations);
    },
  };
}

export function askInCpp({ texts }: Preprocessed): Asked {
  const { names, declarations } = scopedNames(texts);
  return {
    ...importQuestions(names),
    names: names.map(({ name }) => name),
    read(info, headerOf) {
      const types = readTypes(info, headerOf, [], declarations, true);
      addImported(types, info.root);
      return types;
    },
  };
}
