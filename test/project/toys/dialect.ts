/** A family made up for a test: a plugin exports `toy_name`, `toy_start`, `toy_greet` and `toy_end`. */
import { readSymbol } from '../../binary/index.js';
import type { Dialect, DialectRules } from '../../loader/record.js';
import { bindFunction } from '../../native/functions.js';
import '../../capabilities/greeting.js';

export const toy: Dialect = {
  id: 'toy',
  carrier: 'library',
  recognise: ({ exports }) => exports.includes('toy_name'),
  words: { identity: 'toy_name', steps: { init: 'toy_start', fini: 'toy_end' } },
  load: async () => rules,
};

const rules: DialectRules = {
  identify(source, image) {
    const [name = ''] = readSymbol(source, image, 'toy_name')?.toString('latin1').split('\0') ?? [];
    return {
      identity: {
        name,
        version: '1.0.0',
        abi: '1.0',
        parser: '',
        toolchain: '',
        exactToolchain: false,
        requires: [],
        provides: [],
      },
      problems: [],
    };
  },
  checks: [],
  bind(_, { load, loaded, step }) {
    const library = load();
    loaded();
    const call = (symbol: string, ...numbers: number[]): number =>
      bindFunction(
        library.address(symbol),
        {
          result: 'int32',
          parameters: numbers.map(() => 'int32' as const),
        },
        symbol,
      )(...numbers) as number;
    step({ name: 'init', entry: 'toy_start' });
    call('toy_start');
    let isEnded = false;
    return {
      offers: { greeting: { greet: (times) => call('toy_greet', times) } },
      warnings: [],
      retire: () => [],
      settle: () => 0,
      abandon() {},
      stop() {
        if (!isEnded) {
          step({ name: 'fini', entry: 'toy_end' });
          call('toy_end');
        }
        isEnded = true;
        return true;
      },
    };
  },
};
