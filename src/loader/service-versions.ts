/** When a version of a service is good enough for who needs it. */
import type { ServiceNeed } from './record.js';

/** Whether one of the services has the name and the major that is needed, and at least the minor. */
export function meets(
  need: Pick<ServiceNeed, 'name' | 'major' | 'minor'>,
  services: readonly { name: string; major: number; minor: number }[],
): boolean {
  return services.some(
    ({ name, major, minor }) => name === need.name && major === need.major && minor >= need.minor,
  );
}
