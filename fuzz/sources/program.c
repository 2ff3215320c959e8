// What a loader must not take for a library.
int main(void) {
  return 0;
}
