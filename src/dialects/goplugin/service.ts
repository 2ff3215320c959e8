/** Whether a value is a service, before its methods are looked for in it. */
import { MortiseError } from '../../errors.js';
import { shown } from '../../messages/shown.js';

/** @throws MortiseError MORTISE_ERR_PROGRAM_OPTION */
export function checkService(service: unknown): void {
  const { kind, methods } = (service ?? {}) as { kind?: unknown; methods?: unknown };
  if (kind === 'service' && Array.isArray(methods)) return;
  throw new MortiseError({
    code: 'MORTISE_ERR_PROGRAM_OPTION',
    message: 'the service must be one of a generated file',
    subject: 'client',
    where: 'service',
    expected: 'a service as protoc-gen-es writes it, such as KV of kv_pb.js',
    found: kind === undefined ? shown(service) : `a ${shown(kind)}`,
    remedy: 'Import the service by its name: a name that the file does not export is undefined.',
  });
}
