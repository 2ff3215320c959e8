/** What MariaDB plugins offer: their functions, with arguments that were checked. */
import type { Offers } from '../../loader/running.js';
import { mariadbAddon } from '../../native/mariadb.js';
import { auditOf } from './audit.js';
import { authenticationOf } from './authentication.js';
import { compressionOf } from './compression.js';
import { encryptionOf } from './encryption.js';
import { fullTextOf } from './full-text.js';
import { keysOf } from './keys.js';
import { kind } from './layout.js';
import { passwordsOf } from './passwords.js';
import { sqlOf } from './sql.js';
import type { Started } from './started.js';

/** What the plugins of a library can do. */
export function offersOf(started: Started): Offers {
  const { declarations, library, linked } = started;
  const index = (type: number) => declarations.findIndex((declaration) => declaration.type === type);
  const validator = index(kind.passwordValidation);
  const keys = index(kind.encryptionKeys);
  const authentication = index(kind.authentication);
  const audit = index(kind.audit);
  const fullText = index(kind.fullText);
  const encrypts = keys >= 0 && mariadbAddon().mariadbCrypts(library, keys);
  const compresses = [...linked].some((service) => service.startsWith('provider_service_'));
  return {
    ...(validator >= 0 && { passwords: passwordsOf(started, validator) }),
    ...(keys >= 0 && { keys: keysOf(started, keys) }),
    ...(encrypts && { encryption: encryptionOf(started, keys) }),
    ...(authentication >= 0 && { authentication: authenticationOf(started, authentication) }),
    ...(audit >= 0 && { audit: auditOf(started, audit) }),
    ...(fullText >= 0 && { fullText: fullTextOf(started, fullText) }),
    ...(compresses && { compression: compressionOf(started) }),
    ...(linked.has('sql_service') && { sql: sqlOf(started) }),
  };
}
