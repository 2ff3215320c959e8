// collectd.conf's parser: what it makes of texts, also of damaged ones.
#include "collectd/config/parser.h"
#include "collectd/config/read.h"
#include "collectd/config/word.h"
#include "../check.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace mortise;
using namespace mortise::collectd;

namespace {

Item tree(const std::string &text) {
  Item root;
  Problem problem;
  if (!parse(text, "t.conf", root, problem)) {
    std::fprintf(stderr, "%s (%s) in:\n%s\n", problem.message.c_str(), problem.where.c_str(), text.c_str());
    std::exit(1);
  }
  return root;
}

Problem refused(const std::string &text) {
  Item root;
  Problem problem;
  CHECK(!parse(text, "t.conf", root, problem));
  CHECK(root.children.empty());
  CHECK(problem.code == "MORTISE_ERR_COLLECTD_SYNTAX");
  return problem;
}

bool fails(const std::string &text, int line, const std::string &message) {
  const Problem problem = refused(text);
  const bool right = problem.where == "line " + std::to_string(line) + " of t.conf" &&
                     problem.message.find(message) != std::string::npos;
  if (!right) std::fprintf(stderr, "%s: %s\n", problem.where.c_str(), problem.message.c_str());
  return right;
}

const std::string &text(const Item &item, size_t index = 0) {
  return std::get<std::string>(item.values.at(index));
}
double number(const Item &item, size_t index = 0) {
  return std::get<double>(item.values.at(index));
}
bool flag(const Item &item, size_t index = 0) {
  return std::get<bool>(item.values.at(index));
}

void values() {
  const Item root = tree("A 010 0x1F 1.5e+3 -3 +4 .5 0.25\n"
                         "B true yes on false no off True\n"
                         "C 10.0.0.1 10.0.0.1:80 ::1 [::1]:80 fe80::1:2 1:2:3:4:5:6:7:8 ::ffff:10.0.0.1\n"
                         "D name a_b 1s 00x\n");
  const Item &a = root.children.at(0), &b = root.children.at(1), &c = root.children.at(2);
  const double numbers[] = {10, 31, 1500, -3, 4, 0.5, 0.25};
  for (size_t i = 0; i < 7; i++)
    CHECK(number(a, i) == numbers[i]);
  for (size_t i = 0; i < 6; i++)
    CHECK(flag(b, i) == (i < 3));
  CHECK(text(b, 6) == "True");
  CHECK(c.values.size() == 7 && text(c, 1) == "10.0.0.1:80" && text(c, 3) == "[::1]:80");
  CHECK(text(root.children.at(3), 2) == "1s" && root.children.at(3).line == 4);
  CHECK(root.children.at(3).file == "t.conf");
  for (const char *word :
       {"256.0.0.1", "1.2.3", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4:", "01.2.3.4", ":::", "1::2::3",
        "12345::", "[::1", "[::1]80", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9"})
    CHECK(!is_address(word));
}

void strings() {
  const Item root = tree(
      "A \"a\\\"b\\\\c\\nd\"\nB \"x \\\n  \t y\\\n z\" 2\nC a\\\n  b # c\nD \"two\nlines\"\nE \"\"\"x\"\n"
      "F \"a#b\"#c\nG 1\r\nH \"x\\\r\n  y\"\r\n");
  CHECK(text(root.children.at(0)) == "a\"b\\cnd");
  CHECK(text(root.children.at(1)) == "x yz" && number(root.children.at(1), 1) == 2);
  CHECK(root.children.at(2).line == 5 && text(root.children.at(2), 1) == "b");
  CHECK(text(root.children.at(3)) == "two\nlines" && root.children.at(4).line == 9);
  CHECK(text(root.children.at(4)).empty() && text(root.children.at(4), 1) == "x");
  CHECK(text(root.children.at(5)) == "a#b" && root.children.at(5).values.size() == 1);
  CHECK(number(root.children.at(6)) == 1 && text(root.children.at(7)) == "xy");
}

void blocks() {
  const Item root =
      tree("\n# one\n<Plugin cpu>\n  <Inner a 1>\n  X 1\n  </Inner>\n <Empty>\n </Empty>\n</Plugin>\n"
           "<Named x>\n</Named>\nLast 1");
  CHECK(root.children.size() == 3);
  const Item &plugin = root.children[0];
  CHECK(plugin.line == 3 && plugin.children.size() == 1 && plugin.children[0].children[0].line == 5);
  CHECK(root.children[1].key == "Named" && root.children[1].children.empty());
  CHECK(tree("").children.empty() && tree("# only").children.empty());
}

void faults() {
  CHECK(fails("A\n", 1, "expected a value for A, and found the end of the line"));
  CHECK(fails("\n\nA", 3, "found the end of the file"));
  CHECK(fails("1 2\n", 1, "expected a key, or a block, and found \"1\""));
  CHECK(fails("true 2\n", 1, "expected a key"));
  CHECK(fails("\"A\" 2\n", 1, "found a quoted string"));
  CHECK(fails("A b-c\n", 1, "\"b-c\" needs double quotes"));
  CHECK(fails("A 1.5e3\n", 1, "\"1.5e3\""));
  CHECK(fails("A a/b\n", 1, "found \"/\""));
  CHECK(fails("A 1\nB \"abc\n\n", 2, "a string begins here"));
  CHECK(fails("A \"abc\\", 1, "a string begins here"));
  CHECK(fails(std::string("A \"a\0b\"\n", 9), 1, "a zero byte"));
  CHECK(fails(std::string("A \0\n", 4), 1, "\"\\x00\""));
  CHECK(fails("\xef\xbb\xbf"
              "A 1\n",
              1, "needs double quotes"));
  CHECK(fails("A 1 \\ 2\n", 1, "\"\\\" may not stand here"));
  CHECK(fails("<P x>\nA 1\n", 3, "the block <P> of line 1 is not closed"));
  CHECK(fails("<P x>\nA 1\n</Q>\n", 3, "</Q> closes the block <P> of line 1"));
  CHECK(fails("<P x>\n</p>\n", 2, "</p> closes"));
  CHECK(fails("</P>\n", 1, "not opened"));
  CHECK(fails("<P x> A 1\n", 1, "expected the end of the line"));
  CHECK(fails("<P x\n", 1, "expected \">\""));
  CHECK(fails("<>\n", 1, "expected a block's name"));
  CHECK(fails("<P>\nA 1 </P>\n", 2, "found \"<\""));
  std::string deep;
  for (size_t i = 0; i <= max_blocks; i++)
    deep += "<A x>\n";
  CHECK(fails(deep, static_cast<int>(max_blocks) + 1, "too deep"));
  std::string many;
  for (size_t i = 0; i <= max_items; i++)
    many += "A 1\n";
  CHECK(fails(many, static_cast<int>(max_items) + 1, "too many lines"));
  Item root;
  Problem problem;
  CHECK(!parse(std::string(max_file + 1, '\n'), "t.conf", root, problem));
  CHECK(problem.code == "MORTISE_ERR_COLLECTD_FILE");
  CHECK(!parse_file("/nonexistent/t.conf", root, problem) &&
        problem.message.find("no such file") != std::string::npos);
  CHECK(!parse_file("/", root, problem) && problem.message.find("no regular file") != std::string::npos);
}

// What the parser would make the same tree of.
std::string written(const Item &item) {
  std::string line = item.key;
  for (const ItemValue &value : item.values) {
    if (const double *number = std::get_if<double>(&value)) {
      char made[64];
      std::snprintf(made, sizeof made, " %.17g", *number);
      std::string exact = made;
      const size_t e = exact.find('e');
      if (e != std::string::npos && exact.find('.') == std::string::npos) exact.insert(e, ".0");
      line += exact;
    } else if (const bool *flag = std::get_if<bool>(&value)) {
      line += *flag ? " true" : " false";
    } else {
      line += " \"";
      for (const char c : std::get<std::string>(value)) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
      }
      line += '"';
    }
  }
  if (item.children.empty() && !item.values.empty()) return line + "\n";
  std::string block = "<" + line + ">\n";
  for (const Item &child : item.children)
    block += written(child);
  return block + "</" + item.key + ">\n";
}

bool same(const Item &one, const Item &other) {
  if (one.key != other.key || one.values != other.values || one.children.size() != other.children.size())
    return false;
  for (size_t i = 0; i < one.children.size(); i++)
    if (!same(one.children[i], other.children[i])) return false;
  return true;
}

void damaged(int rounds) {
  const std::string whole =
      "# c\nHostname \"a b\"\nInterval 10.5\n<LoadPlugin cpu>\n Globals true\n</LoadPlugin>\n"
      "<Plugin \"x\">\n <Instance \"a\\\"b\" 1>\n  Server 10.0.0.1:80 [::1] 0x1f\n </Instance>\n"
      " Text \"one \\\n   two\" on\n</Plugin>\n<Chain \"PreCache\">\n <Rule \"r\">\n"
      "  <Match \"regex\">\n   Plugin \"^cpu$\"\n  </Match>\n  Target \"stop\"\n </Rule>\n</Chain>\n";
  const std::string pieces("<>/\"\\\n\r\t #.:[]+-0x1e\0\xff", 22);
  Numbers numbers(1);
  int valid = 0;
  const auto look = [&](const std::string &text) {
    // Of exactly its size, so that a sanitizer sees one byte too many.
    const std::unique_ptr<char[]> exact(new char[text.size()]);
    if (!text.empty()) std::memcpy(exact.get(), text.data(), text.size());
    Item root, again;
    Problem problem;
    if (!parse({exact.get(), text.size()}, "t.conf", root, problem)) {
      CHECK(!problem.message.empty() && problem.where.find("line ") == 0 && root.children.empty());
      return;
    }
    valid++;
    std::string lines;
    for (const Item &item : root.children)
      lines += written(item);
    CHECK(parse(lines, "t.conf", again, problem) && same(root, again));
  };
  for (size_t size = 0; size <= whole.size(); size++)
    look(whole.substr(0, size));
  for (int round = 0; round < rounds; round++) {
    std::string text = whole;
    for (uint64_t change = 0, changes = 1 + numbers.below(4); change < changes; change++) {
      const size_t place = numbers.below(text.size());
      switch (numbers.below(3)) {
      case 0:
        text[place] = pieces[numbers.below(pieces.size())];
        break;
      case 1:
        text.insert(place, 1, pieces[numbers.below(pieces.size())]);
        break;
      default:
        text.erase(place, 1 + numbers.below(8));
      }
      if (text.empty()) text = " ";
    }
    look(text);
  }
  CHECK(valid > rounds / 100 && valid < rounds);
}

// Files that include one another, damaged.
void included(int rounds) {
  namespace fs = std::filesystem;
  char folder[] = "/tmp/mortise-collectd-include-XXXXXX";
  CHECK(mkdtemp(folder));
  const fs::path root = folder;
  fs::create_directory(root / "d");
  const auto put = [](const fs::path &path, const std::string &text) { std::ofstream(path) << text; };
  const std::string whole =
      "Include \"d\"\n<Include \"d/*\">\n Filter \"*.conf\"\n</Include>\nInclude \"d/b.conf\"\nA 1\n";
  put(root / "d/a.conf", "Include \"../c.conf\"\nB 1\n");
  put(root / "d/b.conf", "C 1\n");
  put(root / "c.conf", "D 1\n");
  const std::string path = (root / "whole.conf").string();
  std::vector<Problem> problems;
  put(path, whole);
  const Item item = read(path, problems);
  CHECK(problems.empty() && item.children.size() == 8 && item.children[0].key == "D");
  Numbers numbers(2);
  for (int round = 0; round < rounds; round++) {
    std::string text = whole;
    text[numbers.below(text.size())] = "\"/*[.d\n<1\\"[numbers.below(10)];
    put(path, text);
    problems.clear();
    read(path, problems);
    for (const Problem &problem : problems)
      CHECK(!problem.code.empty() && !problem.message.empty() && !problem.where.empty() &&
            !problem.remedy.empty());
  }
  fs::remove_all(root);
}

} // namespace

int main() {
  values();
  strings();
  blocks();
  faults();
  damaged(20000);
  included(1000);
  std::puts("ok");
}
