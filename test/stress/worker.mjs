/** What a worker of the stress does; workerData says how long: once, or until it is ended. */
import { workerData } from 'node:worker_threads';
import { Host, implement } from '../../dist/index.js';
import { Plug, Six } from './services.mjs';

const { plugin, forever, privateDirectory } = workerData;
const six = implement(Six, {
  take: ({ data }) => BigInt(data.length),
  words: ({ said }) => ({ count: BigInt(said.length) }),
  half: ({ of }) => of / 2,
  call: ({ back }) => back({ value: 7n }),
  plus: ({ a, b }) => a + b,
  note() {},
});
const data = Buffer.from('xyz');

do {
  const host = await Host.open({ plugins: [plugin], services: [six], privateDirectory, log() {} });
  const plug = host.services.get(Plug);
  for (let n = 0; n < 3; n++) {
    if (plug.all() !== 30n) throw new Error(`all answered ${plug.all()}`);
    let visited = 0;
    plug.each({ data, visit: () => void visited++ });
    if (visited !== 3) throw new Error(`visited ${visited}`);
    const [pooled] = host.services.useAsync(Plug);
    if ((await pooled.slow({ data })) !== 363n) throw new Error('slow answered wrongly');
  }
  await host.close();
} while (forever);
