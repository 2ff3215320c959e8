// Thread-local variables, with whichever model the options choose.
#ifndef ALIGN
#define ALIGN 1
#endif

__thread int zero;
__thread int seven = 7;
__thread char own[SIZE] __attribute__((aligned(ALIGN)));

int *address_of_zero(void) {
  return &zero;
}
int sum(void) {
  return zero + seven + own[0];
}
