// The configuration tree: what is found, by which path, and what was never asked for.
#include "host/config.h"
#include "check.h"

#include <thread>
#include <vector>

using namespace mortise;

namespace {

ConfigNode integer(int64_t number) {
  ConfigNode node;
  node.type = MORTISE_VALUE_INTEGER;
  node.integer = number;
  return node;
}

ConfigNode text(const std::string &content) {
  ConfigNode node;
  node.type = MORTISE_VALUE_TEXT;
  node.text = content;
  return node;
}

ConfigNode list(std::vector<ConfigNode> items) {
  ConfigNode node;
  node.type = MORTISE_VALUE_LIST;
  for (ConfigNode &item : items)
    node.children.emplace_back("", std::move(item));
  return node;
}

ConfigNode table(std::vector<std::pair<std::string, ConfigNode>> members) {
  ConfigNode node;
  node.children = std::move(members);
  return node;
}

// { tenants, limits: { rows, name }, patterns: ["a", "b", { deep: [[1, 2], []] }], empty: {}, "a.b", "": … }
ConfigNode example() {
  return table({
      {"tenants", integer(4)},
      {"limits", table({{"rows", integer(-10)}, {"name", text("x")}})},
      {"patterns",
       list({text("a"), text("b"), table({{"deep", list({list({integer(1), integer(2)}), list({})})}})})},
      {"empty", table({})},
      {"a.b", integer(7)},
      {"", integer(8)},
      {"größe", integer(9)},
  });
}

int64_t integer_at(Config &config, const std::string &path) {
  const mortise_value *value = config.find(ExactText(path));
  CHECK(value && value->type == MORTISE_VALUE_INTEGER && value->count == 0);
  return value->as.integer;
}

void finds() {
  Config config(example());
  CHECK(integer_at(config, "tenants") == 4);
  CHECK(integer_at(config, "limits.rows") == -10);
  CHECK(integer_at(config, "patterns[2].deep[0][1]") == 2);
  CHECK(integer_at(config, "größe") == 9);
  const mortise_value *name = config.find(ExactText("limits.name"));
  CHECK(name && name->type == MORTISE_VALUE_TEXT && name->as.text.size == 1 &&
        !strcmp(name->as.text.data, "x"));
  const mortise_value *root = config.find({nullptr, 0});
  CHECK(root && root == config.find(ExactText("")) && root->type == MORTISE_VALUE_TABLE && root->count == 7);
  CHECK(mortise_text_equal(root->as.members[1].key, mortise_text_of("limits")));
  const mortise_value *deep = config.find(ExactText("patterns[2].deep[1]"));
  CHECK(deep && deep->type == MORTISE_VALUE_LIST && deep->count == 0);
  const mortise_value *empty = config.find(ExactText("empty"));
  CHECK(empty && empty->type == MORTISE_VALUE_TABLE && empty->count == 0);
}

void refuses_paths() {
  Config config(example());
  std::vector<std::string> paths = {
      "[",
      "]",
      "[]",
      "[0",
      "[0]",
      ".",
      "..",
      "a",
      "a..b",
      "a.b",
      ".tenants",
      "tenants.",
      "tenants[0]",
      "tenants.x",
      "limits..rows",
      "limits.rows.",
      "limits[0]",
      "limits.",
      "limits.row",
      "limits.rowss",
      "tenant",
      "tenantss",
      "Tenants",
      "patterns[",
      "patterns[]",
      "patterns[0",
      "patterns.0",
      "patterns[3]",
      "patterns[-1]",
      "patterns[+1]",
      "patterns[ 1]",
      "patterns[1 ]",
      "patterns[0x1]",
      "patterns[99999999999]",
      "patterns[4294967296]",
      "patterns[18446744073709551616]",
      "patterns[0].",
      "patterns[0][0]",
      "patterns[2]deep",
      "patterns[2]..deep",
      "patterns[2].deep[0][2]",
      "empty.x",
      "empty[0]",
      "patterns]0[",
      "\xff\xfe",
      " tenants",
      "tenants ",
      std::string("tenants\0", 8),
      std::string("tenants\0x", 9),
      std::string(1, '\0'),
      std::string(1000000, 'a'),
      std::string(1000000, '['),
      std::string(1000000, '.'),
      std::string(1000000, ']'),
      "patterns[" + std::string(1000000, '0') + "]",
      "patterns[" + std::string(1000000, '9') + "]",
  };
  // A million steps down a list that holds no list.
  std::string steps = "patterns";
  for (int i = 0; i < 250000; i++)
    steps += "[0]";
  paths.push_back(steps);
  for (const std::string &path : paths)
    CHECK(!config.find(ExactText(path)));
  CHECK(config.unused().size() == 12); // a path that leads nowhere asks for nothing
}

void survives_random_paths() {
  Config config(example());
  Numbers numbers(42);
  const std::string pieces[] = {"tenants", "limits", "rows", "patterns", "deep", "[0]", "[1]", "[2]",
                                ".",       "[",      "]",    "0",        "a.b",  "",    "[-",  "ö"};
  for (int round = 0; round < 200000; round++) {
    std::string path;
    for (uint64_t i = numbers.below(6); i > 0; i--)
      path += pieces[numbers.below(16)];
    const mortise_value *value = config.find(ExactText(path));
    CHECK(!value || (value->type >= MORTISE_VALUE_BOOLEAN && value->type <= MORTISE_VALUE_TABLE));
  }
}

void knows_what_was_asked_for() {
  Config config(example());
  const std::vector<std::string> all = {"tenants",
                                        "limits.rows",
                                        "limits.name",
                                        "patterns[0]",
                                        "patterns[1]",
                                        "patterns[2].deep[0][0]",
                                        "patterns[2].deep[0][1]",
                                        "patterns[2].deep[1]",
                                        "empty",
                                        "\"a.b\"",
                                        "\"\""};
  std::vector<std::string> unused = config.unused();
  CHECK(unused.size() == 12); // and "größe"
  for (size_t i = 0; i < all.size(); i++)
    CHECK(unused[i] == all[i]);
  config.find(ExactText("limits"));
  CHECK(config.unused().size() == 10);
  config.find(ExactText("patterns[2].deep[0]"));
  config.find(ExactText("patterns[1]"));
  unused = config.unused();
  CHECK(unused.size() == 7 && unused[1] == "patterns[0]" && unused[2] == "patterns[2].deep[1]");
  config.find(ExactText(""));
  CHECK(config.unused().empty());
}

void quotes_keys() {
  Config config(
      table({{"limits", table({{"10.0.0.1", integer(1)}, {"a\"b\\", integer(2)}, {"plain", integer(3)}})}}));
  CHECK(integer_at(config, "limits.\"10.0.0.1\"") == 1);
  CHECK(integer_at(config, "limits.\"a\\\"b\\\\\"") == 2);
  CHECK(integer_at(config, "\"limits\".\"plain\"") == 3);
  for (const char *path : {"\"", "limits.\"10.0.0.1", "limits.\"10.0.0\"", "limits.\"10.0.0.1\"x",
                           "limits.\"", "\"\\", "\"limits\"\"plain\""})
    CHECK(!config.find(ExactText(path)));
  CHECK(config.unused().empty());
  Config unread(table({{"limits", table({{"10.0.0.1", integer(1)}})}}));
  CHECK(unread.unused()[0] == "limits.\"10.0.0.1\"");
}

ConfigNode nodes() {
  return table({{"nodes", list({table({{"weight", integer(1)}, {"name", text("a")}}),
                                table({{"wieght", integer(2)}})})},
                {"limits", table({{"rows", integer(1)}, {"sizes", list({integer(1)})}})}});
}

void knows_keys_of_tables_inside() {
  Config config(nodes());
  const mortise_value *list = config.find(ExactText("nodes"));
  CHECK(config.unused().size() == 2); // who asks for the list has asked for all in it
  for (uint32_t i = 0; i < list->count; i++)
    config.find_in(&list->as.items[i], ExactText("weight"));
  std::vector<std::string> unused = config.unused();
  CHECK(unused.size() == 4 && unused[0] == "nodes[0].name" && unused[1] == "nodes[1].wieght");
  CHECK(config.asked() == (std::vector<std::string>{"nodes", "nodes[0].weight", "nodes[1].weight"}));
  config.find_in(&list->as.items[0], ExactText("")); // all of it
  CHECK(config.unused().size() == 3);
  // By paths, as who has no getters.
  Config paths(nodes());
  paths.find(ExactText("nodes"));
  paths.find(ExactText("nodes[1].weight"));
  CHECK(paths.unused()[0] == "nodes[1].wieght");
  // The whole, from null; a value of another tree is none.
  Config other(nodes());
  CHECK(other.find_in(nullptr, ExactText("limits.rows"))->as.integer == 1);
  CHECK(other.unused().size() == 4);
  CHECK(!other.find_in(list, ExactText("")) && other.path_of(list).empty());
  CHECK(other.path_of(other.find(ExactText("limits.sizes"))) == "limits.sizes");
  other.find(ExactText(""));
  CHECK(other.unused().empty());
}

void bounds_what_was_asked() {
  Config config(nodes());
  for (int i = 0; i < 5000; i++)
    config.find(ExactText("key" + std::to_string(i)));
  config.find(ExactText(std::string(60000, 'x')));
  CHECK(config.asked().size() == 1000);
}

void bounds_refusals() {
  Config config(example());
  config.refuse({nullptr, 0}, {nullptr, 0});
  for (int i = 0; i < 100000; i++)
    config.refuse("limits.rows", "must be at least 0");
  const auto refusals = config.refusals();
  CHECK(refusals.size() == 100);
  CHECK(refusals[0].path.empty() && refusals[1].path == "limits.rows" &&
        refusals[1].rule == "must be at least 0");
}

void serves_threads() {
  Config config(example());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&config, t] {
      Numbers numbers(static_cast<uint64_t>(t) + 1);
      const char *paths[] = {"tenants", "limits", "patterns[2].deep[0][1]", "nothing", "", "["};
      for (int i = 0; i < 5000; i++) {
        config.find(mortise_text_of(paths[numbers.below(6)]));
        if (i % 100 == 0) config.refuse("limits", "must be other");
        if (i % 500 == 0) config.unused(), config.refusals();
      }
    });
  }
  for (std::thread &thread : threads)
    thread.join();
  CHECK(config.unused().empty());
}

} // namespace

int main() {
  finds();
  refuses_paths();
  survives_random_paths();
  knows_what_was_asked_for();
  quotes_keys();
  knows_keys_of_tables_inside();
  bounds_what_was_asked();
  bounds_refusals();
  serves_threads();
  std::puts("ok");
}
