#include "collectd/config/parser.h"

#include "collectd/config/scanner.h"

#include <fstream>
#include <system_error>
#include <filesystem>
#include <utility>

namespace mortise::collectd {
namespace {

constexpr const char *syntax_error = "MORTISE_ERR_COLLECTD_SYNTAX";

std::string described(const Token &token) {
  switch (token.kind) {
  case TokenKind::word:
  case TokenKind::number:
    return "\"" + token.text.substr(0, 40) + "\"";
  case TokenKind::boolean:
    return token.text;
  case TokenKind::quoted:
    return "a quoted string";
  case TokenKind::slash:
    return "\"/\"";
  case TokenKind::open:
    return "\"<\"";
  case TokenKind::close:
    return "\">\"";
  case TokenKind::newline:
    return "the end of the line";
  case TokenKind::end:
    return "the end of the file";
  case TokenKind::invalid:
    break;
  }
  return token.text;
}

class Parser {
public:
  Parser(std::string_view text, const std::string &file, Problem &problem)
      : scanner_(text), file_(file), problem_(problem) {}

  bool all(std::vector<Item> &items) {
    open_.emplace_back();
    for (advance(); token_.kind != TokenKind::end; advance()) {
      if (token_.kind == TokenKind::newline) continue;
      if (!(token_.kind == TokenKind::open ? tag() : line())) return false;
      if (token_.kind == TokenKind::end) break;
    }
    if (open_.size() > 1) {
      const Item &block = open_.back();
      return fail(token_.line,
                  "the block <" + block.key + "> of line " + std::to_string(block.line) + " is not closed",
                  "</" + block.key + ">", "the end of the file");
    }
    for (Item &item : open_[0].children)
      items.push_back(std::move(item));
    return true;
  }

private:
  void advance() { token_ = scanner_.next(); }

  bool fail(int line, std::string message, std::string expected, std::string found) {
    problem_ = Problem(syntax_error, std::move(message))
                   .in(place(file_, line))
                   .expects(std::move(expected))
                   .got(std::move(found))
                   .fix("Correct the line: nothing of a file that is not valid counts.");
    return false;
  }
  bool unexpected(const std::string &expected) {
    if (token_.kind == TokenKind::invalid)
      return fail(token_.line, token_.text, token_.expected,
                  token_.found.empty() ? token_.text : token_.found);
    return fail(token_.line, "expected " + expected + ", and found " + described(token_), expected,
                described(token_));
  }

  bool line() {
    Item item;
    if (!key(item, "a key, or a block") || !values(item)) return false;
    if (item.values.empty()) return unexpected("a value for " + item.key);
    return ends("a value, or the end of the line") && add(std::move(item));
  }

  // <Key values> or </Key>
  bool tag() {
    advance();
    if (token_.kind == TokenKind::slash) return closing();
    Item block;
    if (!key(block, "a block's name") || !values(block)) return false;
    if (token_.kind != TokenKind::close) return unexpected("\">\"");
    advance();
    if (!ends("the end of the line")) return false;
    if (open_.size() > max_blocks)
      return fail(block.line, "blocks are nested too deep", "at most " + std::to_string(max_blocks), "more");
    open_.push_back(std::move(block));
    return true;
  }

  bool closing() {
    advance();
    Item end;
    if (!key(end, "a block's name")) return false;
    if (token_.kind != TokenKind::close) return unexpected("\">\"");
    advance();
    if (!ends("the end of the line")) return false;
    if (open_.size() == 1)
      return fail(end.line, "</" + end.key + "> closes a block that was not opened", "no end of a block",
                  "</" + end.key + ">");
    Item block = std::move(open_.back());
    open_.pop_back();
    if (block.key != end.key)
      return fail(end.line,
                  "</" + end.key + "> closes the block <" + block.key + "> of line " +
                      std::to_string(block.line),
                  "</" + block.key + ">", "</" + end.key + ">");
    return block.values.empty() && block.children.empty() ? true : add(std::move(block));
  }

  bool key(Item &item, const char *expected) {
    if (token_.kind != TokenKind::word) return unexpected(expected);
    item.key = std::move(token_.text);
    item.line = token_.line;
    item.file = file_;
    advance();
    return true;
  }

  bool values(Item &item) {
    for (;; advance()) {
      if (token_.kind == TokenKind::word || token_.kind == TokenKind::quoted)
        item.values.emplace_back(std::move(token_.text));
      else if (token_.kind == TokenKind::number)
        item.values.emplace_back(token_.number);
      else if (token_.kind == TokenKind::boolean)
        item.values.emplace_back(token_.number != 0);
      else
        return true;
    }
  }

  bool ends(const char *expected) {
    return token_.kind == TokenKind::newline || token_.kind == TokenKind::end || unexpected(expected);
  }

  bool add(Item item) {
    if (++items_ > max_items)
      return fail(item.line, "there are too many lines", "at most " + std::to_string(max_items), "more");
    open_.back().children.push_back(std::move(item));
    return true;
  }

  Scanner scanner_;
  Token token_{TokenKind::end, 1, {}, {}};
  const std::string &file_;
  Problem &problem_;
  std::vector<Item> open_; // the root, and the blocks that aren't closed yet
  size_t items_ = 0;
};

bool unreadable(const std::string &path, std::string why, std::string expected, Problem &problem) {
  problem = Problem("MORTISE_ERR_COLLECTD_FILE", why)
                .in(path)
                .expects(std::move(expected))
                .got(std::move(why))
                .fix("Make it a file that can be read, or name another.");
  return false;
}

} // namespace

std::string place(const std::string &file, int line) {
  return "line " + std::to_string(line) + " of " + file;
}

std::string place(const Item &item) {
  if (!item.file.empty()) return item.line > 0 ? place(item.file, item.line) : item.file;
  // The block of the plugin is the whole table.
  return item.key.empty() || item.key == "Plugin" ? "config" : "config." + item.key;
}

bool parse(std::string_view text, const std::string &file, Item &root, Problem &problem) {
  if (text.size() > max_file)
    return unreadable(file, "it has " + std::to_string(text.size()) + " bytes",
                      "at most " + std::to_string(max_file), problem);
  return Parser(text, file, problem).all(root.children);
}

bool parse_file(const std::string &path, Item &root, Problem &problem) {
  constexpr const char *expected = "a file that can be read";
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    problem = Problem("MORTISE_ERR_CONFIG_MISSING", "there is no such file")
                  .fix("Write the file, or name another one; docs/collectd.md has an example.");
    return false;
  }
  if (!std::filesystem::is_regular_file(status))
    return unreadable(path, "it is no regular file", expected, problem);
  std::ifstream stream(path, std::ios::binary);
  std::string text(max_file + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || !stream.is_open()) return unreadable(path, "it cannot be read", expected, problem);
  text.resize(static_cast<size_t>(stream.gcount()));
  return parse(text, path, root, problem);
}

} // namespace mortise::collectd
