// Loads one library in a forked copy of this Node.js process, and says how the system's loader took it.
// A fault is the loader's own when no code of the library stands between it and dlopen on the stack.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <node_api.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

enum outcome { ended, taken, refused, loader_fault, own_fault };

struct report {
  volatile int outcome;
  volatile int signal;
  volatile int exiting;
  char text[400];
};

struct range {
  uintptr_t start;
  uintptr_t end;
};

// In the error code of a page fault.
enum { page_fault = 14, instruction_fetch = 16 };

static struct report *report;
static struct range known[4096];
static int known_count;
static struct range here;
static int stderr_file = -1;
static const char *loaded;

// The executable segments that were there before: the loader, the C library, Node.js.
static int note_module(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  (void)data;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
    const uintptr_t start = info->dlpi_addr + segment->p_vaddr;
    const struct range range = {start, start + segment->p_memsz};
    if (known_count < (int)(sizeof known / sizeof *known)) known[known_count++] = range;
    const uintptr_t self = (uintptr_t)&note_module;
    if (self >= range.start && self < range.end) here = range;
  }
  return 0;
}

static int is_known(uintptr_t address) {
  for (int i = 0; i < known_count; i++) {
    if (address >= known[i].start && address < known[i].end) return 1;
  }
  return 0;
}

static const struct link_map *find_loaded(void) {
  const struct link_map *map = _r_debug.r_map;
  while (map && (!map->l_name || strcmp(map->l_name, loaded) != 0))
    map = map->l_next;
  return map;
}

// Whether the address is one that the library gives to the loader: what it starts with, or a resolver.
static int is_given(uintptr_t address) {
  const struct link_map *map = _r_debug.r_map;
  while (map && (!map->l_name || strcmp(map->l_name, loaded) != 0))
    map = map->l_next;
  if (!map) return 1;
  const uintptr_t base = map->l_addr;
  const ElfW(Addr) *functions = NULL;
  const ElfW(Rela) * relocations[2] = {NULL, NULL};
  size_t sizes[3] = {0, 0, 0};
  for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
    // The loader has made some of them absolute.
    const uintptr_t value = entry->d_un.d_ptr < base ? base + entry->d_un.d_ptr : entry->d_un.d_ptr;
    if (entry->d_tag == DT_INIT && value == address) return 1;
    if (entry->d_tag == DT_INIT_ARRAY) functions = (const ElfW(Addr) *)value;
    if (entry->d_tag == DT_INIT_ARRAYSZ) sizes[2] = entry->d_un.d_val / sizeof *functions;
    if (entry->d_tag == DT_RELA) relocations[0] = (const ElfW(Rela) *)value;
    if (entry->d_tag == DT_RELASZ) sizes[0] = entry->d_un.d_val / sizeof **relocations;
    if (entry->d_tag == DT_JMPREL) relocations[1] = (const ElfW(Rela) *)value;
    if (entry->d_tag == DT_PLTRELSZ) sizes[1] = entry->d_un.d_val / sizeof **relocations;
  }
  for (size_t i = 0; functions && i < sizes[2]; i++) {
    if (functions[i] == address) return 1;
  }
  for (int list = 0; list < 2; list++) {
    for (size_t i = 0; relocations[list] && i < sizes[list]; i++) {
      const ElfW(Rela) *one = &relocations[list][i];
      if (ELF64_R_TYPE(one->r_info) == R_X86_64_IRELATIVE && base + (uintptr_t)one->r_addend == address)
        return 1;
    }
  }
  return 0;
}

// The loader's functions that call constructors, as this file's own constructor sees them on the stack.
static void *callers[4];

