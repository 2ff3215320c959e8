/** Answers of PgDog's plugins that mean nothing, as problems. PgDog itself takes them for no answer. */
import { kinds } from '../../capabilities/routing/fault.js';
import type { Fault } from '../../capabilities/routing/slot.js';
import type { Problem } from '../../errors.js';
import { symbols } from './layout.js';

/** The statuses of rust/pgdog/bridge. */
const statuses: Readonly<Record<number, Pick<Problem, 'message' | 'expected' | 'remedy'>>> = {
  [-1001]: {
    message: 'returned without an answer',
    expected: 'a route',
    remedy: 'Return a Route from the function with #[route].',
  },
  [-1002]: {
    message: 'cannot be given a parameter of this query',
    expected: 'parameters of less than 2 GiB, as text or binary',
    remedy: 'Route the query without that parameter.',
  },
  [-1003]: {
    message: 'cannot be asked without a shard',
    expected: 'at least one shard',
    remedy: 'Set shards in [routing].',
  },
};

export function problemOf({ kind, value, shards }: Fault, subject: string): Problem {
  const common = { subject, where: symbols.route, found: String(value) };
  switch (kind) {
    case kinds.shard:
      return {
        ...common,
        code: 'MORTISE_ERR_ROUTE_SHARD',
        message: `answered shard ${value}`,
        expected: shards === 1 ? 'shard 0, the only one' : `a shard from 0 to ${shards - 1}`,
        remedy: 'Take the shard modulo context.shards() in the plugin.',
      };
    case kinds.target:
      return {
        ...common,
        code: 'MORTISE_ERR_ROUTE_ANSWER',
        message: `answered a shard of ${value}`,
        expected: 'a shard from 0, -1 for all, -2 for unknown, or -3 for blocked',
        remedy: 'Make the answer with Route::new and Shard in the plugin.',
      };
    case kinds.access:
      return {
        ...common,
        code: 'MORTISE_ERR_ROUTE_ANSWER',
        message: `answered a read_write of ${value}`,
        expected: '0 for write, 1 for read, or 2 for unknown',
        remedy: 'Make the answer with Route::new and ReadWrite in the plugin.',
      };
    default:
      return {
        ...common,
        code: 'MORTISE_ERR_ROUTE_FAILED',
        ...(statuses[value] ?? { message: `the bridge answered ${value}`, expected: 'a route' }),
      };
  }
}
