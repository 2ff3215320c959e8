// A process of its own, small enough to be forked for every file: reads paths, answers what the loader did.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { probe } = createRequire(import.meta.url)(process.argv[2]);
const seconds = Number(process.argv[3]);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(probe(line, seconds))}\n`);
}
