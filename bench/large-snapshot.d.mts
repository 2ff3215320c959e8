import type { HostSnapshot } from '../src/host/observe/snapshot.js';

export const large: HostSnapshot;
