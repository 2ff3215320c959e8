// Calls MariaDB's services as their plugins do, and reports what came out. Commands come as passwords.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct text {
  const char *data;
  size_t size;
};
struct print_error {
  void *by_number;
  void (*in_words)(unsigned, const char *, unsigned long, ...);
};
struct hash {
  void (*whole)(unsigned char *, const char *, size_t);
  void (*parts)(unsigned char *, ...);
  size_t (*context_size)(void);
  void (*init)(void *);
  void (*input)(void *, const unsigned char *, size_t);
  void (*result)(void *, unsigned char *);
};
struct base64 {
  int (*encoded_size)(int), (*encoded_most)(void), (*decoded_size)(int), (*decoded_most)(void);
  int (*encode)(const void *, size_t, char *);
  int (*decode)(const char *, size_t, void *, const char **, int);
};
struct crypt {
  int (*init)(void *, int, int, const unsigned char *, unsigned, const unsigned char *, unsigned);
  int (*update)(void *, const unsigned char *, unsigned, unsigned char *, unsigned *);
  int (*finish)(void *, unsigned char *, unsigned *);
  int (*whole)(int, int, const unsigned char *, unsigned, unsigned char *, unsigned *, const unsigned char *,
               unsigned, const unsigned char *, unsigned);
  unsigned (*size)(int, unsigned);
  unsigned (*context_size)(int);
  int (*random)(unsigned char *, int);
};
struct json {
  int (*type)(const char *, const char *, const char **, int *);
  int (*item)(const char *, const char *, int, const char **, int *);
  int (*key)(const char *, const char *, const char *, const char **, int *);
  int (*nth)(const char *, const char *, int, const char **, const char **, const char **, int *);
  int (*escape)(const char *, const char *, char *, char *);
  int (*unescape)(const char *, const char *, char *, char *);
};
struct logger {
  void (*prepare)(void);
  void *(*open)(const char *, unsigned long long, unsigned);
  int (*close)(void *);
  int (*print_list)(void *, const char *, va_list);
  int (*print)(void *, const char *, ...);
  int (*write)(void *, const char *, size_t);
  int (*rotate)(void *);
};

EXPORT struct print_error *my_print_error_service = (void *)0x0100;
EXPORT struct hash *my_md5_service = (void *)0x0100;
EXPORT struct hash *my_sha1_service = (void *)0x0101;
EXPORT struct hash *my_sha2_service = (void *)0x0100;
EXPORT struct base64 *base64_service = (void *)0x0100;
EXPORT struct crypt *my_crypt_service = (void *)0x0100;
EXPORT struct json *json_service = (void *)0x0100;
EXPORT struct logger *logger_service = (void *)0x0100;

static void report(const char *text) {
  my_print_error_service->in_words(1, "%s", 0, text);
}

static void report_hex(const unsigned char *bytes, size_t size) {
  char hex[2049] = "";
  for (size_t i = 0; i < size && i < 1024; i++)
    snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
  report(hex);
}

static void hash(const struct hash *one, size_t size, const struct text *input) {
  unsigned char digest[64], context[64];
  one->whole(digest, input->data, input->size);
  report_hex(digest, size);
  one->parts(digest, input->data, (size_t)1, input->data + 1, input->size - 1, NULL);
  report_hex(digest, size);
  if (one->context_size() > sizeof context) return;
  one->init(context);
  one->input(context, (const unsigned char *)input->data, input->size);
  one->result(context, digest);
  report_hex(digest, size);
}

static void crypt_as(int mode, unsigned key_size, const struct text *input) {
  unsigned char key[32], iv[16], there[1024], back[1024];
  unsigned size, again, last;
  memset(key, 'k', sizeof key);
  memset(iv, 'i', sizeof iv);
  const unsigned char *from = (const unsigned char *)input->data;
  const int status =
      my_crypt_service->whole(mode, 1, from, (unsigned)input->size, there, &size, key, key_size, iv, 16);
  if (status != 0) {
    my_print_error_service->in_words(1, "%d", 0, status);
    return;
  }
  report_hex(there, size);
  unsigned char context[64];
  my_crypt_service->init(context, mode, 0, key, key_size, iv, 16);
  my_crypt_service->update(context, there, size, back, &again);
  my_crypt_service->finish(context, back + again, &last);
  report_hex(back, again + last);
  my_print_error_service->in_words(1, "%u", 0, my_crypt_service->size(mode, (unsigned)input->size));
}

