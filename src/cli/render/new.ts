import type { NewPlugin } from '../scaffold/create.js';
import type { Colours } from './colours.js';

/** What was written and what to type next. */
export function renderNew({ directory, files, next }: NewPlugin, colours: Colours): string {
  const list = files.map((file) => `  ${file}\n`).join('');
  const steps = next.map((step) => `  ${step}\n`).join('');
  return `${colours.bold(directory)}\n${list}\nNext:\n${steps}`;
}
