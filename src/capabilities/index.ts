/** Every capability that a host has: the one list of them. */
import { Audit } from './audit.js';
import { Authentication } from './authentication.js';
import type { Capability } from './capability.js';
import { Collectd } from './collectd/index.js';
import { Collecting } from './collecting/index.js';
import { Compression } from './compression.js';
import { Encryption } from './encryption.js';
import { FullText } from './full-text.js';
import { Functions } from './functions.js';
import { Keys } from './keys.js';
import { Passwords } from './passwords.js';
import { Querying } from './querying/index.js';
import { Routing } from './routing/index.js';
import { Sql } from './sql.js';

// biome-ignore lint/suspicious/noExplicitAny: each has options of its own, which its section checks
export const capabilities: readonly Capability<any>[] = [
  Routing,
  Collectd, // before readers start
  Collecting,
  Querying,
  Passwords,
  Keys,
  Compression,
  Sql,
  Functions,
  Authentication,
  Audit,
  Encryption,
  FullText,
];
