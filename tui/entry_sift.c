#include "config.h"

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

bool
sift_aim(struct sift *sift, struct entry_facts *facts, const char *text,
    bool *waiting, struct err *err)
{
	filter_free(&sift->filter);
	*waiting = false;
	sift->walk = (struct entries_walk){ .entries = facts->shown };
	if (!filter_parse(&sift->filter, text, err))
		return false;
	for (size_t i = 0; i < sift->filter.count; i++) {
		enum filter_kind kind = sift->filter.words[i].kind;

		if (kind == FILTER_SOURCE || kind == FILTER_AGE)
			*waiting = !facts_origins(facts);
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

static bool
text_has(const struct looked *l, const char *part)
{
	if (!l->text->len)
		entry_add(l->text, l->entry);
	return filter_text_has(buf_text(l->text), part) ||
	    any_note_has(l->entry, part);
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

/* --- words ------------------------------------------------------------- */

static bool
is_true(const struct looked *l, const struct filter_word *w)
{
	const struct entry *e = l->entry;

	switch (w->kind) {
	case FILTER_ADDRESS:
		return (e->kind == ENTRY_NET && net_holds(&e->net,
		    w->address.family, w->address.first)) ||
		    text_has(l, w->text);
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
	default:
		return text_has(l, w->text);
	}
}

bool
sift_passes(struct sift *sift, const struct entry_facts *facts, size_t place)
{
	struct entry entry;
	struct looked looked = { facts, &entry, place, &sift->text };

	if (place != sift->walk.place || !entries_next(&sift->walk, &entry))
		entries_at(facts->shown, place, &entry);
	buf_clear(&sift->text);
	for (size_t i = 0; i < sift->filter.count; i++) {
		const struct filter_word *w = &sift->filter.words[i];

		if (is_true(&looked, w) == w->not)
			return false;
	}
	return true;
}
