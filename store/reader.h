/* JSON as RFC 8259 has it, read in one pass by whoever knows what must come
 * next, so that every refusal can name its place ("servers[2].relay.mode") and
 * nothing unknown is ever held in memory.
 *
 * Texts are UTF-8 without NUL; numbers are whole, from 0 to 10^9. */
#ifndef STORE_READER_H
#define STORE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/buf.h"
#include "policy/err.h"

#define READER_DEPTH 12
#define READER_KEY 64

struct reader_frame {
	char key[READER_KEY]; /* "" in an array */
	size_t index;
};

struct reader {
	const char *text;
	size_t len, pos;
	struct reader_frame frames[READER_DEPTH];
	int depth;
	struct buf scratch; /* of texts being read; free it by reader_close() */
	struct err *err;
};

/* Each is called at the value and must read it whole. */
typedef bool reader_member(struct reader *json, const char *key, void *context);
typedef bool reader_item(struct reader *json, size_t index, void *context);

void reader_open(struct reader *json, const char *text, size_t len,
    struct err *err);
void reader_close(struct reader *json);

/* Fails with the place in front, and the line where it is wrong JSON. */
bool reader_fail(struct reader *json, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same about a key of the present object that is not there. */
bool reader_fail_key(struct reader *json, const char *key, const char *text);

/* What comes next: one of  { [ " 0 t n  or 0 for none of them (0 stands for a
 * number, t for true and false). */
char reader_peek(struct reader *json);

bool reader_object(struct reader *json, reader_member *member, void *context);
bool reader_array(struct reader *json, reader_item *item, void *context);
/* *text lives until the next text is read. */
bool reader_text(struct reader *json, const char **text);
bool reader_bool(struct reader *json, bool *value);
bool reader_number(struct reader *json, uint32_t *value);
bool reader_null(struct reader *json);
bool reader_skip(struct reader *json);
/* Nothing but white space may follow. */
bool reader_end(struct reader *json);

/* "text" with quotes, escaped. */
void quoted_add(struct buf *buf, const char *text);

#endif
