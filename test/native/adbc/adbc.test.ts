/** ADBC's drivers without Node.js, and what they hand over, under sanitizers. */
import { describeDrivers } from '../drivers.js';

describeDrivers(
  import.meta.dirname,
  (name) => /^(adbc|engines\/arrow)\//.test(name) || /^engines\/(readable|c_text)\./.test(name),
);
