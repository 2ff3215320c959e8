/*
 * mortise.collect 1.0: reads values on intervals, and writes them somewhere.
 *
 * A plugin registers callbacks, in module_register as a rule; the host runs them on threads of its own. Readers run from
 * when all plugins have started. What they dispatch goes into one bounded queue for each writer, so that a writer that
 * is slow or stuck costs neither the readers nor the other writers anything. What its queue can't hold is dropped, the
 * oldest first; it is counted, and the host's operator is told.
 *
 * What is not here: a plugin reads its settings, simple ones and trees, through mortise_host.config (config.h), and
 * what it does once before its first read belongs in module_init. When that fails, all its callbacks go. They also go
 * when the plugin stops: its readers end, what waits for its writers is written, its flush and its shutdown run, and
 * then module_fini. After a callback that doesn't end, module_fini isn't called.
 *
 * Times are nanoseconds since 1970-01-01 UTC, and intervals are nanoseconds.
 */
#ifndef MORTISE_COLLECT_H
#define MORTISE_COLLECT_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/service.h>
#include <mortise/text.h>
#include <mortise/value.h>

/* Bounds. What exceeds one is refused, and reported. */
#define MORTISE_COLLECT_NAME_BYTES 127 /* of each part of an identity, a source's name, a key of metadata */
#define MORTISE_COLLECT_CALLBACK_BYTES 63  /* of a name or group of callbacks */
#define MORTISE_COLLECT_VALUES 256         /* of one data set */
#define MORTISE_COLLECT_METADATA 256       /* members beside one value or notification */
#define MORTISE_COLLECT_TEXT_BYTES 4096    /* of a text in metadata; a notification's message is cut there */
#define MORTISE_COLLECT_CALLBACKS_MAX 4096 /* that one plugin may have at a time */

/* What a value is. */
enum {
  MORTISE_COLLECT_COUNTER = 0, /* only grows, and starts again at 0 when it is full */
  MORTISE_COLLECT_GAUGE = 1,   /* as it is now; NaN: unknown */
  MORTISE_COLLECT_DERIVE = 2,  /* how fast it changes is of interest; may fall */
  MORTISE_COLLECT_ABSOLUTE = 3 /* what came since the last time */
};

/* One value; its source says which member. Frozen for the ABI's major. */
typedef union mortise_collect_value {
  uint64_t counter;
  double gauge;
  int64_t derive;
  uint64_t absolute;
} mortise_collect_value;

/* What one value of a data set is. Frozen for the ABI's major. */
typedef struct mortise_collect_source {
  mortise_text name;
  int32_t kind; /* MORTISE_COLLECT_COUNTER … */
  uint32_t reserved;
  double min, max; /* NaN: no limit */
} mortise_collect_source;

/* What the values of one type are: "if_octets" has two, rx and tx. */
typedef struct mortise_collect_set {
  uint32_t size;
  uint32_t count; /* of sources */
  mortise_text type;
  const mortise_collect_source *sources;
} mortise_collect_set;

/* What a series of values is called: host/plugin-instance/type-instance. Frozen for the ABI's major. */
typedef struct mortise_collect_identity {
  mortise_text host;
  mortise_text plugin;
  mortise_text plugin_instance; /* may be empty */
  mortise_text type;            /* of a data set */
  mortise_text type_instance;   /* may be empty */
} mortise_collect_identity;

/* What a reader dispatches: the plugin's, and copied. */
typedef struct mortise_collect_report {
  uint32_t size;
  uint32_t count;                    /* of values: as many as the type's data set has sources */
  mortise_collect_identity identity; /* an empty host is this machine's name, an empty plugin this plugin's */
  const mortise_collect_value *values;
  uint64_t time;                  /* 0: now; must grow from one value of a series to the next */
  uint64_t interval;              /* 0: that of the reader that dispatches, or else the host's */
  const mortise_member *metadata; /* booleans, integers, doubles and texts; may be null when there are 0 */
  uint32_t metadata_count;
  uint32_t reserved;
} mortise_collect_report;

/* A series that was dispatched at least once. Owned by the host, valid for the call that hands it over. */
typedef struct mortise_collect_series {
  uint32_t size;
  uint32_t reserved;
  uint64_t number; /* never another's in this host: a key for what a writer keeps */
  mortise_collect_identity identity;
  mortise_text text; /* "host/plugin-instance/type-instance", without an empty instance and its dash */
  const mortise_collect_set *set; /* valid as long as the plugin runs */
} mortise_collect_series;

