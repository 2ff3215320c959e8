// Samples as JavaScript gets them: one array of numbers for many, and the words of a series only when it asks.
#pragma once

#include "node/collect_requests.h"
#include "node/values.h"

namespace mortise {

// { handle, numbers }. Four numbers for each sample, and then its values and its rates: the series' number,
// milliseconds since 1970, the interval in seconds, and how many values (negative: it has metadata).
// The handle keeps the samples until freeBatch, or until it is collected.
Napi::Object to_batch(Napi::Env env, HeldSamples samples);

// An object of strings, numbers and booleans.
Napi::Value to_metadata(Napi::Env env, const collect::Metadata &metadata);

// A span in seconds, to a nanosecond: 0.02 comes back as 0.02. A moment in milliseconds since 1970, to a microsecond.
double seconds_of(collect::Time span);
double milliseconds_of(collect::Time moment);

void define_collect_batch(Napi::Object exports);

} // namespace mortise
