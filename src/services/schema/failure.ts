/** How a function of a service fails. */
import { representations, saysWhy } from './lower.js';
import type { Scalar, ServiceFunction } from './types.js';

/** What C gets when the implementation failed, as a number. */
export function failureOf({ result, failure }: ServiceFunction): number | bigint | undefined {
  if (result.kind === 'none') return undefined;
  if (canFail({ result })) return -1;
  if (failure !== undefined) return typeof failure === 'boolean' ? Number(failure) : failure;
  return representations[(result as Scalar).kind].floating ? Number.NaN : 0;
}

/** Whether its result can tell a failure from every answer. */
export const canFail = ({ result }: Pick<ServiceFunction, 'result'>): boolean =>
  result.kind === 'status' || saysWhy(result);
