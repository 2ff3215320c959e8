/** Innermost: whatever a data source throws becomes a coded error with a status, and says who failed. */
import { failureOf } from '../failure.js';
import type { Middleware } from '../middleware.js';

export const errorSource: Middleware = async (call, next) => {
  try {
    return await next(call);
  } catch (error) {
    throw failureOf(error, call.plugin);
  }
};
