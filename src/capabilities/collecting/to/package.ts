/** Libraries of built-in writers: optional, and loaded when a writer is made. */
import { createRequire } from 'node:module';
import { MortiseError } from '../../../errors.js';

/**
 * @param name the package's
 * @param range what is installed for it, as npm takes it
 * @throws MortiseError MORTISE_ERR_COLLECT_PACKAGE
 */
export function loadPackage<Exports>(name: string, range: string, writer: string): Exports {
  let cause: unknown;
  // From the application first: it is an optional peer.
  for (const from of [`${process.cwd()}/`, import.meta.url]) {
    try {
      return createRequire(from)(name) as Exports;
    } catch (error) {
      cause ??= error;
    }
  }
  const { message = String(cause) } = (cause ?? {}) as Error;
  throw new MortiseError(
    {
      code: 'MORTISE_ERR_COLLECT_PACKAGE',
      message: `${writer} needs the package ${name}, which is not installed, or can’t be loaded`,
      subject: name,
      where: writer,
      expected: `${name}@${range}`,
      found: message.split('\n')[0],
      remedy: `npm install ${name}@${range}`,
    },
    { cause },
  );
}
