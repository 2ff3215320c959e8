import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cargo, missingTools, newPlugin, scratchTarget, titled } from './cargo.js';

/** A mistake in a plugin's source; `at` is the text under the compiler's first caret. */
interface Mistake {
  source: string;
  message: string;
  at: string;
}

const init = '#[mortise::init] goes on fn(&Host) -> Result<(), impl Display>';
const route = '#[mortise::route] goes on fn(&Context) -> Route or Option<Route>';
const onRoute = (source: string) => `mortise::plugin!();\n#[mortise::route]\n${source}`;

const onService = (source: string) => `mortise::plugin!();
mod shop_rule {
    #[repr(C)]
    pub struct ShopRuleV1 { size: u32, reserved: u32 }
    // SAFETY: the test's own table.
    unsafe impl mortise::Service for ShopRuleV1 {
        const NAME: &'static str = "shop.rule";
        const MAJOR: u16 = 1;
        const MINOR: u16 = 3;
        const SIGNATURE: &'static str = "";
    }
}
${source}`;

const mistakes: Record<string, Mistake> = {
  on_a_struct: { source: onRoute('pub struct Router;'), message: route, at: 'struct' },
  async_route: {
    source: onRoute('async fn route(_: &Context) -> Route { Route::all() }'),
    message: `${route}, which isn't \`async\``,
    at: 'async',
  },
  generic_route: {
    source: onRoute('fn route<T>(_: &Context) -> Route { Route::all() }'),
    message: `${route}, which isn't generic`,
    at: 'T',
  },
  route_of_two: {
    source: onRoute('fn route(_: &Context, host: &Host) -> Route { Route::all() }'),
    message: `${route}; this one has 2 parameters`,
    at: 'host',
  },
  route_of_none: {
    source: onRoute('fn route() -> Route { Route::all() }'),
    message: `${route}; this one has 0 parameters`,
    at: '()',
  },
  route_without_answer: {
    source: onRoute('fn route(_: &Context) {}'),
    message: `${route}; this one answers nothing`,
    at: 'route',
  },
  route_of_another_type: {
    source: onRoute('fn route(_: &str) -> Route { Route::all() }'),
    message: 'mismatched types',
    at: 'route',
  },
  route_of_a_number: {
    source: onRoute('fn route(_: &Context) -> u64 { 1 }'),
    message: "a route function can't return `u64`",
    at: '#[mortise::route]',
  },
  route_with_arguments: {
    source: 'mortise::plugin!();\n#[mortise::route(fast)]\nfn route(_: &Context) -> Route { Route::all() }',
    message: '#[mortise::route] takes no arguments',
    at: 'fast',
  },
  unsafe_init: {
    source: 'mortise::plugin!();\n#[mortise::init]\npub unsafe fn init(_: &Host) {}',
    message: `${init}, which isn't \`unsafe\``,
    at: 'unsafe',
  },
  init_of_a_number: {
    source: 'mortise::plugin!();\n#[mortise::init]\nfn init(_: &Host) -> i32 { 0 }',
    message: "an init or register function can't return `i32`",
    at: '#[mortise::init]',
  },
  unknown_key: {
    source: 'mortise::plugin!(nmae = "x");',
    message:
      'unknown key `nmae`: plugin! takes name = "…", version = "…", parser = "…", exact_toolchain and needs_trees',
    at: 'nmae',
  },
  key_without_value: {
    source: 'mortise::plugin!(name);',
    message: 'expected `name = "…"`',
    at: 'name',
  },
  name_in_capitals: {
    source: 'mortise::plugin!(name = "Router");',
    message:
      "the plugin's name must be lower-case letters, digits, `_`, `-` and `.`, and start with a letter",
    at: 'mortise::plugin!(name = "Router")',
  },
  name_of_64: {
    source: `mortise::plugin!(name = "${'x'.repeat(64)}");`,
    message: "the plugin's name is longer than 63 bytes",
    at: `mortise::plugin!(name = "${'x'.repeat(64)}")`,
  },
  version_of_32: {
    source: `mortise::plugin!(version = "1.0.0-${'x'.repeat(26)}");`,
    message: "the plugin's version is longer than 31 bytes",
    at: `mortise::plugin!(version = "1.0.0-${'x'.repeat(26)}")`,
  },
  unknown_service: {
    source: 'mortise::plugin!();\nmortise::require!(smoke, 1, 0);',
    message: 'cannot find type `SmokeV1` in module `::mortise::sys`',
    at: 'smoke',
  },
  service_without_version: {
    source: 'mortise::plugin!();\nmortise::require!(log);',
    message:
      'expected require!(log, 1, 0), require!(shop_price_rule::ShopPriceRuleV1) or require!(shop_price_rule, "shop.price_rule", 1, 0, PriceRule)',
    at: 'log',
  },
  service_that_ends_in_an_underscore: {
    source: 'mortise::plugin!();\nmortise::require!(log_, 1, 0);',
    message: '`log_` is not a service of the host: expected require!(log, 1, 0)',
    at: 'log_',
  },
  service_of_another_alphabet: {
    source: 'mortise::plugin!();\nmortise::want!(лог, 1, 0);',
    message: '`лог` is not a service of the host: expected want!(log, 1, 0)',
    at: 'лог',
  },
  service_with_a_raw_name: {
    source: 'mortise::plugin!();\nmortise::require!(r#type, "shop.type", 1, 0, u64);',
    message: 'expected require!(log, 1, 0)',
    at: 'r#type',
  },
  service_with_a_computed_major: {
    source: 'mortise::plugin!();\nmortise::require!(log, 0 + 1, 0);',
    message: 'the major version is a number: expected require!(log, 1, 0)',
    at: '0',
  },
  service_of_another_name: {
    source: onService('mortise::require!(shop_other, "shop.other", 1, 3, shop_rule::ShopRuleV1);'),
    message: "the table's type is of shop.rule 1.3, not of shop.other",
    at: 'mortise::require!(shop_other, "shop.other", 1, 3, shop_rule::ShopRuleV1)',
  },
  // The shorter name must not pass as a part of the longer.
  service_of_a_longer_name: {
    source: onService('mortise::want!(shop_rule, "shop.rule.s", 1, 3, shop_rule::ShopRuleV1);'),
    message: "the table's type is of shop.rule 1.3, not of shop.rule.s",
    at: 'mortise::want!(shop_rule, "shop.rule.s", 1, 3, shop_rule::ShopRuleV1)',
  },
  service_of_another_major: {
    source: onService('mortise::want!(shop_rule, "shop.rule", 12, 345, shop_rule::ShopRuleV1);'),
    message: "the table's type is of shop.rule 1.3, not of 12.345",
    at: 'mortise::want!(shop_rule, "shop.rule", 12, 345, shop_rule::ShopRuleV1)',
  },
  service_of_too_small_a_minor: {
    source: onService('mortise::require!(shop_rule, "shop.rule", 1, 2, shop_rule::ShopRuleV1);'),
    message: "the table's type is of shop.rule 1.3 and has more than 1.2",
    at: 'mortise::require!(shop_rule, "shop.rule", 1, 2, shop_rule::ShopRuleV1)',
  },
  type_with_too_small_a_minor: {
    source: onService('mortise::require!(shop_rule::ShopRuleV1, 2);'),
    message: "the table's type is of shop.rule 1.3 and has more than 1.2",
    at: 'mortise::require!(shop_rule::ShopRuleV1, 2)',
  },
  type_in_another_module: {
    source: onService('use shop_rule as rule;\nmortise::require!(rule::ShopRuleV1);'),
    message:
      "the table of shop.rule isn't in a module of that name, but in rule: use the form with all arguments",
    at: 'mortise::require!(rule::ShopRuleV1)',
  },
  provided_type_in_another_module: {
    source: onService('use shop_rule as rule;\nmortise::provide!(rule::ShopRuleV1);'),
    message: "the table of shop.rule isn't in a module of that name, but in rule",
    at: 'mortise::provide!(rule::ShopRuleV1)',
  },
  type_without_module: {
    source: onService('use shop_rule::ShopRuleV1;\nmortise::want!(ShopRuleV1);'),
    message: 'expected want!(log, 1, 0), want!(shop_price_rule::ShopPriceRuleV1) or want!(',
    at: 'ShopRuleV1',
  },
  type_that_is_none: {
    source: onService('mortise::require!(shop_rule::ShopRuleV2);'),
    message: 'cannot find type `ShopRuleV2` in module `shop_rule`',
    at: 'ShopRuleV2',
  },
  type_of_no_service: {
    source: 'mortise::plugin!();\nmortise::require!(shop_rule, "shop.rule", 1, 0, u64);',
    message: "`u64` isn't the table of a service",
    at: 'mortise::require!(shop_rule, "shop.rule", 1, 0, u64)',
  },
  log_without_require: {
    source: 'mortise::plugin!();\npub fn f() { mortise::info!("x"); }',
    message: 'cannot find value `mortise_log_service` in the crate root',
    at: 'mortise::info!("x")',
  },
  state_without_require: {
    source: 'mortise::plugin!();\npub fn f() { mortise::state!(); }',
    message: 'cannot find value `mortise_state_service` in the crate root',
    at: 'mortise::state!()',
  },
  counter_without_require: {
    source: 'mortise::plugin!();\nstatic N: mortise::Counter = mortise::counter!("n", "");',
    message: 'cannot find value `mortise_metrics_service` in the crate root',
    at: 'mortise::counter!("n", "")',
  },
  field_that_is_a_list: {
    source:
      'mortise::plugin!();\nmortise::require!(log, 1, 0);\npub fn f() { mortise::info!(rows = [1, 2]; "x"); }',
    message: "`[{integer}; 2]` can't be a field of a line",
    at: 'mortise::info!(rows = [1, 2]; "x")',
  },
  task_that_is_not_send: {
    source:
      'mortise::plugin!();\nmortise::require!(tasks, 1, 0);\npub fn f() { let rc = std::rc::Rc::new(1); _ = mortise::tasks!().run_pool(move || drop(rc)); }',
    message: '`Rc<i32>` cannot be sent between threads safely',
    at: 'move || drop(rc)',
  },
};

