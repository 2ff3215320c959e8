// The life of plugins: registered, configured, initialised, forgotten.
#include "collectd/daemon.h"

#include "collectd/children.h"
#include "collectd/config/parser.h"
#include "collectd/config/tree.h"

#include <algorithm>
#include <cstdio>
#include <strings.h>

namespace mortise::collectd {
namespace {

// A line's values as one text, as simple configuration callbacks get them.
std::string joined(const Item &item) {
  std::string text;
  for (const ItemValue &value : item.values) {
    if (!text.empty()) text += ' ';
    if (const auto *string = std::get_if<std::string>(&value)) {
      text += *string;
    } else if (const auto *number = std::get_if<double>(&value)) {
      char digits[512];
      snprintf(digits, sizeof digits, "%f", *number);
      text += digits;
    } else
      text += std::get<bool>(value) ? "true" : "false";
  }
  return text;
}

bool same(const std::string &one, const std::string &other) {
  return strcasecmp(one.c_str(), other.c_str()) == 0;
}

Problem about(const Item &item, std::string message) {
  return Problem("MORTISE_ERR_COLLECTD_OPTION", std::move(message)).in(place(item));
}

} // namespace

void Daemon::start(CollectdPlugin &plugin, void (*module_register)()) {
  ChildSignal children;
  plugin.enter("module_register", [&] { module_register(); });
  if (children.restore()) reap_forgotten_children();
}

Daemon::Configured Daemon::configure(const std::string &name, const Item &block,
                                     std::vector<Problem> &problems) {
  std::shared_ptr<Callback<complex_config_cb>> complex;
  {
    const std::lock_guard lock(mutex_);
    for (const auto &[registered, callback] : complex_)
      if (same(registered, name)) complex = callback;
  }
  if (!complex) return configure_simply(name, block, problems);
  const Tree tree(make_tree(block));
  if (!tree) return Configured::failed;
  int status = 0;
  complex->plugin->enter("a configuration callback", [&] {
    const Working working(complex->plugin, complex->context);
    status = complex->function(tree.get());
  });
  if (status == 0) return Configured::yes;
  problems.push_back(about(block, "the plugin '" + name + "' refuses its configuration, with status " +
                                      std::to_string(status))
                         .expects("a block that the plugin takes")
                         .got("a refusal; the log says more where the plugin does")
                         .fix("Read what the plugin logged, and repair the block."));
  return Configured::failed;
}

Daemon::Configured Daemon::configure_simply(const std::string &name, const Item &block,
                                            std::vector<Problem> &problems) {
  SimpleConfig config;
  {
    const std::lock_guard lock(mutex_);
    for (const auto &[registered, one] : configs_)
      if (same(registered, name)) config = one;
  }
  if (!config.callback) return Configured::no_such_plugin;
  const size_t before = problems.size();
  std::string keys;
  for (const std::string &key : config.keys)
    keys += (keys.empty() ? "" : ", ") + key;
  for (const Item &item : block.children) {
    if (!item.children.empty()) {
      problems.push_back(about(item, "the plugin '" + name + "' takes no block '" + item.key + "'")
                             .expects("lines with one of: " + keys)
                             .got("a block")
                             .fix("Write it as a line, or leave it out."));
      continue;
    }
    const auto key = std::find_if(config.keys.begin(), config.keys.end(),
                                  [&](const std::string &one) { return same(one, item.key); });
    if (key == config.keys.end()) {
      problems.push_back(about(item, "the plugin '" + name + "' has no option '" + item.key + "'")
                             .expects("one of: " + keys)
                             .got(item.key)
                             .fix("Correct the name, or leave the line out."));
      continue;
    }
    const std::string value = joined(item);
    int status = 0;
    config.callback->plugin->enter("a configuration callback", [&] {
      const Working working(config.callback->plugin, config.callback->context);
      status = config.callback->function(item.key.c_str(), value.c_str());
    });
    if (status == 0) continue;
    problems.push_back(about(item, "the plugin '" + name + "' refuses its option '" + item.key +
                                       "', with status " + std::to_string(status))
                           .expects("a value that the plugin takes")
                           .got(value)
                           .fix("Correct the value; the log says more where the plugin does."));
  }
  return problems.size() > before ? Configured::failed : Configured::yes;
}

std::vector<Daemon::Init> Daemon::init(CollectdPlugin &plugin) {
  std::vector<std::pair<std::string, std::shared_ptr<Callback<init_cb>>>> mine;
  {
    const std::lock_guard lock(mutex_);
    for (const auto &one : inits_)
      if (one.second->plugin == &plugin) mine.push_back(one);
  }
  std::vector<Init> results;
  for (const auto &[name, callback] : mine) {
    int status = 0;
    ChildSignal children;
    plugin.enter("an init callback", [&] {
      const Working working(&plugin, callback->context);
      status = callback->function();
    });
    if (children.restore()) reap_forgotten_children();
    results.push_back({name, status});
    if (status != 0) unregister(Registered::read, name.c_str());
  }
  return results;
}

void Daemon::forget(CollectdPlugin &plugin) {
  matches_.remove(&plugin.plugin);
  targets_.remove(&plugin.plugin);
  // Freed without the lock: what they free is the plugin's.
  std::vector<std::shared_ptr<void>> gone;
  const std::lock_guard lock(mutex_);
  const auto take = [&](auto &map, auto callback_of) {
    for (auto at = map.begin(); at != map.end();) {
      const auto callback = callback_of(*at);
      if (callback->plugin == &plugin) {
        gone.push_back(callback);
        at = map.erase(at);
      } else
        ++at;
    }
  };
  const auto second = [](auto &entry) { return entry.second; };
  take(configs_, [](auto &entry) { return entry.second.callback; });
  take(complex_, second);
  take(inits_, second);
  noted_.erase(
      std::remove_if(noted_.begin(), noted_.end(), [&](const Named &one) { return one.plugin == &plugin; }),
      noted_.end());
}

std::vector<Daemon::Named> Daemon::registrations(const CollectdPlugin &plugin) const {
  const std::lock_guard lock(mutex_);
  std::vector<Named> list;
  for (const Named &one : noted_)
    if (one.plugin == &plugin) list.push_back(one);
  return list;
}

oconfig_item_t *Daemon::parse_config(const char *path) {
  Item root;
  Problem problem;
  if (parse_file(path, root, problem)) return make_tree(root);
  const std::string &place = problem.where.empty() ? path : problem.where;
  log(log_error, (place + ": " + problem.message).c_str());
  return nullptr;
}

} // namespace mortise::collectd
