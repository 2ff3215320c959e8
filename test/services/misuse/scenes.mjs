/**
 * Does what nobody should, from both sides, in a process of its own: what goes wrong here would end it. Arguments are
 * the package's directory and the plugin. Prints what came of it as JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { define } from './services.mjs';

const [root, plugin] = process.argv.slice(2);
const mortise = await import(pathToFileURL(`${root}/dist/mortise.js`).href);
const { Held, Misuse } = define(mortise);
const report = {};
const rejections = [];
process.on('unhandledRejection', (error) => rejections.push(String(error)));

/** What TypeScript keeps of what it was given. */
const kept = [];
/** What the next call of the service does. */
let next;
const held = mortise.implement(Held, {
  take({ data }) {
    kept.push(data);
    next?.(data);
    return BigInt(data.length);
  },
  read: ({ words }) => BigInt(words.length),
  fill({ data }) {
    if (next) next(data);
    else data.fill(7);
  },
  visit: () => 0n,
});

const problems = [];
async function open(services) {
  const host = await mortise.Host.open({ plugins: [plugin], services, log() {} });
  host.on('problem', ({ code, subject, message }) => problems.push(`${code} ${subject} ${message}`));
  return host;
}
const drained = () => problems.splice(0);

const collect = () => {
  globalThis.gc?.();
  globalThis.gc?.();
};

function outcome(call) {
  try {
    return String(call());
  } catch (error) {
    return `${error.code ?? 'uncoded'} ${error.problems?.[0]?.message ?? error.message}`;
  }
}

const outcomeLater = (promise) =>
  promise.then(String, (error) => `${error.code ?? 'uncoded'} ${error.problems?.[0]?.message}`);

/** Every way that takes an ArrayBuffer's memory away. */
const away = {
  clone: (bytes) => structuredClone(bytes, { transfer: [bytes.buffer] }),
  port(bytes) {
    const { port1 } = new MessageChannel();
    port1.postMessage(bytes, [bytes.buffer]);
    port1.close();
  },
  transfer: (bytes) => bytes.buffer.transfer?.(),
  stream(bytes) {
    const stream = new ReadableStream({ type: 'bytes', pull: (controller) => controller.close() });
    stream
      .getReader({ mode: 'byob' })
      .read(new Uint8Array(bytes.buffer))
      .catch(() => {});
  },
};
const attempt = (way) => (bytes) => {
  try {
    away[way](bytes);
  } catch {} // the engine refuses
  collect();
};

{
  const host = await open([held]);
  const misuse = host.services.get(Misuse);
  misuse.lie({ what: 0, place: 0, size: 40n });
  kept[0].fill(3);
  for (const [kind, what] of [
    ['bytes', 0],
    ['text', 1],
    ['buffer', 2],
  ]) {
    report[`lying sizes of ${kind}`] = [-1n, -200n, -70_000n, 2n ** 33n, 2n ** 50n].map((size) => [
      String(size),
      outcome(() => misuse.lie({ what, place: 0, size })),
      ...drained(),
    ]);
    report[`places of ${kind}`] = [1, 2, 3, 4].flatMap((place) =>
      [16n, 17n, 100_000n].map((size) => [
        `${place}: ${size}`,
        outcome(() => misuse.lie({ what, place, size })),
        ...drained(),
      ]),
    );
  }
  report['and afterwards'] = [
    outcome(() => misuse.lie({ what: 0, place: 0, size: 5n })),
    [...kept[0]].every((byte) => byte === 3),
  ];
  for (const way of Object.keys(away)) {
    kept.length = 0;
    next = attempt(way);
    const first = outcome(() => misuse.lie({ what: 0, place: 0, size: 5n }));
    next = undefined;
    const then = outcome(() => misuse.lie({ what: 0, place: 0, size: 5n }));
    report[`received bytes, ${way}`] = [first, then, kept[1].length, ...drained()];
    next = attempt(way);
    const big = outcome(() => misuse.ask({ size: 60_000n }));
    next = undefined;
    report[`a received buffer, ${way}`] = [big, outcome(() => misuse.ask({ size: 60_000n })), ...drained()];
  }

  // Its call is under way when TypeScript is called: that could take away what C still reads.
  for (const way of Object.keys(away)) {
    const data = new Uint8Array(500_000).fill(1);
    next = () => attempt(way)(data);
    report[`lent bytes, ${way} in a service`] = outcome(() => misuse.sum({ data, ask: 1 }));
    next = undefined;
  }
  await host.close();
}

