#include "routing/chain.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace mortise {
namespace {

void add_fault(SlotHeader &header, size_t plugin, FaultKind kind, double value) {
  constexpr uint32_t capacity = sizeof header.faults / sizeof header.faults[0];
  if (header.fault_count < capacity)
    header.faults[header.fault_count] = {static_cast<int32_t>(plugin), kind, value};
  header.fault_count++;
}

// True when the answer keeps the rules of mortise/route.h; otherwise a fault stands in `header`.
bool is_sound(const mortise_route &route, uint32_t shards, size_t plugin, SlotHeader &header) {
  if (route.target < MORTISE_TARGET_UNKNOWN || route.target > MORTISE_TARGET_BLOCKED) {
    add_fault(header, plugin, fault_target, route.target);
  } else if (route.read_write < MORTISE_ACCESS_UNKNOWN || route.read_write > MORTISE_ACCESS_WRITE) {
    add_fault(header, plugin, fault_access, route.read_write);
  } else if (route.target == MORTISE_TARGET_DIRECT && route.shard >= shards) {
    add_fault(header, plugin, fault_shard, static_cast<double>(route.shard));
  } else {
    return true;
  }
  return false;
}

// All unknown. Not an initialiser: that would write 288 bytes for each plugin.
inline void reset(mortise_route &route) {
  route.size = sizeof route;
  route.target = MORTISE_TARGET_UNKNOWN;
  route.read_write = MORTISE_ACCESS_UNKNOWN;
  route.reserved = 0;
  route.shard = 0;
  route.sqlstate[0] = 0;
  route.reason[0] = 0;
}

// Up to the first zero: what lies behind it in a route is whatever lay on the stack.
template <size_t Size> void copy_text(char (&to)[Size], const char (&from)[Size]) {
  const void *end = memchr(from, 0, Size);
  const size_t length = end ? static_cast<size_t>(static_cast<const char *>(end) - from) : Size;
  memcpy(to, from, length);
  memset(to + length, 0, Size - length);
}

void write_reason(const mortise_route &route, SlotHeader &header) {
  if (!route.sqlstate[0] && !route.reason[0]) return;
  Reason &reason = reason_of(header);
  copy_text(reason.sqlstate, route.sqlstate);
  copy_text(reason.text, route.reason);
  header.fault_count |= has_reason;
}

// Whether the link has decided; when its answer breaks the rules, a fault stands in `header`.
inline bool decides(int32_t status, const mortise_route &route, uint32_t shards, size_t plugin,
                    SlotHeader &header) {
  if (status == MORTISE_PASS) return false;
  if (status != MORTISE_OK) {
    add_fault(header, plugin, fault_status, status);
    return false;
  }
  if (!is_sound(route, shards, plugin, header)) return false;
  return route.target != MORTISE_TARGET_UNKNOWN || route.read_write != MORTISE_ACCESS_UNKNOWN;
}

// Costs nothing.
struct Unobserved {
  void before() const {}
  void after() const {}
  void said(bool, const SlotHeader &) const {}
};

// Counts each call, and times those that are drawn.
struct Counting {
  CallCount *const *count;
  CallCount::Clock::time_point began = {};
  uint32_t weight = 0;

  void before() {
    weight = (*count)->begin();
    if (weight) began = CallCount::Clock::now();
  }
  void after() {
    if (weight) (*count)->took(CallCount::since(began), weight);
    count++;
  }
  void said(bool, const SlotHeader &) const {}
};

struct Stopwatch {
  using Clock = std::chrono::steady_clock;
  std::vector<Asked> asked;
  Clock::time_point began, ended;

  void before() { began = Clock::now(); }
  void after() { ended = Clock::now(); }
  void said(bool decided, SlotHeader &header) {
    const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(ended - began).count();
    asked.push_back({took, decided, header.fault_count > 0 ? header.faults[0] : Fault{}});
    header.fault_count = 0; // so that the next one's stands first, however many there are
  }
};

} // namespace

Link plugin_link(RouteFunction route) {
  return {nullptr, reinterpret_cast<void *>(route)};
}

Chain::~Chain() {
  for (uint32_t statement = 1; statement < kept_texts_.size(); statement++)
    forget_text(statement);
}

std::unique_ptr<const mortise_statement> Chain::statement(const SlotHeader &header) {
  if (!texts_) return nullptr;
  return std::unique_ptr<const mortise_statement>(
      new mortise_statement{*texts_, header.context, header.statement, kept_texts_, depth_});
}

