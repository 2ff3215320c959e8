// Arrow's schemas and blocks as JavaScript has them: src/native/arrow.ts.
#pragma once

#include "engines/arrow/block.h"
#include "engines/arrow/make.h"
#include "node/values.h"

namespace mortise::arrow {

// { fields, metadata } of a struct, frozen.
Napi::Value to_schema(Napi::Env env, const Field &rows);
// The struct of a { fields, metadata }. Throws a Napi::Error when it isn't a valid one.
Field from_schema(const Napi::Value &schema);

// Zeros for the block's bytes, and behind them for its layout.
Napi::ArrayBuffer memory_for(Napi::Env env, const Block &block);

// { bytes, batches, rows, layout }, of memory for it that the block was filled into; null when there are no batches.
Napi::Value to_block(Napi::Env env, const Block &block, Napi::ArrayBuffer memory);

// Copies a block of JavaScript's. Throws a Napi::Error when it isn't one.
Packed from_block(const Napi::Value &block);

// Columns of JavaScript's values, as one batch. Throws a Napi::Error when one isn't of its type.
void from_columns(const Napi::Array &columns, Field &schema, Owned<CArray> &batch);

} // namespace mortise::arrow
