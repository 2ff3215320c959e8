// A proxy that only copies bytes, for bench/router.mjs: the least that a proxy in Node.js costs.
import { connect, createServer } from 'node:net';

const to = Number(process.argv[2]);
const server = createServer({ noDelay: true }, (client) => {
  const own = connect({ host: '127.0.0.1', port: to, noDelay: true });
  client.pipe(own).pipe(client);
  for (const socket of [client, own]) socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
