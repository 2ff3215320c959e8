// The services mysql_query_attributes_iterator, mysql_query_attribute_string and mysql_query_attribute_isnull: what the
// caller of a function gives beside its arguments.
#include "mysql/library.h"
#include "mysql/services.h"
#include "mysql/text.h"

namespace mortise::mysql {
namespace {

// A copy: an iterator may outlive the call.
struct Iterator {
  Attributes attributes;
  size_t at = 0;

  bool is_valid() const { return at < attributes.size(); }
};

constexpr int type_text = 253; // MYSQL_TYPE_VAR_STRING

int create(void *thread, const char *name, Iterator **iterator) {
  const Calling *call = Calling::current();
  // Of another thread's query nothing is known.
  if (thread || !iterator || !call || !call->attributes) return 1;
  auto made = new Iterator{*call->attributes};
  while (name && made->is_valid() && made->attributes[made->at].first != name)
    made->at++;
  if (made->is_valid()) {
    *iterator = made;
    return 0;
  }
  delete made;
  return 1;
}

int type_of(Iterator *iterator, int *type) {
  if (!iterator || !iterator->is_valid() || !type) return 1;
  *type = type_text;
  return 0;
}

int next(Iterator *iterator) {
  if (!iterator || !iterator->is_valid()) return 1;
  iterator->at++;
  return !iterator->is_valid();
}

int name_of(Iterator *iterator, Text **name) {
  if (!iterator || !iterator->is_valid() || !name) return 1;
  *name = new Text{iterator->attributes[iterator->at].first};
  return 0;
}

void release(Iterator *iterator) {
  delete iterator;
}

int text_of(Iterator *iterator, Text **text) {
  if (!iterator || !iterator->is_valid() || !text || !iterator->attributes[iterator->at].second) return 1;
  *text = new Text{*iterator->attributes[iterator->at].second};
  return 0;
}

int is_null(Iterator *iterator, bool *answer) {
  if (!iterator || !iterator->is_valid() || !answer) return 1;
  *answer = !iterator->attributes[iterator->at].second;
  return 0;
}

} // namespace

const void *const attribute_iterator_table[] = {entry(create), entry(type_of), entry(next), entry(name_of),
                                                entry(release)};
const void *const attribute_text_table[] = {entry(text_of)};
const void *const attribute_is_null_table[] = {entry(is_null)};

} // namespace mortise::mysql
