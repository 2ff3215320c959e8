// A full-text parser in the layouts of MariaDB 10.11. What it does is chosen by the text.
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct word_info {
  int kind, presence, weight;
  char is_noise, is_prefix, before;
  char *quote;
};

struct parsing {
  int (*parse)(struct parsing *, const char *, int);
  int (*add)(struct parsing *, const char *, int, struct word_info *);
  void *state, *own;
  const void *charset;
  const char *text;
  int size;
  unsigned flags;
  int mode;
};

static int (*hosts_add)(struct parsing *, const char *, int, struct word_info *);

static int add_loudly(struct parsing *parsing, const char *word, int size, struct word_info *info) {
  char copy[64];
  if (size > (int)sizeof copy) return 1;
  for (int i = 0; i < size; i++)
    copy[i] = (unsigned char)word[i] < 128 ? (char)toupper(word[i]) : word[i];
  const int status = hosts_add(parsing, copy, size, info);
  memset(copy, 'x', sizeof copy); // a host that keeps the pointer would see it
  return status;
}

static int begin(struct parsing *parsing) {
  return strcmp(parsing->text, "refuses to begin") == 0;
}

static int parse(struct parsing *parsing) {
  if (strcmp(parsing->text, "fails") == 0) return 7;
  if (strcmp(parsing->text, "tokens") == 0) {
    struct word_info open = {2, 0, 0, 0, 0, ' ', NULL}, must = {1, 1, 2, 0, 1, ' ', NULL},
                     the = {4, -1, -1, 1, 0, ' ', NULL}, close = {3, 0, 0, 0, 0, ' ', NULL},
                     end = {0, 0, 0, 0, 0, ' ', NULL};
    parsing->add(parsing, NULL, 0, &open);
    parsing->add(parsing, "must", 4, &must);
    parsing->add(parsing, "the", 3, &the);
    parsing->add(parsing, "", 0, &close);
    return parsing->add(parsing, "", 0, &end);
  }
  if (strncmp(parsing->text, "plainly", 7) == 0) {
    hosts_add = parsing->add;
    parsing->add = add_loudly;
    return parsing->parse(parsing, parsing->text, parsing->size);
  }
  return 0;
}

static struct {
  int interface_version;
  int (*parse)(struct parsing *);
  int (*begin)(struct parsing *);
  int (*end)(struct parsing *);
} parser = {0x0100, parse, begin, NULL};

struct declaration {
  int type;
  void *info;
  const char *name, *author, *description;
  int license;
  int (*init)(void *), (*deinit)(void *);
  unsigned version;
  void *status, *variables;
  const char *version_text;
  unsigned maturity;
};

EXPORT int _maria_plugin_interface_version_ = 0x010f;
EXPORT int _maria_sizeof_struct_st_plugin_ = sizeof(struct declaration);
EXPORT struct declaration _maria_plugin_declarations_[] = {
    {2, &parser, "parser", "mortise", "takes texts apart", 1, NULL, NULL, 0x0100, NULL, NULL, "1.0", 1},
    {0, NULL, NULL, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, NULL, 0}};
