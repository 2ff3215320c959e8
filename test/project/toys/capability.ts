/** A purpose made up for a test: plugins greet. */
import type { Capability } from './capability.js';
import { OfferedFacade } from './offered.js';

declare module '../loader/running.js' {
  interface Offers {
    greeting?: { greet(times: number): number };
  }
}

declare module './capability.js' {
  interface CapabilityOptions {
    greeting?: { howOften?: number };
  }
}

export class Greetings extends OfferedFacade<'greeting'> {
  times = 1;

  all(): { plugin: string; answer: number }[] {
    return this.needed().map(({ plugin, offer }) => ({ plugin, answer: offer.greet(this.times) }));
  }
}

export const Greeting: Capability<{ howOften?: number } | undefined, Greetings> = {
  name: 'greeting',
  section: ({ z }) => z.strictObject({ how_often: z.int().optional() }),
  open(host, options) {
    const greetings = new Greetings(host, 'greeting', 'greets');
    greetings.times = options?.howOften ?? 1;
    return greetings;
  },
};