static _Unwind_Reason_Code note_caller(struct _Unwind_Context *context, void *data) {
  int *count = data;
  const uintptr_t address = _Unwind_GetIP(context);
  if (address >= here.start && address < here.end) return _URC_NO_REASON;
  callers[(*count)++] = _Unwind_FindEnclosingFunction((void *)address);
  return *count == 2 ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

__attribute__((constructor)) static void note_callers(void) {
  known_count = 0;
  dl_iterate_phdr(note_module, NULL);
  int count = 0;
  _Unwind_Backtrace(note_caller, &count);
}

// The loader's own code, and the C library's, which it calls for memory. Nothing else is ever its doing.
static int is_loader(uintptr_t address) {
  const uintptr_t marks[] = {(uintptr_t)callers[0], (uintptr_t)dlsym(RTLD_DEFAULT, "malloc_usable_size")};
  for (int i = 0; i < known_count; i++) {
    for (int mark = 0; mark < 2; mark++) {
      const int holds = marks[mark] >= known[i].start && marks[mark] < known[i].end;
      if (holds && address >= known[i].start && address < known[i].end) return 1;
    }
  }
  return 0;
}

static int is_caller(uintptr_t address) {
  const void *function = _Unwind_FindEnclosingFunction((void *)address);
  return function && (function == callers[0] || function == callers[1]);
}

// Whether each function that the loader starts the library with is code of it.
static int starts_in_code(void) {
  const struct link_map *map = find_loaded();
  if (!map) return 0;
  const uintptr_t base = map->l_addr;
  const ElfW(Addr) *functions = NULL;
  size_t count = 0;
  int counted = 0;
  for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_INIT_ARRAY) functions = (const ElfW(Addr) *)(base + entry->d_un.d_ptr);
    if (entry->d_tag == DT_INIT_ARRAYSZ) {
      count = entry->d_un.d_val / sizeof *functions;
      counted = 1;
    }
  }
  if (functions && !counted) return 0;
  known_count = 0;
  dl_iterate_phdr(note_module, NULL);
  for (size_t i = 0; functions && i < count; i++) {
    if (!is_known(functions[i])) return 0;
  }
  return 1;
}

// Whether a constructor is under way, even one that has jumped on to a function of the C library.
static int starting;

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *context, void *data) {
  int *seen = data;
  const uintptr_t address = _Unwind_GetIP(context);
  // The handler's own frames come first, then the kernel's trampoline in the C library.
  if (address >= here.start && address < here.end) {
    if (*seen > 2) {
      report->outcome = loader_fault;
      return _URC_NORMAL_STOP;
    }
  } else if (!is_known(address)) {
    report->outcome = own_fault;
    return _URC_NORMAL_STOP;
  }
  if (is_caller(address)) starting = 1;
  return ++*seen > 200 ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

static void on_signal(int number, siginfo_t *info, void *data) {
  const ucontext_t *context = data;
  const uintptr_t at = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
  const uintptr_t *stack = (const uintptr_t *)context->uc_mcontext.gregs[REG_RSP];
  if (report->outcome != ended) _exit(0); // unwinding itself went wrong: what is known so far stands
  report->signal = number;
  snprintf(report->text, sizeof report->text, "%s at 0x%lx, address %p", strsignal(number), (long)at,
           info->si_addr);
  if (!is_known(at)) {
    // A jump to nowhere is the fault of who jumped: its call has left the return address. A function that ends
    // with a jump leaves none, so the target must be one that the file gives to the loader.
    const int nowhere = number == SIGSEGV && context->uc_mcontext.gregs[REG_TRAPNO] == page_fault &&
                        (context->uc_mcontext.gregs[REG_ERR] & instruction_fetch) != 0;
    report->outcome = nowhere && is_known(*stack) && is_given(at) ? loader_fault : own_fault;
    _exit(0);
  }
  // The loader's own frames can always be unwound. Where that ends early, damaged code was under way.
  report->outcome = own_fault;
  if (number == SIGABRT || !is_loader(at)) _exit(0); // the loader never calls abort
  int seen = 0;
  _Unwind_Backtrace(on_frame, &seen);
  // A constructor that came back with other registers than it found has misled the loop that called it.
  if (report->outcome == loader_fault && starting && starts_in_code()) report->outcome = own_fault;
  _exit(0);
}

static void on_exit_call(void) {
  report->exiting = 1;
}

// What runs in the child may be damaged code: it must not reach what is outside.
static void confine(void) {
  static const int denied[] = {SYS_kill,     SYS_tkill,     SYS_unlink, SYS_unlinkat,   SYS_rename,
                               SYS_renameat, SYS_renameat2, SYS_rmdir,  SYS_mkdir,      SYS_mkdirat,
                               SYS_socket,   SYS_connect,   SYS_execve, SYS_execveat,   SYS_fork,
                               SYS_vfork,    SYS_clone,     SYS_ptrace, SYS_mount,      SYS_reboot,
                               SYS_truncate, SYS_ftruncate, SYS_chmod,  SYS_fchmod,     SYS_chown,
                               SYS_link,     SYS_symlink,   SYS_shmget, SYS_setpriority};
  enum { count = sizeof denied / sizeof *denied };
  struct sock_filter code[count + 8];
  int at = 0;
  code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < count; i++) {
    code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)denied[i],
                                              (unsigned char)(count - i), 0);
  }
  code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  struct sock_fprog program = {(unsigned short)at, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void load(const char *path, int seconds) {
  const int nothing = open("/dev/null", O_RDWR);
  dup2(nothing, 0);
  dup2(nothing, 1);
  dup2(stderr_file, 2);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  const struct rlimit files = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_FSIZE, &files);
  loaded = path;
  known_count = 0;
  dl_iterate_phdr(note_module, NULL);

  static char alternative[256 * 1024];
  const stack_t stack = {.ss_sp = alternative, .ss_size = sizeof alternative};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGALRM};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    sigaction(signals[i], &action, NULL);
  sigset_t all;
  sigemptyset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  const struct itimerval limit = {{0, 0}, {seconds, 0}};
  setitimer(ITIMER_REAL, &limit, NULL);
  atexit(on_exit_call);
  confine();

  if (dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    report->outcome = taken;
  } else {
    const char *message = dlerror();
    snprintf(report->text, sizeof report->text, "%s", message ? message : "");
    report->outcome = refused;
  }
  _exit(0);
}

