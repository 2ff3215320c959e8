/* echo: an effect in C. */
#include "audio_effect.h"
#include "echo.h"

#include <mortise/mortise.h>

MORTISE_MODULE(.name = "echo", .version = "1.0.0")
AUDIO_EFFECT_PROVIDE

struct audio_effect_stream {
  echo *echo;
};

static int32_t describe(const mortise_host *host, mortise_reply *reply, mortise_error *error) {
  (void)host;
  (void)error;
  return mortise_give(reply, mortise_text_of("what was played comes back, quieter each time"));
}

static int32_t open_(const mortise_host *host, const audio_effect_settings *settings,
                     audio_effect_stream **stream, mortise_error *error) {
  audio_effect_stream *made;
  (void)host;
  if (!(settings->seconds * settings->sample_rate >= 1) || !(settings->seconds <= 10) ||
      settings->sample_rate > 768000)
    return mortise_fail(error, "seconds is %g, and can be from one sample to 10", settings->seconds);
  made = malloc(sizeof *made);
  if (made) made->echo = echo_make(settings->sample_rate, settings->mix, settings->amount, settings->seconds);
  if (!made || !made->echo) {
    free(made);
    return mortise_fail(error, "there is no memory for the echo");
  }
  *stream = made;
  return MORTISE_OK;
}

static int32_t process(const mortise_host *host, audio_effect_stream *stream, float *samples,
                       uint64_t samples_count, mortise_error *error) {
  (void)host;
  (void)error;
  echo_play(stream->echo, samples, samples_count);
  return MORTISE_OK;
}

static void close_(const mortise_host *host, audio_effect_stream *stream) {
  (void)host;
  echo_end(stream->echo);
  free(stream);
}

static const audio_effect_v1 table = {
    .size = sizeof table, .describe = describe, .open = open_, .process = process, .close = close_};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  return audio_effect_register(host, &table, error);
}
