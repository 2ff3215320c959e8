/**
 * What C++ headers declare in namespaces, through the compiler: each name is imported into a namespace of the generated
 * source file, which makes the compiler describe all that it stands for, whichever overloads there are.
 */

import type { Entry } from '../dwarf/debug-info.js';
import { attributes, tags } from '../dwarf/numbers.js';
import type { ScopedName } from '../text/declared-cpp.js';
import { addVariable, describeFunction, nameFunction } from '../types/classes.js';
import type { Types } from '../types/types.js';
import type { Question } from './questions.js';

const importPrefix = 'mortise_abi_name_';

/** True when the type is known in full; asking makes an instance of a template. */
const complete = `template <class Type> auto mortise_abi_complete(int) -> decltype(sizeof(Type));
template <class Type> char mortise_abi_complete(...);`;

/** The questions, and what has to stand before them. */
export function importQuestions(names: readonly ScopedName[]): { before: string; questions: Question[] } {
  return {
    before: complete,
    questions: names.flatMap(({ name, isAlias }, index) => [
      { name, text: `namespace ${importPrefix}${index} { using ::${name}; }` },
      ...(isAlias
        ? [
            {
              name: `sizeof ${name}`,
              text: `enum { ${importPrefix}size_${index} = sizeof(mortise_abi_complete< ::${name}>(0)) };`,
            },
          ]
        : []),
    ]),
  };
}

/** Adds the functions, variables and constants that those names stand for. */
export function addImported({ parts, scopes, spelling, header }: Types, root: Entry): void {
  const spaces = root.children.filter(
    (child) => child.tag === tags.namespace && child.text(attributes.name)?.startsWith(importPrefix),
  );
  for (const imported of spaces.flatMap(({ children }) => children)) {
    if (imported.tag !== tags.importedDeclaration) continue;
    const entry = imported.reference(attributes.import);
    const from = entry && header(entry);
    // An overload that another library declares is not these headers' to promise.
    if (!entry || from === undefined) continue;
    if (entry.tag === tags.subprogram) {
      const name = nameFunction(entry, scopes.prefixOf(entry), spelling);
      parts.functions[name] = { header: from, inline: false, ...describeFunction(entry, spelling) };
    } else if (entry.tag === tags.variable) {
      const name = scopes.prefixOf(entry) + (entry.text(attributes.name) ?? '');
      addVariable(parts, entry, name, from, spelling);
    }
  }
}
