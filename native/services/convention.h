// Where the arguments of a C function lie that is known only when the process runs. On the calling conventions of
// x86-64 (System V) and arm64 an argument lies in the next free register of its kind, or in the next word of the
// stack, whatever its exact type; so a function of integers for all integer registers, doubles for all
// floating-point registers and some words of the stack stands for any that uses no more of each. Windows on x86-64
// shares positions between the two kinds; there, and on other processors, none of this is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if (defined(__x86_64__) || defined(__aarch64__)) && !defined(_WIN32)
#define MORTISE_GUARDED 1
#include <pthread.h>
#else
#define MORTISE_GUARDED 0
#endif

namespace mortise {

struct Place {
  enum { in_integer, in_floating, on_stack } kind;
  size_t index; // of the register, or the byte on the stack
};

// The registers and the words of the stack of one call.
struct Frame {
  uint64_t integers[8];
  double doubles[8];
  uint64_t stack[6];

  // The bits; those above the argument's own size mean nothing.
  uint64_t read(const Place &place) const {
    uint64_t word = 0;
    memcpy(&word, at(place), sizeof word);
    return word;
  }
  // A narrow integer is to be given with its sign or zeros above: some callees rely on that.
  void write(const Place &place, uint64_t word, size_t size) {
    memcpy(const_cast<void *>(at(place)), &word, place.kind == Place::on_stack ? size : sizeof word);
  }

private:
  const void *at(const Place &place) const {
    if (place.kind == Place::in_integer) return &integers[place.index];
    if (place.kind == Place::in_floating) return &doubles[place.index];
    return reinterpret_cast<const char *>(stack) + place.index;
  }
};

#if MORTISE_GUARDED

// Finds where arguments lie, one after the other.
class Arguments {
public:
  Place next(bool floating, size_t size) {
    size_t &used = floating ? floating_used_ : integers_used_;
    if (used < (floating ? 8 : integer_registers))
      return {floating ? Place::in_floating : Place::in_integer, used++};
#if defined(__APPLE__) && defined(__aarch64__)
    const size_t step = size; // packed
#else
    (void)size;
    const size_t step = 8;
#endif
    bytes_ = (bytes_ + step - 1) / step * step;
    const Place place = {Place::on_stack, bytes_};
    bytes_ += step;
    return place;
  }
  bool fits() const { return bytes_ <= sizeof Frame::stack; }

private:
#if defined(__x86_64__)
  static constexpr size_t integer_registers = 6;
#else
  static constexpr size_t integer_registers = 8;
#endif
  size_t integers_used_ = 0;
  size_t floating_used_ = 0;
  size_t bytes_ = 0;
};

#if defined(__x86_64__)
#define INTEGER_TYPES uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5
#define INTEGERS i0, i1, i2, i3, i4, i5
#define INTEGERS_OF(f)                                                                                       \
  f.integers[0], f.integers[1], f.integers[2], f.integers[3], f.integers[4], f.integers[5]
#else
#define INTEGER_TYPES                                                                                        \
  uint64_t i0, uint64_t i1, uint64_t i2, uint64_t i3, uint64_t i4, uint64_t i5, uint64_t i6, uint64_t i7
#define INTEGERS i0, i1, i2, i3, i4, i5, i6, i7
#define INTEGERS_OF(f)                                                                                       \
  f.integers[0], f.integers[1], f.integers[2], f.integers[3], f.integers[4], f.integers[5], f.integers[6],   \
      f.integers[7]
#endif

#define DOUBLE_TYPES double d0, double d1, double d2, double d3, double d4, double d5, double d6, double d7
#define DOUBLES d0, d1, d2, d3, d4, d5, d6, d7
#define DOUBLES_OF(f)                                                                                        \
  f.doubles[0], f.doubles[1], f.doubles[2], f.doubles[3], f.doubles[4], f.doubles[5], f.doubles[6],          \
      f.doubles[7]
// A call that passes fewer is read beyond, in its caller's frame, which is there to be read.
#define STACK_TYPES uint64_t s0, uint64_t s1, uint64_t s2, uint64_t s3, uint64_t s4, uint64_t s5
#define STACK s0, s1, s2, s3, s4, s5
#define STACK_OF(f) f.stack[0], f.stack[1], f.stack[2], f.stack[3], f.stack[4], f.stack[5]
#define ALL_TYPES INTEGER_TYPES, DOUBLE_TYPES, STACK_TYPES
#define ALL INTEGERS, DOUBLES, STACK

template <typename Result> using AnyFunction = Result (*)(ALL_TYPES);

template <typename Result> Result call_with(uintptr_t target, const Frame &f) {
  return reinterpret_cast<AnyFunction<Result>>(target)(INTEGERS_OF(f), DOUBLES_OF(f), STACK_OF(f));
}

// A number that no other living thread has.
inline uintptr_t this_thread() {
#if defined(__linux__) && !defined(__clang__) && (__GNUC__ >= 11 || defined(__aarch64__))
  return reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
#else
  return (uintptr_t)pthread_self();
#endif
}

#endif

} // namespace mortise
