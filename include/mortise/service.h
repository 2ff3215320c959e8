/*
 * Services: named, versioned, immutable tables of C functions.
 *
 * A table of major version M starts with its size, and later minors only append to it, so a plugin built
 * against M.n works with every host that has M.n or a later minor.
 *
 * The first parameter of every function is `const mortise_host *host`, the caller's, whoever provides the service: C,
 * Rust, TypeScript or the host. A provider that doesn't ask who calls ignores it; one that keeps something for each
 * caller, answers for what goes wrong or is written in TypeScript could not do without, and a caller need not know.
 *
 * A plugin comes by a table in one of three ways:
 * - It declares a cell. MORTISE_REQUIRE(log, 1, 0) defines `mortise_log_service`, which holds the wanted
 *   version in the file. The host reads it without running anything, refuses a plugin whose need it can't
 *   meet, and otherwise puts the table's address in its place before module_register.
 * - It links the static library mortise_services, which defines those cells. The linker takes from it only the
 *   cells that the plugin uses, so the plugin says that it needs just these.
 * - It asks at run time: mortise_host.get_service, which answers null when the service can't be had.
 *
 * A service's header also states its signature, as the macro `<identifier>_signature`: the functions in words, each
 * behind a ";", in the order of the table. It lies in the file of whoever provides or needs the service, and the host
 * compares the two before it runs anything: what one side has otherwise than the other is refused.
 *
 *     #define shop_calendar_signature                        \
 *       "is_open(host, day: i64) -> bool [any-thread];"      \
 *       "close(host, day: i64) -> status [main-thread] since 1.1"
 *
 * `mortise headers` writes it; docs/services.md has the words. Text is compared as it stands, white space aside, so a
 * header that both sides include may word it as it likes. MORTISE_UNSTATED states none: such a service can be
 * misread, and `mortise verify` says so.
 *
 * Names that start with "mortise." are the host's own. Several plugins may provide the same service: who asks
 * for it gets that of the first that can give it, in the order in which they started.
 */
#ifndef MORTISE_SERVICE_H
#define MORTISE_SERVICE_H

#include <mortise/abi.h>
#include <mortise/module.h>
#if defined(_MSC_VER)
#include <intrin.h>
#endif

/* What a plugin hands to mortise_host.register_service. The host copies it; the table stays the plugin's. */
typedef struct mortise_service {
  uint32_t size;
  uint32_t version;  /* MORTISE_VERSION */
  mortise_text name; /* dotted, lower-case: "shop.price_rule"; at most 63 bytes */
  const void
      *table; /* starts with its uint32_t size; lives and stays as it is until the plugin's fini returns */
  mortise_text signature; /* as the file states it; empty: unstated */
} mortise_service;

/* For `<identifier>_signature`: this header doesn't say what the functions are. */
#define MORTISE_UNSTATED ""

/*
 * Declares, for a service's header, the cell `<identifier>_service` through which a plugin calls it. The
 * table's type is `<identifier>_v<major>`.
 */
#define MORTISE_SERVICE_CELL(identifier, major)                                                              \
  MORTISE_BEGIN_C                                                                                            \
  extern MORTISE_VISIBLE const identifier##_v##major *identifier##_service;                                  \
  MORTISE_END_C

/*
 * 1 when a table has a member that a later minor appended, so that a plugin which needs only an earlier one
 * can use it where it's there: MORTISE_SERVICE_HAS(mortise_log_service, write_fields)
 */
#define MORTISE_SERVICE_HAS(table, member)                                                                   \
  ((size_t)((const char *)(&(table)->member + 1) - (const char *)(table)) <= (table)->size)

