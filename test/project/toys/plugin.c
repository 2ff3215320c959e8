/* A plugin of the toy family. */
__attribute__((visibility("default"))) char toy_name[64] = "greeter";
static int started;
__attribute__((visibility("default"))) int toy_start(void) {
  return started = 1;
}
__attribute__((visibility("default"))) int toy_greet(int times) {
  return started ? 10 * times : -1;
}
__attribute__((visibility("default"))) int toy_end(void) {
  return started = 0;
}
