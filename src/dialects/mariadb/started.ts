import type { MortiseError } from '../../errors.js';
import type { NativeDeclaration, NativeLibrary } from '../../native/mariadb.js';
import type { Turns } from './turns.js';

/** A started library, and what a call of it needs. */
export interface Started {
  /** The plugin's name. */
  name: string;
  library: NativeLibrary;
  declarations: readonly NativeDeclaration[];
  /** The services that it was linked to. */
  linked: ReadonlySet<string>;
  /** @throws MortiseError once the plugin has stopped: an offer may be kept for longer than that */
  alive(): void;
  /** Ends what runs on threads of its own, each with why. */
  endings: Set<(error: MortiseError) => void>;
  /** For calls on threads of their own. */
  turns: Turns;
}
