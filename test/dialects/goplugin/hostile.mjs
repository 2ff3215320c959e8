// A go-plugin program that means ill: on bare HTTP/2, where it may break every rule of gRPC. It is healthy all the same.
// The key of a proto.KV/Get says what is done to that call; the first argument, what else is wrong.
import { createServer } from 'node:http2';
import { connect, createServer as createSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

const what = process.argv[2];
const path = join(process.env.PLUGIN_UNIX_SOCKET_DIR, 'plugin');
const ok = { ':status': 200, 'content-type': 'application/grpc' };

/** One message of gRPC: a flag, its length, its bytes. */
function message(bytes, { flag = 0, length = bytes.length } = {}) {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, bytes]);
}

function answer(stream, bytes, trailers = { 'grpc-status': '0' }) {
  stream.respond(ok, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(message(bytes));
}

/** Half a megabyte that becomes half a gigabyte. */
const bomb = what === 'a bomb' ? gzipSync(Buffer.alloc(512 * 1024 * 1024)) : Buffer.alloc(0);

/** For ever, as fast as it is taken. */
async function flood(stream, bytes) {
  while (!stream.destroyed) {
    if (!stream.write(bytes)) await new Promise((done) => stream.once('drain', done).once('close', done));
    else await sleep(0);
  }
}

const attacks = {
  'no status': (stream) => stream.respond(ok, { endStream: true }),
  'no trailers': (stream) => {
    stream.respond(ok);
    stream.end(message(Buffer.alloc(0)));
  },
  'a page': (stream) => {
    stream.respond({ ':status': 503, 'content-type': 'text/html' });
    stream.end('<h1>It works</h1>');
  },
  'a page with 200': (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end('<h1>It works</h1>'.repeat(1000));
  },
  'an unknown status': (stream) => stream.respond({ ...ok, 'grpc-status': '99' }, { endStream: true }),
  'no number': (stream) => stream.respond({ ...ok, 'grpc-status': 'zero' }, { endStream: true }),
  'a bad text': (stream) =>
    stream.respond({ ...ok, 'grpc-status': '2', 'grpc-message': '%FF%E2%28%zz%' }, { endStream: true }),
  'bad metadata': (stream) => {
    stream.respond({ ...ok, 'x-bin': '!!!', 'y-bin': '' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': '2', 'grpc-status-details-bin': '%%%' }),
    );
    stream.end();
  },
  'large metadata': (stream) => {
    stream.respond({ ...ok, 'grpc-status': '2', x: 'x'.repeat(40_000) }, { endStream: true });
  },
  'huge metadata': (stream) => {
    stream.respond({ ...ok, 'grpc-status': '2', x: 'x'.repeat(900_000) }, { endStream: true });
  },
  'two answers': (stream) => {
    stream.respond(ok, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([message(Buffer.alloc(0)), message(Buffer.alloc(0))]));
  },
  'answers without end': (stream) => {
    stream.respond(ok);
    void flood(stream, Buffer.concat(Array(1000).fill(message(Buffer.alloc(0)))));
  },
  'a bomb': (stream) => {
    stream.respond({ ...ok, 'grpc-encoding': 'gzip' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(message(bomb, { flag: 1 }));
  },
  'no gzip': (stream) => {
    stream.respond({ ...ok, 'grpc-encoding': 'gzip' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(message(Buffer.from('not compressed'), { flag: 1 }));
  },
  'an unknown encoding': (stream) => {
    stream.respond({ ...ok, 'grpc-encoding': 'snail' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(message(Buffer.alloc(10), { flag: 1 }));
  },
  'a length without bytes': (stream) => {
    stream.respond(ok);
    stream.write(message(Buffer.alloc(10), { length: 0xfffffff0 }));
  },
  'a flood for one message': (stream) => {
    stream.respond(ok);
    stream.write(message(Buffer.alloc(0), { length: 1_000_000 }));
    void flood(stream, Buffer.alloc(1_000_000));
  },
  'no message of protobuf': (stream) => answer(stream, Buffer.from([0xff, 0xff, 0xff])),
  'a reset': (stream) => stream.close(2),
  'a refusal': (stream) => stream.close(7),
  'a cancel': (stream) => stream.close(8),
  'enhance your calm': (stream) => stream.close(11),
  'goodbye in the middle': (stream) => {
    stream.respond(ok);
    stream.write(message(Buffer.alloc(3), { length: 1000 }));
    stream.session.goaway(0);
    setTimeout(() => stream.session.destroy(), 50);
  },
  'goodbye with an error': (stream) => stream.session.goaway(11, 0, Buffer.from('too_many_pings')),
  'a hang-up': (stream) => stream.session.destroy(),
  garbage: () => outside?.write(Buffer.alloc(100, 0xff)),
  'a push': (stream) => {
    stream.pushStream({ ':path': '/x' }, (error, pushed) => {
      if (!error) pushed.end('x');
      answer(stream, Buffer.alloc(0));
    });
  },
  pings: (stream) => {
    const { session } = stream;
    let left = 5000;
    const timer = setInterval(() => {
      for (let turn = 0; turn < 50 && !session.destroyed; turn++) session.ping(() => {});
      left -= 50;
      if (left <= 0 || session.destroyed) clearInterval(timer);
    }, 1);
  },
  settings: (stream) => {
    const { session } = stream;
    const timer = setInterval(() => {
      if (session.destroyed) clearInterval(timer);
      for (let size = 0; size < 50 && !session.destroyed; size++) {
        session.settings({ initialWindowSize: 65_535 + size }, () => {});
      }
    }, 1);
  },
  'no window': (stream) => stream.session.settings({ initialWindowSize: 0 }),
  silence: () => {},
};

const varint = (number) => {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  return Buffer.from([...bytes, number]);
};
const text = (field, value) =>
  Buffer.concat([Buffer.from([(field << 3) | 2]), varint(value.length), Buffer.from(value)]);
/** ConnInfo of the broker. */
const announced = (id, network, address) =>
  message(Buffer.concat([Buffer.from([8]), varint(id), text(2, network), text(3, address)]));

const brokers = {
  'thousands of numbers': async (stream) => {
    for (let id = 1; id <= 20_000; id++) {
      if (id % 100 === 0) await sleep(0);
      stream.write(announced(id, 'unix', '/nowhere'));
    }
  },
  'long addresses': async (stream) => {
    for (let id = 1; id <= 200; id++) {
      stream.write(announced(id, 'unix', `/${'x'.repeat(1_000_000)}`));
      await sleep(1);
    }
  },
  'strange addresses': (stream) => {
    const places = [
      ['unix', 'relative'],
      ['unix', '/with\0nul'],
      ['tcp', '192.0.2.1:80'],
      ['tcp', '127.0.0.1:0'],
      ['udp', '127.0.0.1:80'],
      ['', ''],
      ['unix', '/nowhere'],
    ];
    for (const [index, [network, address]] of places.entries())
      stream.write(announced(index + 1, network, address));
  },
  'one number again and again': async (stream) => {
    for (let turn = 0; turn < 5000; turn++) {
      if (turn % 100 === 0) await sleep(0);
      stream.write(announced(1, 'unix', '/nowhere'));
    }
  },
  'the end': (stream) => {
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end();
  },
};

const server = createServer({ maxSessionMemory: 1000 });
/** The bytes' way to the host, into which anything can be put. */
let outside;
server.on('session', (session) => session.on('error', () => {}));
server.on('sessionError', () => {});
const methods = {
  '/grpc.health.v1.Health/Check': (stream) => answer(stream, Buffer.from([8, 1])),
  '/plugin.GRPCController/Shutdown': () => process.exit(0),
  '/plugin.GRPCBroker/StartStream': (stream) => {
    stream.respond(ok, { waitForTrailers: true });
    void brokers[what]?.(stream);
  },
  '/plugin.GRPCStdio/StreamStdio': (stream) => {
    stream.respond(ok);
    const data = Buffer.alloc(1_000_000, 'x');
    if (what === 'a flood of output')
      void flood(stream, message(Buffer.concat([Buffer.from([8, 1]), text(2, data)])));
  },
  '/proto.KV/Get': (stream) =>
    // Of a message of gRPC five bytes come first; of one of protobuf two before its first text.
    stream.once('data', (request) => {
      const attack = attacks[request.subarray(7)];
      if (attack) attack(stream);
      else answer(stream, Buffer.alloc(0));
    }),
};
server.on('stream', (stream, headers) => {
  stream.on('error', () => {});
  methods[headers[':path']]?.(stream);
  stream.resume();
});

const inner = `${path}i`;
server.listen(inner, () => {
  const outer = createSocket((socket) => {
    const through = connect(inner);
    for (const one of [socket, through]) one.on('error', () => {});
    socket.pipe(through).pipe(socket);
    outside = socket;
    socket.on('close', () => through.destroy());
    through.on('close', () => socket.destroy());
  });
  outer.listen(path, say);
});

async function say() {
  const line = `1|1|unix|${path}|grpc\n`;
  if (what !== 'a handshake in pieces') process.stdout.write(line);
  else {
    for (const character of line) {
      process.stdout.write(character);
      await sleep(2);
    }
  }
}
process.on('uncaughtException', () => {});
