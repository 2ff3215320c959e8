/** What `host.querying.open` takes and gives: a database by itself, beside what every data source answers. */

export interface DatabaseOptions {
  /** The plugin that opens it: an id, a name or an alias. Default: the source's, or the name that was given. */
  driver?: string;
  /** In the driver's words: `{ uri: 'postgresql://localhost/shop' }`. */
  options?: Readonly<Record<string, string | number | bigint | boolean | Uint8Array>>;
  /** How many connections it may have open. */
  connections?: number;
}

export interface Database extends AsyncDisposable {
  /** Waits for open results; cancels them at the deadline. May be called twice. */
  close(): Promise<void>;
}
