/** Differences between the variables, typedefs, macros and headers of two snapshots. */
import { compareType, display, layoutOf, type Sides } from './types.js';

interface Declared {
  header: string | null;
}

/** Calls back for each name that went, came, or is on both sides. */
function pairUp<T extends Declared>(
  before: Record<string, T>,
  after: Record<string, T>,
  handlers: {
    gone(name: string, old: T): void;
    come(name: string, now: T): void;
    both(name: string, old: T, now: T): void;
  },
): void {
  for (const [name, old] of Object.entries(before)) {
    const now = after[name];
    if (now) handlers.both(name, old, now);
    else handlers.gone(name, old);
  }
  for (const [name, now] of Object.entries(after)) if (!(name in before)) handlers.come(name, now);
}

/** Constants and cells that a plugin exports. */
export function compareVariables(sides: Sides): void {
  const { from, to, findings } = sides;
  pairUp(from.variables, to.variables, {
    gone: (name, old) => findings.add('major', name, 'was removed (variable)', old.header),
    come: (name, now) => findings.add('minor', name, `is a new variable: ${display(now.type)}`, now.header),
    both: (name, old, now) => compareType(sides, { name, header: now.header }, old.type, now.type),
  });
}

export function compareTypedefs(sides: Sides): void {
  const { from, to, findings } = sides;
  pairUp(from.typedefs, to.typedefs, {
    gone: (name, old) => {
      // A typedef that became the name of the struct itself is still there.
      const isType = name in to.types || name in to.enums;
      if (!isType)
        findings.add('major', name, `was removed (typedef of ${display(old.type)})`, old.header, name);
    },
    come: (name, now) => {
      if (!(name in from.types))
        findings.add('minor', name, `is a new typedef of ${display(now.type)}`, now.header);
    },
    both: (name, old, now) => {
      if (
        layoutOf(old.type, from) === layoutOf(now.type, to) ||
        typeof old.type !== 'string' ||
        typeof now.type !== 'string'
      ) {
        compareType(sides, { name, header: now.header }, old.type, now.type);
      } else {
        const message = `changed from ${display(old.type)} to ${display(now.type)}`;
        findings.add('major', name, message, now.header, name);
      }
    },
  });
}

/** Macros that are not constants count by name and parameters; what they expand to shows in the types. */
export function compareMacros({ from, to, findings }: Sides): void {
  const written = (parameters: string | null) => parameters ?? '(none)';
  pairUp(from.macros, to.macros, {
    gone: (name, old) => {
      if (!(name in to.constants)) findings.add('major', name, 'was removed (macro)', old.header);
    },
    come: (name, now) => {
      if (!(name in from.constants))
        findings.add('minor', name, `is a new macro${now.parameters ?? ''}`, now.header);
    },
    both: (name, old, now) => {
      if (old.parameters === now.parameters) return;
      const message = `macro parameters changed from ${written(old.parameters)} to ${written(now.parameters)}`;
      findings.add('major', name, message, now.header);
    },
  });
}

/** Sources name headers in #include. Where one header was compared, who asked knows what it is called. */
export function compareHeaders({ from, to, findings }: Sides): void {
  if (from.headers.length === 0 || to.headers.length === 0) return;
  for (const name of from.headers) {
    if (!to.headers.includes(name)) findings.add('major', name, 'was removed (header)', name);
  }
  for (const name of to.headers)
    if (!from.headers.includes(name)) findings.add('minor', name, 'is a new header', name);
}