const mortise_sql_summary &Chain::summary(const std::string &sql) {
  if (!texts_) return no_summary("these queries have no host");
  return texts_->summary(texts_->find(sql, depth_ == 0));
}

const uint64_t *Chain::fingerprint(const std::string &sql) {
  return texts_ ? texts_->fingerprint(texts_->find(sql, depth_ == 0)) : nullptr;
}

const std::string *Chain::normalised(const std::string &sql) {
  return texts_ ? texts_->normalised(texts_->find(sql, depth_ == 0)) : nullptr;
}

// The text stays known by itself.
void Chain::forget_text(uint32_t statement) {
  SqlText *text = std::exchange(kept_texts_[statement], nullptr);
  if (!text) return;
  auto &places = text->places;
  places.erase(std::remove_if(places.begin(), places.end(),
                              [&](const SqlText::Place &place) {
                                return place.texts == &kept_texts_ && place.number == statement;
                              }),
               places.end());
}

void Chain::relink(std::vector<Link> links, std::vector<CallCount *> counts) {
  replaced_.push_back(std::move(links_));
  links_ = std::make_unique<Linked>(Linked{std::move(links), std::move(counts)});
  if (depth_ == 0) replaced_.clear();
}

uint32_t Chain::keep(const std::string &sql, std::vector<uint32_t> types) {
  // First: when there is no memory for it, nothing has changed.
  std::unique_ptr<char[]> bytes(new char[sql.size() + 1]);
  memcpy(bytes.get(), sql.c_str(), sql.size() + 1);
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(kept_.size()));
    kept_.emplace_back();
    kept_texts_.push_back(nullptr);
    owned_.emplace_back();
  }
  const uint32_t statement = free_.back();
  free_.pop_back();
  Owned &owned = owned_[statement];
  owned = {std::move(bytes), std::move(types)};
  kept_[statement] = {{owned.bytes.get(), sql.size()}, owned.types.data(), owned.types.size()};
  kept_bytes_ += static_cast<int64_t>(sql.size());
  return statement;
}

void Chain::forget(uint32_t statement) {
  if (statement == 0 || statement >= kept_.size() || !owned_[statement].bytes) return;
  forget_text(statement);
  kept_bytes_ -= static_cast<int64_t>(kept_[statement].sql.size);
  kept_[statement] = {};
  owned_[statement] = {};
  free_.push_back(statement);
}

template <typename Observer> inline void Chain::walk(SlotHeader &header, Observer &observer) const {
  const mortise_context &context = header.context;
  header.fault_count = 0;
  header.busy++;
  depth_++;
  const Link *links = links_->links.data();
  const size_t count = links_->links.size();
  size_t decider = 0;
  mortise_route route;
  const void *const outer = asked_.load(std::memory_order_relaxed);
  for (; decider < count; decider++) {
    reset(route);
    const Link &link = links[decider];
    asked_.store(link.context, std::memory_order_relaxed);
    observer.before();
    const int32_t status = link.function ? link.function(&context, &route, link.context)
                                         : reinterpret_cast<RouteFunction>(link.context)(&context, &route);
    observer.after();
    const bool decided = decides(status, route, context.shards, decider, header);
    observer.said(decided, header);
    if (decided) break;
  }
  asked_.store(outer, std::memory_order_relaxed);
  depth_--;
  header.busy--;
  if (decider == count) {
    header.decider = -1;
    header.target = MORTISE_TARGET_UNKNOWN;
    header.read_write = MORTISE_ACCESS_UNKNOWN;
    return;
  }
  header.decider = static_cast<int32_t>(decider);
  header.target = route.target;
  header.read_write = route.read_write;
  header.shard = static_cast<uint32_t>(route.shard);
  if (route.target == MORTISE_TARGET_BLOCKED) write_reason(route, header);
}

void Chain::decide(SlotHeader &header) const {
  if (links_->counts.empty()) {
    Unobserved nobody;
    walk(header, nobody);
  } else {
    Counting counting{links_->counts.data()};
    walk(header, counting);
  }
}

std::vector<Asked> Chain::explain(SlotHeader &header) const {
  Stopwatch stopwatch;
  const auto counts = links_->counts; // a plugin may change who is asked
  walk(header, stopwatch);
  for (size_t i = 0; i < counts.size() && i < stopwatch.asked.size(); i++)
    counts[i]->add(static_cast<uint64_t>(stopwatch.asked[i].nanoseconds));
  return std::move(stopwatch.asked);
}

} // namespace mortise
