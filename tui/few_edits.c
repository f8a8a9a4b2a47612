#include "config.h"

#include <string.h>

#include "few_edits.h"
#include "store/shape.h"

/* Everything but entries and what else is kept in bulk. */
static bool
same_body(const struct shape *shape, const void *a, const void *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	shape_add(&x, shape, a, 0, false);
	shape_add(&y, shape, b, 0, false);
	same = !strcmp(buf_text(&x), buf_text(&y));
	buf_free(&x);
	buf_free(&y);
	return same;
}

static bool
same_rows(const struct row_array *array, const void *a, const void *b)
{
	size_t count = array->count(a);
	struct buf x = { 0 }, y = { 0 };
	bool same = count == array->count(b);

	for (size_t i = 0; same && i < count; i++) {
		buf_clear(&x);
		buf_clear(&y);
		array->add(&x, a, i);
		array->add(&y, b, i);
		same = !strcmp(buf_text(&x), buf_text(&y));
	}
	buf_free(&x);
	buf_free(&y);
	return same;
}

static bool
same_bulk_rows(const struct shape *shape, const void *a, const void *b)
{
	for (const struct row_array *array = shape->arrays; array->path;
	     array++)
		if (array->bulk && !same_rows(array, a, b))
			return false;
	return true;
}

/* In one slot exactly. */
static bool
find_edits(struct few_edits *few, const struct shape *shape, const void *a,
    const void *b)
{
	struct entry_edits *edits = &few->edits;

	edits->count = 0;
	for (const struct slot *s = shape->slots; s->name; s++) {
		size_t room = edits->count ? 0 : FEW_EDITS, count;

		count = entries_edits(shape_entries(s, a),
		    shape_entries(s, b), few->items, room);
		if (count == ENTRY_NOWHERE)
			return false;
		if (count) {
			edits->where.slot = s;
			edits->count = count;
		}
	}
	return edits->count > 0;
}

bool
few_edits_find(struct few_edits *few, const struct policy *policy,
    const struct change *change)
{
	const struct shape *shape = &shapes[change->kind];
	struct holder *where = &few->edits.where;
	const void *was;

	if (!change->old_name || !change->object ||
	    (change->kind != OBJECT_LIST && change->kind != OBJECT_SERVER))
		return false;
	was = shape->find(policy, change->old_name);
	if (!was || !same_body(shape, was, change->object) ||
	    !find_edits(few, shape, was, change->object) ||
	    !same_bulk_rows(shape, was, change->object))
		return false;
	few->edits.items = few->items;
	where->list = change->kind == OBJECT_LIST ? change->old_name : NULL;
	where->server = change->kind == OBJECT_SERVER ? change->old_name : NULL;
	return true;
}
