#include "collectd/filter/build.h"

#include "collectd/config/parser.h"
#include "collectd/config/read.h"
#include "collectd/config/tree.h"

#include <algorithm>
#include <utility>

namespace mortise::collectd {
namespace {

constexpr const char *code = "MORTISE_ERR_COLLECTD_CHAIN";

const std::string *only_text(const Item &item) {
  return item.values.size() == 1 ? std::get_if<std::string>(&item.values[0]) : nullptr;
}

std::string joined(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

class Builder {
public:
  Builder(const Registered &registered, std::vector<Problem> &problems)
      : registered_(registered), problems_(problems) {}

  ChainList all(const std::vector<Item> &blocks) {
    // First by name, so that one may jump to a later one.
    for (const Item &block : blocks) {
      const std::string *name = only_text(block);
      if (!name)
        fail(block, "a Chain block needs one name", "<Chain \"NAME\">");
      else if (!find(chains_, *name))
        chains_.push_back(std::make_unique<Chain>(Chain{*name, {}, {}}));
    }
    for (const Item &block : blocks)
      if (const std::string *name = only_text(block)) fill(*find_own(*name), block);
    for (const auto &[from, to, item] : jumps_)
      if (reaches(to, from)) fail(*item, "chains jump to one another in a circle", "chains that end");
    return std::move(chains_);
  }

private:
  void fail(const Item &item, std::string message, std::string expected,
            std::string fix = "Correct the chain: docs/collectd.md has an example.") {
    problems_.push_back(Problem(code, std::move(message))
                            .in(place(item))
                            .expects(std::move(expected))
                            .got(item.key)
                            .fix(std::move(fix)));
  }

  Chain *find_own(const std::string &name) { return const_cast<Chain *>(find(chains_, name)); }

  void fill(Chain &chain, const Item &block) {
    for (const Item &item : block.children) {
      if (same_key(item.key, "Rule"))
        rule(chain, item);
      else if (same_key(item.key, "Target"))
        target(chain, chain.targets, item);
      else
        fail(item, item.key + " is not an option of a Chain block", "Rule or Target");
    }
  }

  void rule(Chain &chain, const Item &block) {
    if (!block.values.empty() && !only_text(block))
      fail(block, "a Rule block has one name, or none", "<Rule \"NAME\">");
    Rule rule;
    for (const Item &item : block.children) {
      if (same_key(item.key, "Match"))
        match(rule, item);
      else if (same_key(item.key, "Target"))
        target(chain, rule.targets, item);
      else
        fail(item, item.key + " is not an option of a Rule block", "Match or Target");
    }
    if (rule.targets.empty()) fail(block, "this rule has no target", "Target \"NAME\"");
    chain.rules.push_back(std::move(rule));
  }

  // Calls a plugin's create, when it has one. False, and told, when that fails.
  template <typename Kind> bool create(const Kind &kind, const Item &item, void *&data) {
    if (!kind.proc.create) return true;
    const Tree tree(make_tree(item));
    Owner *before = registered_.enter(kind.owner);
    const int status = tree ? kind.proc.create(tree.get(), &data) : -1;
    registered_.enter(before);
    if (status != 0)
      fail(item, kind.owner->name + " refused this " + item.key + ", and says why in the log",
           "what its documentation asks for");
    return status == 0;
  }

  void match(Rule &rule, const Item &item) {
    const std::string *name = only_text(item);
    if (!name) return fail(item, "Match needs one name", "<Match \"NAME\">");
    auto kind = registered_.matches.find(*name);
    if (!kind) return unknown(item, *name, "match", registered_.matches.names());
    void *data = nullptr;
    if (create(*kind, item, data))
      rule.matches.push_back(std::make_unique<Match>(std::move(kind), data, registered_.enter));
  }

  void target(Chain &chain, Targets &targets, const Item &item) {
    const std::string *name = only_text(item);
    if (!name) return fail(item, "Target needs one name", "Target \"NAME\"");
    if (same_key(*name, "stop"))
      targets.push_back(std::make_unique<Stop>());
    else if (same_key(*name, "return"))
      targets.push_back(std::make_unique<Return>());
    else if (same_key(*name, "jump"))
      jump(chain, targets, item);
    else if (same_key(*name, "write"))
      write(targets, item);
    else if (auto kind = registered_.targets.find(*name)) {
      void *data = nullptr;
      if (create(*kind, item, data))
        targets.push_back(std::make_unique<PluginTarget>(std::move(kind), data, registered_.enter));
    } else {
      std::vector<std::string> names = registered_.targets.names();
      names.insert(names.begin(), {"jump", "stop", "return", "write"});
      unknown(item, *name, "target", names);
    }
  }

  void unknown(const Item &item, const std::string &name, const std::string &what,
               const std::vector<std::string> &known) {
    fail(item,
         "there is no " + what + " \"" + name + "\": LoadPlugin " + what + "_" + name + " may be missing",
         known.empty() ? "a " + what + " that a plugin registered" : joined(known),
         "Write LoadPlugin " + what + "_" + name + " before the chain.");
  }

  void jump(Chain &chain, Targets &targets, const Item &item) {
    const Item *option = item.children.size() == 1 ? &item.children[0] : nullptr;
    const std::string *name = option && same_key(option->key, "Chain") ? only_text(*option) : nullptr;
    if (!name) return fail(item, "the target jump needs one Chain", "Chain \"NAME\"");
    const Chain *to = find(chains_, *name);
    if (!to) return fail(*option, "there is no chain \"" + *name + "\"", "the name of a Chain block");
    targets.push_back(std::make_unique<Jump>(*to));
    jumps_.push_back({&chain, to, option});
  }

  void write(Targets &targets, const Item &item) {
    std::vector<std::string> writers;
    for (const Item &option : item.children) {
      if (!same_key(option.key, "Plugin"))
        fail(option, option.key + " is not an option of the target write", "Plugin \"NAME\"");
      else
        for (const ItemValue &value : option.values) {
          if (const std::string *name = std::get_if<std::string>(&value))
            writers.push_back(*name);
          else
            fail(option, "a writer's name must be a string", "Plugin \"NAME\"");
        }
    }
    targets.push_back(std::make_unique<Write>(std::move(writers)));
  }

  // Whether jumps lead from one chain to another. There are as many steps as jumps.
  bool reaches(const Chain *from, const Chain *to) const {
    std::vector<const Chain *> seen{from};
    for (size_t i = 0; i < seen.size(); i++) {
      if (seen[i] == to) return true;
      for (const JumpTo &jump : jumps_)
        if (jump.from == seen[i] && std::find(seen.begin(), seen.end(), jump.to) == seen.end())
          seen.push_back(jump.to);
    }
    return false;
  }

  struct JumpTo {
    const Chain *from;
    const Chain *to;
    const Item *item;
  };

  const Registered &registered_;
  std::vector<Problem> &problems_;
  ChainList chains_;
  std::vector<JumpTo> jumps_;
};

} // namespace

const Chain *find(const ChainList &chains, const std::string &name) {
  for (const auto &chain : chains)
    if (same_key(chain->name, name)) return chain.get();
  return nullptr;
}

ChainList build(const std::vector<Item> &blocks, const Registered &registered,
                std::vector<Problem> &problems) {
  return Builder(registered, problems).all(blocks);
}

} // namespace mortise::collectd
