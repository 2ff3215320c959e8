// Symbols in several versions.
int old_call(void) {
  return 1;
}
int new_call(void) {
  return 2;
}
int other(void) {
  return new_call();
}
__asm__(".symver old_call,call@V1");
__asm__(".symver new_call,call@@V2");
