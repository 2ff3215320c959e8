/** The collecting engine under sanitizers. */
import { describeDrivers } from '../drivers.js';

describeDrivers(
  import.meta.dirname,
  (name) => name.startsWith('engines/collect/') || name === 'engines/calls.cc',
);
