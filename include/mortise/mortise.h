/* Everything that a plugin author needs. One concept a header; start reading at module.h and entry.h. */
#ifndef MORTISE_H
#define MORTISE_H

#include <mortise/abi.h>
#include <mortise/clock.h>
#include <mortise/collect.h>
#include <mortise/config.h>
#include <mortise/context.h>
#include <mortise/entry.h>
#include <mortise/error.h>
#include <mortise/files.h>
#include <mortise/host.h>
#include <mortise/log.h>
#include <mortise/memory.h>
#include <mortise/metrics.h>
#include <mortise/module.h>
#include <mortise/parameter.h>
#include <mortise/registry.h>
#include <mortise/reply.h>
#include <mortise/route.h>
#include <mortise/service.h>
#include <mortise/sql.h>
#include <mortise/state.h>
#include <mortise/tasks.h>
#include <mortise/text.h>
#include <mortise/value.h>

#include <inttypes.h> /* PRId64 and its like, for mortise_log and mortise_fail */

#endif
