/**
 * The extended protocol. Parse, Describe and Close of statements are held back until a Bind says which server they
 * are for; a statement that another server has not seen is prepared there on the way, without the client's knowing.
 */
import {
  bindComplete,
  closeComplete,
  closeStatement,
  complete,
  front,
  noData,
  noParameters,
  parseComplete,
  ready,
  sync,
} from './messages.js';
import { anywhere, preparing } from './places.js';
import { readBound, readLimit, readNamed, readParameters, readParse } from './read.js';
import { Refusal, violation } from './refusal.js';
import { forgetsStatements, mayChangeEncoding } from './settings.js';
import { Statement } from './statement.js';

export class Extended {
  /** Messages whose server isn't known yet. */
  #held = [];
  /** Where the open unit goes. @type {import('./backend.js').Backend[] | undefined} */
  #target;
  /** The tag, while the router answers a statement about the session itself. */
  #tag;
  #skips = false;
  /** Something in the open unit may change the client's encoding. */
  #isUnsure = false;

  /** @param {import('./session.js').Session} session */
  constructor(session) {
    this.session = session;
  }

  /** Whether the client is in the middle of a unit. */
  get isOpen() {
    return this.#target !== undefined || this.#held.length > 0 || this.#tag !== undefined || this.#skips;
  }

