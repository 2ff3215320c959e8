/** The kind of plugin that this service defines: a price rule. */
import { defineService, fn, out, safeInteger, statusWithMessage, text, u32 } from 'mortise';

export const PriceRule = defineService(
  'shop.price_rule',
  '1.0',
  {
    apply: fn(
      { customer: text, items: u32, cents: safeInteger, discounted: out(safeInteger) },
      statusWithMessage,
      {
        doc: 'What `items` pieces cost the customer, when they cost `cents` before this rule: at most that, at least 0',
      },
    ),
  },
  { doc: 'one rule that lowers a price' },
);
