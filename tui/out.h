/* Standard output and standard error of the subcommands.  On a terminal
 * everything is made safe (text_safe.h); in a pipe bytes stay as they are. */
#ifndef TUI_OUT_H
#define TUI_OUT_H

#include <stdbool.h>

#include "policy/buf.h"
#include "policy/err.h"

/* Lines and tabs of the text are kept, all else is made safe on a terminal. */
void out_text(const struct buf *text);
void out_line(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Flushes; false when the output could not be written. */
bool out_finish(struct err *err);

/* "relayadm: TEXT" on standard error. */
void out_error(const struct err *err, bool json);
void out_note(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* A progress line on standard error, only on a terminal; done < total. */
void out_progress(const char *what, size_t done, size_t total);
void out_progress_end(void);

/* "2026-11-20 09:14:05 UTC" */
void add_time(struct buf *buf, long long seconds);

struct json_t;
/* The object as text and a line end; takes the reference. */
void out_json(struct json_t *json);

#endif
