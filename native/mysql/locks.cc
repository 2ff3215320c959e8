// The services mysql_rwlock_v1 and psi_rwlock_v2: the system's own locks, of which nothing is measured.
#include "mysql/layout.h"
#include "mysql/services.h"

#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace mortise::mysql {
namespace {

// No instrument has a key, and so no lock is measured.
void register_locks(const char *, Instrument *instruments, int count) {
  for (int i = 0; instruments && i < count; i++)
    if (instruments[i].key) *instruments[i].key = 0;
}

void *measure(uint32_t, const void *) {
  return nullptr;
}

void measure_no_more(void *) {}

void *begin_wait(void *, void *, int, const char *, unsigned) {
  return nullptr;
}

void end_wait(void *, int) {}

void unlocked(void *, int) {}

} // namespace

const void *const measured_locks_table[] = {entry(register_locks), entry(measure),  entry(measure_no_more),
                                            entry(begin_wait),     entry(end_wait), entry(begin_wait),
                                            entry(end_wait),       entry(unlocked)};

#if !defined(_WIN32)
namespace {

// A lock that a component keeps; what follows the system's own is for who measures it.
struct Lock {
  pthread_rwlock_t own;
  void *measured;
};

int init(uint32_t, Lock *lock, const char *, unsigned) {
  lock->measured = nullptr;
  return pthread_rwlock_init(&lock->own, nullptr);
}

// One that prefers those who read: it has room for more than the system's, whose readers come first as well.
int init_for_readers(uint32_t, pthread_rwlock_t *lock, const char *, unsigned) {
  return pthread_rwlock_init(lock, nullptr);
}

template <int (*act)(pthread_rwlock_t *)> int on(pthread_rwlock_t *lock, const char *, unsigned) {
  return act(lock);
}

} // namespace

const void *const rwlock_table[] = {entry(register_locks),
                                    entry(init),
                                    entry(init_for_readers),
                                    entry(on<pthread_rwlock_destroy>),
                                    entry(on<pthread_rwlock_destroy>),
                                    entry(on<pthread_rwlock_rdlock>),
                                    entry(on<pthread_rwlock_rdlock>),
                                    entry(on<pthread_rwlock_wrlock>),
                                    entry(on<pthread_rwlock_wrlock>),
                                    entry(on<pthread_rwlock_tryrdlock>),
                                    entry(on<pthread_rwlock_trywrlock>),
                                    entry(on<pthread_rwlock_unlock>),
                                    entry(on<pthread_rwlock_unlock>)};
#endif

} // namespace mortise::mysql
