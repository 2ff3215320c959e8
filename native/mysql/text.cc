// The services mysql_string_… and mysql_charset: texts in UTF-8, whatever character set they came in.
#include "mysql/text.h"

#include "mysql/functions.h"
#include "mysql/services.h"

#include <cstdint>
#include <cstring>
#include <vector>

namespace mortise::mysql {
namespace {

// A character set's handle is one of these.
struct Charset {
  const char *name;
  bool is_latin1;
};
const Charset charsets[] = {{"utf8mb4", false}, {"utf8mb3", false}, {"utf8", false},
                            {"ascii", false},   {"latin1", true},   {"binary", false}};

const Charset *charset_named(const char *name) {
  for (const Charset &one : charsets)
    if (name && strcmp(one.name, name) == 0) return &one;
  return nullptr;
}

// Bytes of one character; what isn't UTF-8 counts byte by byte.
size_t size_at(const std::string &text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t size = byte(at) < 0x80    ? 1
                      : byte(at) >= 0xf0 ? 4
                      : byte(at) >= 0xe0 ? 3
                      : byte(at) >= 0xc2 ? 2
                                         : 1;
  if (at + size > text.size()) return 1;
  for (size_t i = 1; i < size; i++)
    if ((byte(at + i) & 0xc0) != 0x80) return 1;
  return size;
}

uint32_t code_at(const std::string &text, size_t at) {
  const size_t size = size_at(text, at);
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  uint32_t code = size == 1 ? byte(0) : byte(0) & (0x7fu >> size);
  for (size_t i = 1; i < size; i++)
    code = code << 6 | (byte(i) & 0x3f);
  return code;
}

size_t length_of(const std::string &text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at += size_at(text, at))
    count++;
  return count;
}

std::string from_latin1(const std::string &bytes) {
  std::string text;
  for (const char c : bytes) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      text += c;
    else
      (text += static_cast<char>(0xc0 | byte >> 6)) += static_cast<char>(0x80 | (byte & 0x3f));
  }
  return text;
}

std::string to_latin1(const std::string &text) {
  std::string bytes;
  for (size_t at = 0; at < text.size(); at += size_at(text, at)) {
    const uint32_t code = code_at(text, at);
    bytes += code < 256 ? static_cast<char>(code) : '?';
  }
  return bytes;
}

int create(Text **text) {
  if (!text) return 1;
  *text = new Text();
  return 0;
}

void destroy(Text *text) {
  delete text;
}

int read(Text *text, const char *bytes, uint64_t size, const Charset *charset) {
  if (!text || !charset || (size > 0 && !bytes)) return 1;
  text->utf8.assign(bytes ? bytes : "", size);
  if (charset->is_latin1) text->utf8 = from_latin1(text->utf8);
  return 0;
}

int read_named(Text **text, const char *bytes, uint64_t size, const char *name) {
  const Charset *charset = charset_named(name);
  if (!text || !charset) return 1;
  auto made = new Text();
  if (read(made, bytes, size, charset) == 0) {
    *text = made;
    return 0;
  }
  delete made;
  return 1;
}

// As many whole characters as fit before the zero.
int write(Text *text, char *to, uint64_t size, const Charset *charset) {
  if (!text || !to || size == 0 || !charset) return 1;
  const std::string bytes = charset->is_latin1 ? to_latin1(text->utf8) : text->utf8;
  size_t fits = 0;
  while (fits < bytes.size()) {
    const size_t next = charset->is_latin1 ? 1 : size_at(bytes, fits);
    if (fits + next > size - 1) break;
    fits += next;
  }
  memcpy(to, bytes.data(), fits);
  to[fits] = '\0';
  return 0;
}

int write_named(Text *text, char *to, uint64_t size, const char *name) {
  return write(text, to, size, charset_named(name));
}

const Charset *standard_charset() {
  return charsets;
}

// Letters of ASCII.
template <bool upper> int change_case(Text **to, Text *text) {
  if (!to || !text) return 1;
  auto made = new Text(*text);
  for (char &c : made->utf8) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  *to = made;
  return 0;
}

int character(Text *text, unsigned index, unsigned long *code) {
  if (!text || !code) return 1;
  for (size_t at = 0; at < text->utf8.size(); at += size_at(text->utf8, at)) {
    if (index-- > 0) continue;
    *code = code_at(text->utf8, at);
    return 0;
  }
  return 1;
}

int characters(Text *text, unsigned *count) {
  if (!text || !count) return 1;
  *count = static_cast<unsigned>(length_of(text->utf8));
  return 0;
}

int byte(Text *text, unsigned index, unsigned *value) {
  if (!text || !value || index >= text->utf8.size()) return 1;
  *value = static_cast<unsigned char>(text->utf8[index]);
  return 0;
}

int bytes(Text *text, unsigned *count) {
  if (!text || !count) return 1;
  *count = static_cast<unsigned>(text->utf8.size());
  return 0;
}

// Asked about the character that it gave last.
struct Iterator {
  std::string text;
  size_t at = 0;
  uint32_t last = 0;
  bool has_last = false;
};

int iterate(Text *text, Iterator **iterator) {
  if (!text || !iterator) return 1;
  *iterator = new Iterator{text->utf8};
  return 0;
}

int iterate_next(Iterator *iterator, int *code) {
  if (!iterator || iterator->at >= iterator->text.size()) return 1;
  iterator->last = code_at(iterator->text, iterator->at);
  iterator->has_last = true;
  iterator->at += size_at(iterator->text, iterator->at);
  if (code) *code = static_cast<int>(iterator->last);
  return 0;
}

void iterate_end(Iterator *iterator) {
  delete iterator;
}

template <char first, char last> int is_between(Iterator *iterator, bool *answer) {
  if (!iterator || !iterator->has_last || !answer) return 1;
  *answer = iterator->last >= static_cast<uint32_t>(first) && iterator->last <= static_cast<uint32_t>(last);
  return 0;
}

int reset(Text *text) {
  if (!text) return 1;
  text->utf8.clear();
  return 0;
}

int append(Text *text, Text *more) {
  if (!text || !more) return 1;
  text->utf8 += more->utf8;
  return 0;
}

// Byte by byte, which in UTF-8 is character by character.
int compare(Text *one, Text *other, int *order) {
  if (!one || !other || !order) return 1;
  *order = one->utf8.compare(other->utf8);
  return 0;
}

int data(Text *text, const char **start, size_t *size, const Charset **charset) {
  if (!text || !start || !size || !charset) return 1;
  *start = text->utf8.data();
  *size = text->utf8.size();
  *charset = standard_charset();
  return 0;
}

} // namespace

const void *const charset_table[] = {entry(standard_charset), entry(charset_named)};
const void *const text_factory_table[] = {entry(create), entry(destroy)};
const void *const text_case_table[] = {entry(change_case<false>), entry(change_case<true>)};
const void *const text_converter_table[] = {entry(read_named), entry(write_named)};
const void *const text_charset_converter_table[] = {entry(read), entry(write)};
const void *const text_characters_table[] = {entry(character), entry(characters)};
const void *const text_bytes_table[] = {entry(byte), entry(bytes)};
const void *const text_iterator_table[] = {entry(iterate), entry(iterate_next), entry(iterate_end)};
const void *const text_kind_table[] = {entry(is_between<'A', 'Z'>), entry(is_between<'a', 'z'>),
                                       entry(is_between<'0', '9'>)};
const void *const text_reset_table[] = {entry(reset)};
const void *const text_append_table[] = {entry(append)};
const void *const text_compare_table[] = {entry(compare)};
const void *const text_data_table[] = {entry(data)};

} // namespace mortise::mysql
