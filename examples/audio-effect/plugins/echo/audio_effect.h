/*
 * audio.effect 1.0: an effect on sound
 *
 * Written by `mortise headers` from the definition of the service: change that, not this file.
 *
 * To call it, write AUDIO_EFFECT_REQUIRE once, in one source file: the host then refuses the plugin when it can't give
 * the service. With AUDIO_EFFECT_WANT the plugin goes on without it. The functions at the end call it.
 * To provide it, write AUDIO_EFFECT_PROVIDE once, fill in a audio_effect_v1, and call audio_effect_register in
 * module_register.
 *
 * `host` is the caller's own. Pointers are the caller's, and valid for that call; a size counts bytes, a count elements. Until
 * the call returns, what is read doesn't change, not in a callback either, and what is written to overlaps nothing
 * else that is passed. Whoever fails leaves zeros in what it would have given back.
 */
#ifndef AUDIO_EFFECT_H
#define AUDIO_EFFECT_H

#include <mortise/error.h>
#include <mortise/host.h>
#include <mortise/module.h>
#include <mortise/reply.h>
#include <mortise/service.h>
#include <mortise/text.h>

#include <assert.h>

#define audio_effect_signature \
  "describe(host, error) -> text [main-thread];" \
  "open(host, settings: record settings(sample_rate: u32, mix: f32, amount: f32, seconds: f64), stream: out handle stream, error) -> status [main-thread];" \
  "process(host, stream: handle stream, samples: writable span f32, error) -> status [main-thread];" \
  "close(host, stream: handle stream) -> none [main-thread]"

/* A record of 24 bytes. What lies between its fields means nothing. */
typedef struct audio_effect_settings {
  uint32_t sample_rate; /* at 0 */
  float mix; /* at 4 */
  float amount; /* at 8 */
  double seconds; /* at 16 */
} audio_effect_settings;

static_assert(sizeof(audio_effect_settings) == 24, "audio_effect_settings has 24 bytes");

/* Lives until close. Whoever provides the service defines it, or casts. */
typedef struct audio_effect_stream audio_effect_stream;

#define AUDIO_EFFECT_REQUIRE MORTISE_REQUIRE_SERVICE(audio_effect, "audio.effect", 1, 0)
#define AUDIO_EFFECT_WANT MORTISE_WANT_SERVICE(audio_effect, "audio.effect", 1, 0)
#define AUDIO_EFFECT_PROVIDE MORTISE_PROVIDE_SERVICE(audio_effect, "audio.effect", 1, 0)

typedef struct audio_effect_v1 {
  uint32_t size; /* sizeof(audio_effect_v1) */
  uint32_t reserved;

  /*
   * What the effect does, in a line. 0 once `reply` was given the text, or anything else when it failed;
   * then `error` says why. [main-thread]
   */
  int32_t (*describe)(const mortise_host *host, mortise_reply *reply, mortise_error *error);

  /*
   * A stream of one channel: `mix` is how much of the effect is heard, from 0 to 1. 0, or anything else
   * when it failed; then `error` says why. `stream` receives a value. [main-thread]
   */
  int32_t (*open)(const mortise_host *host, const audio_effect_settings *settings,
      audio_effect_stream **stream, mortise_error *error);

  /*
   * Changes the next samples of the stream in place. 0, or anything else when it failed; then `error`
   * says why. `samples` is written to, and overlaps nothing. [main-thread]
   */
  int32_t (*process)(const mortise_host *host, audio_effect_stream *stream, float *samples,
      uint64_t samples_count, mortise_error *error);

  /*
   * [main-thread]
   */
  void (*close)(const mortise_host *host, audio_effect_stream *stream);
} audio_effect_v1;

MORTISE_SERVICE_CELL(audio_effect, 1)

/* Provides the service. `table` stays as it is until module_fini returns. [entry] */
static inline int32_t audio_effect_register(const mortise_host *host, const audio_effect_v1 *table,
    mortise_error *error) {
  mortise_service service;
  service.size = sizeof service;
  service.version = MORTISE_VERSION(1, 0);
  service.name = mortise_text_of("audio.effect");
  service.table = table;
  service.signature = mortise_text_of(audio_effect_signature);
  return host->register_service(host, &service, error);
}

/* 1 when the plugin has the service, and a function in it: AUDIO_EFFECT_HAS(describe). */
#define AUDIO_EFFECT_HAS(function)                                                                      \
  (module_host && audio_effect_service &&                                                                  \
   audio_effect_service->size >= offsetof(audio_effect_v1, function) + sizeof(audio_effect_service->function))

/* Calls describe; fails without the service. [main-thread] */
static inline int32_t audio_effect_describe(mortise_reply *reply, mortise_error *error) {
  if (!AUDIO_EFFECT_HAS(describe)) {
    return mortise_fail(error, "the host has no audio.effect with describe");
  }
  return audio_effect_service->describe(module_host, reply, error);
}

/* Calls open; fails without the service. [main-thread] */
static inline int32_t audio_effect_open(const audio_effect_settings *settings,
      audio_effect_stream **stream, mortise_error *error) {
  if (!AUDIO_EFFECT_HAS(open)) {
    if (stream) *stream = 0;
    return mortise_fail(error, "the host has no audio.effect with open");
  }
  return audio_effect_service->open(module_host, settings, stream, error);
}

/* Calls process; fails without the service. [main-thread] */
static inline int32_t audio_effect_process(audio_effect_stream *stream, float *samples,
      uint64_t samples_count, mortise_error *error) {
  if (!AUDIO_EFFECT_HAS(process)) {
    return mortise_fail(error, "the host has no audio.effect with process");
  }
  return audio_effect_service->process(module_host, stream, samples, samples_count, error);
}

/* Calls close. [main-thread] */
static inline void audio_effect_close(audio_effect_stream *stream) {
  if (!AUDIO_EFFECT_HAS(close)) {
    return;
  }
  audio_effect_service->close(module_host, stream);
}

#endif
