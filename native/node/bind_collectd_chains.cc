// Filter chains for JavaScript.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "node/values.h"

#if !defined(_WIN32)

#include "node/collectd_item.h"
#include "collectd/daemon.h"
#include "collectd/filter/chains.h"
#include "collectd/internal_stats.h"

#include <memory>
#include <utility>
#include <vector>

namespace mortise {
namespace {

using namespace collectd;

// collectdChains(daemon, blocks, before, after): problems. None: values go through them from now on.
Napi::Value set_chains(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  Daemon &daemon = js::handle<Daemon>(info[0]);
  const Napi::Array blocks = info[1].As<Napi::Array>();
  std::vector<Item> items;
  for (uint32_t i = 0; i < blocks.Length(); i++)
    items.push_back(js::to_item(blocks[i]));
  std::vector<Problem> problems;
  ChainList chains = build(items, {daemon.matches(), daemon.targets(), work_for}, problems);
  if (problems.empty()) {
    std::shared_ptr<Chains> filter;
    if (!chains.empty()) {
      const auto set_of = [&daemon](const std::string &type) { return daemon.data_set(type.c_str()); };
      const Chains::Names names{js::text(info[2]), js::text(info[3])};
      filter = std::make_shared<Chains>(std::move(chains), names, set_of, daemon.collector());
    }
    daemon.collector().set_filter(std::move(filter));
  }
  return js::to_list(env, problems, [env](const Problem &problem) { return to_problem(env, problem); });
}

// collectdInternalStats(daemon)
void internal_stats(const Napi::CallbackInfo &info) {
  Daemon &daemon = js::handle<Daemon>(info[0]);
  add_internal_stats(daemon.collector(), &daemon.embedder());
}

} // namespace

void define_collectd_chains(Napi::Object exports) {
  js::define<set_chains>(exports, "collectdChains");
  js::define<internal_stats>(exports, "collectdInternalStats");
}

} // namespace mortise

#else

namespace mortise {
void define_collectd_chains(Napi::Object) {}
} // namespace mortise

#endif
