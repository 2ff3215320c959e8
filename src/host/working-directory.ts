/** What relative paths count from, unless an embedder says it. */
import { MortiseError } from '../errors.js';

/**
 * @param asked by whom, and what can be done: for the message
 * @throws MortiseError MORTISE_ERR_WORKING_DIRECTORY when the process's own was removed, or can't be entered
 */
export function workingDirectory(
  asked = { subject: 'Host.open', remedy: 'Start the process in a directory that stays, or pass `cwd`.' },
): string {
  try {
    return process.cwd();
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new MortiseError(
      {
        code: 'MORTISE_ERR_WORKING_DIRECTORY',
        message: 'the working directory of this process was removed, or cannot be read',
        subject: asked.subject,
        where: 'cwd',
        expected: 'a directory that relative paths can count from',
        found,
        remedy: asked.remedy,
      },
      { cause },
    );
  }
}
