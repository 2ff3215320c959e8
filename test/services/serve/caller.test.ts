/** What TypeScript reads of mortise_host by hand lies where the headers have it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hostOffsets } from '../../../src/services/serve/caller.js';

it('the offsets of mortise_host are those of the ABI', () => {
  const { types } = JSON.parse(readFileSync('abi/1.0.json', 'utf8'));
  const at = (struct: string, member: string): number =>
    types[struct].members.find(({ name }: { name: string }) => name === member).offset;
  const plugin = at('mortise_host', 'plugin');
  expect(hostOffsets).toEqual({
    pluginData: plugin + at('mortise_text', 'data'),
    pluginSize: plugin + at('mortise_text', 'size'),
  });
});
