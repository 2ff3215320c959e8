// As much of a key vault as hashicorp_key_management asks for, in a worker: the plugin's calls block its thread.
// Posts its port, then each request.
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';

const key = Buffer.from('0123456789abcdef').toString('hex');

const server = createServer(({ url, headers }, response) => {
  parentPort.postMessage(`${headers['x-vault-token']} ${url}`);
  if (url.startsWith('/v1/sys/mounts/')) return response.end('{"options": {"version": "2"}}');
  if (/^\/v1\/test\/data\/1\b/.test(url)) {
    const data = { data: { data: key }, metadata: { version: 5 } };
    return response.end(JSON.stringify({ request_id: 'x"}', data }));
  }
  response.statusCode = /^\/v1\/test\/data\/3\b/.test(url) ? 403 : 404;
  return response.end('{"errors": []}');
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