{
  const host = await open([held]);
  const misuse = host.services.get(Misuse);
  for (const way of Object.keys(away)) {
    const data = new Uint8Array(500_000).fill(1);
    const taken = () => attempt(way)(data);
    report[`lent bytes, ${way} in a callback`] = outcome(() => misuse.each({ data, visit: taken }));
    const room = new Uint8Array(500_000);
    report[`a lent buffer, ${way} in a callback`] = outcome(() =>
      misuse.write({ data: room, visit: () => attempt(way)(room) }),
    );
  }
  const memory = new ArrayBuffer(500_000, { maxByteLength: 600_000 });
  const resizing = new Uint8Array(memory).fill(1);
  const shrink = () => {
    memory.resize(10);
    collect();
  };
  report['lent bytes that shrink'] = outcome(() => misuse.each({ data: resizing, visit: shrink }));
  memory.resize(400_000);
  report['a lent buffer that shrinks'] = outcome(() => misuse.write({ data: resizing, visit: shrink }));
  memory.resize(400_000);
  report['a lent buffer that stays'] = [
    outcome(() => misuse.write({ data: resizing, visit() {} })),
    resizing.every((byte) => byte === 9),
  ];
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  report['shared memory'] = [outcome(() => misuse.write({ data: shared, visit() {} })), [...shared].join('')];

  // What another call's callback may do while this one, without callbacks, is under way.
  const inner = new Uint8Array(100).fill(1);
  report['a call within a callback'] = outcome(() =>
    misuse.each({ data: inner, visit: () => void misuse.sum({ data: inner, ask: 0 }) }),
  );
  await host.close();
}

{
  const { services, close } = await (async () => {
    const host = await open([held]);
    return { services: host.services, close: () => host.close() };
  })();
  const misuse = services.get(Misuse);
  class Longer extends Uint8Array {
    get length() {
      return 1e9;
    }
    get byteLength() {
      return 1e9;
    }
    get byteOffset() {
      return -1e9;
    }
    get buffer() {
      return new ArrayBuffer(1e6);
    }
  }
  const own = new Uint8Array(16).fill(1);
  for (const key of ['length', 'byteLength']) Object.defineProperty(own, key, { value: 4096 });
  const lying = {
    'own property': own,
    subclass: new Longer(16).fill(1),
    'prototype only': Object.create(Uint8Array.prototype),
    proxy: new Proxy(new Uint8Array(16), {}),
    'other words': Object.setPrototypeOf(new Uint16Array(16), Uint8Array.prototype),
    'view of one': new DataView(new ArrayBuffer(16)),
  };
  for (const [name, data] of Object.entries(lying)) {
    report[`bytes with a ${name}`] = [
      outcome(() => misuse.sum({ data, ask: 0 })),
      outcome(() => misuse.each({ data, visit() {} })),
      outcome(() => misuse.write({ data, visit() {} })),
    ];
  }
  for (const way of Object.keys(away)) {
    const data = new Uint8Array(100_000).fill(1);
    const given = {
      data,
      other: new Uint8Array(1),
      get n() {
        attempt(way)(data);
        return 1;
      },
    };
    report[`bytes that a getter takes, ${way}`] = outcome(() =>
      JSON.stringify(misuse.ends(given), (_, v) => (typeof v === 'bigint' ? Number(v) : v)),
    );
  }
  const part = Buffer.from([1]);
  report['a callback that C calls wrongly'] = [
    [0, 4n],
    [0, -1n],
    [1, 17n],
    [2, 1n],
  ].map(([place, size]) => outcome(() => misuse.wrong({ place, size, visit: () => void part })));

  const rejecting = async () => {
    throw new Error('too late');
  };
  report['an async callback'] = outcome(() => misuse.each({ data: part, visit: rejecting }));
  report['a callback that promises'] = outcome(() => misuse.each({ data: part, visit: () => rejecting() }));
  report['a callback for nothing that promises'] = outcome(() =>
    misuse.write({ data: part, visit: () => rejecting() }),
  );

  const [pool] = services.useAsync(Misuse);
  for (const way of Object.keys(away)) {
    const data = new Uint8Array(100_000).fill(1);
    const reading = outcomeLater(pool.later({ data, milliseconds: 30 }));
    const room = new Uint8Array(100_000);
    const writing = outcomeLater(pool.mark({ data: room, milliseconds: 30 }));
    attempt(way)(data);
    attempt(way)(room);
    report[`bytes of a call on the pool, ${way}`] = [await reading, await writing];
  }
  const changing = new Uint8Array(4).fill(1);
  const reading = pool.later({ data: changing, milliseconds: 10 });
  changing.fill(50);
  report['bytes that change during a call on the pool'] = await outcomeLater(reading);
  const room = new Uint8Array(4);
  report['a buffer of a call on the pool'] = [
    await outcomeLater(pool.mark({ data: room, milliseconds: 1 })),
    [...room].join(''),
  ];
  await sleep(5);
  await close();
}

{
  const host = await open([held]);
  const misuse = host.services.get(Misuse);
  const called = [];
  const note =
    (who, answer) =>
    ({ n }) => {
      called.push(`${who} ${n}`);
      return answer;
    };
  misuse.keep({ visit: note('first', 1) });
  const stale = (how) => outcome(() => misuse.stale({ how, visit: note('second', 2) }));
  report['a kept callback'] = [stale(0), ...drained()];
  report['a callback without its data'] = [stale(1), ...drained()];
  stale(2);
  await sleep(100);
  report['a kept callback on a thread'] = drained();
  for (let calls = 0; calls < 61; calls++) stale(0);
  report['a kept callback in a loop'] = drained().map((text) => text.replace(/.*\((\d+) .*/, '$1'));
  await host.close();
  report['a kept callback after all'] = [...new Set(called)];
}
report.rejections = rejections;
console.log(JSON.stringify(report, null, 1));
