/*
 * A plugin's entry points, found by name. At least one of module_register, module_init and module_route
 * must be there; the rest are optional.
 *
 * Order: the constants are read and checked; the library is loaded; cells and module_host are filled in;
 * module_register; module_init; then any number of module_route; module_fini. Plugins initialise in the
 * order of their needs and the configuration, and finish in reverse.
 */
#ifndef MORTISE_ENTRY_H
#define MORTISE_ENTRY_H

#include <mortise/context.h>
#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/route.h>

MORTISE_BEGIN_C

/* Registers what the plugin provides, and does nothing else. Called once. [main-thread] */
MORTISE_VISIBLE int32_t module_register(const mortise_host *host, mortise_error *error);

/*
 * Called once, after configuration. MORTISE_OK, or anything else and a message in `error`; after a failure
 * the host calls nothing more of this plugin. [main-thread]
 */
MORTISE_VISIBLE int32_t module_init(const mortise_host *host, mortise_error *error);

/*
 * Where a query should go: MORTISE_OK with an answer in `route`, MORTISE_PASS for no opinion; anything
 * else is reported as the plugin's error and counts as no opinion. [any-thread]
 */
MORTISE_VISIBLE int32_t module_route(const mortise_context *context, mortise_route *route);

/*
 * Called once after a module_init that succeeded, unless the plugin can't be stopped: when a task of its own doesn't
 * end, nothing of it is called any more. Every thread of the plugin must have ended when it returns. [main-thread]
 */
MORTISE_VISIBLE void module_fini(const mortise_host *host);

MORTISE_END_C

#endif
