/** Who can change the file? A plugin that others can write to runs whatever they write. */
import type { Check } from '../record.js';
import { failed, ok, warned } from './result.js';

const groupWrite = 0o020;
const othersWrite = 0o002;

export const checkPermissions: Check = ({ mode, uid, path }, { platform, policy }) => {
  if (platform === 'win32') return []; // mode bits say nothing about Windows' access lists
  const octal = (mode & 0o7777).toString(8).padStart(4, '0');
  const own = process.getuid?.();
  const writers = [
    mode & othersWrite ? 'everybody' : undefined,
    mode & groupWrite ? 'its group' : undefined,
    own !== undefined && uid !== own && uid !== 0 ? `user ${uid}` : undefined,
  ].filter((writer) => writer !== undefined);
  if (writers.length === 0) return [ok('permissions', octal)];
  const problem = {
    message: `${writers.join(' and ')} can change it (${octal})`,
    subject: path,
    expected: 'a file that only this user or root can write',
    found: `mode ${octal}, owner ${uid}`,
    remedy: `Run chmod go-w ${path}${writers.some((writer) => writer.startsWith('user')) ? ` and chown root ${path}` : ''}.`,
  };
  return [
    policy.strictPermissions
      ? failed('permissions', { code: 'MORTISE_ERR_FILE_PERMISSIONS', ...problem })
      : warned('permissions', { code: 'MORTISE_WARN_FILE_PERMISSIONS', ...problem }),
  ];
};
