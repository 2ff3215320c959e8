/** Does the image ask for an executable stack? Since glibc 2.41 dlopen refuses one. */
import type { Check } from '../record.js';
import { isNewer } from './libc.js';
import { failed, ok, warned } from './result.js';

/** The first glibc that refuses it. */
const refusing = '2.41';

export const checkStack: Check = ({ image, path }, { libc }) => {
  if (image?.format !== 'elf') return [];
  if (!image.execStack) return [ok('stack', 'not executable')];
  const problem = {
    subject: path,
    where: 'PT_GNU_STACK',
    expected: 'flags RW',
    found: 'flags RWE, or no such header',
    remedy:
      'Link with -Wl,-z,noexecstack; an assembly source without .section .note.GNU-stack is the usual reason.',
  };
  if (libc.name === 'glibc' && !isNewer(refusing, libc.version)) {
    const message = `executable; glibc ${libc.version} refuses it`;
    return [failed('stack', { ...problem, code: 'MORTISE_ERR_EXEC_STACK', message })];
  }
  const message = 'executable; glibc 2.41 and later refuse it';
  return [warned('stack', { ...problem, code: 'MORTISE_WARN_EXEC_STACK', message })];
};
