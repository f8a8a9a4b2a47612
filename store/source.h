/* From the bytes of a file to text that formats read: UTF-8 without a byte
 * order mark.  What is no text at all is refused here. */
#ifndef STORE_SOURCE_H
#define STORE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/buf.h"
#include "policy/err.h"

/* How much of it a sniff may look at. */
#define SOURCE_SNIFFED ((size_t)64 << 10)

/* All of a file, as UTF-8, without its byte order mark. */
struct source {
	const char *name; /* of the file, "" for standard input; no folders */
	const char *text; /* ends with a NUL that is not counted */
	size_t len;
};

/* Sets text and len from bytes that end with a NUL that is not counted.
 * UTF-16 (by its byte order mark, or when every other byte of the first KiB is
 * NUL) is decoded into own; all else is the bytes themselves.  Refuses what is
 * compressed, HTML and the like, and an empty file. */
bool source_open(struct source *source, struct buf *own, const char *bytes,
    size_t len, struct err *err);

/* Does it begin as an object does, or as an array of texts or objects?  A
 * bracket alone may begin "[2001:db8::]/32". */
bool source_is_json(const struct source *source);

/* Is there "key": within what a sniff may look at? */
bool source_has_key(const struct source *source, const char *key);
/* Is there such text, without regard to the case of ASCII? */
bool source_has(const struct source *source, const char *text);

#endif
