/** What `mortise new` prints. */
import type { NewPlugin } from '../scaffold/create.js';
import type { Colours } from './colours.js';

/** What was written and what to type next. */
export function renderNew({ directory, files, next, absolute }: NewPlugin, colours: Colours): string {
  const list = files.map((file) => `  ${file}\n`).join('');
  const steps = next.map((step) => `  ${step}\n`).join('');
  const note = absolute
    ? `\n${absolute.file} names ${absolute.path}, which other machines don't have.\nBefore you commit it, npm install mortise in the project, and write ${absolute.instead} there.\n`
    : '';
  return `${colours.bold(directory)}\n${list}\nNext:\n${steps}${note}`;
}
