/**
 * What a socket receives, until whoever reads it has enough; the socket is paused then. Unlike a stream's own
 * iterator it leaves no trace: the socket stays paused until it is told otherwise.
 */
export async function* chunksOf(socket) {
  let go;
  const hear = (event) => (value) => {
    socket.pause();
    go({ event, value });
  };
  const heard = { data: hear('data'), end: hear('end'), close: hear('end'), error: hear('error') };
  for (const [event, listener] of Object.entries(heard)) socket.on(event, listener);
  try {
    while (!socket.destroyed) {
      const next = new Promise((done) => {
        go = done;
      });
      socket.resume();
      const { event, value } = await next;
      if (event === 'error') throw value;
      if (event === 'end') return;
      yield value;
    }
  } finally {
    for (const [event, listener] of Object.entries(heard)) socket.off(event, listener);
    socket.pause();
  }
}
