/** What a session has SET, so that each of its connections has it before it is used. */
import { settingOf } from './kinds.js';
import { Refusal } from './refusal.js';

const most = 256;

export class Settings {
  /** Counts changes. */
  version = 0;
  #kept = new Map();

  /** @returns {{ key: string, sql: string }} for `keep`, when the server took it @throws Refusal */
  read(sql) {
    const setting = settingOf(sql);
    if (this.#kept.size >= most && !this.#kept.has(setting.key)) {
      throw new Refusal('54000', `a session may change ${most} settings`, { hint: 'RESET ALL' });
    }
    return setting;
  }

  keep({ key, sql }) {
    if (key === 'all' || key === 'discard all') this.#kept.clear();
    this.#kept.delete(key);
    this.#kept.set(key, { sql, version: ++this.version });
  }

  /** Whether what a connection has missed says how it reads the client's text. */
  changesEncodingOf(backend) {
    return [...this.#kept].some(
      ([key, { version }]) =>
        version > backend.settings && /^(client_encoding|names|all|discard all)$/.test(key),
    );
  }

  /** Tells a connection what it has missed. */
  async apply(backend) {
    const { version } = this;
    for (const kept of [...this.#kept.values()]) {
      if (kept.version <= backend.settings) continue;
      if (forgetsStatements(kept.sql)) backend.statements.clear();
      // One that fails here worked elsewhere; the statement that needs it says so.
      await backend.run(kept.sql).catch(() => {});
    }
    backend.settings = version;
  }
}

/** Whether a statement may change in which encoding the client's next one is read. @param {import('./statement.js').Text} text */
export const mayChangeEncoding = ({ kind, sql }) =>
  (kind !== undefined && kind !== 'empty') || /set_config|client_encoding|^\W*(do|call|execute)\b/i.test(sql);

export const forgetsStatements = (sql) => /^(discard\s+all|deallocate)\b/i.test(sql);
