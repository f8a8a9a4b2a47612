#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock_text.h"
#include "company.h"
#include "dialogs.h"
#include "policy/mem.h"

/* "Virtual server internet > Relay Restrictions", and whether something there
 * is not stored yet. */
static void
add_place(struct buf *out, const struct app *app, bool *changing)
{
	size_t i;

	*changing = false;
	for (i = 1; i < app->depth; i++) {
		buf_addf(out, "%s%s", i > 1 ? " > " : "", app->stack[i]->title);
		*changing |= app->stack[i]->changed &&
		    !app->stack[i]->type->live;
	}
}

/* The object that it begins with. */
static bool
same_object(const char *a, const char *b)
{
	const char *end_a = strstr(a, " > "), *end_b = strstr(b, " > ");
	size_t len_a = end_a ? (size_t)(end_a - a) : strlen(a);
	size_t len_b = end_b ? (size_t)(end_b - b) : strlen(b);

	return len_a && len_a == len_b && !strncmp(a, b, len_a);
}

/* Somebody has this open with changes: said once, when we come. */
static void
warn(struct app *app, const struct company *c)
{
	struct buf when = { 0 };
	size_t i;

	for (i = 0; i < c->count; i++) {
		if (!c->items[i].changing ||
		    !same_object(c->items[i].what, c->told))
			continue;
		add_minute(&when, c->items[i].since);
		app_say(app, '!', "%s is changing this, too (here since %s)",
		    c->items[i].author, buf_text(&when));
		break;
	}
	buf_free(&when);
}

/* Says whether they are others, or at something else. */
static bool
look(struct app *app)
{
	struct company *c = app->company;
	struct here *now = mem_new(HERE_MOST, sizeof(*now));
	size_t count = store_here_others(app->store, now);
	bool other = count != c->count ||
	    (count && memcmp(now, c->items, count * sizeof(*now)) != 0);

	free(c->items);
	c->items = now;
	c->count = count;
	return other;
}

void
company_tell(struct app *app)
{
	struct company *c = app->company;
	struct buf place = { 0 };
	bool changing, first = !c;

	if (first)
		c = app->company = mem_new(1, sizeof(*c));
	add_place(&place, app, &changing);
	if (place.len >= sizeof(c->told))
		place.data[sizeof(c->told) - 1] = '\0';
	if (first || strcmp(c->told, buf_text(&place)) != 0 ||
	    changing != c->told_changing) {
		snprintf(c->told, sizeof(c->told), "%s", buf_text(&place));
		c->told_changing = changing;
		store_here_tell(app->store, changing, c->told);
		look(app);
		warn(app, c);
	}
	buf_free(&place);
}

void
company_look(struct app *app)
{
	if (look(app))
		warn(app, app->company);
}

void
company_add(struct buf *out, const struct app *app)
{
	const struct company *c = app->company;
	size_t i;

	for (i = 0; c && i < c->count; i++)
		buf_addf(out, "%s%s", i ? ", " : "  also here: ",
		    c->items[i].author);
}

void
company_open(struct app *app)
{
	const struct company *c = app->company;
	struct buf text = { 0 };
	size_t i;

	look(app);
	if (!c->count)
		buf_add(&text, "Nobody else has this database open in a "
		    "console.\n");
	for (i = 0; i < c->count; i++) {
		const struct here *here = &c->items[i];

		buf_addf(&text, "%c%-16s ", here->changing ? '\1' : ' ',
		    here->author);
		buf_add(&text, "since ");
		add_minute(&text, here->since);
		buf_addf(&text, "   %s%s\n", here->changing ? "changes "
		    : *here->what ? "looks at " : "is on the first screen",
		    here->what);
	}
	text_open(app, "Who else is here", buf_text(&text));
	buf_free(&text);
}

void
company_free(struct app *app)
{
	if (app->company)
		free(app->company->items);
	free(app->company);
	app->company = NULL;
}
