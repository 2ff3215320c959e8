import { describe, expect, it } from 'vitest';
import { canSanitize, runSanitized } from '../headers/compilers.js';

describe.skipIf(!canSanitize())('C example plugins (needs gcc with libasan and libubsan)', () => {
  it.each(['query-firewall', 'read-splitter'])('%s', (name) => {
    expect(runSanitized(`test/project/example-plugins/${name}.c`)).toMatch(/^\d+ checks$/);
  });
});
