/** Answers that break the rules of include/mortise/route.h, as problems. */
import type { Problem } from '../../errors.js';
import type { Link } from './question.js';
import type { Fault } from './slot.js';

/** FaultKind of native/routing/slot.h. */
export const kinds = { status: 1, target: 2, access: 3, shard: 4 } as const;

/** In the words of the plugin's family. */
export const faultOf = ({ name, problemOf = ours }: Link, fault: Fault): Problem => problemOf(fault, name);

function ours({ kind, value, shards }: Fault, plugin: string): Problem {
  const subject = plugin;
  const where = 'module_route';
  switch (kind) {
    case kinds.shard:
      return {
        code: 'MORTISE_ERR_ROUTE_SHARD',
        message: `answered shard ${value}`,
        subject,
        where,
        expected: shards === 1 ? 'shard 0, the only one' : `a shard from 0 to ${shards - 1}`,
        found: String(value),
        remedy: 'Take the answer modulo context->shards in the plugin.',
      };
    case kinds.status:
      return {
        code: 'MORTISE_ERR_ROUTE_FAILED',
        message: `returned ${value}`,
        subject,
        where,
        expected: 'MORTISE_OK (0) or MORTISE_PASS (1)',
        found: String(value),
        remedy: 'Read the plugin’s log for the reason; a Rust plugin returns -1 when it panicked.',
      };
    default: {
      const target = kind === kinds.target;
      return {
        code: 'MORTISE_ERR_ROUTE_ANSWER',
        message: `answered a ${target ? 'target' : 'read_write'} of ${value}`,
        subject,
        where: `module_route, mortise_route.${target ? 'target' : 'read_write'}`,
        expected: target ? 'MORTISE_TARGET_… (0 to 3)' : 'MORTISE_ACCESS_… (0 to 2)',
        found: String(value),
        remedy: 'Set it to one of the constants in mortise/route.h.',
      };
    }
  }
}
