/** An installation whose mortise-collectd.so is another library. */
import { expect, it, vi } from 'vitest';
import { Host, MortiseError } from '../../../src/index.js';
import { expectComplete } from '../../host/open.js';
import { build } from '../../support/plugins/build.js';

vi.mock('../../../src/native/collectd-library.js', () => ({ libraryPath: () => build('plain.c') }));

it.skipIf(process.platform === 'win32')('is said to be one', async () => {
  const error = await Host.open({ collectd: { collectInternalStats: true }, announce: false }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MortiseError);
  const [problem] = (error as MortiseError).problems;
  if (problem) expectComplete(problem);
  expect(problem).toMatchObject({ code: 'MORTISE_ERR_COLLECTD_LIBRARY', subject: build('plain.c') });
});
