// A collectd.conf as a tree of JavaScript.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "node/values.h"
#include "collectd/config/parser.h"
#include "collectd/config/read.h"

#include <type_traits>
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

} // namespace

void define_collectd_config(Napi::Object exports) {
  js::define<read_config>(exports, "readCollectdConfig");
  js::define<parse_config>(exports, "parseCollectdConfig");
}

} // namespace mortise
