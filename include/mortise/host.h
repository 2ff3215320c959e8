/* The table that a plugin receives: its one way to the host. */
#ifndef MORTISE_HOST_H
#define MORTISE_HOST_H

#include <mortise/abi.h>
#include <mortise/error.h>
#include <mortise/service.h>

/* config.h */
typedef struct mortise_config mortise_config;

/*
 * One per loaded plugin; its address says to every service which plugin is calling. Owned by the host,
 * valid from before module_register until module_fini returns, constant in between.
 */
typedef struct mortise_host {
  uint32_t size;
  uint32_t abi;         /* MORTISE_VERSION of the host's ABI */
  mortise_text version; /* the host's own release, "0.1.0" */
  mortise_text plugin;  /* the name under which this plugin is registered */
  /*
   * The file that the plugin was read from. The running library is a private copy of those bytes, so a
   * plugin that keeps data beside itself finds it through this path, not through dladdr.
   */
  mortise_text path;

  /* The plugin's configuration: see config.h. Never null. */
  const mortise_config *config;

  /*
   * The table of a service of the same major, at least this minor and the same signature, or null. An empty
   * signature fits any. Counts as a lease of this plugin, whose table stays valid until it is released or the
   * plugin stops. [any-thread]
   */
  const void *(*get_service)(const struct mortise_host *host, mortise_text name, uint32_t version,
                             mortise_text signature);

  /*
   * Gives back one lease. MORTISE_ERROR, and reported to the host's operator, when this plugin holds no lease
   * of that table. [any-thread]
   */
  int32_t (*release_service)(const struct mortise_host *host, const void *table);

  /*
   * Offers a service to others, who get it once this plugin's module_init has succeeded. Fails, with a
   * message, on a name that is invalid or the host's own, a table that is null or can't have the size that it
   * says, or a name and major that this plugin already provides. A failure inside module_register or
   * module_init fails the plugin, whatever these return. [entry]
   */
  int32_t (*register_service)(const struct mortise_host *host, const mortise_service *service,
                              mortise_error *error);

  /* Takes an own service back. Fails, naming the holders, while others hold leases of it. [entry] */
  int32_t (*unregister_service)(const struct mortise_host *host, const void *table, mortise_error *error);
} mortise_host;

#endif
