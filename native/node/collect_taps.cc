#include "node/collect_taps.h"

#include "engines/collect/tap.h"
#include "node/bindings.h"
#include "node/bound_host.h"
#include "node/collect_batch.h"

namespace mortise {
namespace {

// A tap, and the host that it wakes.
using HeldTap = std::shared_ptr<collect::Tap>;

// openTap(host, maxQueue): a handle. `onWork` is called when there are values after there were none.
Napi::Value open_tap(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  HeldTap tap = host.collector().tap(js::number(info[1]));
  tap->wake = [&host] { host.collect_waker.wake(); };
  return Napi::External<HeldTap>::New(info.Env(), new HeldTap(std::move(tap)), [](Napi::Env, HeldTap *it) {
    (*it)->close();
    delete it;
  });
}

// takeTap(tap, max): a batch, or undefined when there is nothing.
Napi::Value take_tap(const Napi::CallbackInfo &info) {
  std::vector<const collect::Sample *> samples = js::handle<HeldTap>(info[0])->take(js::number(info[1]));
  if (samples.empty()) return info.Env().Undefined();
  return to_batch(info.Env(), HeldSamples(std::move(samples)));
}

// tapState(tap): [dropped, waiting]
Napi::Value tap_state(const Napi::CallbackInfo &info) {
  const collect::Tap &tap = *js::handle<HeldTap>(info[0]);
  const uint64_t numbers[] = {tap.dropped(), tap.waiting()};
  return js::to_list(info.Env(), std::vector<uint64_t>(numbers, numbers + 2),
                     [&](uint64_t number) { return js::to_count(info.Env(), number); });
}

void close_tap(const Napi::CallbackInfo &info) {
  js::handle<HeldTap>(info[0])->close();
}

} // namespace

void define_collect_taps(Napi::Object part) {
  js::define<open_tap>(part, "openTap");
  js::define<take_tap>(part, "takeTap");
  js::define<tap_state>(part, "tapState");
  js::define<close_tap>(part, "closeTap");
}

} // namespace mortise
