/* A plugin whose misbehaviour is chosen when it is compiled: -DON_INIT='crash();' */
#define _GNU_SOURCE
#include <mortise/mortise.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#ifndef ON_LOAD
#define ON_LOAD
#endif
#ifndef ON_REGISTER
#define ON_REGISTER
#endif
#ifndef ON_INIT
#define ON_INIT
#endif
#ifndef ON_FINI
#define ON_FINI
#endif
#ifndef ON_EXIT
#define ON_EXIT
#endif
#ifndef PID_FILE
#define PID_FILE "/dev/null"
#endif

MORTISE_MODULE(.name = "trial_plugin", .version = "1.0.0")

#ifdef NEEDS_ANOTHER
typedef struct shop_price_rule_v1 {
  uint32_t size;
} shop_price_rule_v1;
#define shop_price_rule_signature MORTISE_UNSTATED
MORTISE_SERVICE_CELL(shop_price_rule, 1)
MORTISE_REQUIRE_SERVICE(shop_price_rule, "shop.price_rule", 1, 0)
#endif

#define UNUSED __attribute__((unused))

UNUSED static void crash(void) {
  int *volatile nowhere = NULL;
  *nowhere = 1;
}

UNUSED static void hang(void) {
  for (;;)
    pause();
}

UNUSED static void spin(void) {
  for (volatile int forever = 1; forever;)
    continue;
}

UNUSED static void *idle(void *unused) {
  hang();
  return unused;
}

UNUSED static pthread_t start(const char *name) {
  pthread_t thread;
  pthread_create(&thread, NULL, idle, NULL);
  pthread_setname_np(thread, name);
  return thread;
}

UNUSED static void start_and_join(void) {
  pthread_t thread = start("joined");
  pthread_cancel(thread);
  pthread_join(thread, NULL);
}

UNUSED static void write_pid(void) {
  FILE *file = fopen(PID_FILE, "w");
  fprintf(file, "%d", (int)getpid());
  fclose(file);
}

UNUSED static int dumps_core(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0;
}

/* A process that keeps what it inherited, but for its files when it `closes` them, and says its number. */
UNUSED static void leave_process(int leaves_group, int closes) {
  if (fork() != 0) return;
  if (leaves_group) setsid();
  for (int file = 0; closes && file < 64; file++)
    close(file);
  write_pid();
  hang();
}

/* Says that all went well, in the name of the trial, with what a plugin finds in its environment. */
UNUSED static void forge(const char *message) {
  const char *token = getenv("MORTISE_TRIAL");
  char line[512];
  int size = snprintf(line, sizeof line, "%s %s\n", token ? token : "", message);
  if (write(3, line, (size_t)size) < 0) abort();
}

__attribute__((constructor)) static void load(void) {
  ON_LOAD;
}
__attribute__((destructor)) static void unload(void) {
  ON_EXIT;
}

#ifndef BARE
MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  (void)host;
  (void)error;
  ON_REGISTER;
  return MORTISE_OK;
}
#endif

MORTISE_EXPORT int32_t module_init(const mortise_host *host, mortise_error *error) {
  (void)host;
  (void)error;
  ON_INIT;
  return MORTISE_OK;
}

#ifndef BARE
MORTISE_EXPORT void module_fini(const mortise_host *host) {
  (void)host;
  ON_FINI;
}
#endif
