// Filter chains: how they are built of blocks, and what goes through them.
#include "collectd/config/parser.h"
#include "collectd/filter/build.h"
#include "collectd/filter/drafted.h"
#include "../check.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace mortise;
using namespace mortise::collectd;

namespace {

struct Plugin final : Owner {
  using Owner::Owner;
  void report(Problem problem) override {
    CHECK(problem.code == "MORTISE_WARN_COLLECTD_CHAIN");
    problems.push_back(problem.message);
  }
  void fill_wanting(const std::string &, uint32_t) override {}
  void empty_wanting(const void *) override {}
  std::vector<std::string> problems;
};

Plugin plugin("filters");
thread_local Owner *current = nullptr;
Owner *enter(Owner *owner) {
  Owner *before = current;
  current = owner;
  return before;
}

int living = 0;

// A match "type": its option Type is what it compares; Type "" fails.
int create(const oconfig_item_t *item, void **data) {
  CHECK(current == &plugin && item->parent == nullptr);
  if (item->children_num != 1 || std::strcmp(item->children[0].key, "Type") != 0) return -1;
  CHECK(item->children[0].parent == item);
  living++;
  *data = new std::string(item->children[0].values[0].value.string);
  return 0;
}
int destroy(void **data) {
  CHECK(current == &plugin);
  living--;
  delete static_cast<std::string *>(*data);
  *data = nullptr;
  return 0;
}
int match(const data_set_t *, const value_list_t *list, notification_meta_t **, void **data) {
  CHECK(current == &plugin);
  const std::string &wanted = *static_cast<std::string *>(*data);
  return wanted.empty() ? -3 : list->type == wanted;
}
// A target "mark": appends its Type to the type instance. Without data.
int mark(const data_set_t *, value_list_t *list, notification_meta_t **, void **data) {
  CHECK(current == &plugin);
  const std::string text = list->type_instance + *static_cast<std::string *>(*data);
  std::snprintf(list->type_instance, name_size, "%s", text.c_str());
  return text.find('!') == std::string::npos ? 0 : -1;
}
int other(const data_set_t *, value_list_t *, notification_meta_t **, void **) {
  return 7;
}

Kinds<match_proc_t> matches;
Kinds<target_proc_t> targets;
const Registered registered{matches, targets, enter};

std::vector<Item> blocks(const std::string &text) {
  Item root;
  Problem problem;
  if (!parse(text, "t.conf", root, problem)) std::fprintf(stderr, "%s\n", problem.message.c_str());
  CHECK(problem.code.empty());
  return root.children;
}

// Through the chain "Main": what type instance comes out, who gets it, and how it ends.
std::string through(const std::string &text, const std::string &type = "load") {
  std::vector<Problem> problems;
  const ChainList chains = build(blocks(text), registered, problems);
  for (const Problem &problem : problems)
    std::fprintf(stderr, "%s: %s\n", problem.where.c_str(), problem.message.c_str());
  CHECK(problems.empty());
  collect::Draft draft{"host", "plugin", "", type, "", {}, 1, 2, {}};
  std::string written;
  Next next;
  {
    Drafted drafted(draft);
    const auto write = [&](const std::vector<std::string> &writers) {
      written += ">" + drafted.copy().type_instance;
      for (const std::string &writer : writers)
        written += "," + writer;
    };
    const Chain *main = find(chains, "main");
    CHECK(main);
    next = main->process({nullptr, &drafted.list(), write});
  }
  CHECK(current == nullptr);
  return draft.type_instance + written + (next == Next::stop ? " stop" : "");
}

std::string chain(const std::string &inside) {
  return "<Chain \"Main\">\n" + inside + "</Chain>\n";
}
std::string marks(const std::string &text) {
  return "<Target \"mark\">\nType \"" + text + "\"\n</Target>\n";
}
std::string rule(const std::string &type, const std::string &inside) {
  return "<Rule \"r\">\n<Match \"type\">\nType \"" + type + "\"\n</Match>\n" + inside + "</Rule>\n";
}
const std::string stop = "Target \"stop\"\n", back = "Target \"return\"\n", write = "Target \"write\"\n";

void passing() {
  CHECK(through(chain(marks("a"))) == "a");
  CHECK(through(chain(rule("load", marks("a")) + rule("cpu", marks("b")) + marks("c"))) == "ac");
  CHECK(through(chain(rule("load", stop) + marks("c"))) == " stop");
  CHECK(through(chain(rule("cpu", stop) + marks("c"))) == "c");
  CHECK(through(chain(rule("load", back + marks("x")) + marks("c"))) == "");
  CHECK(through(chain(marks("a") + back + stop)) == "a");
  CHECK(through(chain("<Rule>\n" + marks("a") + "</Rule>\n" + stop)) == "a stop");
  CHECK(through(chain(write + marks("a") +
                      "<Target \"write\">\nPlugin \"x\" \"y\"\nPlugin z\n</Target>\n")) == "a>>a,x,y,z");
  // Failures and unknown answers don't end it.
  CHECK(through(chain(rule("", stop) + marks("!") + "Target \"other\"\n" + marks("b"))) == "!b");
  CHECK(plugin.problems.size() == 3 && plugin.problems[0] == "its match \"type\" failed with -3" &&
        plugin.problems[1] == "its target \"mark\" failed with -1");
  // Several blocks of one name, names without regard to case, a chain that comes later.
  const std::string jump = "<Target \"JUMP\">\nChain \"SUB\"\n</Target>\n";
  const std::string sub = "<Chain \"sub\">\n" + rule("load", marks("s") + back) + stop + "</Chain>\n";
  CHECK(through(chain(jump + marks("c")) + sub + chain(marks("d"))) == "scd");
  CHECK(through(chain(jump + marks("c")) + sub, "cpu") == " stop");
  CHECK(living == 0);
}

void faults() {
  const auto faults = [](const std::string &text) {
    std::vector<Problem> problems;
    build(blocks(text), registered, problems);
    std::string all;
    for (const Problem &problem : problems) {
      CHECK(problem.code == "MORTISE_ERR_COLLECTD_CHAIN");
      all += problem.where.substr(5, problem.where.find(' ', 5) - 5) + " " + problem.message + "\n";
    }
    CHECK(living == 0 && current == nullptr);
    return all;
  };
  CHECK(faults("<Chain 1>\nTarget \"stop\"\n</Chain>\n") == "1 a Chain block needs one name\n");
  CHECK(faults(chain("Targets \"stop\"\n")) == "2 Targets is not an option of a Chain block\n");
  CHECK(faults(chain("Target 1\n")) == "2 Target needs one name\n");
  CHECK(faults(chain("<Rule>\nMatch 1\n</Rule>\n")) == "3 Match needs one name\n2 this rule has no target\n");
  CHECK(faults(chain("<Rule 1>\nTarget \"stop\"\nX 1\n</Rule>\n")) ==
        "2 a Rule block has one name, or none\n4 X is not an option of a Rule block\n");
  CHECK(faults(chain("Target \"scale\"\n")) ==
        "2 there is no target \"scale\": LoadPlugin target_scale may be missing\n");
  CHECK(faults(chain("<Rule>\nMatch \"regex\"\nTarget stop\n</Rule>\n")) ==
        "3 there is no match \"regex\": LoadPlugin match_regex may be missing\n");
  CHECK(faults(chain("Target \"mark\"\n")) == "2 filters refused this Target, and says why in the log\n");
  CHECK(faults(chain("Target \"jump\"\n")) == "2 the target jump needs one Chain\n");
  CHECK(faults(chain("<Target jump>\nChain \"none\"\n</Target>\n")) == "3 there is no chain \"none\"\n");
  CHECK(faults(chain("<Target jump>\nChain \"Main\"\n</Target>\n")) ==
        "3 chains jump to one another in a circle\n");
  CHECK(faults(chain("<Target write>\nPlugin 1\nWriter x\n</Target>\n")) ==
        "3 a writer's name must be a string\n4 Writer is not an option of the target write\n");
}

void drafts() {
  collect::Value value;
  value.gauge = 1;
  collect::Draft draft{"h", std::string(200, 'p'), "", "t", "", {value}, 1, 2, {{"k", std::string("v")}}};
  {
    Drafted drafted(draft);
    CHECK(std::strlen(drafted.list().plugin) == name_size - 1);
    drafted.list().values[0].gauge = 5;
    drafted.list().time = 9;
    std::strcpy(drafted.list().host, "changed");
    CHECK(drafted.copy().host == "changed" && drafted.copy().values[0].gauge == 5);
    CHECK(draft.host == "h");
  }
  CHECK(draft.host == "changed" && draft.time == 9 && draft.interval == 2 && draft.values[0].gauge == 5);
  CHECK(draft.metadata.size() == 1 && draft.plugin.size() == name_size - 1);
}

// Values of several threads go through the same chains at once.
void together() {
  std::vector<Problem> problems;
  const std::string text = chain(rule("cpu", marks("c") + stop) + rule("load", marks("l")) + write);
  const ChainList chains = build(blocks(text), registered, problems);
  CHECK(problems.empty());
  const Chain *main = find(chains, "Main");
  std::atomic<int> written{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 2000; round++) {
        const bool is_cpu = (round + i) % 2 == 0;
        collect::Draft draft{"host", "plugin", "", is_cpu ? "cpu" : "load", "", {}, 1, 2, {}};
        Next next;
        {
          Drafted drafted(draft);
          next = main->process({nullptr, &drafted.list(), [&](const auto &) { written++; }});
        }
        CHECK(draft.type_instance == (is_cpu ? "c" : "l") && (next == Next::stop) == is_cpu);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  CHECK(written == 4000);
}

} // namespace

int main() {
  matches.add({"type", &plugin, {create, destroy, match}});
  targets.add({"mark", &plugin, {create, destroy, mark}});
  targets.add({"other", &plugin, {nullptr, nullptr, other}});
  passing();
  faults();
  drafts();
  together();
  CHECK(targets.names().size() == 2 && targets.find("MARK"));
  targets.remove(&plugin);
  CHECK(!targets.find("mark"));
  std::puts("ok");
}