/* What a writer receives. Owned by the host, valid for that call. */
typedef struct mortise_collect_sample {
  uint32_t size;
  uint32_t count; /* of values and rates; never another than the series' set has */
  const mortise_collect_series *series;
  const mortise_collect_value *values;
  const double *rates; /* a second; a gauge's is itself; NaN where there is none yet */
  uint64_t time;
  uint64_t interval;
  const mortise_member *metadata; /* a number over 2^63 - 1 is a double here */
  uint32_t metadata_count;
  uint32_t reserved;
} mortise_collect_sample;

/* How bad it is, as collectd counts. */
enum { MORTISE_COLLECT_FAILURE = 1, MORTISE_COLLECT_WARNING = 2, MORTISE_COLLECT_OKAY = 4 };

/* Something that a person should hear of. Who hands it over owns it; valid for that call. */
typedef struct mortise_collect_notification {
  uint32_t size;
  int32_t severity; /* MORTISE_COLLECT_FAILURE … */
  uint64_t time;    /* 0: now */
  mortise_text message;
  mortise_collect_identity identity; /* each part may be empty, the type too */
  const mortise_member *metadata;
  uint32_t metadata_count;
  uint32_t reserved;
} mortise_collect_notification;

/*
 * Reads, and dispatches what it read. After anything but MORTISE_OK the host waits twice as long as before, at most a
 * day; success makes it the interval again. On one of the host's read threads, never twice at once. [any-thread]
 */
typedef int32_t (*mortise_collect_read)(void *context);

/*
 * Writes between 1 and 1,024 samples, oldest first. Anything but MORTISE_OK counts them as failed; they don't come
 * again. On a thread of its own, where it may wait; never twice at once. [any-thread]
 */
typedef int32_t (*mortise_collect_write)(void *context, const mortise_collect_sample *const *samples,
                                         uint64_t count);

/*
 * Writes out what the plugin has held back for at least `age` nanoseconds; 0: all. `identifier` is a series' text, or
 * empty: every series. On the writer's thread when these callbacks have a write as well. [any-thread]
 */
typedef int32_t (*mortise_collect_flush)(void *context, uint64_t age, mortise_text identifier);

/*
 * A line that a plugin of this host logs, MORTISE_LOG_…, without its fields. On the thread that logs, which must not
 * wait; what it logs itself isn't heard. [any-thread]
 */
typedef void (*mortise_collect_log)(void *context, int32_t severity, mortise_text line);

/* On the thread that notifies; must not wait. [any-thread] */
typedef int32_t (*mortise_collect_notified)(void *context, const mortise_collect_notification *notification);

/* A series had nothing dispatched for longer than it should. On a thread of the host's. [any-thread] */
typedef int32_t (*mortise_collect_missing)(void *context, const mortise_collect_series *series,
                                           uint64_t last_seen);

/* The last of the callbacks: the host or the plugin stops, and all is written and flushed. [any-thread] */
typedef int32_t (*mortise_collect_shutdown)(void *context);

/*
 * None of these callbacks runs any more, nor ever will: the place to free `context`. On any thread, and never after
 * module_fini; not called where a callback doesn't end. [any-thread]
 */
typedef void (*mortise_collect_release)(void *context);

/* Which callbacks. */
enum {
  MORTISE_COLLECT_READ = 1,
  MORTISE_COLLECT_WRITE = 2,
  MORTISE_COLLECT_FLUSH = 4,
  MORTISE_COLLECT_LOG = 8,
  MORTISE_COLLECT_NOTIFIED = 16,
  MORTISE_COLLECT_MISSING = 32,
  MORTISE_COLLECT_SHUTDOWN = 64
};

/* Callbacks that belong together: those that aren't null. The plugin's, and copied. */
typedef struct mortise_collect_callbacks {
  uint32_t size;
  uint32_t reserved;
  /*
   * Empty: these are called as the plugin is. Otherwise "PLUGIN/name": to have several, and to remove them one by one.
   * Printable ASCII.
   */
  mortise_text name;
  void *context; /* the plugin's own; handed to each */
  mortise_collect_release release;
  mortise_collect_read read;
  uint64_t interval;  /* between two reads, at least a millisecond; 0: the host's */
  mortise_text group; /* of readers, to remove them together; may be empty */
  mortise_collect_write write;
  mortise_collect_flush flush;
  mortise_collect_log log;
  mortise_collect_notified notified;
  mortise_collect_missing missing;
  mortise_collect_shutdown shutdown;
} mortise_collect_callbacks;

