/** A plugin that does many kinds of wrong between two looks of the host. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Problem } from '../../src/index.js';
import { directory, open } from '../host/open.js';

const source = `
#include <mortise/mortise.h>
#include <stdio.h>
MORTISE_MODULE(.name = "careless", .version = "1.0.0")
MORTISE_REQUIRE(metrics, 1, 0)
MORTISE_EXPORT int32_t module_route(const mortise_context *context, mortise_route *route) {
  (void)context;
  char name[32];
  for (int i = 0; i < 300; i++) {
    snprintf(name, sizeof name, "%d is wrong", i);
    mortise_metrics_service->counter(module_host, mortise_text_of(name), mortise_text_of(""));
  }
  return mortise_direct(route, 0);
}`;

it('what the host no longer keeps is counted', async () => {
  const path = join(directory(), 'careless.so');
  const flags = ['-std=gnu11', '-fPIC', '-shared', '-fvisibility=hidden', '-Iinclude'];
  execFileSync('cc', [...flags, '-o', path, '-x', 'c', '-'], { input: source });
  const lines: string[] = [];
  const host = await open({
    plugins: [path],
    log: ({ plugin, message }) => lines.push(`${plugin}: ${message}`),
  });
  const problems: Problem[] = [];
  const told = new Promise<void>((done) => {
    host.on('problem', (problem) => {
      problems.push(problem);
      if (problem.subject === 'mortise') done();
    });
  });
  host.route({ sql: 'SELECT 1', shards: 1 });
  await told;
  const own = problems.filter(({ subject }) => subject === 'careless');
  expect(own).toHaveLength(256);
  expect(problems.at(-1)).toMatchObject({
    code: 'MORTISE_WARN_PROBLEMS_LOST',
    message: '44 more problems of plugins were not kept',
  });
  expect(lines.at(-1)).toMatch(
    /^mortise: MORTISE_WARN_PROBLEMS_LOST: 44 more problems of plugins were not kept; /,
  );
});
