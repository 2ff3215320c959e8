/** Asks a host that `mortise run --inspect` runs. */
import { MortiseError } from '../../errors.js';
import type { HostSnapshot } from '../../host/observe/snapshot.js';
import { type Address, inUrl } from './address.js';

/** What `/snapshot.json` answers. */
export interface Inspected extends Omit<HostSnapshot, 'calls'> {
  schema: number;
  calls: (HostSnapshot['calls'][number] & { perSecond: number })[];
}

const patienceMs = 5000;
/** Of an answer: what isn't mortise's may be without end. */
const maxBytes = 64 * 1024 * 1024;

/** @throws MortiseError MORTISE_ERR_INSPECT */
export async function askInspector(address: Address): Promise<Inspected> {
  const url = `http://${inUrl(address)}/snapshot.json`;
  const refuse = (found: string, cause?: unknown) =>
    new MortiseError(
      {
        code: 'MORTISE_ERR_INSPECT',
        message: `no host answers at ${inUrl(address)}: ${found}`,
        where: url,
        expected: 'a host that `mortise run --inspect` runs',
        found,
        remedy: `Start it with \`mortise run --inspect ${inUrl(address)}\`, or name the address that it printed.`,
      },
      { cause },
    );
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
    text = await bounded(response);
    if (!response.ok) throw refuse(`${response.status} ${text.split('\n')[0]?.slice(0, 100)}`);
  } catch (error) {
    if (error instanceof MortiseError) throw error;
    const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    throw refuse(
      name === 'TimeoutError' ? `nothing for ${patienceMs / 1000} s` : (cause?.code ?? message),
      error,
    );
  }
  try {
    const found = JSON.parse(text) as Inspected;
    if (found.schema !== 1 || !Array.isArray(found.plugins) || !Array.isArray(found.calls)) throw new Error();
    return found;
  } catch {
    throw refuse('something else answers there');
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > maxBytes) throw new Error(`more than ${maxBytes} characters`);
  }
  return text;
}
