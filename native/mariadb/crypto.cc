// MariaDB's services for hashes, ciphers and Base64. The work is done by the OpenSSL that Node.js exports;
// where it doesn't, these services are absent, and plugins that need them are refused.
#include "mariadb/crypto.h"

#include "mariadb/mariadb.h"

#include <cstring>

#if !defined(_WIN32)
#include <dlfcn.h>
#endif

namespace mortise::mariadb {
namespace {

// The part of OpenSSL's stable EVP interface that is used (EVP_DigestInit(3), EVP_EncryptInit(3)).
struct OpenSsl {
  const void *(*EVP_get_digestbyname)(const char *);
  void *(*EVP_MD_CTX_new)();
  int (*EVP_DigestInit_ex)(void *, const void *, void *);
  int (*EVP_DigestUpdate)(void *, const void *, size_t);
  int (*EVP_DigestFinal_ex)(void *, unsigned char *, unsigned *);
  void (*EVP_MD_CTX_free)(void *);
  const void *(*EVP_get_cipherbyname)(const char *);
  void *(*EVP_CIPHER_CTX_new)();
  int (*EVP_CipherInit_ex)(void *, const void *, void *, const unsigned char *, const unsigned char *, int);
  int (*EVP_CIPHER_CTX_set_padding)(void *, int);
  int (*EVP_CipherUpdate)(void *, unsigned char *, int *, const unsigned char *, int);
  int (*EVP_CipherFinal_ex)(void *, unsigned char *, int *);
  void (*EVP_CIPHER_CTX_free)(void *);
  int (*RAND_bytes)(unsigned char *, int);
  bool whole = true;

  OpenSsl() {
    find(EVP_get_digestbyname, "EVP_get_digestbyname");
    find(EVP_MD_CTX_new, "EVP_MD_CTX_new");
    find(EVP_DigestInit_ex, "EVP_DigestInit_ex");
    find(EVP_DigestUpdate, "EVP_DigestUpdate");
    find(EVP_DigestFinal_ex, "EVP_DigestFinal_ex");
    find(EVP_MD_CTX_free, "EVP_MD_CTX_free");
    find(EVP_get_cipherbyname, "EVP_get_cipherbyname");
    find(EVP_CIPHER_CTX_new, "EVP_CIPHER_CTX_new");
    find(EVP_CipherInit_ex, "EVP_CipherInit_ex");
    find(EVP_CIPHER_CTX_set_padding, "EVP_CIPHER_CTX_set_padding");
    find(EVP_CipherUpdate, "EVP_CipherUpdate");
    find(EVP_CipherFinal_ex, "EVP_CipherFinal_ex");
    find(EVP_CIPHER_CTX_free, "EVP_CIPHER_CTX_free");
    find(RAND_bytes, "RAND_bytes");
  }

