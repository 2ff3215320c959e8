/** Refuses debug information in which a type contains itself: whoever follows it would never come to an end. */
import { tags } from './numbers.js';
import { unreadable } from './unreadable.js';

/** As much of an entry as it takes. */
interface Entry {
  tag: number;
  children: Entry[];
  type(): Entry | undefined;
}

const aggregates: ReadonlySet<number> = new Set([tags.structure, tags.class, tags.union]);
const pointers: ReadonlySet<number> = new Set([
  tags.pointer,
  tags.reference,
  tags.rvalueReference,
  tags.memberPointer,
  tags.subroutine,
]);

/** @throws MortiseError MORTISE_ERR_ABI_DEBUG; RangeError when types are nested deeper than the stack is */
export function refuseCycles(root: Entry): void {
  // How a type is spelled: a struct is spelled by its name, so it ends there.
  refuse(root, (entry) =>
    aggregates.has(entry.tag) ? [] : [entry, ...(entry.tag === tags.subroutine ? entry.children : [])],
  );
  // How large a type is: a pointer's size doesn't depend on what it points to.
  refuse(root, (entry) => {
    if (pointers.has(entry.tag)) return [];
    return aggregates.has(entry.tag) ? entry.children.filter(({ tag }) => holds.has(tag)) : [entry];
  });
}

const holds: ReadonlySet<number> = new Set([tags.member, tags.inheritance]);

/** @param leads the entries whose types a type is made of */
function refuse(root: Entry, leads: (type: Entry) => Entry[]): void {
  const done = new Set<Entry>();
  const open = new Set<Entry>();
  const visit = (type: Entry): void => {
    if (done.has(type)) return;
    if (open.has(type)) throw unreadable('a type of the debug information contains itself');
    open.add(type);
    for (const entry of leads(type)) {
      const next = entry.type();
      if (next) visit(next);
    }
    open.delete(type);
    done.add(type);
  };
  const start = (entry: Entry): void => {
    visit(entry);
    for (const child of entry.children) start(child);
  };
  start(root);
}
