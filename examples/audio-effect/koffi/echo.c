/* The same echo without mortise: functions by name, for main.js beside it. */
#include "../plugins/echo/echo.h"

typedef struct settings {
  uint32_t sample_rate;
  float mix, amount;
  double seconds;
} settings;

__attribute__((visibility("default"))) echo *effect_open(const settings *given) {
  return echo_make(given->sample_rate, given->mix, given->amount, given->seconds);
}

__attribute__((visibility("default"))) void effect_process(echo *stream, float *samples, uint64_t count) {
  echo_play(stream, samples, count);
}

__attribute__((visibility("default"))) void effect_close(echo *stream) {
  echo_end(stream);
}
