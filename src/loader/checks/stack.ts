/** Does the image ask for an executable stack? Since glibc 2.41 dlopen refuses one. */
import type { Check } from '../record.js';
import { ok, warned } from './result.js';

export const checkStack: Check = ({ image, path }) => {
  if (image?.format !== 'elf') return [];
  if (!image.execStack) return [ok('stack', 'not executable')];
  return [
    warned('stack', {
      code: 'MORTISE_WARN_EXEC_STACK',
      message: 'executable; glibc 2.41 and later refuse it',
      subject: path,
      where: 'PT_GNU_STACK',
      expected: 'flags RW',
      found: 'flags RWE, or no such header',
      remedy:
        'Link with -Wl,-z,noexecstack; an assembly source without .section .note.GNU-stack is the usual reason.',
    }),
  ];
};