  /** Whether all is answered but for the open unit, so that it is known how the client writes. @throws Refusal */
  get isSettled() {
    if (this.#target && this.#isUnsure) {
      throw new Refusal('0A000', 'text outside ASCII behind what may change its encoding', {
        hint: 'Send a Sync between them.',
      });
    }
    return this.session.traffic.isIdle(this.#target ? 1 : 0);
  }

  /** Waits until it is so. */
  settle() {
    return this.session.traffic.idle(this.#target ? 1 : 0);
  }

  /** @returns {Promise<void> | undefined} a promise when it must wait @throws Refusal */
  message(type, chunk, at, next) {
    if (type === front.sync) return this.#sync(chunk, at, next);
    if (this.#skips) return undefined;
    switch (type) {
      case front.parse:
        return this.#parse(chunk, at, next);
      case front.bind:
        return this.#bind(chunk, at, next);
      case front.execute:
        return this.#execute(chunk, at, next);
      case front.describe:
        return this.#describe(chunk, at, next);
      case front.close:
        return this.#close(chunk, at, next);
      default: // Flush
        if (this.#held.length === 0 && !this.#target) return undefined;
        return this.#to(preparing, () => this.#put(chunk, at, next));
    }
  }

  #parse(chunk, at, next) {
    const { session } = this;
    const { name, sql, types } = readParse(chunk, at, next, session);
    if (name !== '' && session.statements.has(name)) {
      throw new Refusal('42P05', `prepared statement "${name}" already exists`);
    }
    const statement = new Statement(name, session.router.texts.of(sql, types), chunk, at, next);
    session.remember(statement);
    return this.#hold({ type: front.parse, chunk, at, next, name, statement });
  }

  #bind(chunk, at, next) {
    const { session } = this;
    this.#tag = undefined;
    const statement = session.statements.get(readBound(chunk, at, next));
    this.#isUnsure ||= !statement || mayChangeEncoding(statement.text);
    // Unknown here: made by PREPARE perhaps. The server says.
    if (!statement) return this.#to(anywhere, () => this.#bound(chunk, at, next));
    const { text } = statement;
    if (text.kind && !this.#target) return this.#bindSession(statement, chunk, at, next);
    const place = text.kind
      ? anywhere
      : session.traffic.place(
          text.routed.route(readParameters(chunk, at, next), session.traffic.situation),
          text.sql,
        );
    return this.#to(place, () => {
      for (const backend of this.#target) this.#prepare(backend, statement);
      this.#bound(chunk, at, next);
    });
  }

  /** About the session: plugins aren't asked. */
  async #bindSession(statement, chunk, at, next) {
    const { session } = this;
    const { kind, sql } = statement.text;
    await session.traffic.idle();
    this.#tag = session.traffic.transaction.answer(kind, sql);
    if (this.#tag) {
      const answers = { [front.parse]: [parseComplete], [front.describe]: [noParameters, noData] };
      const held = this.#held.splice(0).flatMap(({ type }) => answers[type] ?? [closeComplete]);
      session.reply(Buffer.concat([...held, bindComplete]));
      return;
    }
    const setting =
      kind === 'set' && !session.traffic.transaction.isOpen ? session.traffic.settings.read(sql) : undefined;
    await this.#to(anywhere, () => {
      const [backend] = this.#target;
      this.#prepare(backend, statement);
      if (forgetsStatements(sql)) backend.statements.clear();
      backend.open.setting = setting;
      this.#bound(chunk, at, next);
    });
  }

  #execute(chunk, at, next) {
    if (this.#tag !== undefined) {
      this.session.reply(complete(this.#tag));
      return undefined;
    }
    if (this.#target?.length > 1 && readLimit(chunk, at, next)) {
      throw new Refusal('0A000', 'rows from every shard cannot be fetched in parts');
    }
    return this.#to(anywhere, () => this.#bound(chunk, at, next));
  }

  #describe(chunk, at, next) {
    const { kind, name } = readNamed(chunk, at, next, 'Describe');
    if (kind === 'S') {
      return this.#hold({
        type: front.describe,
        chunk,
        at,
        next,
        name,
        statement: this.session.statements.get(name),
      });
    }
    if (this.#tag === undefined) return this.#to(anywhere, () => this.#put(chunk, at, next));
    this.session.reply(noData);
    return undefined;
  }

  #close(chunk, at, next) {
    const { kind, name } = readNamed(chunk, at, next, 'Close');
    if (kind === 'S') {
      this.session.statements.delete(name);
      return this.#hold({ type: front.close, chunk, at, next, name });
    }
    if (this.#tag === undefined) return this.#to(anywhere, () => this.#put(chunk, at, next));
    this.session.reply(closeComplete);
    return undefined;
  }

  #sync(chunk, at, next) {
    const { session } = this;
    this.#tag = undefined;
    if (this.#target?.some(({ open }) => open.copies && !open.copied)) {
      throw violation('a Sync among the rows of a COPY');
    }
    if (this.#target || this.#held.length > 0) {
      return this.#to(preparing, () => {
        this.#put(chunk, at, next);
        for (const backend of this.#target) backend.open = undefined;
        this.#target = undefined;
        this.#skips = this.#isUnsure = false;
      });
    }
    const passing = this.#skips ? undefined : session.traffic.passSync(chunk, at, next);
    return passing
      ? passing.then((passed) => (passed ? undefined : this.#syncAlone(chunk, at, next)))
      : this.#syncAlone(chunk, at, next);
  }

  /** One with nothing before it. */
  #syncAlone(chunk, at, next) {
    const { session } = this;
    this.#skips = false;
    if (!session.traffic.transaction.backend)
      return session.traffic.whenIdle(() => session.reply(ready(session.traffic.transaction.status)));
    return this.#to(anywhere, () => this.#sync(chunk, at, next));
  }

  /** Held back, when no server is known. */
  #hold(item) {
    if (!this.#target) this.#held.push(item);
    else for (const backend of this.#target) this.#send(backend, item);
    return undefined;
  }

  /** Goes on with the unit at a place: at once when it can, which is usual. */
  #to(place, go) {
    const { session } = this;
    if (this.#target) {
      if (session.traffic.isAt(this.#target, place)) return go();
      if (this.#target.some(({ open }) => open.isBound)) {
        throw new Refusal('0A000', 'what stands before one Sync goes to one server', {
          hint: 'Send a Sync between statements for different shards, or between a read and a write.',
        });
      }
      // Only prepared there so far: the unit goes on elsewhere.
      for (const backend of this.#target) backend.leave();
      this.#target = undefined;
    }
    const target = session.traffic.reach(place);
    if (target instanceof Promise) return target.then((reached) => this.#start(reached, place, go));
    return this.#start(target, place, go);
  }

  #start(target, place, go) {
    this.#target = this.session.traffic.begin(target, place);
    const held = this.#held.splice(0);
    for (const backend of target) {
      for (const name of backend.stale.splice(0)) this.#closeHidden(backend, name);
      for (const item of held) this.#send(backend, item);
    }
    return go();
  }

  #send(backend, { type, chunk, at, next, name, statement }) {
    const { open, statements } = backend;
    if (type === front.parse) {
      if (name !== '') this.#closeHidden(backend, name);
      statements.add(open.sent(name, statement, false));
    } else if (type === front.describe) {
      if (statement) this.#prepare(backend, statement);
    } else {
      open.sent(name, undefined, false);
      statements.delete(name);
      this.session.traffic.closedAt(backend, name);
    }
    backend.put(chunk, at, next);
  }

  /** A name that the server still has for what the client closed elsewhere. */
  #closeHidden(backend, name) {
    if (!backend.statements.has(name)) return;
    backend.open.sent(name, undefined, true);
    backend.statements.delete(name);
    backend.put(closeStatement(name));
  }

  #prepare(backend, statement) {
    const { name } = statement;
    if (backend.statements.isReady(statement, backend.open)) return;
    if (name !== '') this.#closeHidden(backend, name);
    backend.statements.add(backend.open.sent(name, statement, true));
    backend.put(statement.bytes);
  }

  #bound(chunk, at, next) {
    for (const backend of this.#target) {
      backend.open.isBound = true;
      backend.put(chunk, at, next);
    }
  }

  #put(chunk, at, next) {
    for (const backend of this.#target) backend.put(chunk, at, next);
  }

  /** The client gets the error, and all up to its Sync is skipped; `type` is what it had sent. */
  async refuse(refusal, type) {
    await this.#refuse(refusal);
    if (type === front.sync) await this.#sync(sync, 0, sync.length);
  }

  async #refuse(refusal) {
    const { session } = this;
    this.#skips = true;
    for (const { statement } of this.#held.splice(0)) if (statement) session.forget(statement);
    if (!this.#target && session.traffic.transaction.backend) {
      this.#target = session.traffic.begin(await session.traffic.reach(anywhere), anywhere);
    }
    if (this.#target) {
      for (const backend of this.#target) backend.put(backend.open.refuse(refusal));
      return;
    }
    await session.traffic.idle();
    session.traffic.transaction.fail();
    session.reply(refusal.response());
  }

  /** The server of the open unit went; its error was sent. */
  lost() {
    this.#target = undefined;
    this.#skips = true;
  }
}
