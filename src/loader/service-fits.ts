/** When a version of a service is good enough for who needs it, and has the functions that it counts on. */
import type { Problem } from '../errors.js';

/** A service as somebody asks for it: that name and major, at least that minor, and the same functions. */
export interface WantedService {
  name: string;
  major: number;
  minor: number;
  /** Its functions in words, as include/mortise/service.h has it; empty or absent: unstated. */
  signature?: string;
}

/** A service that a host has, or would have. */
export interface HostService extends WantedService {
  /** A plugin's name; `mortise` for the host itself. */
  provider: string;
  /** The compiler that its users must be of, when it hands out types that depend on it. */
  toolchain?: string;
}

/** Whether one of the services has the name and the major that is needed, at least the minor, and the functions. */
export const meets = (need: WantedService, services: readonly WantedService[]): boolean =>
  services.some((service) => fitsVersion(need, service) && !difference(need, service));

/** A service of a family whose services have no versions: another one has another name. */
export const unversioned = (name: string) => ({ name, major: 0, minor: 0 });

/** "log 1.0"; its name where it has no version. */
export const named = ({ name, major, minor }: Pick<WantedService, 'name' | 'major' | 'minor'>): string =>
  major === 0 && minor === 0 ? name : `${name} ${major}.${minor}`;

/** The same name and major, and at least the minor. */
export const fitsVersion = (need: WantedService, { name, major, minor }: WantedService): boolean =>
  name === need.name && major === need.major && minor >= need.minor;

/** The first function that two sides of a service have otherwise. */
export interface SignatureDifference {
  needs: string;
  /** Undefined: the provider has none at that place. */
  has: string | undefined;
}

/** Undefined when all that both state is the same, as native/engines/signature.cc has it. */
export function difference(need: WantedService, service: WantedService): SignatureDifference | undefined {
  if (!need.signature || !service.signature || need.signature === service.signature) return undefined;
  const wants = functionsIn(need.signature);
  const all = functionsIn(service.signature);
  for (const [index, needs] of wants.entries()) {
    const has = all[index];
    if (has === undefined ? sinceMinor(needs) <= need.minor : has !== needs) return { needs, has };
  }
  return undefined;
}

/** One for each `;`, without white space around it, and with one space for more inside. */
export function functionsIn(signature: string): string[] {
  const functions = signature.split(';').map((text) => text.replace(/[ \t-\r]+/g, ' ').replace(/^ | $/g, ''));
  if (functions.at(-1) === '') functions.pop();
  return functions;
}

const sinceMinor = (text: string): number => Number(/ since \d+\.(\d{1,5})$/.exec(text)?.[1] ?? 0);

/** "needs is_open(day: i64) -> bool, and the provider has is_open(host, day: i64) -> bool" */
export const inWords = ({ needs, has }: SignatureDifference): string =>
  `needs ${cut(needs)}, and the provider has ${has === undefined ? 'no such function' : cut(has)}`;

/** Why somebody doesn't get a service whose version would do. */
export const otherSignature = (
  need: WantedService,
  service: HostService,
  differs: SignatureDifference,
): Omit<Problem, 'subject'> => ({
  code: 'MORTISE_ERR_SERVICE_SIGNATURE',
  message: `${need.name} ${need.major}.${need.minor} of ${service.provider} has other functions than the plugin counts on: it ${inWords(differs)}`,
  expected: shownSignature(need.signature ?? ''),
  found: shownSignature(service.signature ?? ''),
  remedy: `Build both sides with the same header of ${need.name}; a change of a function needs the next major.`,
});

/** A whole signature for a message. */
export const shownSignature = (signature: string): string => cut(functionsIn(signature).join('; '), 600);

const cut = (text: string, most = 200): string => (text.length > most ? `${text.slice(0, most)}…` : text);
