/** A program that is a script: what its first line names must be there. */
import type { ByteSource } from '../../binary/index.js';
import { shown } from '../../messages/shown.js';
import { isFile } from '../directories.js';
import type { Check } from '../record.js';
import { failed, ok } from './result.js';

/** As long as Linux reads it. */
const maxLineBytes = 256;

export function isScript(file: Pick<ByteSource, 'size' | 'read'>): boolean {
  return file.size >= 2 && file.read(0, 2).toString('latin1') === '#!';
}

export const checkScript: Check = ({ image, source, path }, { platform }) => {
  if (image || !isScript(source)) return [];
  const [line = ''] = source
    .read(2, Math.min(source.size, maxLineBytes) - 2)
    .toString()
    .split('\n');
  const [interpreter = ''] = line.trimStart().split(/[ \t]/);
  const unfit = (message: string, expected: string, found: string, remedy: string) => [
    failed('format', { code: 'MORTISE_ERR_PROGRAM_FILE', message, subject: path, expected, found, remedy }),
  ];
  if (platform === 'win32') {
    const remedy = 'Name the interpreter as the program, and the script in `args`.';
    return unfit('Windows starts no script by itself', 'an executable', 'a script', remedy);
  }
  if (interpreter.startsWith('/') && isFile(interpreter))
    return [ok('format', `a script for ${line.trim()}`)];
  const remedy = 'Correct its first line, or install what it names.';
  const message = `the interpreter in its first line, ${shown(interpreter)}, is not there`;
  return unfit(message, 'the path of an interpreter, and an end of line as Unix has it', shown(line), remedy);
};
