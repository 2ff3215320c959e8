/** Passwords that MariaDB plugins judge. */

import { badArgument, requireText } from '../../capabilities/arguments.js';
import type { Credentials, PasswordOffer, Verdict } from '../../capabilities/passwords.js';
import { mariadbAddon, type NativeAnswer } from '../../native/mariadb.js';
import { sorted } from './messages.js';
import type { Started } from './started.js';

/**
 * The three texts together, as UTF-8. password_reuse_check writes one byte past its buffer from 2042 on
 * (10.11.19), and cracklib cuts passwords off at 1023.
 */
const maxText = 2000;

export function passwordsOf({ name, library, alive, turns }: Started, index: number): PasswordOffer {
  const checked = (credentials: Credentials) => {
    alive();
    if (typeof credentials !== 'object' || credentials === null) {
      throw badArgument(name, 'credentials', 'an object with user and password', typeof credentials);
    }
    const { user, password, host = '%' } = credentials;
    const texts = { user, password, host };
    for (const [key, text] of Object.entries(texts)) requireText(name, key, text);
    const size = Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (size > maxText) {
      const where = 'user, password and host';
      throw badArgument(name, where, `at most ${maxText} bytes together`, `${size} bytes`);
    }
    return [library, index, user, password, host] as const;
  };
  return {
    validate: (credentials) => verdictOf(mariadbAddon().mariadbValidate(...checked(credentials))),
    async validateAsync(credentials) {
      const given = checked(credentials);
      return verdictOf(await turns.take(() => mariadbAddon().mariadbValidateLater(...given)));
    },
  };
}

function verdictOf({ status, messages }: NativeAnswer): Verdict {
  const { reasons, notes } = sorted(messages);
  const message = (reasons.length > 0 ? reasons : notes).join('; ');
  return { accepted: status === 0, ...(message !== '' && { message }) };
}
