/* For bench/services-types.mjs: functions that take and fill spans and records. */
#include <mortise/mortise.h>

MORTISE_MODULE(.name = "services_types", .version = "1.0.0")

typedef struct bench_types_settings {
  float gain;
  float pan;
  int32_t shape;
  int32_t muted;
  uint32_t mode;
  uint32_t channels;
  double rate;
  double delay;
} bench_types_settings;

typedef struct bench_types_v1 {
  uint32_t size;
  uint32_t reserved;
  int32_t (*scale)(const mortise_host *host, const float *samples, uint64_t samples_count, float by,
                   float *scaled, uint64_t scaled_count);
  int32_t (*apply)(const mortise_host *host, const bench_types_settings *settings, float *samples,
                   uint64_t samples_count, bench_types_settings *used);
  int32_t (*dance)(const mortise_host *host, uint8_t *room, uint64_t room_size, uint64_t *size);
  int32_t (*answer)(const mortise_host *host, mortise_reply *reply, mortise_error *error);
} bench_types_v1;
#define bench_types_signature                                                                                \
  "scale(host, samples: span f32, by: f32, scaled: writable span f32) -> status [main-thread];"              \
  "apply(host, settings: record settings(gain: f32, pan: f32, shape: enum shape(low: 0, high: 1), muted: "   \
  "bool, mode: u32, channels: u32, rate: f64, delay: f64), samples: writable span f32, used: out record "    \
  "settings(gain: f32, pan: f32, shape: enum shape(low: 0, high: 1), muted: bool, mode: u32, channels: "     \
  "u32, rate: f64, delay: f64)) -> status [main-thread];"                                                    \
  "dance(host, room: buffer, size: out u64) -> status [main-thread];"                                        \
  "answer(host, error) -> text [main-thread]"
MORTISE_PROVIDE_SERVICE(bench_types, "bench.types", 1, 0)

MORTISE_EXPORT int32_t bench_scale(const mortise_host *host, const float *samples, uint64_t samples_count,
                                   float by, float *scaled, uint64_t scaled_count) {
  (void)host;
  if (samples_count != scaled_count) return MORTISE_ERROR;
  for (uint64_t i = 0; i < samples_count; i++)
    scaled[i] = samples[i] * by;
  return MORTISE_OK;
}

MORTISE_EXPORT int32_t bench_apply(const mortise_host *host, const bench_types_settings *settings,
                                   float *samples, uint64_t samples_count, bench_types_settings *used) {
  (void)host;
  for (uint64_t i = 0; i < samples_count; i++)
    samples[i] *= settings->gain;
  *used = *settings;
  return MORTISE_OK;
}

static const char text[] = "sixty-four bytes of a text that a plugin gives back, in ASCII...";

static int32_t dance(const mortise_host *host, uint8_t *room, uint64_t room_size, uint64_t *size) {
  (void)host;
  *size = sizeof text - 1;
  if (room_size < *size) return MORTISE_ERROR;
  memcpy(room, text, *size);
  return MORTISE_OK;
}

static int32_t answer(const mortise_host *host, mortise_reply *reply, mortise_error *error) {
  (void)host;
  (void)error;
  return mortise_give(reply, mortise_text_of(text));
}

static const bench_types_v1 table = {sizeof table, 0, bench_scale, bench_apply, dance, answer};

MORTISE_EXPORT int32_t module_register(const mortise_host *host, mortise_error *error) {
  const mortise_service service = {sizeof service, MORTISE_VERSION(1, 0), mortise_text_of("bench.types"),
                                   &table, mortise_text_of(bench_types_signature)};
  return host->register_service(host, &service, error);
}
