/* What the console says of an invariant. */
#ifndef TUI_INVARIANT_TEXT_H
#define TUI_INVARIANT_TEXT_H

#include "app.h"
#include "policy/invariant.h"

enum invariant_state {
	INVARIANT_UNKNOWN, /* not worked out yet */
	INVARIANT_HOLDS,
	INVARIANT_IDLE,   /* nothing could break it */
	INVARIANT_FAULTY, /* it names what is not there */
	INVARIANT_BROKEN,
};

/* "...", "holds", "idle", "FAULTY", "BROKEN". */
extern const char *const invariant_state_words[];

/* By the findings about this one. */
enum invariant_state invariant_state_of(const struct findings *findings,
    const char *name);
/* Of the draft with this one alone. */
void invariant_judge(struct app *app, struct invariant *invariant,
    struct findings *findings);
/* Of the draft, as far as it is known. */
enum invariant_state invariant_state(struct app *app, const char *name);

/* 'X' when it is broken or faulty, else how it differs. */
char invariant_mark(struct app *app, const char *name);

/* The first error about it, or NULL. */
const struct finding *invariant_finding(const struct findings *findings,
    const char *name);

/* Words, state, findings, each with what shows it: lines for a view. */
void invariant_add_detail(struct buf *out, struct app *app,
    const struct invariant *invariant);

#endif
