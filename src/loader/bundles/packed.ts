/** Whether a bundle still holds what `mortise pack` put into it. Against damage: against malice stands the lock file. */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { openFile } from '../../binary/index.js';
import { MortiseError, type Problem } from '../../errors.js';
import { isFile } from '../directories.js';
import { platforms } from '../target/platforms.js';

/** Lower-case hex. @throws MortiseError MORTISE_ERR_FILE_* */
export function sha256Of(path: string): string {
  const file = openFile(path);
  try {
    const hash = createHash('sha256');
    const piece = 1024 * 1024;
    for (let at = 0; at < file.size; at += piece) hash.update(file.read(at, Math.min(piece, file.size - at)));
    file.assertUnchanged();
    return hash.digest('hex');
  } finally {
    file.close();
  }
}

/**
 * @param path the plugin.json
 * @param files SHA-256 by path, as plugin.json has them
 * @param chosen the library for this platform, and where it was found: it may come from another npm package
 * @throws MortiseError MORTISE_ERR_BUNDLE_CHANGED, with all that differs
 */
export function checkPacked(
  path: string,
  files: Readonly<Record<string, string>>,
  chosen: { library: string; file: string },
): void {
  const mine = chosen.library.split('/')[0];
  const problems = Object.entries(files).flatMap(([name, hash]): Problem[] => {
    const [first = ''] = name.split('/');
    const file = name === chosen.library ? chosen.file : resolve(dirname(path), name);
    if (!isFile(file)) {
      // npm installs one platform's libraries, in a package of their own.
      const isElsewhere =
        platforms.includes(first) &&
        (first !== mine || chosen.file !== resolve(dirname(path), chosen.library));
      return isElsewhere ? [] : [changed(path, name, 'the file is missing', hash, 'no file')];
    }
    const found = sha256Of(file);
    return found === hash ? [] : [changed(path, name, 'the file has other bytes', hash, found)];
  });
  if (files[chosen.library] === undefined)
    problems.push(changed(path, chosen.library, 'the file was not packed', 'a file of the list', 'none'));
  const [first, ...rest] = problems;
  if (first) throw new MortiseError([first, ...rest]);
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
