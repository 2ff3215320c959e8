// The services log_builtins and log_builtins_string, as far as who logs needs them: lines of items, submitted to the
// host's log. Filters and sinks, which work on other components' lines, get none.
#include "mysql/library.h"
#include "mysql/services.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mortise::mysql {
namespace {

// Kinds of items that the host looks at, each a bit.
constexpr int item_end = 0, item_error_code = 1 << 1, item_priority = 1 << 16, item_verbatim = 1 << 18,
              item_message = 1 << 19, item_lookup = 1 << 20, item_float = 1 << 25, item_integer = 1 << 26,
              item_text = 1 << 27, item_c_text = 1 << 28;
constexpr int priority_system = 0, priority_error = 1, priority_warning = 2;
constexpr int frees_key = 1, frees_value = 2;

union Data {
  long long integer;
  double real;
  struct {
    const char *bytes;
    size_t size;
  } text;
};

struct Item {
  int type;
  int kind;
  const char *key;
  Data data;
  uint32_t allocated;
};
static_assert(sizeof(void *) != 8 || (sizeof(Item) == 40 && offsetof(Item, data) == 16));

enum Class : int { class_integer = 2, class_real = 3, class_text = 4 };

constexpr size_t max_items = 64;
struct Line {
  Item items[max_items];
  size_t count;
  uint64_t seen;
};

// What a kind is called and holds; the host knows those by name that it looks at.
struct Known {
  int type;
  const char *name;
  int kind;
};
const Known known[] = {{1 << 0, "log_type", class_integer},    {item_error_code, "err_code", class_integer},
                       {1 << 2, "err_symbol", class_text},     {1 << 3, "SQL_state", class_text},
                       {1 << 4, "OS_errno", class_integer},    {1 << 5, "OS_errmsg", class_text},
                       {1 << 6, "source_file", class_text},    {1 << 7, "source_line", class_integer},
                       {1 << 8, "function", class_text},       {1 << 9, "subsystem", class_text},
                       {1 << 10, "component", class_text},     {1 << 11, "user", class_text},
                       {1 << 12, "host", class_text},          {1 << 13, "thread", class_integer},
                       {1 << 14, "query_id", class_integer},   {1 << 15, "table", class_text},
                       {item_priority, "prio", class_integer}, {1 << 17, "label", class_text},
                       {item_verbatim, "msg", class_text},     {item_message, "msg", class_text}};
constexpr int not_found = -1;

int index_of_type(int type) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].type == type) return static_cast<int>(i);
  return not_found;
}

int index_of_name(const char *key, size_t size) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (key && strlen(known[i].name) == size && memcmp(known[i].name, key, size) == 0)
      return static_cast<int>(i);
  return not_found;
}

const Known *known_at(unsigned index) {
  return index < sizeof known / sizeof *known ? &known[index] : nullptr;
}

int type_at(unsigned index) {
  const Known *found = known_at(index);
  return found ? found->type : item_end;
}

const char *name_at(unsigned index) {
  const Known *found = known_at(index);
  return found ? found->name : nullptr;
}

bool is_generic(int type) {
  return type == item_float || type == item_integer || type == item_text || type == item_c_text;
}

bool is_text_class(int kind) {
  return kind == 1 || kind == class_text || kind == 5;
}

bool is_number_class(int kind) {
  return kind == class_integer || kind == class_real;
}

int class_of(int type) {
  if (type == item_float) return class_real;
  if (type == item_integer) return class_integer;
  const Known *found = known_at(static_cast<unsigned>(index_of_type(type)));
  return found ? found->kind : class_text;
}

int inconsistent(Item *item) {
  if (!item) return not_found;
  if (!is_generic(item->type) && index_of_type(item->type) < 0) return not_found;
  if (class_of(item->type) != item->kind) return -3;
  if (!item->key) return -6;
  return is_text_class(item->kind) && !item->data.text.bytes ? -5 : 0;
}

