/** The simple protocol: one message is a whole unit. */
import { kindOf } from './kinds.js';
import { complete, ready } from './messages.js';
import { anywhere } from './places.js';
import { readQuery } from './read.js';
import { forgetsStatements } from './settings.js';

/**
 * @param {import('./session.js').Session} session
 * @returns {Promise<void> | undefined} a promise when it must wait @throws Refusal
 */
export function simpleQuery(session, chunk, at, next) {
  const sql = readQuery(chunk, at, next, session);
  const kind = kindOf(sql);
  if (kind) return sessionStatement(session, kind, sql, chunk, at, next);
  const place = session.traffic.place(session.router.host.route({ sql, ...session.traffic.situation }), sql);
  const target = session.traffic.reach(place);
  if (target instanceof Promise)
    return target.then((reached) => send(session, reached, place, chunk, at, next));
  send(session, target, place, chunk, at, next);
  return undefined;
}

/** About the session: plugins aren't asked. */
async function sessionStatement(session, kind, sql, chunk, at, next) {
  await session.traffic.idle();
  const tag = session.traffic.transaction.answer(kind, sql);
  if (tag) {
    session.reply(Buffer.concat([complete(tag), ready(session.traffic.transaction.status)]));
    return;
  }
  const setting =
    kind === 'set' && !session.traffic.transaction.isOpen ? session.traffic.settings.read(sql) : undefined;
  const target = await session.traffic.reach(anywhere);
  const unit = send(session, target, anywhere, chunk, at, next);
  unit.setting = setting;
  if (forgetsStatements(sql)) target[0].statements.clear();
}

function send(session, target, place, chunk, at, next) {
  let unit;
  for (const backend of session.traffic.begin(target, place)) {
    unit = backend.open;
    unit.isSimple = true;
    backend.open = undefined;
    backend.statements.delete(''); // a simple query ends the unnamed one
    backend.put(chunk, at, next);
  }
  return unit;
}

/** The client gets the error in the place of an answer. */
export async function refuseSimple(session, refusal) {
  const { transaction } = session.traffic;
  if (transaction.backend) {
    const [backend] = await session.traffic.reach(anywhere);
    const [{ open }] = session.traffic.begin(backend.alone, anywhere);
    open.isSimple = true;
    backend.open = undefined;
    backend.put(open.refuse(refusal));
    return;
  }
  await session.traffic.idle();
  transaction.fail();
  session.reply(Buffer.concat([refusal.response(), ready(transaction.status)]));
}
