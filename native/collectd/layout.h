// What collectd 5.12 and its plugins hand to each other: names, numbers and layouts are facts of its interface.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace mortise::collectd {

constexpr size_t name_size = 128; // of each part of an identity, its final zero included
constexpr size_t message_size = 256;

using cdtime_t = uint64_t; // 2^-30 s
constexpr cdtime_t one_second = cdtime_t{1} << 30;

enum : int { ds_counter = 0, ds_gauge = 1, ds_derive = 2, ds_absolute = 3 };
enum : int { log_error = 3, log_warning = 4, log_notice = 5, log_info = 6, log_debug = 7 };
enum : int { notif_failure = 1, notif_warning = 2, notif_okay = 4 };
enum : int { oconfig_string = 0, oconfig_number = 1, oconfig_boolean = 2 };
enum : int { state_error = 3, state_missing = 15 };

extern "C" {

struct meta_data_s; // metadata_box.h
using meta_data_t = meta_data_s;

union value_t {
  unsigned long long counter;
  double gauge;
  int64_t derive;
  uint64_t absolute;
};

struct value_list_t {
  value_t *values;
  size_t values_len;
  cdtime_t time;
  cdtime_t interval;
  char host[name_size];
  char plugin[name_size];
  char plugin_instance[name_size];
  char type[name_size];
  char type_instance[name_size];
  meta_data_t *meta;
};

struct data_source_t {
  char name[name_size];
  int type;
  double min;
  double max;
};

struct data_set_t {
  char type[name_size];
  size_t ds_num;
  data_source_t *ds;
};

enum notification_meta_type_e { nm_string, nm_signed_int, nm_unsigned_int, nm_double, nm_boolean };

struct notification_meta_t {
  char name[name_size];
  notification_meta_type_e type;
  union {
    const char *string;
    int64_t signed_int;
    uint64_t unsigned_int;
    double number;
    bool boolean;
  } value;
  notification_meta_t *next;
};

struct notification_t {
  int severity;
  cdtime_t time;
  char message[message_size];
  char host[name_size];
  char plugin[name_size];
  char plugin_instance[name_size];
  char type[name_size];
  char type_instance[name_size];
  notification_meta_t *meta;
};

struct user_data_t {
  void *data;
  void (*free_func)(void *);
};

enum cache_event_type_e { cache_value_new, cache_value_update, cache_value_expired };

struct cache_event_t {
  cache_event_type_e type;
  const value_list_t *value_list;
  const char *value_list_name;
  int ret;
};

struct plugin_ctx_t {
  char *name;
  cdtime_t interval;
  cdtime_t flush_interval;
  cdtime_t flush_timeout;
};

struct oconfig_value_t {
  union {
    char *string;
    double number;
    int boolean;
  } value;
  int type;
};

struct oconfig_item_t {
  char *key;
  oconfig_value_t *values;
  int values_num;
  oconfig_item_t *parent;
  oconfig_item_t *children;
  int children_num;
};

using config_cb = int (*)(const char *key, const char *value);
using complex_config_cb = int (*)(oconfig_item_t *);
using init_cb = int (*)();
using simple_read_cb = int (*)();
using read_cb = int (*)(user_data_t *);
using write_cb = int (*)(const data_set_t *, const value_list_t *, user_data_t *);
using flush_cb = int (*)(cdtime_t timeout, const char *identifier, user_data_t *);
using missing_cb = int (*)(const value_list_t *, user_data_t *);
using cache_event_cb = int (*)(cache_event_t *, user_data_t *);
using log_cb = void (*)(int severity, const char *message, user_data_t *);
using shutdown_cb = int (*)();
using notification_cb = int (*)(const notification_t *, user_data_t *);

struct match_proc_t {
  int (*create)(const oconfig_item_t *, void **user_data);
  int (*destroy)(void **user_data);
  int (*match)(const data_set_t *, const value_list_t *, notification_meta_t **, void **user_data);
};

struct target_proc_t {
  int (*create)(const oconfig_item_t *, void **user_data);
  int (*destroy)(void **user_data);
  int (*invoke)(const data_set_t *, value_list_t *, notification_meta_t **, void **user_data);
};

struct threshold_t {
  char host[name_size];
  char plugin[name_size];
  char plugin_instance[name_size];
  char type[name_size];
  char type_instance[name_size];
  char data_source[name_size];
  double warning_min;
  double warning_max;
  double failure_min;
  double failure_max;
  double hysteresis;
  unsigned int flags;
  int hits;
  threshold_t *next;
};

} // extern "C"

#if defined(__x86_64__) || defined(__aarch64__)
static_assert(sizeof(value_t) == 8);
static_assert(sizeof(value_list_t) == 680 && offsetof(value_list_t, host) == 32 &&
              offsetof(value_list_t, type_instance) == 544 && offsetof(value_list_t, meta) == 672);
static_assert(sizeof(data_source_t) == 152 && offsetof(data_source_t, min) == 136);
static_assert(sizeof(data_set_t) == 144 && offsetof(data_set_t, ds) == 136);
static_assert(sizeof(notification_meta_t) == 152 && offsetof(notification_meta_t, value) == 136);
static_assert(sizeof(notification_t) == 920 && offsetof(notification_t, message) == 16 &&
              offsetof(notification_t, host) == 272 && offsetof(notification_t, meta) == 912);
static_assert(sizeof(user_data_t) == 16 && sizeof(plugin_ctx_t) == 32);
static_assert(sizeof(oconfig_value_t) == 16 && offsetof(oconfig_value_t, type) == 8);
static_assert(sizeof(oconfig_item_t) == 48 && offsetof(oconfig_item_t, parent) == 24 &&
              offsetof(oconfig_item_t, children_num) == 40);
#endif

} // namespace mortise::collectd