static void probe(const char *path, int seconds) {
  memset(report, 0, sizeof *report);
  if (ftruncate(stderr_file, 0) != 0) abort();
  lseek(stderr_file, 0, SEEK_SET);
  const pid_t child = fork();
  if (child == 0) load(path, seconds);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (report->outcome != ended) return;
  // It ended without a word. 127 is what the loader ends with when an assertion of its own fails.
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  report->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  report->outcome = code == 127 && !report->exiting ? loader_fault : own_fault;
  const ssize_t length = pread(stderr_file, report->text, sizeof report->text - 1, 0);
  report->text[length > 0 ? length : 0] = '\0';
  if (length <= 0) snprintf(report->text, sizeof report->text, "exit %d, signal %d", code, report->signal);
}

static napi_value call_probe(napi_env env, napi_callback_info info) {
  static const char *const names[] = {"ended", "taken", "refused", "loader-fault", "own-fault"};
  size_t count = 2;
  napi_value values[2];
  char path[4096];
  size_t length = 0;
  int32_t seconds = 3;
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  napi_get_value_string_utf8(env, values[0], path, sizeof path, &length);
  napi_get_value_int32(env, values[1], &seconds);
  probe(path, seconds);
  napi_value answer;
  napi_value outcome;
  napi_value text;
  napi_create_array_with_length(env, 2, &answer);
  napi_create_string_utf8(env, names[report->outcome], NAPI_AUTO_LENGTH, &outcome);
  napi_create_string_latin1(env, report->text, strnlen(report->text, sizeof report->text), &text);
  napi_set_element(env, answer, 0, outcome);
  napi_set_element(env, answer, 1, text);
  return answer;
}

NAPI_MODULE_INIT() {
  report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  stderr_file = memfd_create("stderr", MFD_CLOEXEC);
  if (report == MAP_FAILED || stderr_file < 0) return NULL;
  napi_value function;
  napi_create_function(env, "probe", NAPI_AUTO_LENGTH, call_probe, NULL, &function);
  napi_set_named_property(env, exports, "probe", function);
  return exports;
}
