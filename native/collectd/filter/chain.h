// Chains of rules: what a list of values goes through before and after the value cache.
#pragma once

#include "collectd/filter/kinds.h"

#include <functional>
#include <string>
#include <vector>

namespace mortise::collectd {

// Of one pass of values through chains; on the dispatching thread.
struct Pass {
  const data_set_t *set;
  value_list_t *list;
  // For the target `write`; empty: to all writers.
  std::function<void(const std::vector<std::string> &writers)> write;
};

// What the next target, or the next rule, does.
enum class Next { go_on, stop, leave };

// Sets for which plugin the calling thread works, and gives the one before.
using Enter = Owner *(*)(Owner *);

// A plugin's match as a rule uses it. It is asked on several threads at once.
class Match {
public:
  Match(std::shared_ptr<const MatchKind> kind, void *data, Enter enter);
  ~Match();
  Match(const Match &) = delete;
  Match &operator=(const Match &) = delete;

  bool matches(const Pass &pass) const;

private:
  const std::shared_ptr<const MatchKind> kind_;
  mutable void *data_;
  const Enter enter_;
};

class Target {
public:
  virtual ~Target() = default;
  virtual Next invoke(const Pass &pass) const = 0;
};

using Targets = std::vector<std::unique_ptr<const Target>>;

struct Rule {
  std::vector<std::unique_ptr<const Match>> matches; // all must match; none: it always does
  Targets targets;
};

struct Chain {
  std::string name;
  std::vector<Rule> rules;
  Targets targets; // when no rule ends it

  // `leave` becomes `go_on` for who called the chain.
  Next process(const Pass &pass) const;
};

// --- The built-in targets.
class Stop final : public Target {
public:
  Next invoke(const Pass &) const override { return Next::stop; }
};
class Return final : public Target {
public:
  Next invoke(const Pass &) const override { return Next::leave; }
};
class Jump final : public Target {
public:
  explicit Jump(const Chain &chain) : chain_(chain) {}
  Next invoke(const Pass &pass) const override { return chain_.process(pass); }

private:
  const Chain &chain_;
};
class Write final : public Target {
public:
  explicit Write(std::vector<std::string> writers) : writers_(std::move(writers)) {}
  Next invoke(const Pass &pass) const override;

private:
  const std::vector<std::string> writers_;
};

// One that a plugin registered. It is called on several threads at once.
class PluginTarget final : public Target {
public:
  PluginTarget(std::shared_ptr<const TargetKind> kind, void *data, Enter enter);
  ~PluginTarget() override;
  Next invoke(const Pass &pass) const override;

private:
  const std::shared_ptr<const TargetKind> kind_;
  mutable void *data_;
  const Enter enter_;
};

} // namespace mortise::collectd
