/** A data source in JavaScript: what this process does. */
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { defineDataSource, frameOf } from 'mortise';

const facts = {
  memory: () => {
    const { rss, heapUsed } = process.memoryUsage();
    return { columns: { name: ['rss', 'heap', 'machine'], bytes: [rss, heapUsed, totalmem()] } };
  },
  load: () => ({
    columns: { minutes: [1, 5, 15], load: loadavg() },
    meta: { processors: availableParallelism() },
  }),
};

export const self = defineDataSource({
  name: 'self',
  query: ({ queries }) =>
    new Map(
      queries.map(({ refId, json }) => {
        const fact = facts[json.fact];
        if (!fact) throw Object.assign(new Error(`there is no fact ${json.fact}`), { status: 400 });
        return [refId, { refId, frames: [frameOf(fact())] }];
      }),
    ),
  checkHealth: () => ({ status: 'ok', message: `process ${process.pid}` }),
});
