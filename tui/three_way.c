#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/invariant.h"
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

/* Of an object that is only looked at. */
static struct texts
texts_in(const struct row_array *array, const void *object)
{
	size_t *count;
	char ***items = array->texts((void *)(uintptr_t)object, &count);

	return (struct texts){ *items, *count };
}

static char *
array_text(const struct row_array *array, const void *object)
{
	struct texts texts = { NULL, 0 };
	struct buf text = { 0 };
	size_t i;

	if (array->texts)
		texts = texts_in(array, object);
	for (i = 0; i < array->count(object); i++) {
		buf_add(&text, i ? ", " : "");
		if (array->texts)
			buf_add(&text, texts.items[i]);
		else
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
		if (array->texts && three->rows[three->count - 1].clash)
			three->rows[three->count - 1].side = SIDE_BOTH;
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

/* The listeners and routes of servers are the arrays that are no texts. */
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

static bool
is_in(const struct texts *texts, const char *text)
{
	size_t i = 0;

	while (i < texts->count && strcmp(texts->items[i], text) != 0)
		i++;
	return i < texts->count;
}

/* Theirs without what I took away, then what I added; or mine as it is. */
static void
take_texts(const struct three_way *three, const struct three_row *row,
    void *object)
{
	struct texts before = texts_in(row->array, three->before);
	struct texts mine = texts_in(row->array, three->mine);
	struct texts theirs = texts_in(row->array, object), taken = { 0 };
	bool both = row->side == SIDE_BOTH;
	size_t i, *count;
	char ***items;

	for (i = 0; both && i < theirs.count; i++)
		if (!is_in(&before, theirs.items[i]) ||
		    is_in(&mine, theirs.items[i]))
			texts_add(&taken, mem_text(theirs.items[i]));
	for (i = 0; i < mine.count; i++)
		if (!both || (!is_in(&before, mine.items[i]) &&
		        !is_in(&theirs, mine.items[i])))
			texts_add(&taken, mem_text(mine.items[i]));
	texts_free(&theirs);
	items = row->array->texts(object, &count);
	*items = taken.items;
	*count = taken.count;
}

void
three_way_turn(struct three_row *row)
{
	bool can_both = row->array && row->array->texts;

	if (row->slot)
		return;
	if (row->side == SIDE_MINE)
		row->side = SIDE_THEIRS;
	else if (row->side == SIDE_THEIRS && can_both)
		row->side = SIDE_BOTH;
	else
		row->side = SIDE_MINE;
}

static bool
take_row(const struct three_way *three, const struct three_row *row,
    void *merged, struct err *err)
{
	if (row->slot)
		merge_entries(three, row->slot, merged);
	else if (row->side == SIDE_THEIRS)
		return true;
	else if (row->array && row->array->texts)
		take_texts(three, row, merged);
	else if (row->array)
		take_array(three, row->array, merged);
	else
		return field_parse(row->field, merged, row->mine, err);
	return true;
}

void *
three_way_merged(const struct three_way *three, struct err *err)
{
	const struct shape *shape = &shapes[three->kind];
	void *merged = shape->copy(three->theirs);
	size_t i = 0;

	while (i < three->count &&
	    take_row(three, &three->rows[i], merged, err))
		i++;
	if (i < three->count) {
		shape->free(merged);
		return NULL;
	}
	if (shape->settle)
		shape->settle(merged, NULL);
	return merged;
}
