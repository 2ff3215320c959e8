/** What `console.log` shows of a frame. */
import type { Frame } from './frame.js';

export function inspectFrame({ refId, name, rowCount, fields }: Frame): string {
  const columns = fields.map((field) => `${field.name}: ${field.type}`).join(', ');
  return `Frame ${[refId, name && JSON.stringify(name)].filter(Boolean).join(' ')} (${rowCount} rows; ${columns})`;
}
