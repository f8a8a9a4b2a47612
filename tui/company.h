/* Who else is at work on this database. */
#ifndef TUI_COMPANY_H
#define TUI_COMPANY_H

#include "app.h"
#include "store/here.h"

struct company {
	struct here *items; /* of HERE_MOST; NULL: not looked yet */
	size_t count;
	char told[160]; /* what we are at */
	bool told_changing;
};

/* Tells the others what we are at, if that is another than before; warns when
 * one of them is changing the same object. */
void company_tell(struct app *app);
/* Looks who else is there; now and then, after company_tell(). */
void company_look(struct app *app);
/* "   also here: bob, carl" */
void company_add(struct buf *out, const struct app *app);
/* Each with since when and what. */
void company_open(struct app *app);
void company_free(struct app *app);

#endif
