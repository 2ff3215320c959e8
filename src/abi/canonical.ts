/** A snapshot as text: always the same order and layout, so that diffs in Git stay small. */
import type { AbiSnapshot } from './snapshot.js';

/** As wide as the project's other files, so that a formatter leaves a committed snapshot alone. */
const width = 110;

/**
 * A snapshot as text: the same headers give the same bytes. Keys of records are sorted by code unit,
 * lists keep their order, and what fits on a line is on one, so that a changed member is a changed line.
 */
export function formatSnapshot(snapshot: AbiSnapshot): string {
  return `${format(snapshot, '', 0)}\n`;
}

/** `taken`: the columns that the key before and the comma after need. */
function format(value: unknown, indent: string, taken: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const flat = flatten(value);
  const room = width - indent.length - taken;
  if (Array.isArray(value)) {
    if (flat.length <= room || value.length === 0) return flat;
    const items = value.map((item) => `${indent}  ${format(item, `${indent}  `, 1)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  // Records of records stay open even when short: one name a line reads, and differs, better.
  if (flat.length <= room && !Object.values(value).some(isRecord)) return flat;
  const rows = entries(value).map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${indent}  ${name}${format(item, `${indent}  `, name.length + 1)}`;
  });
  return `{\n${rows.join(',\n')}\n${indent}}`;
}

function flatten(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const rows = entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${flatten(item)}`);
  return rows.length ? `{ ${rows.join(', ')} }` : '{}';
}

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields with a fixed set of names keep a reader's order; the names that headers chose are sorted. */
const fields = [
  'schema',
  'abi',
  'language',
  'pointerSize',
  'headers',
  'kind',
  'name',
  'header',
  'offset',
  'size',
  'alignment',
];

function entries(value: object): [string, unknown][] {
  const place = (key: string) => (fields.includes(key) ? fields.indexOf(key) : fields.length);
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => place(left) - place(right) || (left < right ? -1 : 1));
}
