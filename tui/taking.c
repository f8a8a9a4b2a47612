#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "differ.h"
#include "policy/mem.h"
#include "store/shape.h"
#include "taking.h"
#include "three_way.h"

const char *const taking_words[] = { "there", "taken", "merged", "clashes" };

static const char *const said[] = { "is there already",
	"comes back as it was set aside",
	"is merged with what was changed since", "clashes" };

static const struct shape *
shape_of(const struct taking_row *row)
{
	return &shapes[row->object->kind];
}

static void
clash(struct taking_row *row, const char *why)
{
	row->way = TAKING_CLASH;
	row->why = mem_text(why);
}

/* Mine as it is, or nothing where it was removed. */
static void
take_whole(struct taking_row *row)
{
	const void *mine = row->object->mine;

	row->result = mine ? shape_of(row)->copy(mine) : NULL;
}

static void
add_clashes(struct buf *out, const struct three_way *three)
{
	for (size_t i = 0; i < three->count; i++) {
		const struct three_row *r = &three->rows[i];

		if (r->clash)
			buf_addf(out, "%s%s: set aside %s, now %s",
			    out->len ? "; " : "", r->label,
			    *r->mine ? r->mine : "(none)",
			    *r->theirs ? r->theirs : "(none)");
	}
}

/* Both of us changed it: setting by setting, entry by entry. */
static void
merge(struct taking_row *row, const void *theirs)
{
	struct three_way three = { .kind = row->object->kind,
		.before = row->object->before, .mine = row->object->mine,
		.theirs = theirs };
	struct buf why = { 0 };
	struct err err;

	three_way_make(&three);
	add_clashes(&why, &three);
	for (size_t i = 0; i < three.count; i++)
		if (three.rows[i].clash)
			three.rows[i].side = SIDE_MINE;
	row->result = three_way_merged(&three, &err);
	if (why.len || !row->result)
		clash(row, row->result ? buf_text(&why) : err.text);
	else
		row->way = TAKING_MERGED;
	three_way_free(&three);
	buf_free(&why);
}

static void
judge(struct taking_row *row, const struct policy *draft)
{
	const struct aside_object *o = row->object;
	const void *theirs = shape_of(row)->find(draft, o->name);
	bool as_before = theirs && o->before &&
	    !differ_objects(o->kind, theirs, o->before);

	if (!theirs == !o->mine &&
	    (!theirs || !differ_objects(o->kind, theirs, o->mine))) {
		row->way = TAKING_THERE;
		return;
	}
	row->way = TAKING_CLEAN;
	if (theirs && o->before && o->mine && !as_before) {
		merge(row, theirs);
		return;
	}
	take_whole(row);
	if (!theirs && o->before)
		clash(row, "it was removed from the draft since");
	else if (theirs && !o->before)
		clash(row, "another one of that name was added since");
	else if (theirs && !as_before)
		clash(row, "it was changed since, and was to be removed");
}

static void
add_change(struct taking *t, const struct taking_row *row,
    const struct policy *draft)
{
	const struct aside_object *o = row->object;
	bool there = shape_of(row)->find(draft, o->name) != NULL;

	t->changes[t->change_count++] = (struct change){ o->kind,
		there ? o->name : NULL, row->result };
}

void
taking_make(struct taking *t, struct aside_object *objects, size_t count,
    const struct policy *draft, bool over)
{
	*t = (struct taking){ .objects = objects, .count = count,
		.rows = mem_new(count + 1, sizeof(*t->rows)),
		.changes = mem_new(count + 1, sizeof(*t->changes)) };
	for (size_t i = 0; i < count; i++) {
		struct taking_row *row = &t->rows[i];

		row->object = &objects[i];
		judge(row, draft);
		t->clashes += row->way == TAKING_CLASH;
		if (row->way == TAKING_THERE ||
		    (row->way == TAKING_CLASH && !over))
			continue;
		/* What was merged, but cannot be: all of mine. */
		if (!row->result)
			take_whole(row);
		add_change(t, row, draft);
	}
}

void
taking_free(struct taking *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->rows[i].result)
			shape_of(&t->rows[i])->free(t->rows[i].result);
		free(t->rows[i].why);
	}
	free(t->rows);
	free(t->changes);
	aside_objects_free(t->objects, t->count);
	*t = (struct taking){ 0 };
}

static void
add_row(struct buf *out, const struct taking_row *row)
{
	const struct aside_object *o = row->object;
	char mark = row->way == TAKING_THERE ? '='
	    : row->way == TAKING_CLASH       ? '!'
	    : !o->before                     ? '+'
	    : !o->mine                       ? '-'
	                                     : '~';

	buf_addf(out, "%c %s %s %s", mark, object_words[o->kind], o->name,
	    said[row->way]);
	if (row->why)
		buf_addf(out, ": %s", row->why);
	buf_addc(out, '\n');
}

void
taking_add_all(struct buf *out, const struct taking *t, bool spelled)
{
	for (size_t i = 0; i < t->count; i++) {
		if (spelled)
			differ_add_object(out, t->objects[i].kind,
			    t->objects[i].before, t->objects[i].mine);
		add_row(out, &t->rows[i]);
	}
}

static bool
remove_old(struct policy *policy, enum object_kind kind, const char *name)
{
	static bool (*const removers[])(struct policy *, const char *) = {
		[OBJECT_LIST] = policy_remove_list,
		[OBJECT_SERVER] = policy_remove_server,
		[OBJECT_GATEWAY] = policy_remove_gateway,
		[OBJECT_INVARIANT] = policy_remove_invariant,
	};

	return removers[kind](policy, name);
}

struct policy *
taking_policy(const struct taking *t, const struct policy *draft)
{
	struct policy *after = policy_copy(draft);

	for (size_t i = 0; i < t->change_count; i++) {
		const struct change *c = &t->changes[i];
		const struct shape *shape = &shapes[c->kind];

		if (c->old_name)
			remove_old(after, c->kind, c->old_name);
		if (c->object)
			shape->put(after, shape->copy(c->object));
	}
	return after;
}
