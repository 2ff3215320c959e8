/*
 * Who a plugin is: constants in its file that the host reads before it runs anything.
 *
 * All strings are inline arrays and end in a zero. A pointer would be no use: in a file it is a null that
 * the system's loader fills in later.
 */
#ifndef MORTISE_MODULE_H
#define MORTISE_MODULE_H

#include <mortise/abi.h>

#define MORTISE_MODULE_MAGIC "MORTISE"

/* Flags of mortise_module_info. */
enum {
  /*
   * The plugin hands compiler-dependent types (of Rust or C++, say) to others, or takes them: the host's toolchain
   * policy must hold exactly for it, and who uses its services must have the same `toolchain`. Without the flag
   * that is information.
   */
  MORTISE_MODULE_EXACT_TOOLCHAIN = 1,
  /*
   * It must see the syntax tree of each query that it is asked about, as a firewall must: the host blocks a query that
   * has none (sql.h), a syntax error included, instead of asking.
   */
  MORTISE_MODULE_NEEDS_TREES = 2
};

/* The exported constant `module_info`. 296 bytes in ABI 1.0. */
typedef struct mortise_module_info {
  char magic[8];       /* MORTISE_MODULE_MAGIC */
  uint32_t size;       /* of this struct */
  uint32_t reserved;   /* 0 */
  char abi[16];        /* "1.0": the headers that the plugin was built against */
  char toolchain[96];  /* "gcc 12.2.0", "rustc 1.95.0 (59807616e 2026-04-14)" */
  char name[64];       /* lower-case letters, digits, "_", "-" and "."; starts with a letter */
  char version[32];    /* semver, "1.0.0" */
  char parser[64];     /* the parser whose syntax trees it reads, "17-6.1.0"; empty when it reads none */
  uint32_t flags;      /* MORTISE_MODULE_… */
  uint32_t reserved_2; /* 0 */
} mortise_module_info;

/*
 * A service that the plugin needs: an exported constant `module_requires_<identifier>`. Behind these 80 bytes stands
 * the service's signature (service.h), which ends in a zero: at most 65,536 bytes, and none when it isn't stated.
 */
typedef struct mortise_requirement {
  uint32_t size;    /* with the signature */
  uint32_t version; /* MORTISE_VERSION: same major, and at least this minor */
  uint32_t flags;   /* MORTISE_REQUIREMENT_… */
  uint32_t reserved;
  char name[64]; /* "mortise.log" */
} mortise_requirement;

enum {
  /* The plugin goes on without the service: its cell then holds a null. */
  MORTISE_REQUIREMENT_OPTIONAL = 1
};

/*
 * A service that the plugin registers in module_register: an exported constant `module_provides_<identifier>`. Its
 * signature follows as that of a requirement does.
 */
typedef struct mortise_provision {
  uint32_t size;    /* with the signature */
  uint32_t version; /* MORTISE_VERSION */
  uint32_t flags;   /* 0 */
  uint32_t reserved;
  char name[64]; /* "shop.price_rule" */
} mortise_provision;

#if defined(__clang__)
/* Not __clang_version__: it may name a repository and a commit, which is longer than the array. */
#define MORTISE_TOOLCHAIN                                                                                    \
  "clang " MORTISE_STRINGIFY(__clang_major__) "." MORTISE_STRINGIFY(__clang_minor__) "." MORTISE_STRINGIFY(  \
      __clang_patchlevel__)
#elif defined(__GNUC__)
#define MORTISE_TOOLCHAIN "gcc " __VERSION__
#elif defined(_MSC_VER)
#define MORTISE_TOOLCHAIN "msvc " MORTISE_STRINGIFY(_MSC_FULL_VER)
#else
#define MORTISE_TOOLCHAIN "unknown"
#endif

MORTISE_BEGIN_C
struct mortise_host;

extern MORTISE_VISIBLE const mortise_module_info module_info;

/*
 * The plugin's own host table, for code that isn't handed one. Defined by MORTISE_MODULE, null in the
 * file, filled in before any entry point runs, valid until module_fini returns.
 */
extern MORTISE_VISIBLE const struct mortise_host *module_host;
MORTISE_END_C

/*
 * Says who the plugin is; once, in one source file. `name` and `version` are needed; `parser` and `flags`
 * may follow, in this order:
 *
 *     MORTISE_MODULE(.name = "tenant_router", .version = "1.0.0")
 */
#define MORTISE_MODULE(...)                                                                                  \
  const struct mortise_host *module_host = NULL;                                                             \
  const mortise_module_info module_info = {                                                                  \
      .magic = MORTISE_MODULE_MAGIC,                                                                         \
      .size = sizeof(mortise_module_info),                                                                   \
      .abi = MORTISE_STRINGIFY(MORTISE_ABI_MAJOR) "." MORTISE_STRINGIFY(MORTISE_ABI_MINOR),                  \
      .toolchain = MORTISE_TOOLCHAIN,                                                                        \
      __VA_ARGS__};

/*
 * The same for C++17, which has no designated initialisers: name and version, and then, where they are needed, the
 * parser and the flags.
 *
 *     MORTISE_MODULE_CXX("tenant_router", "1.0.0")
 *     MORTISE_MODULE_CXX("tree_provider", "1.0.0", "", MORTISE_MODULE_EXACT_TOOLCHAIN)
 */
#define MORTISE_MODULE_CXX(...)                                                                              \
  MORTISE_EXPAND_(MORTISE_MODULE_CXX_PICK_(__VA_ARGS__, MORTISE_MODULE_CXX_4_, MORTISE_MODULE_CXX_3_,        \
                                           MORTISE_MODULE_CXX_2_, MORTISE_MODULE_CXX_2_, 0)(__VA_ARGS__))

/* Picks by the number of arguments; expanded once more for Microsoft's preprocessor. */
#define MORTISE_EXPAND_(text) text
#define MORTISE_MODULE_CXX_PICK_(first, second, third, fourth, picked, ...) picked
#define MORTISE_MODULE_CXX_2_(name, version) MORTISE_MODULE_CXX_4_(name, version, "", 0)
#define MORTISE_MODULE_CXX_3_(name, version, parser) MORTISE_MODULE_CXX_4_(name, version, parser, 0)
#define MORTISE_MODULE_CXX_4_(module_name, module_version, module_parser, module_flags)                      \
  const struct mortise_host *module_host = NULL;                                                             \
  const mortise_module_info module_info = {                                                                  \
      MORTISE_MODULE_MAGIC,                                                                                  \
      sizeof(mortise_module_info),                                                                           \
      0,                                                                                                     \
      MORTISE_STRINGIFY(MORTISE_ABI_MAJOR) "." MORTISE_STRINGIFY(MORTISE_ABI_MINOR),                         \
      MORTISE_TOOLCHAIN,                                                                                     \
      module_name,                                                                                           \
      module_version,                                                                                        \
      module_parser,                                                                                         \
      module_flags,                                                                                          \
      0};

#endif
