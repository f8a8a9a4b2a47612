#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "differ.h"
#include "policy/invariant.h"
#include "policy/note.h"
#include "same_command.h"
#include "store/shape.h"
#include "words.h"

/* More than a person would type. */
#define EDITS_MOST 32
/* More than is copied for a proof while a key waits. */
#define PROVEN_MOST 20000

struct saying {
	const struct policy *policy;
	const struct shape *shape;
	const struct change *change;
	const void *was;    /* a new one as it begins for an added object */
	struct words words; /* KEY=VALUE */
	bool possible;
};

static void
say_field(struct saying *say, const struct field *field)
{
	struct buf before = { 0 }, after = { 0 };
	bool name = field == &say->shape->fields[0];

	field_add(&before, field, say->was);
	field_add(&after, field, say->change->object);
	if (strcmp(buf_text(&before), buf_text(&after)) != 0 &&
	    !(name && !say->change->old_name)) {
		buf_clear(&before);
		buf_addf(&before, "%s=%s", field->name, buf_text(&after));
		words_add(&say->words, buf_text(&before));
	}
	buf_free(&before);
	buf_free(&after);
}

static void
add_notes(struct buf *out, const struct entry *entry)
{
	int kind;

	for (kind = 0; note_kinds[kind].name; kind++) {
		struct buf text = { 0 };

		note_add(&text, entry, (enum note_kind)kind);
		if (text.len)
			buf_addf(out, ";%s=%s", note_kinds[kind].name,
			    buf_text(&text));
		buf_free(&text);
	}
}

/* A comment with what separates cannot be said in a word. */
static bool
can_say(const struct entry *entry)
{
	struct buf text = { 0 };
	size_t signs = 0, kinds = 0, i;

	add_notes(&text, entry);
	for (i = 0; i < text.len; i++)
		signs += text.data[i] == ';' || text.data[i] == ',';
	buf_free(&text);
	for (i = 0; note_kinds[i].name; i++) {
		note_add(&text, entry, (enum note_kind)i);
		kinds += text.len > 0;
		buf_free(&text);
	}
	return signs == kinds;
}

/* The edits of one sign as one word. */
static void
say_edits(struct saying *say, const struct slot *slot,
    const struct entry_edit *edits, size_t count, bool add)
{
	struct buf word = { 0 };
	size_t i, said = 0;

	buf_addf(&word, "%s%c=", slot->path, add ? '+' : '-');
	for (i = 0; i < count; i++) {
		if (edits[i].add != add)
			continue;
		buf_add(&word, said++ ? "," : "");
		entry_add(&word, &edits[i].entry);
		if (!add)
			continue;
		add_notes(&word, &edits[i].entry);
		say->possible = say->possible && can_say(&edits[i].entry);
	}
	if (said)
		words_add(&say->words, buf_text(&word));
	buf_free(&word);
}

static void
say_slot(struct saying *say, const struct slot *slot)
{
	struct entry_edit edits[EDITS_MOST];
	size_t count = entries_edits(shape_entries(slot, say->was),
	    shape_entries(slot, say->change->object), edits, EDITS_MOST);

	if (count == ENTRY_NOWHERE) {
		say->possible = false;
		return;
	}
	say_edits(say, slot, edits, count, false);
	say_edits(say, slot, edits, count, true);
}

static void
add_route(struct buf *out, const struct route *route)
{
	buf_addf(out, "%s%s %s", route->exact ? "#" : "", route->domain,
	    action_words[route->action]);
	if (!route->next_hop)
		return;
	buf_addf(out, " %s", route->next_hop);
	if (route->port)
		buf_addf(out, ":%u", (unsigned)route->port);
}

/* What stands in a document without its quotes; rows of a routing list as they
 * are written in a command. */
static void
add_item(struct buf *out, const struct row_array *array, const void *object,
    size_t place)
{
	struct buf text = { 0 };

	if (array->long_rows) {
		add_route(out,
		    &((const struct server *)object)->routes[place]);
		return;
	}
	array->add(&text, object, place);
	if (text.len > 2)
		buf_addn(out, text.data + 1, text.len - 2);
	buf_free(&text);
}