/** A compiler's message, as `--message-format=json` gives it. */
interface Diagnostic {
  level: string;
  message: string;
  spans: Span[];
  children: Diagnostic[];
}
interface Span {
  is_primary: boolean;
  file_name: string;
  text: { text: string; highlight_start: number; highlight_end: number }[];
  expansion: { span: Span } | null;
}

/** The text that the message points at in the plugin's own source, through the macros that it came from. */
function pointedAt(span: Span): string {
  if (!span.file_name.startsWith('examples') && span.expansion) return pointedAt(span.expansion.span);
  const line = span.text[0];
  return line ? line.text.slice(line.highlight_start - 1, line.highlight_end - 1) : '';
}

const missing = missingTools('cargo');

describe.skipIf(missing.length > 0)(titled('a mistake is a compile error at its place', missing), () => {
  const found: Record<string, { text: string; at: string[] }[]> = {};
  let cwd: string;

  // One run of cargo for all of them.
  beforeAll(async () => {
    cwd = newPlugin('mistakes');
    mkdirSync(join(cwd, 'examples'));
    for (const [name, { source }] of Object.entries(mistakes)) {
      const text = `#![allow(unused)]\nuse mortise::prelude::*;\n${source}\nfn main() {}\n`;
      writeFileSync(join(cwd, 'examples', `${name}.rs`), text);
    }
    const { output } = await cargo(['check', '--examples', '--keep-going', '--message-format=json'], {
      cwd,
      env: { CARGO_TARGET_DIR: scratchTarget },
    });
    for (const line of output.split('\n').filter((line) => line.startsWith('{'))) {
      const { reason, target, message } = JSON.parse(line);
      const diagnostic = message as Diagnostic;
      if (reason !== 'compiler-message' || diagnostic.level !== 'error' || diagnostic.spans.length === 0)
        continue;
      const texts = [diagnostic, ...diagnostic.children].map(({ message }) => message);
      const labels = (diagnostic.spans as (Span & { label: string | null })[]).map(
        ({ label }) => label ?? '',
      );
      const at = diagnostic.spans.filter(({ is_primary }) => is_primary).map(pointedAt);
      const errors = found[target.name] ?? [];
      found[target.name] = [...errors, { text: [...texts, ...labels].join('\n'), at }];
    }
  }, 1_800_000);
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it.each(Object.entries(mistakes))('%s', (name, { message, at }) => {
    const [first] = found[name] ?? [];
    expect(first?.text).toContain(message);
    expect(first?.at).toContain(at);
  });

  it('each brings one error, not a string of them', () => {
    const several = Object.entries(found).filter(([, errors]) => errors.length > 1);
    expect(several).toEqual([]);
  });
});
