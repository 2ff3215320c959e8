import { describe, expect, it } from 'vitest';
import { type Ordered, startOrder } from '../../src/loader/order.js';

/** "a: b c? = d" needs b, wants c and provides d; each provides its own name too, all in 1.0. */
function plugins(...lines: string[]): Ordered[] {
  return lines.map((line) => {
    const [name = '', rest = ''] = line.split(':').map((part) => part.trim());
    const requires = rest.split(/\s+/).filter(Boolean);
    const service = (text: string) => ({ name: text, major: 1, minor: 0, symbol: '' });
    const identity = {
      name,
      provides: [service(name)],
      requires: requires.map((text) => ({ ...service(text.replace('?', '')), optional: text.endsWith('?') })),
    };
    return { path: `/${name}.so`, identity } as unknown as Ordered;
  });
}

const names = (all: Iterable<Ordered>) => [...all].map(({ identity }) => identity?.name).join(' ');
const order = (...lines: string[]) => names(startOrder(plugins(...lines)).order);

describe('plugins start', () => {
  it.each([
    ['in the order given', ['c', 'a', 'b'], 'c a b'],
    ['after what they need', ['a: b', 'b: c', 'c', 'd'], 'c b a d'],
    ['after it once, however many need it', ['a: z', 'b: z', 'z'], 'z a b'],
    ['after what they want', ['a: b?', 'b'], 'b a'],
    ['though what they want is missing', ['a: b?', 'c'], 'a c'],
    ['before what they want when that needs them', ['a: b?', 'b: a'], 'a b'],
    ['before it when that needs them at a distance', ['a: b?', 'b: c', 'c: a'], 'a c b'],
    ['one before the other when each wants the other', ['a: b?', 'b: a?'], 'b a'],
    ['when a wish leads back to who waits', ['a: b?', 'b: c?', 'c: a'], 'b a c'],
    ['when they want themselves', ['a: a?', 'b: b'], 'a b'],
  ])('%s', (_, lines, expected) => {
    expect(order(...lines)).toBe(expected);
  });

  it('as bundles after those that they depend on, and in a circle all the same', () => {
    const bundles = (...lines: string[]) =>
      plugins(...lines).map((one) => {
        const [id, ...needs] = [
          one.identity?.name,
          ...(one.identity?.requires ?? []).map(({ name }) => name),
        ];
        const identity = { ...one.identity, provides: [], requires: [] };
        const bundle = { id, dependencies: { plugins: needs.map((need) => ({ id: need })) } };
        return { ...one, identity, bundle } as unknown as Ordered;
      });
    const started = (...lines: string[]) => names(startOrder(bundles(...lines)).order);
    expect(started('app: source other', 'source: base', 'other', 'base')).toBe('base source other app');
    expect(started('a: missing', 'b')).toBe('a b');
    expect(started('a: b', 'b: a', 'c')).toBe('b a c');
  });

  it('not at all in a circle, which is named, and others do', () => {
    const { order, cyclic } = startOrder(plugins('x: a', 'a: b', 'b: c', 'c: a', 'free'));
    expect(names(order)).toBe('x free');
    expect(names(cyclic.keys())).toBe('a b c');
    for (const [{ path }, problem] of cyclic) {
      expect(problem).toMatchObject({
        code: 'MORTISE_ERR_SERVICE_CYCLE',
        found: 'a → b → c → a',
        subject: path,
      });
    }
  });

  it('after every provider and as early as they stand, in 500 random hosts', () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let round = 0; round < 500; round++) {
      const count = 2 + random(12);
      const lines = Array.from({ length: count }, (_, index) => {
        // Needs point to lower numbers, so that there is an order; wishes point anywhere.
        const needs = index > 0 && random(2) ? [`p${random(index)}`] : [];
        const wishes = random(3) === 0 ? [`p${random(count)}?`] : [];
        return `p${index}: ${[...needs, ...wishes].join(' ')}`;
      }).sort(() => random(3) - 1);
      const { order, cyclic } = startOrder(plugins(...lines));
      expect(cyclic.size).toBe(0);
      expect(order).toHaveLength(count);
      for (const [place, { identity }] of order.entries()) {
        const before = order.slice(0, place).map((one) => one.identity?.name);
        for (const { name, optional } of identity?.requires ?? [])
          if (!optional) expect(before).toContain(name);
      }
    }
  });
});