// Each says true when there is nothing to set.
bool set_integer(Data *data, long long value) {
  if (data) data->integer = value;
  return !data;
}

bool set_real(Data *data, double value) {
  if (data) data->real = value;
  return !data;
}

bool set_text(Data *data, const char *text, size_t size) {
  if (data) data->text = {text ? text : "", text ? size : 0};
  return !data;
}

bool set_c_text(Data *data, const char *text) {
  return set_text(data, text, text ? strlen(text) : 0);
}

Data *set_keyed(Item *item, int type, const char *key, uint32_t allocated) {
  if (!item) return nullptr;
  const char *name = is_generic(type) ? key : name_at(static_cast<unsigned>(index_of_type(type)));
  *item = {type, class_of(type), name ? name : key, {}, allocated};
  return &item->data;
}

Data *set_known(Item *item, int type) {
  return set_keyed(item, type, nullptr, 0);
}

Data *add_keyed(Line *line, int type, const char *key, uint32_t allocated) {
  if (!line || line->count == max_items) return nullptr;
  line->seen |= static_cast<uint64_t>(static_cast<uint32_t>(type));
  return set_keyed(&line->items[line->count++], type, key, allocated);
}

Data *add_known(Line *line, int type) {
  return add_keyed(line, type, nullptr, 0);
}

Line *make_line() {
  return static_cast<Line *>(calloc(1, sizeof(Line)));
}

void empty(Line &line) {
  for (size_t i = 0; i < line.count; i++) {
    const Item &item = line.items[i];
    if (item.allocated & frees_key) free(const_cast<char *>(item.key));
    if (item.allocated & frees_value && is_text_class(item.kind))
      free(const_cast<char *>(item.data.text.bytes));
  }
  line.count = 0;
  line.seen = 0;
}

void free_line(Line *line) {
  if (line) empty(*line);
  free(line);
}

int items_of(Line *line) {
  return line ? static_cast<int>(line->count) : 0;
}

uint64_t seen_in(Line *line, uint64_t types) {
  return line ? line->seen & types : 0;
}

int32_t severity_of(long long priority) {
  if (priority == priority_error) return severity_error;
  return priority == priority_warning ? severity_warning : severity_info;
}

void say(int32_t severity, std::string text, long long code) {
  if (code > 0) text += " (MySQL's error " + std::to_string(code) + ")";
  report(severity, std::move(text));
}

int submit(Line *line) {
  if (!line) return 0;
  int32_t severity = severity_error;
  long long code = 0;
  std::string text;
  for (size_t i = 0; i < line->count; i++) {
    const Item &item = line->items[i];
    if (item.type == item_priority) severity = severity_of(item.data.integer);
    if (item.type == item_error_code) code = item.data.integer;
    if (item.type == item_message || item.type == item_verbatim)
      text.assign(item.data.text.bytes ? item.data.text.bytes : "", item.data.text.size);
  }
  const int count = items_of(line);
  say(severity, text.empty() ? "without a text" : text, code);
  empty(*line);
  return count;
}

std::string formatted(const char *format, va_list arguments) {
  char text[8192] = {};
  vsnprintf(text, sizeof text, format, arguments);
  return text;
}

// Pairs of a kind and a value, at last a message with what it wants.
int message(int log, ...) {
  va_list arguments;
  va_start(arguments, log);
  int32_t severity = severity_error;
  long long code = 0;
  int count = 1;
  for (;; count++) {
    const int type = va_arg(arguments, int);
    if (is_generic(type)) (void)va_arg(arguments, const char *); // its key
    if (type == item_end) break;
    if (type == item_message || type == item_verbatim) {
      const char *text = va_arg(arguments, const char *);
      say(severity,
          type == item_verbatim ? std::string(text ? text : "") : formatted(text ? text : "", arguments),
          code);
      break;
    }
    if (type == item_lookup) {
      // The texts of a server's errors aren't here.
      say(severity, "without a text", va_arg(arguments, int));
      break;
    }
    if (type == item_text) {
      (void)va_arg(arguments, const char *);
      (void)va_arg(arguments, size_t);
    } else if (class_of(type) == class_real) {
      (void)va_arg(arguments, double);
    } else if (class_of(type) == class_integer) {
      const long long value = va_arg(arguments, long long);
      if (type == item_priority) severity = severity_of(value);
      if (type == item_error_code) code = value;
    } else {
      (void)va_arg(arguments, const char *);
    }
  }
  va_end(arguments);
  return count;
}

