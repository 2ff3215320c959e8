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

export const forgetsStatements = (sql) => /^(discard\s+all|deallocate)\b/i.test(sql);
