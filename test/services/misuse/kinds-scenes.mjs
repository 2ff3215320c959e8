/** Runs in a process of its own, where each wrong access of memory is its end: node kinds-scenes.mjs PACKAGE PLUGIN */
import { define } from './kinds-service.mjs';

const [root, plugin] = process.argv.slice(2);
const mortise = await import(`${root}/dist/mortise.js`);
const Kinds = define(mortise);
const host = await mortise.Host.open({ plugins: [{ name: plugin, required: true }], announce: false });
const main = host.services.get(Kinds);
const [pool] = host.services.useAsync(Kinds);
const outcome = (call) => {
  try {
    return call();
  } catch ({ code }) {
    return code;
  }
};
const report = {};

const sizes = [0, 1, 1023, 1024, 1025, 100_000];
report.answers = sizes.map((times) =>
  [0, 1, 2, 3, 4, 5].map((how) => {
    const answer = outcome(() => main.repeat({ how, times }));
    return answer === 'x'.repeat(times) ? times : answer;
  }),
);
const many = Array.from({ length: 200 }, (_, index) => pool.repeat({ how: index % 3, times: index * 100 }));
report.pooled = (await Promise.all(many)).every((answer, index) => answer === 'x'.repeat(index * 100));

report.record = main.swap({ pair: { first: 3, second: 4 } });

const { stream } = main.open();
const given = {
  stream,
  get step() {
    main.close({ stream });
    return 1;
  },
};
report.getter = outcome(() => main.next(given));
const codes = [];
for (let index = 0; index < 200; index++) {
  const { stream } = await pool.open();
  const calls = [pool.close({ stream }), pool.next({ stream, step: 1 }), pool.close({ stream })];
  stream[Symbol.dispose]();
  const [, ...others] = await Promise.allSettled(calls);
  codes.push(...others.map(({ reason }) => reason?.code));
}
report.handles = [...new Set(codes)];
report.live = main.count();
// Those that come while it closes, and those that nobody destroyed.
const late = Array.from({ length: 50 }, () => pool.open());
main.open();
await host.close();
report.late = (await Promise.all(late)).map(({ stream }) => stream.isLive);
console.log(JSON.stringify(report));
