/*
 * mortise.registry 1.0: which services there are, and word of those that come and go. For plugins that want a
 * service without needing it: see MORTISE_WANT in service.h.
 */
#ifndef MORTISE_REGISTRY_H
#define MORTISE_REGISTRY_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/service.h>

/* Owned by the host, valid for that call. */
typedef struct mortise_service_entry {
  uint32_t size;
  uint32_t version;      /* MORTISE_VERSION */
  mortise_text name;     /* "shop.price_rule" */
  mortise_text provider; /* a plugin's name; empty: the host itself */
  uint32_t leases;       /* of all plugins together */
  uint32_t reserved;
} mortise_service_entry;

/* Called on the thread that visits. MORTISE_OK goes on to the next. [any-thread] */
typedef int32_t (*mortise_service_visit)(void *context, const mortise_service_entry *entry);

enum { MORTISE_SERVICE_CAME = 1, MORTISE_SERVICE_GOING = 2 };

/* Owned by the host, valid for that call. */
typedef struct mortise_notice {
  uint32_t size;
  int32_t event;    /* MORTISE_SERVICE_… */
  uint32_t version; /* MORTISE_VERSION of what is provided */
  uint32_t reserved;
  mortise_text name;
  mortise_text provider;
  const void *table;
  mortise_text
      signature; /* of what is provided; empty: unstated. The cell is only filled with one that fits. */
} mortise_notice;

/*
 * CAME: the service can be had from now on; a cell of this plugin that wants it and was null is filled already.
 * It also comes, with another provider, when that of a cell of this plugin has stopped and the next one took over.
 * GOING: its provider would like to stop. MORTISE_OK says that this plugin calls the table no more, on any
 * thread, nor ever again: the host then makes its wanting cell null and gives back that cell's lease. Leases
 * from get_service the plugin gives back itself, before it answers. Any other answer, or a lease that is
 * left, keeps the provider from stopping. [main-thread]
 */
typedef int32_t (*mortise_notice_function)(void *context, const mortise_notice *notice);

typedef struct mortise_registry_v1 {
  uint32_t size;
  uint32_t reserved;

  /*
   * Visits the services that are there when it's called, in the order in which they came. What the visitor
   * answers other than MORTISE_OK ends the visit and is returned. [any-thread]
   */
  int32_t (*each)(const mortise_host *host, mortise_service_visit visit, void *context);

  /*
   * Tells the plugin of providers of that service, same major and at least this minor, that come or go from
   * now on. The subscription ends with the plugin. Fails, with a message, for a name that isn't one, for a null
   * function, and after 256 subscriptions. [main-thread]
   */
  int32_t (*subscribe)(const mortise_host *host, mortise_text name, uint32_t version,
                       mortise_notice_function function, void *context, mortise_error *error);

  /* Ends all subscriptions of that function and context. MORTISE_PASS when there were none. [main-thread] */
  int32_t (*unsubscribe)(const mortise_host *host, mortise_notice_function function, void *context);
} mortise_registry_v1;

#define mortise_registry_signature                                                                           \
  "each(host, visit: mortise_service_visit, context: void *) -> status [any-thread];"                        \
  "subscribe(host, name: mortise_text, version: u32, function: mortise_notice_function, context: void *, "   \
  "error) -> status [main-thread];"                                                                          \
  "unsubscribe(host, function: mortise_notice_function, context: void *) -> status [main-thread]"

MORTISE_SERVICE_CELL(mortise_registry, 1)

#endif
