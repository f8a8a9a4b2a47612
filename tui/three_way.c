#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "three_way.h"

static struct three_row *
add_row(struct three_way *three, const char *label)
{
	struct three_row *row;

	three->rows = mem_grow(three->rows, three->count, &three->cap,
	    sizeof(*three->rows));
	row = &three->rows[three->count++];
	memset(row, 0, sizeof(*row));
	row->label = label;
	return row;
}

/* The texts are taken over; whose it is follows from them. */
static void
set_texts(struct three_row *row, char *before, char *mine, char *theirs)
{
	bool by_me = strcmp(mine, before) != 0;
	bool by_them = strcmp(theirs, before) != 0;

	row->before = before;
	row->mine = mine;
	row->theirs = theirs;
	row->clash = by_me && by_them && strcmp(mine, theirs) != 0;
	row->side = by_me ? SIDE_MINE : SIDE_THEIRS;
}

static char *
field_text(const struct field *field, const void *object)
{
	struct buf text = { 0 };

	field_add(&text, field, object);
	return buf_take(&text);
}

static char *
array_text(const struct row_array *array, const void *object)
{
	struct buf text = { 0 };
	size_t i;

	for (i = 0; i < array->count(object); i++) {
		buf_add(&text, i ? ", " : "");
		array->add(&text, object, i);
	}
	return buf_take(&text);
}

/* Drops a row that nobody changed. */
static void
settle(struct three_way *three)
{
	struct three_row *row = &three->rows[three->count - 1];

	if (strcmp(row->mine, row->before) != 0 ||
	    strcmp(row->theirs, row->before) != 0)
		return;
	free(row->mine);
	free(row->theirs);
	free(row->before);
	three->count--;
}

/* "+2 -1: 192.0.2.1, ..." */
static char *
entries_text(const struct entries *from, const struct entries *to)
{
	struct entries gone = { 0 }, new = { 0 };
	struct buf text = { 0 };
	struct entry entry;
	size_t i;

	entries_subtract(&gone, from, to);
	entries_subtract(&new, to, from);
	buf_addf(&text, "+%zu -%zu", entries_count(&new),
	    entries_count(&gone));
	for (i = 0; i < 3 && i < entries_count(&new); i++) {
		entries_at(&new, i, &entry);
		buf_add(&text, " +");
		entry_add(&text, &entry);
	}
	for (i = 0; i < 3 && i < entries_count(&gone); i++) {
		entries_at(&gone, i, &entry);
		buf_add(&text, " -");
		entry_add(&text, &entry);
	}
	entries_free(&gone);
	entries_free(&new);
	return buf_take(&text);
}

static void
add_slot(struct three_way *three, const struct slot *slot)
{
	const struct entries *before = shape_entries(slot, three->before);
	const struct entries *mine = shape_entries(slot, three->mine);
	const struct entries *theirs = shape_entries(slot, three->theirs);
	struct three_row *row;
	struct buf text = { 0 };

	if (entries_equal(before, mine) && entries_equal(before, theirs))
		return;
	row = add_row(three, slot->label);
	row->slot = slot;
	buf_add_grouped(&text, entries_count(before));
	buf_add(&text, " entries");
	row->before = buf_take(&text);
	row->mine = entries_text(before, mine);
	row->theirs = entries_text(before, theirs);
	row->side = SIDE_BOTH;
}

void
three_way_make(struct three_way *three)
{
	const struct shape *shape = &shapes[three->kind];
	const struct field *field;
	const struct slot *slot;
	const struct row_array *array;

	for (field = shape->fields; field->name; field++) {
		add_row(three, field->label)->field = field;
		set_texts(&three->rows[three->count - 1],
		    field_text(field, three->before),
		    field_text(field, three->mine),
		    field_text(field, three->theirs));
		settle(three);
	}
	for (array = shape->arrays; array->path; array++) {
		add_row(three, array->path)->array = array;
		set_texts(&three->rows[three->count - 1],
		    array_text(array, three->before),
		    array_text(array, three->mine),
		    array_text(array, three->theirs));
		settle(three);
	}
	for (slot = shape->slots; slot->name; slot++)
		add_slot(three, slot);
}

void
three_way_free(struct three_way *three)
{
	size_t i;

	for (i = 0; i < three->count; i++) {
		free(three->rows[i].mine);
		free(three->rows[i].theirs);
		free(three->rows[i].before);
	}
	free(three->rows);
	three->rows = NULL;
	three->count = three->cap = 0;
}

/* --- put together -------------------------------------------------------- */

/* What I took away goes, what I added comes. */
static void
merge_entries(const struct three_way *three, const struct slot *slot,
    void *object)
{
	const struct entries *before = shape_entries(slot, three->before);
	const struct entries *mine = shape_entries(slot, three->mine);
	struct entries *to = shape_entries(slot, object);
	struct entries gone = { 0 }, new = { 0 }, left = { 0 };

	entries_subtract(&gone, before, mine);
	entries_subtract(&new, mine, before);
	entries_subtract(&left, to, &gone);
	entries_append_all(&left, &new);
	entries_settle(&left);
	entries_free(&gone);
	entries_free(&new);
	entries_free(to);
	*to = left;
}

/* The listeners and routes of servers are the arrays there are a choice of. */
static void
take_array(const struct three_way *three, const struct row_array *array,
    void *object)
{
	struct server *to = object, *from = server_copy(three->mine);
	struct server swap = *to;

	if (!strcmp(array->path, "listen")) {
		to->listeners = from->listeners;
		to->listener_count = from->listener_count;
		from->listeners = swap.listeners;
		from->listener_count = swap.listener_count;
	} else {
		to->routes = from->routes;
		to->route_count = from->route_count;
		from->routes = swap.routes;
		from->route_count = swap.route_count;
	}
	server_free(from);
}

void *
three_way_merged(const struct three_way *three, struct err *err)
{
	const struct shape *shape = &shapes[three->kind];
	void *merged = shape->copy(three->theirs);
	size_t i;

	for (i = 0; i < three->count; i++) {
		const struct three_row *row = &three->rows[i];

		if (row->slot)
			merge_entries(three, row->slot, merged);
		else if (row->array && row->side == SIDE_MINE)
			take_array(three, row->array, merged);
		else if (row->field && row->side == SIDE_MINE &&
		    !field_parse(row->field, merged, row->mine, err)) {
			shape->free(merged);
			return NULL;
		}
	}
	return merged;
}
