// What MariaDB plugins are asked: whether a password will do, keys, encryption, compression, hashes of passwords.
#include "node/bindings.h"
#include "node/mariadb_call.h"
#include "mariadb/codec.h"
#include "mariadb/words.h"

#include <memory>

namespace mortise {
namespace {

using namespace mariadb;

// Zeros that stay, though nobody reads them before the memory is freed.
class Secret {
public:
  explicit Secret(size_t size) : bytes(size) {}
  ~Secret() { wipe(); }
  Secret(const Secret &) = delete;
  Secret &operator=(const Secret &) = delete;

  void grow(size_t size) {
    wipe();
    bytes.assign(size, 0);
  }
  uint8_t *data() { return bytes.data(); }
  uint32_t size() const { return static_cast<uint32_t>(bytes.size()); }

private:
  void wipe() {
    for (volatile uint8_t &byte : bytes)
      byte = 0;
  }
  std::vector<uint8_t> bytes;
};

// More is not a key, and a plugin says how much it wants.
constexpr uint32_t usual_key = 4096, max_key = 1u << 20;

std::vector<uint8_t> bytes_of(const Napi::Value &value) {
  const auto buffer = value.As<Napi::Buffer<uint8_t>>();
  return std::vector<uint8_t>(buffer.Data(), buffer.Data() + buffer.Length());
}

// (library, index, user, password, host): { status, messages }; status 0 accepts.
class Validate : public js::MariadbCall {
public:
  static constexpr const char *entry = "validate_password";
  explicit Validate(const Napi::CallbackInfo &info)
      : MariadbCall(info), plugin_(js::mariadb_info<PasswordValidation>(info)), user_(js::text(info[2])),
        password_(js::text(info[3])), host_(js::text(info[4])) {}

protected:
  void ask(Calling &) override {
    const Text user = {user_.data(), user_.size()}, password = {password_.data(), password_.size()},
               host = {host_.data(), host_.size()};
    status_ = plugin_.validate(&user, &password, &host);
  }
  Napi::Value made(Napi::Env env) override { return js::outcome(env, messages, status_); }

private:
  const PasswordValidation &plugin_;
  const std::string user_, password_, host_;
  int32_t status_ = 0;
};

// (library, index, id): { status: its newest version, messages }.
class LatestKey : public js::MariadbCall {
public:
  static constexpr const char *entry = "get_latest_key_version";
  explicit LatestKey(const Napi::CallbackInfo &info)
      : MariadbCall(info), keys_(js::mariadb_info<EncryptionKeys>(info)), id_(js::number(info[2])) {}

protected:
  void ask(Calling &) override { version_ = keys_.latest_version(id_); }
  Napi::Value made(Napi::Env env) override { return outcome_of(env, version_, version_ != no_such_key); }

private:
  const EncryptionKeys &keys_;
  const uint32_t id_;
  uint32_t version_ = no_such_key;
};

// (library, index, id, version): { status, messages, bytes?: a Buffer, size: bytes of the key }.
class Key : public js::MariadbCall {
public:
  static constexpr const char *entry = "get_key";
  explicit Key(const Napi::CallbackInfo &info)
      : MariadbCall(info), keys_(js::mariadb_info<EncryptionKeys>(info)), id_(js::number(info[2])),
        version_(js::number(info[3])) {}

protected:
  void ask(Calling &calling) override {
    status_ = keys_.key(id_, version_, secret_.data(), &size_);
    if (status_ != key_buffer_too_small || size_ <= secret_.size() || size_ > max_key) return;
    secret_.grow(size_);
    calling.messages.clear(); // of the attempt that was none of the caller's
    status_ = keys_.key(id_, version_, secret_.data(), &size_);
  }
  Napi::Value made(Napi::Env env) override {
    Napi::Object result = outcome_of(env, status_, status_ == 0);
    result.Set("size", js::to_number(env, size_));
    if (status_ == 0 && size_ <= secret_.size())
      result.Set("bytes", Napi::Buffer<uint8_t>::Copy(env, secret_.data(), size_));
    return result;
  }

private:
  const EncryptionKeys &keys_;
  const uint32_t id_, version_;
  Secret secret_{usual_key};
  uint32_t size_ = usual_key, status_ = 0;
};

// (library, index, id, version, iv, bytes): { status, messages, bytes?: a Buffer }. It has a key of that version, and
// encrypts itself.
template <bool encrypts> class Crypt : public js::MariadbCall {
public:
  static constexpr const char *entry = encrypts ? "encrypt" : "decrypt";
  explicit Crypt(const Napi::CallbackInfo &info)
      : MariadbCall(info), keys_(js::mariadb_info<EncryptionKeys>(info)), id_(js::number(info[2])),
        version_(js::number(info[3])), iv_(bytes_of(info[4])), from_(bytes_of(info[5])) {}

protected:
  void ask(Calling &) override {
    Secret secret(usual_key);
    uint32_t size = secret.size();
    const uint32_t status = keys_.key(id_, version_, secret.data(), &size);
    status_ = status == 0 && size > secret.size() ? key_buffer_too_small : status;
    if (status_ != 0) return;
    // What decrypts writes no more than it reads, up to a block.
    const uint32_t length = static_cast<uint32_t>(from_.size());
    const size_t expected =
        encrypts && keys_.encrypted_size ? keys_.encrypted_size(length, id_, version_) : length;
    const size_t room = expected + 64;
    std::vector<uint8_t> context(keys_.context_size(id_, version_));
    to_.resize(room);
    uint32_t written = static_cast<uint32_t>(room), rest = 0;
    int32_t failed =
        keys_.begin(context.data(), secret.data(), size, iv_.data(), static_cast<uint32_t>(iv_.size()),
                    encrypts ? flag_encrypt : 0, id_, version_);
    if (!failed) {
      failed = keys_.update(context.data(), from_.data(), length, to_.data(), &written);
      rest = failed || written > room ? 0 : static_cast<uint32_t>(room - written);
      // Also after a failure: it destroys the context.
      const int32_t last = keys_.finish(context.data(), to_.data() + (rest ? written : 0), &rest);
      failed = failed ? failed : last;
    }
    status_ = failed;
    written_ = static_cast<size_t>(written) + rest;
  }
  Napi::Value made(Napi::Env env) override {
    Napi::Object result = outcome_of(env, status_, status_ == 0);
    if (status_ == 0 && written_ <= to_.size())
      result.Set("bytes", Napi::Buffer<uint8_t>::Copy(env, to_.data(), written_));
    return result;
  }

private:
  const EncryptionKeys &keys_;
  const uint32_t id_, version_;
  const std::vector<uint8_t> iv_, from_;
  std::vector<uint8_t> to_;
  size_t written_ = 0;
  int64_t status_ = 0;
};

// (library, bytes), and for what decompresses how many may come out: { status, messages, bytes?: a Buffer }. Status 0:
// done; 1: the library refused the data; 2: its table is not filled; 3: no memory for what comes out.
template <bool decompresses> class Code : public js::MariadbCall {
public:
  static constexpr const char *entry = decompresses ? "decompress" : "compress";
  explicit Code(const Napi::CallbackInfo &info)
      : MariadbCall(info), from_(bytes_of(info[1])), limit_(decompresses ? js::number(info[2]) : 0) {}

protected:
  void ask(Calling &) override {
    const Codec *codec = find_codec(library);
    status_ = 2;
    if (!codec) return;
    // Libraries take no null, not for no bytes either.
    const size_t size = from_.size();
    from_.push_back(0);
    const size_t capacity = decompresses ? limit_ : codec->bound(library.provider, size);
    status_ = 3;
    to_.reset(new (std::nothrow) uint8_t[capacity + 1]);
    if (!to_) return;
    const auto run = decompresses ? codec->decompress : codec->compress;
    const bool done =
        run(library.provider, from_.data(), size, to_.get(), capacity, written_) && written_ <= capacity;
    status_ = done ? 0 : 1;
  }
  Napi::Value made(Napi::Env env) override {
    napi_value copy = nullptr;
    if (status_ == 0 && napi_create_buffer_copy(env, written_, to_.get(), nullptr, &copy) != napi_ok)
      status_ = 3;
    Napi::Object result = outcome_of(env, status_, status_ == 0);
    if (status_ == 0) result.Set("bytes", copy);
    return result;
  }

private:
  std::vector<uint8_t> from_;
  const uint32_t limit_;
  std::unique_ptr<uint8_t[]> to_;
  size_t written_ = 0;
  uint32_t status_ = 0;
};

// (library, index, password): { status, messages, bytes? }; null: it has no such function.
class HashPassword : public js::MariadbCall {
public:
  static constexpr const char *entry = "hash_password";
  explicit HashPassword(const Napi::CallbackInfo &info)
      : MariadbCall(info), plugin_(js::mariadb_info<Authentication>(info)), password_(js::text(info[2])) {}

protected:
  void ask(Calling &) override {
    if (plugin_.hash) status_ = plugin_.hash(password_.data(), password_.size(), hash_, &size_);
  }
  Napi::Value made(Napi::Env env) override {
    if (!plugin_.hash) return env.Null();
    Napi::Object result = js::outcome(env, messages, status_);
    if (status_ == 0 && size_ <= sizeof hash_)
      result.Set("bytes", Napi::Buffer<char>::Copy(env, hash_, size_));
    return result;
  }

private:
  const Authentication &plugin_;
  const std::string password_;
  char hash_[js::max_mariadb_hash] = {};
  size_t size_ = js::max_mariadb_hash;
  int32_t status_ = 0;
};

// (library, index, mode, text): { status, messages, tokens?: [{ word, kind, presence, weight, isNoise, isPrefix }] }.
// Without tokens and status 0: there are too many.
class Parse : public js::MariadbCall {
public:
  static constexpr const char *entry = "parse";
  explicit Parse(const Napi::CallbackInfo &info)
      : MariadbCall(info), plugin_(js::mariadb_info<FullTextParser>(info)), text_(js::text(info[3])),
        words_(text_.data(), text_.size(), static_cast<int32_t>(js::number(info[2]))) {}

protected:
  void ask(Calling &) override { status_ = words_.parse(plugin_); }
  Napi::Value made(Napi::Env env) override {
    Napi::Object result = outcome_of(env, status_, status_ == 0);
    if (status_ != 0 || words_.is_full) return result;
    result.Set("tokens", js::to_list(env, words_.tokens, [env](const Token &token) {
                 Napi::Object entry = Napi::Object::New(env);
                 entry.Set("word", js::to_text(env, token.word));
                 entry.Set("kind", js::to_number(env, token.kind));
                 entry.Set("presence", js::to_number(env, token.presence));
                 entry.Set("weight", js::to_number(env, token.weight));
                 entry.Set("isNoise", Napi::Boolean::New(env, token.is_noise));
                 entry.Set("isPrefix", Napi::Boolean::New(env, token.is_prefix));
                 return entry;
               }));
    return result;
  }

private:
  const FullTextParser &plugin_;
  const std::string text_; // ends in a zero, as a server's
  Words words_;
  int32_t status_ = 0;
};

template <typename Call> void define_call(Napi::Object exports, const std::string &name) {
  js::define<js::mariadb_now<Call>>(exports, name.c_str());
  js::define<js::mariadb_later<Call>>(exports, (name + "Later").c_str());
}

} // namespace

void define_mariadb_calls(Napi::Object exports) {
  define_call<Validate>(exports, "mariadbValidate");
  define_call<LatestKey>(exports, "mariadbLatestKey");
  define_call<Key>(exports, "mariadbKey");
  define_call<Crypt<true>>(exports, "mariadbEncrypt");
  define_call<Crypt<false>>(exports, "mariadbDecrypt");
  define_call<Code<false>>(exports, "mariadbCompress");
  define_call<Code<true>>(exports, "mariadbDecompress");
  define_call<HashPassword>(exports, "mariadbHash");
  define_call<Parse>(exports, "mariadbParse");
}

} // namespace mortise
