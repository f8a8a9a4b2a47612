#include "config.h"

#include <string.h>

#include "entry_sift.h"
#include "policy/note.h"

#define DAY ((int64_t)24 * 3600)

/* An entry, with what of it has been looked at so far. */
struct looked {
	const struct entry_facts *facts;
	const struct entry *entry;
	size_t place;
	struct buf *text; /* len 0: not written yet */
};

static bool
set_filter(struct sift *sift, const char *text, struct err *err)
{
	struct filter before = sift->filter;
	bool ok = filter_parse(&sift->filter, text, err);

	sift->narrower = ok && before.count &&
	    filter_within(&sift->filter, &before);
	filter_free(&before);
	return ok;
}

bool
sift_aim(struct sift *sift, struct entry_facts *facts, const char *text,
    bool *waiting, struct err *err)
{
	*waiting = false;
	sift->walk = (struct entries_walk){ .entries = facts->shown };
	if (!set_filter(sift, text, err))
		return false;
	for (size_t i = 0; i < sift->filter.count; i++) {
		enum filter_kind kind = sift->filter.words[i].kind;

		if (kind == FILTER_SOURCE || kind == FILTER_AGE)
			*waiting |= !facts_origins(facts);
		else if (kind == FILTER_USED || kind == FILTER_UNUSED)
			*waiting |= !facts_mail(facts);
		else if (kind == FILTER_PROBLEM)
			facts_judge(facts);
		else if (kind == FILTER_STATE)
			app_base(facts->app);
	}
	return true;
}

void
sift_clear(struct sift *sift)
{
	filter_free(&sift->filter);
	buf_free(&sift->text);
}

/* --- notes ------------------------------------------------------------- */

static bool
note_has(const char *note, const char *part)
{
	return note && filter_text_has(note, part);
}

static bool
any_note_has(const struct entry *e, const char *part)
{
	return note_has(e->comment, part) || note_has(e->owner, part) ||
	    note_has(e->ticket, part);
}

/* Addresses are written without capitals. */
static bool
entry_has(const struct looked *l, const struct filter_word *w)
{
	const struct entry *e = l->entry;

	if (e->kind == ENTRY_NET && e->net.family == 4 && !w->numeric)
		return false;
	if (!l->text->len)
		entry_add(l->text, e);
	return e->kind == ENTRY_NET
	    ? strstr(buf_text(l->text), w->text) != NULL
	    : filter_text_has(buf_text(l->text), w->text);
}

static bool
text_has(const struct looked *l, const struct filter_word *w)
{
	return entry_has(l, w) || any_note_has(l->entry, w->text);
}

/* --- where it comes from ----------------------------------------------- */

static bool
is_from(const struct looked *l, const struct filter_word *w)
{
	bool stored;
	const struct origin *o = facts_origin(l->facts, l->entry, l->place,
	    &stored);

	if (!o || !o->import)
		return false;
	return w->number ? o->import == w->number
	                 : filter_text_has(o->source, w->text);
}

/* What is not stored yet is as young as can be. */
static bool
is_of_age(const struct looked *l, const struct filter_word *w)
{
	bool stored;
	const struct origin *o = facts_origin(l->facts, l->entry, l->place,
	    &stored);
	int64_t age = o ? store_now() - o->time : 0;

	if (!o && stored)
		return false;
	return w->less ? age < w->seconds : age > w->seconds;
}

/* Its last day counts as a whole. */
static bool
is_ending(const struct entry *e, const struct filter_word *w)
{
	int64_t left = (e->expires + (int64_t)1) * DAY - store_now();

	if (!e->expires)
		return false;
	return w->any || (w->less ? left < w->seconds : left > w->seconds);
}

/* What is not known is neither. */
static bool
is_used(const struct looked *l, const struct filter_word *w)
{
	struct mail_use use;
	int64_t ago;

	facts_use(l->facts, l->entry, &use);
	if (w->kind == FILTER_UNUSED)
		return use.unused > w->seconds;
	ago = store_now() - use.last;
	return use.last &&
	    (w->any || (w->less ? ago < w->seconds : ago > w->seconds));
}

/* --- words ------------------------------------------------------------- */

static bool
is_true(const struct looked *l, const struct filter_word *w)
{
	const struct entry *e = l->entry;

	switch (w->kind) {
	case FILTER_ADDRESS:
		return (e->kind == ENTRY_NET && net_holds(&e->net,
		    w->address.family, w->address.first)) ||
		    text_has(l, w);
	case FILTER_NOTE:
		return any_note_has(e, w->text);
	case FILTER_COMMENT:
		return note_has(e->comment, w->text);
	case FILTER_OWNER:
		return note_has(e->owner, w->text);
	case FILTER_TICKET:
		return note_has(e->ticket, w->text);
	case FILTER_SOURCE:
		return is_from(l, w);
	case FILTER_STATE:
		return facts_committed(l->facts, e) == (w->which == 1);
	case FILTER_PROBLEM:
		return facts_is(l->facts, e, l->place, w->which);
	case FILTER_AGE:
		return is_of_age(l, w);
	case FILTER_EXPIRES:
		return is_ending(e, w);
	case FILTER_USED:
	case FILTER_UNUSED:
		return is_used(l, w);
	default:
		return text_has(l, w);
	}
}

/* Most are IPv4 without notes, and asked for in order. */
static void
look_at(struct sift *sift, const struct entry_facts *facts, size_t place)
{
	struct entries_walk *walk = &sift->walk;
	struct entry *entry = &sift->entry;
	struct range4 v4;

	buf_clear(&sift->text);
	if (place > walk->place)
		entries_skip(walk, place);
	if (place == walk->place && entries_next_v4(walk, &v4)) {
		entry_clear(entry);
		entry->net = (struct net){ 4, v4.first, v4.last };
	} else if (place != walk->place || !entries_next(walk, entry)) {
		entries_at(facts->shown, place, entry);
	}
}

bool
sift_passes(struct sift *sift, const struct entry_facts *facts, size_t place)
{
	struct looked looked = { facts, &sift->entry, place, &sift->text };

	look_at(sift, facts, place);
	for (size_t i = 0; i < sift->filter.count; i++) {
		const struct filter_word *w = &sift->filter.words[i];

		if (is_true(&looked, w) == w->not)
			return false;
	}
	return true;
}
