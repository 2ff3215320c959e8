/** Names of a schema, and what they become in C and Rust. */
import type { Service } from './types.js';

/**
 * Words that C, C++ or Rust keep for themselves, and names that the headers use or that the C library or windows.h
 * defines as macros; a name that is one of them gets a `_` there.
 */
const reserved = new Set(
  `int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t size_t ptrdiff_t intptr_t uintptr_t va_list
  va_start va_arg va_end va_copy offsetof getc putc fpclassify isfinite isinf isnan isnormal signbit isgreater
  isgreaterequal isless islessequal islessgreater isunordered alignas alignof and and_eq as asm async auto await become bitand bitor bool box break case catch char class
  compl concept const constexpr const_cast continue crate co_await co_return co_yield decltype default delete do
  double dyn dynamic_cast else enum errno explicit export extern false final float fn for friend gen goto if impl
  in inline int let long loop macro match mod move mut mutable namespace new noexcept not not_eq nullptr operator
  or or_eq override priv private protected pub public ref register reinterpret_cast requires restrict return self
  short signed sizeof static static_assert static_cast struct super switch template this thread_local throw trait
  true try type typedef typeid typename typeof union unsafe unsigned unsized use using virtual void volatile
  wchar_t where while xor xor_eq yield main linux unix stdin stdout stderr assert
  near far interface small hyper pascal cdecl min max`.split(/\s+/),
);

/** A function's or parameter's name in a schema: letters, digits and single `_`, starting with a small letter. */
export const isMemberName = (name: string): boolean =>
  name.length <= 63 && /^[a-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$/.test(name);

/** "taxRate" → "tax_rate"; a reserved word gets a `_` at its end. */
export function snake(name: string): string {
  const word = name.replace(/(?<=[a-z0-9])[A-Z]|[A-Z](?=[a-z])/g, '_$&').toLowerCase();
  return reserved.has(word) ? `${word}_` : word;
}

/** A finite number that C and Rust read as one with a fraction: 1 → "1.0", 1e21 → "1e+21", -0 → "-0.0" */
export function decimal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** "tax_rate" → "TaxRate" */
export const camel = (name: string): string =>
  name
    .split(/[_.-]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');

/** "shop.price_rule" 1 → "shop_price_rule", and 2 → "shop_price_rule2": a plugin may use several majors. */
export const identifierOf = ({ name, major }: Pick<Service, 'name' | 'major'>): string =>
  name.replace(/[.-]/g, '_') + (major > 1 ? major : '');

/** As native/engines/registry.cc has it: dotted lower-case words, at most 63 bytes. */
export const isServiceName = (name: string): boolean =>
  name.length <= 63 && /^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+$/.test(name);
