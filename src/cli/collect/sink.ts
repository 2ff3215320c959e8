/** Where the values go that `mortise collect` reads. */
import type { Collection } from '../../capabilities/collecting/collection.js';
import type { Sample } from '../../capabilities/collecting/sample.js';

export interface Sink {
  /** Awaited before the next batch is taken. */
  take(samples: readonly Sample[]): Promise<void>;
  /** A host was opened, also after a reload: whom to ask how readers and writers are doing. */
  watch?(collection: Collection): void;
  /** Nothing comes any more. */
  end?(): Promise<void>;
}