// Takes addresses: arguments are evaluated in any order, and the call that gives `type` sets the others.
static void found(int type, const char *const *value, const int *size) {
  my_print_error_service->in_words(1, "%d %.*s", 0, type, *size, *value ? *value : "");
}

// The command stands in `host`, its input in `password`, what it is about in `user`.
static int validate(const struct text *user, const struct text *password, const struct text *host) {
  const char *end = password->data + password->size;
  const char *value = NULL, *key = NULL, *key_end = NULL;
  char out[1024];
  int size = 0;
  const int number = (int)(user->data[0] - '0');
  if (!strcmp(host->data, "md5")) hash(my_md5_service, 16, password);
  if (!strcmp(host->data, "sha1")) hash(my_sha1_service, 20, password);
  if (!strcmp(host->data, "sha224")) hash(&my_sha2_service[0], 28, password);
  if (!strcmp(host->data, "sha256")) hash(&my_sha2_service[1], 32, password);
  if (!strcmp(host->data, "sha384")) hash(&my_sha2_service[2], 48, password);
  if (!strcmp(host->data, "sha512")) hash(&my_sha2_service[3], 64, password);
  if (!strcmp(host->data, "aes")) crypt_as(number, user->data[1] == 'l' ? 32 : 16, password);
  if (!strcmp(host->data, "aes odd")) crypt_as(number, 17, password);
  if (!strcmp(host->data, "encode")) {
    base64_service->encode(password->data, password->size, out);
    report(out);
    my_print_error_service->in_words(1, "%d", 0, base64_service->encoded_size((int)password->size));
  }
  if (!strcmp(host->data, "decode")) {
    size = base64_service->decode(password->data, password->size, out, &value, number);
    my_print_error_service->in_words(1, "%d %.*s", 0, size, size < 0 ? 0 : size, out);
  }
  if (!strcmp(host->data, "json type"))
    found(json_service->type(password->data, end, &value, &size), &value, &size);
  if (!strcmp(host->data, "json item"))
    found(json_service->item(password->data, end, number, &value, &size), &value, &size);
  if (!strcmp(host->data, "json key"))
    found(json_service->key(password->data, end, user->data, &value, &size), &value, &size);
  if (!strcmp(host->data, "json nth")) {
    const int type = json_service->nth(password->data, end, number, &key, &key_end, &value, &size);
    const int key_size = (int)(key_end - key);
    found(type, &key, &key_size);
    found(type, &value, &size);
  }
  if (!strcmp(host->data, "json escape")) {
    size = json_service->escape(password->data, end, out, out + 32);
    my_print_error_service->in_words(1, "%d %.*s", 0, size, size < 0 ? 0 : size, out);
  }
  if (!strcmp(host->data, "json unescape")) {
    size = json_service->unescape(password->data, end, out, out + 32);
    my_print_error_service->in_words(1, "%d %.*s", 0, size, size < 0 ? 0 : size, out);
  }
  if (!strcmp(host->data, "log")) {
    logger_service->prepare();
    void *log = logger_service->open(user->data, 20, 2);
    if (!log) return 1;
    for (int i = 0; i < 6; i++)
      logger_service->print(log, "%s %d\n", password->data, i);
    logger_service->write(log, "end\n", 4);
    return logger_service->close(log);
  }
  return 0;
}

static struct {
  int32_t version;
  int (*validate)(const struct text *, const struct text *, const struct text *);
} info = {0x0101, validate};

struct declaration {
  int32_t type;
  void *info;
  const char *name, *author, *description;
  int32_t license;
  int (*init)(void *), (*deinit)(void *);
  uint32_t version;
  void *status, *variables;
  const char *version_text;
  uint32_t maturity;
};

EXPORT int _maria_plugin_interface_version_ = 0x010f;
EXPORT int _maria_sizeof_struct_st_plugin_ = sizeof(struct declaration);
EXPORT struct declaration _maria_plugin_declarations_[] = {
    {8, &info, "services", "a test", "calls services", 1, NULL, NULL, 0x0100, NULL, NULL, "1.0", 0}, {0}};