/* A record for the host to read, and the service's signature behind it. The macro of that is expanded here. */
#define MORTISE_DEFINE_RECORD_(type, symbol, service_version, record_flags, service_name, signature_text)    \
  MORTISE_BEGIN_C                                                                                            \
  struct symbol##_record {                                                                                   \
    type head;                                                                                               \
    char signature[sizeof(signature_text)];                                                                  \
  };                                                                                                         \
  extern MORTISE_VISIBLE const struct symbol##_record symbol;                                                \
  MORTISE_END_C                                                                                              \
  const struct symbol##_record symbol = {                                                                    \
      {sizeof(struct symbol##_record), service_version, record_flags, 0, service_name}, signature_text};

/*
 * Where all cells lie together, so that the host finds in the file also those that a linker's script or option hides
 * from it, and refuses the plugin: nobody could fill them.
 */
#if defined(__ELF__)
#define MORTISE_CELLS_ __attribute__((section("mortise_cells")))
#else
#define MORTISE_CELLS_
#endif

#define MORTISE_DEFINE_CELL_(identifier, service_name, major, minor, requirement_flags)                      \
  MORTISE_DEFINE_RECORD_(mortise_requirement, module_requires_##identifier, MORTISE_VERSION(major, minor),   \
                         requirement_flags, service_name, identifier##_signature)                            \
  MORTISE_BEGIN_C                                                                                            \
  extern MORTISE_VISIBLE const identifier##_v##major *identifier##_service;                                  \
  MORTISE_END_C                                                                                              \
  MORTISE_CELLS_ const identifier##_v##major *identifier##_service =                                         \
      (const identifier##_v##major *)(uintptr_t)MORTISE_VERSION(major, minor);

/* Needs a service of any name, once, in one source file: MORTISE_REQUIRE_SERVICE(shop_price_rule, "shop.price_rule", 1, 0) */
#define MORTISE_REQUIRE_SERVICE(identifier, service_name, major, minor)                                      \
  MORTISE_DEFINE_CELL_(identifier, service_name, major, minor, 0)

/*
 * The same, but the plugin goes on without it; test the cell for null before each use. A plugin that also
 * subscribes to the service (registry.h) is told when it comes or goes, and gets the next provider's when the one that
 * it has stops; the cell of any other stays as it was filled at the start.
 */
#define MORTISE_WANT_SERVICE(identifier, service_name, major, minor)                                         \
  MORTISE_DEFINE_CELL_(identifier, service_name, major, minor, MORTISE_REQUIREMENT_OPTIONAL)

/*
 * The table in a wanted cell, or null, for a thread other than the main one: where the plugin subscribes to the
 * service, the host may fill or empty the cell meanwhile. A plugin that lets a service go must first see to it
 * that none of its threads still uses the table. [any-thread]
 */
#if defined(__GNUC__)
#define MORTISE_SERVICE_NOW(identifier) __atomic_load_n(&identifier##_service, __ATOMIC_ACQUIRE)
#elif defined(_MSC_VER)
/* Keeps the compiler from using what it read before; what the table holds is read after its address in any case. */
#define MORTISE_SERVICE_NOW(identifier) (_ReadWriteBarrier(), identifier##_service)
#else
#define MORTISE_SERVICE_NOW(identifier) identifier##_service
#endif

/* Needs, or wants, a service that mortise itself has: MORTISE_REQUIRE(log, 1, 0) is "mortise.log" 1.0. */
#define MORTISE_REQUIRE(service, major, minor)                                                               \
  MORTISE_REQUIRE_SERVICE(mortise_##service, "mortise." #service, major, minor)
#define MORTISE_WANT(service, major, minor)                                                                  \
  MORTISE_WANT_SERVICE(mortise_##service, "mortise." #service, major, minor)

/*
 * Says in the file that module_register registers this service, so that a host can start the plugin before
 * those that need it. Once, in one source file.
 */
#define MORTISE_PROVIDE_SERVICE(identifier, service_name, major, minor)                                      \
  MORTISE_DEFINE_RECORD_(mortise_provision, module_provides_##identifier, MORTISE_VERSION(major, minor), 0,  \
                         service_name, identifier##_signature)

#endif
