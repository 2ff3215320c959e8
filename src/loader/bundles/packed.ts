/** Whether a bundle still holds what `mortise pack` put into it. Against damage: against malice stands the lock file. */
import { dirname, resolve } from 'node:path';
import { openFile } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { sha256Of } from '../bytes.js';
import { isFile } from '../directories.js';
import { platforms } from '../target/platforms.js';

/**
 * @param path the plugin.json
 * @param files SHA-256 by path, as plugin.json has them
 * @param chosen the library for this platform, and where it was found: it may come from another npm package
 * @throws MortiseError MORTISE_ERR_BUNDLE_CHANGED, with all that differs
 */
export async function checkPacked(
  path: string,
  files: Readonly<Record<string, string>>,
  chosen: { library: string; file: string },
): Promise<void> {
  const mine = chosen.library.split('/')[0];
  const problems: Problem[] = [];
  for (const [name, hash] of Object.entries(files)) {
    const [first = ''] = name.split('/');
    const file = name === chosen.library ? chosen.file : resolve(dirname(path), name);
    if (!isFile(file)) {
      // npm installs one platform's libraries, in a package of their own.
      const isElsewhere =
        platforms.includes(first) &&
        (first !== mine || chosen.file !== resolve(dirname(path), chosen.library));
      if (!isElsewhere) problems.push(changed(path, name, 'the file is missing', hash, 'no file'));
      continue;
    }
    const found = await digestOf(file);
    if (found !== hash) problems.push(changed(path, name, 'the file has other bytes', hash, found));
  }
  if (files[chosen.library] === undefined)
    problems.push(changed(path, chosen.library, 'the file was not packed', 'a file of the list', 'none'));
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
}

/** Lower-case hex. @throws MortiseError MORTISE_ERR_FILE_* */
export async function digestOf(path: string): Promise<string> {
  const file = openFile(path);
  try {
    const digest = await sha256Of(file);
    file.assertUnchanged();
    return digest;
  } finally {
    file.close();
  }
}

function changed(subject: string, where: string, what: string, expected: string, found: string): Problem {
  return {
    code: 'MORTISE_ERR_BUNDLE_CHANGED',
    message: `${where}: ${what}`,
    subject,
    where,
    expected,
    found,
    remedy: 'Get the bundle again, or pack it again with `mortise pack` when the change is meant.',
  };
}
