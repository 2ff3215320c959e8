/** Options of the built-in writers, checked as those of Host.open are. */
import { broken, type Rule, type Rules, text } from '../../../config/rules.js';
import { MortiseError } from '../../../errors.js';

const string: Rule = { fits: (value) => typeof value === 'string', expected: 'a string' };
const intervals: Rule = {
  fits: (value) => typeof value === 'number' && value > 0,
  expected: 'a number above 0',
};

/** What all of them take. */
export const writerOptions: Rules = { name: text, prefix: string, staleIntervals: intervals };

/** @throws MortiseError MORTISE_ERR_CONFIG_KEY, MORTISE_ERR_CONFIG_TYPE: all of them at once, in `problems` */
export function checkOptions(options: unknown, rules: Rules, writer: string): void {
  const [first, ...rest] = broken(options, rules, '', writer);
  if (first) throw new MortiseError([first, ...rest]);
}