typedef struct mortise_collect_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * Registers callbacks: all of them, or none, with a message, when there is none, a name isn't one or is taken, the
   * plugin stops, or it has too many. `release` isn't called then. A failure inside module_register or module_init
   * fails the plugin, whatever these return. [any-thread]
   */
  int32_t (*add)(const mortise_host *host, const mortise_collect_callbacks *callbacks, mortise_error *error);

  /*
   * Removes those of this plugin's callbacks of that name that `which` says; 0: all. Returns when they don't run any
   * more; one that removes itself ends after this run. What waits for a writer is dropped, and counted. MORTISE_PASS
   * when there was none. Don't hold a lock that the callback takes. [any-thread]
   */
  int32_t (*remove)(const mortise_host *host, mortise_text name, uint32_t which);

  /* Removes the readers of this plugin that are of a group, as remove does. [any-thread] */
  int32_t (*remove_group)(const mortise_host *host, mortise_text group);

  /*
   * Hands over the values of one series, and waits for nothing. Fails for a type that there is no data set of, another
   * count of values than it has, a time that isn't later than the last one's (it is written all the same) or more than a
   * day ahead, what exceeds a bound, and when the plugin stops; the host counts it, and tells its operator. A "/" within
   * a name becomes "_". [any-thread]
   */
  int32_t (*dispatch)(const mortise_host *host, const mortise_collect_report *report);

  /* Calls all `notified` callbacks before it returns. Fails for an unknown severity and as dispatch does. [any-thread] */
  int32_t (*notify)(const mortise_host *host, const mortise_collect_notification *notification);

  /*
   * Adds a data set, which goes when the plugin stops. Fails, with a message, for a name that isn't one, no sources or
   * too many, and when there is another of that type; one that is the same is not a failure. [any-thread]
   */
  int32_t (*add_set)(const mortise_host *host, const mortise_collect_set *set, mortise_error *error);

  /*
   * The data set of a type, or null. Owned by the host, and valid as long as the plugin runs, also when it is replaced
   * meanwhile. [any-thread]
   */
  const mortise_collect_set *(*find_set)(const mortise_host *host, mortise_text type);

  /* Inside a read: how often that reader is asked for. Elsewhere the host's interval. [any-thread] */
  uint64_t (*interval)(const mortise_host *host);
} mortise_collect_v1;

#define mortise_collect_signature                                                                            \
  "add(host, callbacks: const mortise_collect_callbacks *, error) -> status [any-thread];"                   \
  "remove(host, name: mortise_text, which: u32) -> status [any-thread];"                                     \
  "remove_group(host, group: mortise_text) -> status [any-thread];"                                          \
  "dispatch(host, report: const mortise_collect_report *) -> status [any-thread];"                           \
  "notify(host, notification: const mortise_collect_notification *) -> status [any-thread];"                 \
  "add_set(host, set: const mortise_collect_set *, error) -> status [any-thread];"                           \
  "find_set(host, type: mortise_text) -> const mortise_collect_set * [any-thread];"                          \
  "interval(host) -> u64 [any-thread]"

MORTISE_SERVICE_CELL(mortise_collect, 1)

/*
 * Dispatches values of this plugin, now. Needs MORTISE_REQUIRE(collect, 1, 0) in one source file of the plugin; fails
 * in a unit test without a host. [any-thread]
 */
static inline int32_t mortise_collect_dispatch(const char *type, const char *type_instance,
                                               const mortise_collect_value *values, uint32_t count) {
  mortise_collect_report report;
  if (!module_host || !mortise_collect_service) return MORTISE_ERROR;
  memset(&report, 0, sizeof report);
  report.size = sizeof report;
  report.count = count;
  report.identity.type = mortise_text_of(type);
  report.identity.type_instance = mortise_text_of(type_instance);
  report.values = values;
  return mortise_collect_service->dispatch(module_host, &report);
}

/* The same for one gauge. `type_instance` may be null. [any-thread] */
static inline int32_t mortise_collect_gauge(const char *type, const char *type_instance, double gauge) {
  mortise_collect_value value;
  value.gauge = gauge;
  return mortise_collect_dispatch(type, type_instance, &value, 1);
}

/* The metadata of that name, or null. [any-thread] */
static inline const mortise_value *mortise_collect_metadata(const mortise_member *metadata, uint32_t count,
                                                            const char *key) {
  const mortise_text wanted = mortise_text_of(key);
  for (uint32_t i = 0; i < count; i++)
    if (mortise_text_equal(metadata[i].key, wanted)) return &metadata[i].value;
  return NULL;
}

#endif