  template <typename Function> void find(Function &function, const char *name) {
#if defined(_WIN32)
    (void)name;
    function = nullptr;
#else
    function = reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
#endif
    whole = whole && function;
  }
};

const OpenSsl &ssl() {
  static const OpenSsl functions;
  return functions;
}

// Hashes: my_md5 1.0, my_sha1 1.1, my_sha2 1.0. Each has six functions.

enum Algorithm { md5, sha1, sha224, sha256, sha384, sha512 };
const char *const algorithm_names[] = {"MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};

// A context is memory of the plugin's that holds only the pointer to OpenSSL's.
template <Algorithm algorithm> void hash_init(void *context) {
  void *inner = ssl().EVP_MD_CTX_new();
  ssl().EVP_DigestInit_ex(inner, ssl().EVP_get_digestbyname(algorithm_names[algorithm]), nullptr);
  memcpy(context, &inner, sizeof inner);
}

void hash_input(void *context, const unsigned char *bytes, size_t size) {
  void *inner;
  memcpy(&inner, context, sizeof inner);
  ssl().EVP_DigestUpdate(inner, bytes, size);
}

void hash_result(void *context, unsigned char *digest) {
  void *inner;
  memcpy(&inner, context, sizeof inner);
  unsigned size = 0;
  ssl().EVP_DigestFinal_ex(inner, digest, &size);
  ssl().EVP_MD_CTX_free(inner);
}

template <Algorithm algorithm> void hash(unsigned char *digest, const char *bytes, size_t size) {
  void *context;
  hash_init<algorithm>(&context);
  hash_input(&context, reinterpret_cast<const unsigned char *>(bytes), size);
  hash_result(&context, digest);
}

// Pairs of address and size, ended by a null.
template <Algorithm algorithm> void hash_parts(unsigned char *digest, ...) {
  void *context;
  hash_init<algorithm>(&context);
  va_list arguments;
  va_start(arguments, digest);
  while (const unsigned char *bytes = va_arg(arguments, const unsigned char *))
    hash_input(&context, bytes, va_arg(arguments, size_t));
  va_end(arguments);
  hash_result(&context, digest);
}

size_t hash_context_size() {
  return sizeof(void *);
}

// Ciphers: my_crypt 1.0.

enum Mode { ecb, cbc, ctr, gcm };
constexpr int flag_encrypt = 1, flag_no_padding = 2;
constexpr int ok = 0, bad_data = -100, openssl_failed = -101, bad_key_size = -102;

int crypt_init(void *context, int mode, int flags, const unsigned char *key, unsigned key_size,
               const unsigned char *iv, unsigned iv_size) {
  void *inner = nullptr;
  memcpy(context, &inner, sizeof inner);
  if (key_size != 16 && key_size != 24 && key_size != 32) return bad_key_size;
  if (mode < ecb || mode > ctr) return openssl_failed; // gcm: its layout of tag and nonce isn't served
  if (mode != ecb && (!iv || iv_size < 16)) return bad_data;
  const char *const modes[] = {"ecb", "cbc", "ctr"};
  const std::string name = "aes-" + std::to_string(key_size * 8) + "-" + modes[mode];
  inner = ssl().EVP_CIPHER_CTX_new();
  if (!inner || !ssl().EVP_CipherInit_ex(inner, ssl().EVP_get_cipherbyname(name.c_str()), nullptr, key, iv,
                                         flags & flag_encrypt)) {
    if (inner) ssl().EVP_CIPHER_CTX_free(inner);
    return openssl_failed;
  }
  ssl().EVP_CIPHER_CTX_set_padding(inner, (flags & flag_no_padding) == 0);
  memcpy(context, &inner, sizeof inner);
  return ok;
}

int crypt_update(void *context, const unsigned char *from, unsigned size, unsigned char *to,
                 unsigned *written) {
  void *inner;
  memcpy(&inner, context, sizeof inner);
  int count = 0;
  if (!inner || size > INT32_MAX ||
      !ssl().EVP_CipherUpdate(inner, to, &count, from, static_cast<int>(size))) {
    return openssl_failed;
  }
  *written = static_cast<unsigned>(count);
  return ok;
}

int crypt_finish(void *context, unsigned char *to, unsigned *written) {
  void *inner;
  memcpy(&inner, context, sizeof inner);
  if (!inner) return openssl_failed;
  int count = 0;
  const bool done = ssl().EVP_CipherFinal_ex(inner, to, &count);
  ssl().EVP_CIPHER_CTX_free(inner);
  inner = nullptr;
  memcpy(context, &inner, sizeof inner);
  *written = done ? static_cast<unsigned>(count) : 0;
  return done ? ok : bad_data;
}

int crypt(int mode, int flags, const unsigned char *from, unsigned size, unsigned char *to, unsigned *written,
          const unsigned char *key, unsigned key_size, const unsigned char *iv, unsigned iv_size) {
  void *context;
  *written = 0;
  const int status = crypt_init(&context, mode, flags, key, key_size, iv, iv_size);
  if (status != ok) return status;
  unsigned first = 0, last = 0;
  const int updated = crypt_update(&context, from, size, to, &first);
  const int finished = crypt_finish(&context, to + first, &last); // also after a failure: it frees
  if (updated != ok || finished != ok) return updated != ok ? updated : finished;
  *written = first + last;
  return ok;
}

unsigned crypt_size(int mode, unsigned size) {
  if (mode == ctr) return size;
  return mode == gcm ? size + 16 : (size / 16 + 1) * 16;
}

unsigned crypt_context_size(int) {
  return sizeof(void *);
}

int random_bytes(unsigned char *to, int size) {
  return ssl().RAND_bytes(to, size) == 1 ? ok : openssl_failed;
}

// base64 1.0: lines of 76 characters, and sizes that count the zero at the end.

constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int line_size = 76;

int base64_encoded_size(int size) {
  const int characters = (size + 2) / 3 * 4;
  return characters + (characters - 1) / line_size + 1;
}

int base64_encoded_most() {
  return 1589695686; // the largest whose encoded size fits an int
}

int base64_decoded_size(int size) {
  return size / 4 * 3 + 3;
}

int base64_decoded_most() {
  return INT32_MAX;
}

int base64_encode(const void *from, size_t size, char *to) {
  const unsigned char *bytes = static_cast<const unsigned char *>(from);
  for (size_t at = 0, column = 0; at < size; at += 3, column += 4) {
    if (column == line_size) {
      *to++ = '\n';
      column = 0;
    }
    const size_t rest = size - at;
    const unsigned group =
        bytes[at] << 16 | (rest > 1 ? bytes[at + 1] << 8 : 0) | (rest > 2 ? bytes[at + 2] : 0);
    *to++ = digits[group >> 18];
    *to++ = digits[group >> 12 & 63];
    *to++ = rest > 1 ? digits[group >> 6 & 63] : '=';
    *to++ = rest > 2 ? digits[group & 63] : '=';
  }
  *to = '\0';
  return 0;
}

// Bytes decoded, or -1. Blanks between groups don't count. With flag 1 several texts may stand one after the
// other; else nothing may follow the padding.
int base64_decode(const char *from, size_t size, void *to, const char **end, int flags) {
  unsigned char *out = static_cast<unsigned char *>(to);
  unsigned group = 0;
  int count = 0, padding = 0;
  size_t at = 0;
  bool failed = false, ended = false;
  for (; at < size && !failed; at++) {
    const char c = from[at];
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    if (ended && !(flags & 1)) break;
    ended = false;
    const char *digit = c == '=' || c == '\0' ? nullptr : strchr(digits, c);
    if (c == '=' && count >= 2)
      padding++;
    else if (!digit || padding > 0) {
      failed = true;
      break;
    }
    group = group << 6 | (digit ? static_cast<unsigned>(digit - digits) : 0);
    if (++count < 4) continue;
    *out++ = static_cast<unsigned char>(group >> 16);
    if (padding < 2) *out++ = static_cast<unsigned char>(group >> 8);
    if (padding < 1) *out++ = static_cast<unsigned char>(group);
    ended = padding > 0;
    group = 0;
    count = padding = 0;
  }
  if (end) *end = from + at;
  if (failed || count != 0) return -1;
  return static_cast<int>(out - static_cast<unsigned char *>(to));
}

template <typename Function> const void *entry(Function function) {
  return reinterpret_cast<const void *>(function);
}

} // namespace

bool has_crypto() {
  return ssl().whole;
}

#define MORTISE_HASH(algorithm)                                                                              \
  entry(hash<algorithm>), entry(hash_parts<algorithm>), entry(hash_context_size),                            \
      entry(hash_init<algorithm>), entry(hash_input), entry(hash_result)

const void *const md5_table[] = {MORTISE_HASH(md5)};
const void *const sha1_table[] = {MORTISE_HASH(sha1)};
const void *const sha2_table[] = {MORTISE_HASH(sha224), MORTISE_HASH(sha256), MORTISE_HASH(sha384),
                                  MORTISE_HASH(sha512)};
const void *const crypt_table[] = {entry(crypt_init),  entry(crypt_update), entry(crypt_finish),
                                   entry(crypt),       entry(crypt_size),   entry(crypt_context_size),
                                   entry(random_bytes)};
const void *const base64_table[] = {entry(base64_encoded_size), entry(base64_encoded_most),
                                    entry(base64_decoded_size), entry(base64_decoded_most),
                                    entry(base64_encode),       entry(base64_decode)};

} // namespace mortise::mariadb