// It takes no arguments, whatever the server's own text takes; the number stands in the line.
const char *text_of_error(int) {
  return "a message whose text only a server has";
}

long long error_of_symbol(const char *) {
  return -1;
}

const char *label_of(int priority) {
  if (priority == priority_system) return "System";
  if (priority == priority_error) return "Error";
  return priority == priority_warning ? "Warning" : "Note";
}

// What only filters and sinks ask for: there is nothing.
void *nothing() {
  return nullptr;
}

int refused() {
  return -1;
}

unsigned long long no_time(const char *, size_t) {
  return 0;
}

void *allocate(size_t size) {
  return malloc(size + 1);
}

char *copy(const char *from, size_t size) {
  char *made = static_cast<char *>(malloc(size + 1));
  if (!made) return nullptr;
  memcpy(made, from, size);
  made[size] = '\0';
  return made;
}

char *find_first(const char *text, int c) {
  return const_cast<char *>(strchr(text, c));
}

char *find_last(const char *text, int c) {
  return const_cast<char *>(strrchr(text, c));
}

int lower(char c) {
  return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : static_cast<unsigned char>(c);
}

// 0 bytes: all of both.
int compare(const char *one, const char *other, size_t size, bool ignores_case) {
  if (!ignores_case) return size > 0 ? strncmp(one, other, size) : strcmp(one, other);
  for (size_t i = 0; size == 0 || i < size; i++) {
    const int difference = lower(one[i]) - lower(other[i]);
    if (difference != 0 || one[i] == '\0') return difference;
  }
  return 0;
}

size_t substitute_list(char *to, size_t size, const char *format, va_list arguments) {
  const int written = vsnprintf(to, size, format, arguments);
  if (written < 0 || size == 0) return 0;
  return static_cast<size_t>(written) < size ? static_cast<size_t>(written) : size - 1;
}

size_t substitute(char *to, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const size_t written = substitute_list(to, size, format, arguments);
  va_end(arguments);
  return written;
}

} // namespace

// In the order of Debian's MySQL 9.7, whose components call them at these places: one more than the documentation of
// 8.0 has stands before what sets items.
const void *const log_table[] = {
    entry(index_of_type), entry(index_of_name),   entry(type_at),       entry(name_at),
    entry(inconsistent),  entry(is_generic),      entry(is_text_class), entry(is_number_class),
    entry(set_integer),   entry(set_real),        entry(set_text),      entry(set_c_text),
    entry(nothing),       entry(set_keyed),       entry(set_known),     entry(add_keyed),
    entry(add_known),     entry(make_line),       entry(free_line),     entry(items_of),
    entry(seen_in),
    entry(nothing), // the buffer that a sink writes to
    entry(nothing), // an iterator of a line
    entry(nothing),       entry(nothing),         entry(nothing),       entry(nothing),
    entry(submit),        entry(message),
    entry(refused), // makes an item fit for a sink
    entry(text_of_error), entry(error_of_symbol), entry(label_of),      entry(no_time),
    entry(refused), // log files: opened, written, asked about, closed, opened again
    entry(refused),       entry(refused),         entry(refused),       entry(refused)};

const void *const log_text_table[] = {
    entry(allocate),   entry(copy),      entry(free),    entry(strlen),
    entry(find_first), entry(find_last), entry(compare), entry(substitute_list),
    entry(substitute)};

} // namespace mortise::mysql
