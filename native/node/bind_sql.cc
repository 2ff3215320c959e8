// The parser of SQL that a host has, and what it makes of a text.
#include "node/bindings.h"
#include "node/bound_host.h"
#include "engines/sql/table_parser.h"

#include <cstring>
#include <limits>
#include <memory>
#include <utility>

namespace mortise {
namespace {

// One written in JavaScript. It reads the text from `input`, and gives bytes; or throws, and says in `fault` what.
class JavaScriptParser final : public SqlParser {
public:
  JavaScriptParser(const Napi::Function &make, const Napi::Uint8Array &input, const Napi::Int32Array &fault)
      : make_(Napi::Persistent(make)), input_(Napi::Persistent(input)), fault_(Napi::Persistent(fault)) {}

  bool json(std::string_view sql, const Receive &receive, SqlFault &fault) override {
    return make(0, sql, receive, fault);
  }
  bool protobuf(std::string_view sql, const Receive &receive, SqlFault &fault) override {
    return make(1, sql, receive, fault);
  }
  bool fingerprint(std::string_view sql, uint64_t &fingerprint, SqlFault &fault) override {
    bool fits = false;
    const auto read = [&](std::string_view made) {
      fits = made.size() == sizeof fingerprint;
      if (fits) memcpy(&fingerprint, made.data(), sizeof fingerprint);
    };
    return make(2, sql, read, fault) && fits;
  }
  bool normalise(std::string_view sql, const Receive &receive, SqlFault &fault) override {
    return make(3, sql, receive, fault);
  }

private:
  bool make(int what, std::string_view sql, const Receive &receive, SqlFault &fault) {
    const Napi::Env env = make_.Env();
    const Napi::HandleScope scope(env);
    try {
      Napi::Uint8Array input = input_.Value();
      if (sql.size() > input.ByteLength()) throw Napi::Error::New(env, "longer than the host's limit");
      memcpy(input.Data(), sql.data(), sql.size());
      const Napi::Value made =
          make_.Value().Call({js::to_number(env, what), js::to_number(env, static_cast<double>(sql.size()))});
      if (made.IsTypedArray()) {
        const Napi::Uint8Array bytes = made.As<Napi::Uint8Array>();
        receive({reinterpret_cast<const char *>(bytes.Data()), bytes.ByteLength()});
        return true;
      }
      // Not bytes: why there are none.
      const Napi::Int32Array said = fault_.Value();
      fault.outcome = said[0] == MORTISE_SQL_SYNTAX_ERROR ? MORTISE_SQL_SYNTAX_ERROR : MORTISE_SQL_NO_TREE;
      fault.message = js::text(made);
      fault.position = byte_position(sql, said[1] < 0 ? 0 : static_cast<uint64_t>(said[1]));
    } catch (const Napi::Error &error) {
      // A plugin is being asked: nothing may be thrown through it.
      fault = {MORTISE_SQL_NO_TREE, "the parser failed: " + error.Message(), 0};
    }
    return false;
  }

  Napi::FunctionReference make_;
  Napi::Reference<Napi::Uint8Array> input_;
  Napi::Reference<Napi::Int32Array> fault_;
};

// setSqlBounds(host, maxBytes, maxDepth, maxTexts, maxMemory)
void set_bounds(const Napi::CallbackInfo &info) {
  SqlBounds &bounds = js::handle<BoundHost>(info[0]).sql.bounds;
  bounds.limits = {js::number(info[1]), js::number(info[2])};
  bounds.max_texts = js::number(info[3]);
  bounds.max_memory = js::number(info[4]);
}

// setSqlParser(host): none. setSqlParser(host, make, input, fault): one in JavaScript. setSqlParser(host, user, table):
// another plugin's table of functions, called in the name of `user`; both must stay until another is set.
void set_parser(const Napi::CallbackInfo &info) {
  BoundHost &host = js::handle<BoundHost>(info[0]);
  std::unique_ptr<SqlParser> parser;
  if (info[1].IsFunction()) {
    parser = std::make_unique<JavaScriptParser>(info[1].As<Napi::Function>(), info[2].As<Napi::Uint8Array>(),
                                                info[3].As<Napi::Int32Array>());
  } else if (info[1].IsExternal()) {
    parser = std::make_unique<TableParser>(&js::handle<Plugin>(info[1]).table,
                                           *js::address<const mortise_sql_parser_v1 *>(info[2]));
  }
  host.sql.set_parser(std::move(parser));
}

// dropOldSql(host): what an earlier parser made. When no query is being asked.
void drop_old(const Napi::CallbackInfo &info) {
  js::handle<BoundHost>(info[0]).sql.drop_old();
}

} // namespace

void define_sql(Napi::Object exports) {
  js::define<set_bounds>(exports, "setSqlBounds");
  js::define<set_parser>(exports, "setSqlParser");
  js::define<drop_old>(exports, "dropOldSql");
}

} // namespace mortise
