// A collectd.conf as a tree of JavaScript.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "node/values.h"
#include "collectd/config/canonical_name.h"
#include "collectd/config/parser.h"
#include "collectd/config/read.h"

#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mortise {
namespace {

using namespace collectd;

Napi::Value to_value(Napi::Env env, const ItemValue &value) {
  return std::visit(
      [env](const auto &content) -> Napi::Value {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Content, bool>) return Napi::Boolean::New(env, content);
        if constexpr (std::is_same_v<Content, double>) return Napi::Number::New(env, content);
        if constexpr (std::is_same_v<Content, std::string>) return js::to_text(env, content);
      },
      value);
}

// As deep as the parser lets blocks be.
Napi::Value to_item(Napi::Env env, const Item &item) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("key", item.key);
  object.Set("values",
             js::to_list(env, item.values, [env](const ItemValue &value) { return to_value(env, value); }));
  object.Set("children",
             js::to_list(env, item.children, [env](const Item &child) { return to_item(env, child); }));
  object.Set("file", item.file);
  object.Set("line", js::to_number(env, item.line));
  return object;
}

Napi::Value to_result(Napi::Env env, const Item &root, const std::vector<Problem> &problems) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("items", to_item(env, root).As<Napi::Object>().Get("children"));
  result.Set("problems",
             js::to_list(env, problems, [env](const Problem &problem) { return to_problem(env, problem); }));
  return result;
}

// readCollectdConfig(path): { items, problems }, with what it includes.
Napi::Value read_config(const Napi::CallbackInfo &info) {
  std::vector<Problem> problems;
  const Item root = read(js::text(info[0]), problems);
  return to_result(info.Env(), root, problems);
}

// parseCollectdConfig(text, file): the same of a text; Include is a line as any other.
Napi::Value parse_config(const Napi::CallbackInfo &info) {
  Item root;
  Problem problem;
  std::vector<Problem> problems;
  if (!parse(js::text(info[0]), js::text(info[1]), root, problem)) problems.push_back(std::move(problem));
  return to_result(info.Env(), root, problems);
}

// Asks the system for a machine's canonical name, which may take as long as its name servers do.
class CanonicalName final : public Napi::AsyncWorker {
public:
  CanonicalName(Napi::Env env, std::string name)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), name_(std::move(name)) {}
  Napi::Promise promise() const { return deferred_.Promise(); }

protected:
  void Execute() override { full_ = canonical_name(name_); }
  void OnOK() override { deferred_.Resolve(full_.empty() ? Env().Undefined() : js::to_text(Env(), full_)); }
  void OnError(const Napi::Error &error) override { deferred_.Reject(error.Value()); }

private:
  const Napi::Promise::Deferred deferred_;
  const std::string name_;
  std::string full_;
};

// canonicalName(name): a promise of the full one, or undefined.
Napi::Value canonical(const Napi::CallbackInfo &info) {
  auto *worker = new CanonicalName(info.Env(), js::text(info[0]));
  const Napi::Promise promise = worker->promise();
  worker->Queue(); // it goes by itself
  return promise;
}

} // namespace

void define_collectd_config(Napi::Object exports) {
  js::define<read_config>(exports, "readCollectdConfig");
  js::define<parse_config>(exports, "parseCollectdConfig");
  js::define<canonical>(exports, "canonicalName");
}

} // namespace mortise
