#include "engines/collect/data_set.h"

namespace mortise::collect {
namespace {

bool is_name(const std::string &name) {
  return !name.empty() && name.size() <= max_name && name.find('\0') == std::string::npos;
}

Problem invalid(const std::string &type) {
  return Problem("MORTISE_ERR_COLLECT_DATA_SET",
                 "the data set '" + type.substr(0, max_name) + "' is not valid");
}

} // namespace

DataSets::Shared DataSets::find(std::string_view type) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = sets_.find(std::string(type));
  return found == sets_.end() ? nullptr : found->second;
}

bool DataSets::add(DataSet set, Problem &problem) {
  if (!is_name(set.type)) {
    problem = invalid(set.type)
                  .in("type")
                  .expects("1 to " + std::to_string(max_name) + " bytes")
                  .got(std::to_string(set.type.size()) + " bytes");
    return false;
  }
  if (set.sources.empty() || set.sources.size() > max_values) {
    problem = invalid(set.type)
                  .in("sources")
                  .expects("1 to " + std::to_string(max_values))
                  .got(std::to_string(set.sources.size()));
    return false;
  }
  for (const Source &source : set.sources) {
    const auto kind = static_cast<int32_t>(source.kind);
    if (is_name(source.name) && kind >= 0 && kind <= static_cast<int32_t>(Kind::absolute)) continue;
    problem = invalid(set.type)
                  .in("source '" + source.name.substr(0, max_name) + "'")
                  .expects("a name of 1 to " + std::to_string(max_name) + " bytes, and a kind from 0 to 3")
                  .got(std::to_string(source.name.size()) + " bytes, kind " + std::to_string(kind));
    return false;
  }
  std::string type = set.type;
  auto shared = std::make_shared<const DataSet>(std::move(set));
  std::lock_guard<std::mutex> lock(mutex_);
  sets_[std::move(type)] = std::move(shared);
  generation_++;
  return true;
}

bool DataSets::remove(std::string_view type) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (sets_.erase(std::string(type)) == 0) return false;
  generation_++;
  return true;
}

void DataSets::give_up() {
  decltype(sets_) gone;
  std::lock_guard<std::mutex> lock(mutex_);
  gone.swap(sets_);
  generation_++;
}

std::vector<DataSets::Shared> DataSets::list() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<Shared> all;
  all.reserve(sets_.size());
  for (const auto &[type, set] : sets_)
    all.push_back(set);
  return all;
}

} // namespace mortise::collect
