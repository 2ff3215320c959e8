/** The native core under sanitizers. */
import { describeDrivers } from './drivers.js';

describeDrivers(import.meta.dirname);
