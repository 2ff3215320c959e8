/** A session's login: the client proves to a server who it is, and the router passes the words on. */
import { back } from './messages.js';
import { ask, askOf } from './password.js';
import { Refusal } from './refusal.js';

/**
 * @param {import('./session.js').Session} session
 * @param {Buffer} rest what came behind the startup message
 * @returns {Promise<Buffer>} what came behind the login
 * @throws Refusal
 */
export async function passThrough(session, rest) {
  const { socket, traffic } = session;
  const { credentials } = traffic.connections;
  let kept = [rest];
  let answer;
  let asksClearly = false;
  const onData = (chunk) => {
    if (!answer) {
      kept.push(chunk);
      return;
    }
    // A password in the clear serves for the other servers too.
    if (asksClearly) credentials.password ??= chunk.toString('utf8', 5, chunk.length - 1);
    answer(chunk);
  };
  socket.on('data', onData);
  const client = {
    wasAsked: false,
    send(whole) {
      if (whole[0] === back.authentication) {
        const asked = askOf(whole);
        client.wasAsked ||= asked !== ask.ok;
        asksClearly = asked === ask.clear;
      }
      if (whole[0] === back.parameterStatus) session.parameter(whole, 0, whole.length);
      socket.write(whole);
    },
    /** Only while a server asks is the client heard. */
    answers(send) {
      answer = send;
      if (!send) return void socket.pause();
      for (const chunk of kept.splice(0)) if (chunk.length > 0) send(chunk);
      socket.resume();
    },
  };
  try {
    await traffic.connections.first(client);
  } catch (error) {
    // As a server ends a login that fails.
    if (error instanceof Refusal) error.more.fatal = true;
    throw error;
  } finally {
    socket.off('data', onData);
  }
  const left = Buffer.concat(kept);
  kept = [];
  return left;
}
