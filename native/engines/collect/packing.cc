#include "engines/collect/packing.h"

#include <cstring>
#include <type_traits>
#include <variant>

namespace mortise::collect {
namespace {

// In the machine's own order of bytes: a buffer stays where it was written.
template <typename Number> void put(std::string &bytes, Number number) {
  static_assert(std::is_trivially_copyable_v<Number>);
  char raw[sizeof(Number)];
  std::memcpy(raw, &number, sizeof(number));
  bytes.append(raw, sizeof(raw));
}

void put_text(std::string &bytes, std::string_view text) {
  put(bytes, static_cast<uint32_t>(text.size()));
  bytes.append(text);
}

void put_metadata(std::string &bytes, const Metadata *metadata) {
  put(bytes, static_cast<uint32_t>(metadata ? metadata->size() : 0));
  if (!metadata) return;
  for (const auto &[name, value] : *metadata) {
    put_text(bytes, name);
    put(bytes, static_cast<uint8_t>(value.index()));
    std::visit(
        [&](const auto &one) {
          if constexpr (std::is_same_v<std::decay_t<decltype(one)>, std::string>)
            put_text(bytes, one);
          else
            put(bytes, one);
        },
        value);
  }
}

// Takes from the front, and is at its end when something is missing.
class Bytes {
public:
  explicit Bytes(std::string_view bytes) : left_(bytes) {}
  bool is_good() const { return is_good_; }
  bool has_more() const { return is_good_ && !left_.empty(); }

  template <typename Number> Number get() {
    Number number{};
    const std::string_view raw = take(sizeof(number));
    if (is_good_) std::memcpy(&number, raw.data(), sizeof(number));
    return number;
  }
  std::string_view text() { return take(get<uint32_t>()); }

private:
  std::string_view take(size_t size) {
    if (size > left_.size()) is_good_ = false;
    if (!is_good_) return {};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  std::string_view left_;
  bool is_good_ = true;
};

bool get_metadata(Bytes &from, Metadata &metadata) {
  const auto count = from.get<uint32_t>();
  if (count > max_metadata) return false;
  for (uint32_t i = 0; i < count && from.is_good(); i++) {
    std::string name(from.text());
    MetadataValue value;
    switch (from.get<uint8_t>()) {
    case 0:
      value = std::string(from.text());
      break;
    case 1:
      value = from.get<int64_t>();
      break;
    case 2:
      value = from.get<uint64_t>();
      break;
    case 3:
      value = from.get<double>();
      break;
    case 4:
      value = from.get<uint8_t>() != 0;
      break;
    default:
      return false;
    }
    metadata.emplace(std::move(name), std::move(value));
  }
  return from.is_good();
}

} // namespace

std::string pack(const Sample *const *samples, size_t count) {
  std::string bytes;
  bytes.reserve(count * 128);
  for (size_t i = 0; i < count; i++) {
    const Sample &sample = *samples[i];
    const Identity &names = sample.series->identity;
    for (const std::string_view part :
         {names.host, names.plugin, names.plugin_instance, names.type, names.type_instance})
      put_text(bytes, part);
    put(bytes, sample.time);
    put(bytes, sample.interval);
    put(bytes, sample.count);
    for (uint32_t value = 0; value < sample.count; value++) {
      put(bytes, static_cast<uint8_t>(sample.set().sources[value].kind));
      put(bytes, sample.values()[value].counter);
      put(bytes, sample.rates()[value]);
    }
    put_metadata(bytes, sample.metadata.get());
  }
  return bytes;
}

std::vector<const Sample *> unpack(std::string_view bytes, Cache &cache, const DataSets &types) {
  std::vector<const Sample *> samples;
  Bytes from(bytes);
  while (from.has_more()) {
    Identity names;
    for (std::string_view *part :
         {&names.host, &names.plugin, &names.plugin_instance, &names.type, &names.type_instance})
      *part = from.text();
    const Time time = from.get<Time>(), interval = from.get<Time>();
    const auto count = from.get<uint32_t>();
    if (count > max_values) break;
    std::vector<Value> values(count);
    std::vector<double> rates(count);
    const DataSets::Shared set = from.is_good() ? types.find(names.type) : nullptr;
    bool is_same = set && set->sources.size() == count;
    for (uint32_t i = 0; i < count; i++) {
      const auto kind = static_cast<Kind>(from.get<uint8_t>());
      is_same = is_same && set->sources[i].kind == kind;
      values[i].counter = from.get<uint64_t>();
      rates[i] = from.get<double>();
    }
    Metadata metadata;
    if (!get_metadata(from, metadata)) break;
    const Key key(names);
    if (!is_same || !key.is_valid()) continue;
    Sample *sample = nullptr;
    cache.pass(
        {key, values.data(), count, time, interval, metadata.empty() ? nullptr : &metadata, 1, rates.data()},
        sample);
    if (sample) samples.push_back(sample);
  }
  return samples;
}

} // namespace mortise::collect
