/* JSON as RFC 8259 has it, read in one pass by whoever knows what must come
 * next, so that every refusal can name its place ("servers[2].relay.mode") and
 * nothing unknown is ever held in memory.
 *
 * Texts are UTF-8 without NUL; numbers are whole, from 0 to 10^9. */
#ifndef STORE_JSON_H
#define STORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/buf.h"
#include "policy/err.h"

#define JSON_DEPTH 12
#define JSON_KEY 64

struct json_frame {
	char key[JSON_KEY]; /* "" in an array */
	size_t index;
};

struct json {
	const char *text;
	size_t len, pos;
	struct json_frame frames[JSON_DEPTH];
	int depth;
	struct buf scratch; /* of texts being read; free it by json_close() */
	struct err *err;
};

/* Each is called at the value and must read it whole. */
typedef bool json_member(struct json *json, const char *key, void *context);
typedef bool json_item(struct json *json, size_t index, void *context);

void json_open(struct json *json, const char *text, size_t len,
    struct err *err);
void json_close(struct json *json);

/* Fails with the place in front, and the line where it is wrong JSON. */
bool json_fail(struct json *json, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same about a key of the present object that is not there. */
bool json_fail_key(struct json *json, const char *key, const char *text);

/* What comes next: one of  { [ " 0 t n  or 0 for none of them (0 stands for a
 * number, t for true and false). */
char json_peek(struct json *json);

bool json_object(struct json *json, json_member *member, void *context);
bool json_array(struct json *json, json_item *item, void *context);
/* *text lives until the next text is read. */
bool json_text(struct json *json, const char **text);
bool json_bool(struct json *json, bool *value);
bool json_number(struct json *json, uint32_t *value);
bool json_null(struct json *json);
bool json_skip(struct json *json);
/* Nothing but white space may follow. */
bool json_end(struct json *json);

/* "text" with quotes, escaped. */
void json_add_text(struct buf *buf, const char *text);

#endif
