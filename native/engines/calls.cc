#include "engines/calls.h"

#include "engines/owner.h"

#include <algorithm>

namespace mortise {
namespace {

// At least 1.
unsigned log2_of(uint64_t number) {
  unsigned log = 0;
  while (number >>= 1)
    log++;
  return log;
}

constexpr unsigned part_bits = 3;
static_assert(Durations::parts == 1u << part_bits, "that many parts");

} // namespace

// Below 8 a bucket for each number; then eight for each power of two, as HdrHistogram has it.
size_t Durations::bucket_of(uint64_t nanoseconds) {
  if (nanoseconds < parts) return static_cast<size_t>(nanoseconds);
  const unsigned log = log2_of(nanoseconds);
  const size_t part = static_cast<size_t>(nanoseconds >> (log - part_bits)) & (parts - 1);
  return std::min((log - part_bits + 1) * parts + part, size - 1);
}

uint64_t Durations::most_in(size_t bucket) {
  if (bucket < parts) return bucket;
  const size_t shift = bucket / parts - 1;
  return ((parts + bucket % parts + 1) << shift) - 1;
}

// At random, so that what repeats in step with it isn't missed or met each time.
uint32_t CallCount::draw() {
  const uint32_t weight = gap_;
  gap_ = 1;
  if (drawn_ >= all_until && !is_slow_) {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    random_ ^= random_ << 5;
    gap_ = 1 + random_ % (2 * one_in - 1);
  }
  left_ = gap_;
  drawn_ += gap_;
  return weight;
}

CallCount &Calls::of(const std::string &plugin, const std::string &entry) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto &count = counts_[{plugin, entry}];
  if (!count) count = std::make_unique<CallCount>(plugin, entry);
  return *count;
}

std::vector<const CallCount *> Calls::list() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<const CallCount *> all;
  for (const auto &one : counts_)
    all.push_back(one.second.get());
  return all;
}

Timed::Timed(const Owner &plugin, const char *entry)
    : count_(plugin.calls ? &plugin.calls->of(plugin.name, entry) : nullptr) {
  if (count_) start_ = CallCount::Clock::now();
}

} // namespace mortise
