/*
 * Text and bytes that a function of a service gives back: `returns(text)` and `returns(bytes)` of a definition. The
 * function gives them while it runs, whatever their size, and whoever called it copies them; nobody asks for the size
 * first, and nobody frees anything.
 *
 *     static int32_t greet(const mortise_host *host, mortise_reply *reply, mortise_error *error) {
 *       return mortise_give(reply, mortise_text_of("hello"));
 *     }
 */
#ifndef MORTISE_REPLY_H
#define MORTISE_REPLY_H

#include <mortise/abi.h>
#include <string.h>

/* Where an answer goes. The caller's, valid for that call and on its thread. */
typedef struct mortise_reply {
  uint32_t size;
  uint32_t reserved;

  /*
   * Copies the answer. Given twice, the last one counts. Anything but MORTISE_OK when the caller has no room for it,
   * or `data` is null and `bytes` isn't 0: what was given before stays then. [of the call]
   */
  int32_t (*give)(struct mortise_reply *reply, const void *data, uint64_t bytes);
} mortise_reply;

/* Gives a text, in UTF-8. What it answers is what the function should. [of the call] */
static inline int32_t mortise_give(mortise_reply *reply, mortise_text text) {
  return reply->give(reply, text.data, text.size);
}

/* Gives bytes. [of the call] */
static inline int32_t mortise_give_bytes(mortise_reply *reply, const void *data, uint64_t bytes) {
  return reply->give(reply, data, bytes);
}

/*
 * Room for an answer, for callers in C. When what is given doesn't fit, the function fails, nothing is copied and
 * `bytes` says how much it needs; it's UINT64_MAX as long as nothing was given.
 *
 *     char text[256];
 *     mortise_room room = mortise_room_of(text, sizeof text);
 *     if (shop_greeter_greet(&room.reply, &error) == MORTISE_OK) printf("%.*s", (int)room.bytes, text);
 */
typedef struct mortise_room {
  mortise_reply reply;
  void *data;
  uint64_t capacity;
  uint64_t bytes;
} mortise_room;

static inline int32_t mortise_room_give(mortise_reply *reply, const void *data, uint64_t bytes) {
  mortise_room *room = (mortise_room *)(void *)reply; /* which begins with it */
  if (!data && bytes > 0) return MORTISE_ERROR;
  room->bytes = bytes;
  if (bytes > room->capacity) return MORTISE_ERROR;
  if (bytes > 0) memcpy(room->data, data, (size_t)bytes);
  return MORTISE_OK;
}

static inline mortise_room mortise_room_of(void *data, uint64_t capacity) {
  mortise_room room;
  room.reply.size = sizeof room.reply;
  room.reply.reserved = 0;
  room.reply.give = mortise_room_give;
  room.data = data;
  room.capacity = capacity;
  room.bytes = UINT64_MAX;
  return room;
}

#endif
