// Components that say of themselves what can't be.
#include "component.h"

#include <cstdlib>

static const int table = 0;
static void *place;

#if defined(NO_END)
#define FOUR {"a.b", &table}, {"a.c", &table}, {"a.d", &table}, {"a.e", &table},
#define MANY FOUR FOUR FOUR FOUR FOUR FOUR FOUR FOUR
extern const Listed provides[] = {
    MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY MANY{}};
#elif defined(NO_DOT)
extern const Listed provides[] = {{"greeting", &table}, {}};
#elif defined(NO_TABLE)
extern const Listed provides[] = {{"greeting.broken", nullptr}, {}};
#elif defined(TWO_NAMES)
extern const Listed provides[] = {{"greeting.broken", &table}, {"greeting.broken", &table}, {}};
#elif defined(ITSELF) || defined(CYCLE_A)
extern const Listed provides[] = {{"one.broken", &table}, {}};
#elif defined(CYCLE_B)
extern const Listed provides[] = {{"two.broken", &table}, {}};
#else
extern const Listed provides[] = {{}};
#endif

#if defined(ITSELF) || defined(CYCLE_B)
static Listed needs[] = {{"registry", &place}, {"one", &place}, {}};
#elif defined(CYCLE_A)
static Listed needs[] = {{"registry", &place}, {"two", &place}, {}};
#elif defined(MISSING)
static Listed needs[] = {{"registry", &place}, {"no_such_service", &place}, {"nor_this.one", &place}, {}};
#elif defined(CONSTANT_PLACE)
extern const void *const constant = nullptr;
static Listed needs[] = {{"registry", &constant}, {}};
#elif defined(RELRO_PLACE)
extern const Listed filled[];
const Listed filled[] = {{"filled", &place}};
static Listed needs[] = {{"registry", &filled[0].second}, {}};
#elif defined(ODD_PLACE)
static char odd[16];
static Listed needs[] = {{"registry", odd + 1}, {}};
#elif defined(FAR_PLACE)
static Listed needs[] = {{"registry", reinterpret_cast<void *>(0x123456789abcul)}, {}};
#else
static Listed needs[] = {{"registry", &place}, {}};
#endif

static const Listed about[] = {{}};

#ifndef NAME
#define NAME "broken"
#endif

static int init() {
#if defined(FAILS)
  return 7;
#else
  return 0;
#endif
}

#if defined(NO_LIST)
static const Component component = {NAME, nullptr, needs, about, init, nullptr};
#else
static const Component component = {NAME, provides, needs, about, init, nullptr};
#endif

#if defined(CODE)
extern "C" __attribute__((visibility("default"))) const Component *list_components() {
  return getenv("MORTISE_NEVER") ? nullptr : &component;
}
#else
LIBRARY(component)
#endif
