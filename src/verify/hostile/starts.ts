/** Starts that a plugin's author seldom tries: again and again, twice at once, without what is optional. */
import type { Problem } from '../../errors.js';
import { listed } from '../../messages/lists.js';
import { openFiles } from './left.js';
import { during, type Opened, type Outcome, type Seat } from './seat.js';

const starts = 20;
/** What is opened once is open by then. */
const settled = 8;

export async function twoHosts({ open, doing }: Seat): Promise<Outcome> {
  doing('the first host');
  const first = await open();
  if (first.problems.length > 0) return during('the first of two hosts', first.problems);
  doing('a second host beside the first');
  const second = await open();
  if (second.problems.length > 0) {
    await first.host.close();
    return during('a second host of the process', second.problems);
  }
  doing('a query to each of two hosts', 'routing');
  route(first);
  route(second);
  doing('the second host after the first has closed');
  await first.host.close();
  doing('the second host after the first has closed', 'routing');
  route(second);
  await second.host.close();
  return { passed: 'works in both, and in the second after the first has closed' };
}

export async function withoutOptional({ open, doing, withhold }: Seat): Promise<Outcome> {
  const names = withhold();
  doing('a host without what is optional');
  const opened = await open();
  const without = `without ${listed([...names], 5)}`;
  if (opened.problems.length > 0) return during(without, opened.problems);
  doing(`a query ${without}`, 'routing');
  route(opened);
  await opened.host.close();
  return names.size > 0
    ? { passed: `starts and stops ${without}` }
    : { skipped: 'wants no optional service' };
}

export async function again({ open, doing, threads }: Seat): Promise<Outcome> {
  let files: Map<string, string> | undefined;
  let path = '';
  for (let count = 1; count <= starts; count++) {
    doing(`start ${count} of ${starts}`);
    const { host, plugin, problems } = await open();
    if (problems.length > 0) return during(`start ${count} of ${starts}`, problems);
    path = plugin.path ?? '';
    await host.close();
    if (count === settled) files = openFiles();
  }
  doing(`what ${starts} starts left`);
  const counted = starts - settled;
  const left = [...(openFiles() ?? [])].filter(([number]) => files && !files.has(number));
  const names = [...new Set(left.map(([, name]) => name))];
  const running = await threads();
  const problems = [
    running.length >= starts && leak(path, `${running.length} threads: ${listed([...new Set(running)], 5)}`),
    left.length >= counted && leak(path, `${left.length} open files: ${listed(names, 5)}`),
  ].filter((problem) => problem !== false);
  return problems.length > 0
    ? { problems }
    : { passed: `${starts} times, and neither threads nor files are left` };
}

/** What a router does with one more query isn't the question; that it can be asked is. */
function route({ host, plugin }: Opened): void {
  if (plugin.offers.routing) host.route({ sql: 'SELECT 1' });
}

function leak(subject: string, found: string): Problem {
  return {
    code: 'MORTISE_ERR_TEST_LEAK',
    message: `started and stopped ${starts} times, it left ${found}`,
    subject,
    where: 'restart',
    expected: 'as much as after a few starts',
    found,
    remedy: 'Give back in module_fini, and before module_init fails, all that module_init took.',
  };
}
