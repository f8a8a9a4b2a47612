/* What a push says while it goes on. */
#ifndef TUI_PUSH_REPORT_H
#define TUI_PUSH_REPORT_H

#include "remote/push.h"
#include "store/store.h"

/* A line of "push --report", which the console reads: WORD GATEWAY A B C, parted
 * by tabs; c may be NULL. */
void push_report(const char *word, const char *gateway, const char *a,
    const char *b, const char *c);

struct push_telling {
	struct store *store;
	const char *gateway;
	const int64_t *generation; /* known when it has begun */
	bool report;
};

/* The step of a push, whose context is a struct push_telling: a line of the
 * report, or for a person, and for who looks from elsewhere. */
void push_tell_step(void *context, const struct push_step *step);

#endif
