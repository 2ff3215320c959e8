/* The effect itself, for the plugin and for ../../koffi. */
#ifndef ECHO_H
#define ECHO_H

#include <stdint.h>
#include <stdlib.h>

typedef struct echo {
  float *past; /* a ring of what was played */
  uint64_t size, at;
  float mix, amount;
} echo;

static inline echo *echo_make(uint32_t sample_rate, float mix, float amount, double seconds) {
  echo *made = (echo *)calloc(1, sizeof *made);
  if (!made) return NULL;
  made->size = (uint64_t)(seconds * sample_rate);
  made->past = (float *)calloc(made->size, sizeof *made->past);
  made->mix = mix;
  made->amount = amount;
  if (made->past) return made;
  free(made);
  return NULL;
}

static inline void echo_play(echo *self, float *samples, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) {
    float *past = &self->past[self->at];
    const float heard = *past;
    *past = samples[i] + heard * self->amount;
    samples[i] = samples[i] * (1 - self->mix) + heard * self->mix;
    self->at = (self->at + 1) % self->size;
  }
}

static inline void echo_end(echo *self) {
  free(self->past);
  free(self);
}

#endif
