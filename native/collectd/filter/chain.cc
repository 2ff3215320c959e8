#include "collectd/filter/chain.h"

#include <algorithm>
#include <utility>

namespace mortise::collectd {
namespace {

constexpr int matched = 1; // FC_MATCH_MATCHES
constexpr int stop = 1;    // FC_TARGET_STOP
constexpr int leave = 2;   // FC_TARGET_RETURN

// What fails, or answers with another number, doesn't end a chain: collectd goes on then.
Next each(const Targets &targets, const Pass &pass) {
  for (const auto &target : targets) {
    const Next next = target->invoke(pass);
    if (next != Next::go_on) return next;
  }
  return Next::go_on;
}

void tell(Owner &owner, const char *what, const std::string &name, int status) {
  owner.report(Problem("MORTISE_WARN_COLLECTD_CHAIN",
                       std::string("its ") + what + " \"" + name + "\" failed with " + std::to_string(status))
                   .in(std::string(what) + " " + name)
                   .expects("0 or more")
                   .got(std::to_string(status))
                   .fix("See what the plugin says in the log."));
}

// Calls a plugin's function in the plugin's name.
template <typename Call> int call(Enter enter, Owner *owner, Call make) {
  Owner *before = enter(owner);
  const int status = make();
  enter(before);
  return status;
}

template <typename Kind> void destroy(const Kind &kind, void *&data, Enter enter) {
  if (kind.proc.destroy) call(enter, kind.owner, [&] { return kind.proc.destroy(&data); });
}

} // namespace

Match::Match(std::shared_ptr<const MatchKind> kind, void *data, Enter enter)
    : kind_(std::move(kind)), data_(data), enter_(enter) {}

Match::~Match() {
  destroy(*kind_, data_, enter_);
}

bool Match::matches(const Pass &pass) const {
  const int status =
      call(enter_, kind_->owner, [&] { return kind_->proc.match(pass.set, pass.list, nullptr, &data_); });
  if (status < 0) tell(*kind_->owner, "match", kind_->name, status);
  return status == matched;
}

Next Write::invoke(const Pass &pass) const {
  pass.write(writers_);
  return Next::go_on;
}

PluginTarget::PluginTarget(std::shared_ptr<const TargetKind> kind, void *data, Enter enter)
    : kind_(std::move(kind)), data_(data), enter_(enter) {}

PluginTarget::~PluginTarget() {
  destroy(*kind_, data_, enter_);
}

Next PluginTarget::invoke(const Pass &pass) const {
  const int status =
      call(enter_, kind_->owner, [&] { return kind_->proc.invoke(pass.set, pass.list, nullptr, &data_); });
  if (status < 0) tell(*kind_->owner, "target", kind_->name, status);
  return status == stop ? Next::stop : status == leave ? Next::leave : Next::go_on;
}

Next Chain::process(const Pass &pass) const {
  for (const Rule &rule : rules) {
    const auto matches = [&](const auto &match) { return match->matches(pass); };
    if (!std::all_of(rule.matches.begin(), rule.matches.end(), matches)) continue;
    const Next next = each(rule.targets, pass);
    if (next != Next::go_on) return next == Next::stop ? Next::stop : Next::go_on;
  }
  return each(targets, pass) == Next::stop ? Next::stop : Next::go_on;
}

} // namespace mortise::collectd