static void
add_items(struct buf *out, const struct row_array *array, const void *object)
{
	size_t count = array->count(object), i;

	buf_addf(out, "%s=", array->path);
	for (i = 0; i < count && i <= EDITS_MOST; i++) {
		buf_add(out, i ? "," : "");
		add_item(out, array, object, i);
	}
}

static void
say_array(struct saying *say, const struct row_array *array)
{
	struct buf before = { 0 }, after = { 0 };

	if (array->count(say->change->object) > EDITS_MOST ||
	    array->count(say->was) > EDITS_MOST) {
		/* Equal or not is too much to say; the proof will tell. */
		return;
	}
	add_items(&before, array, say->was);
	add_items(&after, array, say->change->object);
	if (strcmp(buf_text(&before), buf_text(&after)) != 0)
		words_add(&say->words, buf_text(&after));
	buf_free(&before);
	buf_free(&after);
}

static size_t
count_entries(const struct saying *say)
{
	const struct slot *slot;
	size_t count = 0;

	for (slot = say->shape->slots; slot->name; slot++)
		count += entries_count(shape_entries(slot, say->was));
	return count;
}

/* Do the words make of the one what the other is? */
static bool
proves(const struct saying *say)
{
	bool ok = true;
	void *copy;
	struct err err;
	size_t i;

	if (count_entries(say) > PROVEN_MOST)
		return true;
	copy = say->shape->copy(say->was);
	for (i = 0; ok && i < say->words.count; i++)
		ok = assign_word(say->change->kind, copy, say->policy,
		    say->words.items[i], &err);
	ok = ok &&
	    !differ_objects(say->change->kind, copy, say->change->object);
	say->shape->free(copy);
	return ok;
}

static void
find_words(struct saying *say)
{
	const struct row_array *array;
	const struct field *field;
	const struct slot *slot;

	say->possible = true;
	for (field = say->shape->fields; field->name; field++)
		say_field(say, field);
	for (array = say->shape->arrays; array->path; array++)
		say_array(say, array);
	for (slot = say->shape->slots; slot->name; slot++)
		say_slot(say, slot);
	say->possible = say->possible && proves(say);
}

static void
add_words(struct buf *out, const struct saying *say, const char *name)
{
	size_t i;

	buf_addf(out, "relayadm %s %s", say->shape->word,
	    say->change->old_name ? "set" : "add");
	words_add_quoted(out, name);
	for (i = 0; i < say->words.count; i++)
		words_add_quoted(out, say->words.items[i]);
}

/* A new object of the same name, to say what the other has beyond it. */
static void *
begin(const struct saying *say)
{
	void *fresh = say->shape->new();
	struct err err;

	field_parse(&say->shape->fields[0], fresh,
	    shape_name(say->shape, say->change->object), &err);
	return fresh;
}

static void
add_change(struct buf *out, struct saying *say)
{
	const struct change *change = say->change;
	const char *name = change->old_name
	    ? change->old_name
	    : shape_name(say->shape, change->object);
	void *fresh = change->old_name ? NULL : begin(say);

	say->was = fresh ? fresh : say->shape->find(say->policy, name);
	if (say->was)
		find_words(say);
	if (say->possible)
		add_words(out, say, name);
	else
		buf_addf(out, "relayadm load --merge FILE   (with %s %s as "
		    ": dump --draft shows it)",
		    say->shape->word, name);
	words_free(&say->words);
	if (fresh)
		say->shape->free(fresh);
}

void
same_command_add(struct buf *out, const struct policy *policy,
    const struct change *changes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct saying say = { .policy = policy,
			.shape = &shapes[changes[i].kind],
			.change = &changes[i] };

		if (i)
			buf_addc(out, '\n');
		if (changes[i].object) {
			add_change(out, &say);
			continue;
		}
		buf_addf(out, "relayadm %s remove", say.shape->word);
		words_add_quoted(out, changes[i].old_name);
	}
}
