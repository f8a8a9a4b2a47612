#include "config.h"

#include <stdio.h>
#include <string.h>

#include "policy/note.h"
#include "shape.h"

#define PATH_SIZE 260

struct reading {
	const struct shape *shape;
	void *object;
	char prefix[PATH_SIZE]; /* "", "relay.", "routing.restrictions." */
	struct buf seen;        /* "\nrelay.mode\n", of the whole object */
};

static bool
was_seen(const struct buf *seen, const char *path)
{
	char mark[PATH_SIZE + 2];

	snprintf(mark, sizeof(mark), "\n%s\n", path);
	return strstr(buf_text(seen), mark) != NULL;
}

static bool
see(struct reader *j, struct buf *seen, const char *path)
{
	if (was_seen(seen, path))
		return reader_fail(j, "a second key of this name");
	buf_addf(seen, "\n%s\n", path);
	return true;
}

/* The value of a field as text, which field_parse() understands. */
static bool
read_scalar(struct reader *j, const struct field *field, void *object)
{
	char number[16];
	const char *text = "";
	struct err why;
	uint32_t value;
	bool on;

	if (field->kind == FIELD_BOOL) {
		if (!reader_bool(j, &on))
			return false;
		text = on ? "true" : "false";
	} else if (field_is_number(field)) {
		if (!reader_number(j, &value))
			return false;
		snprintf(number, sizeof(number), "%u", (unsigned)value);
		text = number;
	} else if ((field->kind == FIELD_JUMP || field->kind == FIELD_GROUP) &&
	    reader_peek(j) == 'n') {
		if (!reader_null(j))
			return false;
	} else if (!reader_text(j, &text)) {
		return false;
	}
	if (field_parse(field, object, text, &why))
		return true;
	/* The place names the field already. */
	return reader_fail(j, "%s", why.text + strlen(field->name) + 2);
}

struct entry_reading {
	struct entry entry;
	struct note_texts notes;
	bool has_entry;
	unsigned noted; /* bits: 1 << NOTE_OWNER */
};

static bool
read_entry_text(struct reader *j, struct entry *entry)
{
	const char *text;
	struct err why;

	if (!reader_text(j, &text))
		return false;
	if (!entry_parse(entry, text, strlen(text), NET_STRICT, &why))
		return reader_fail(j, "%s", why.text);
	return true;
}

static bool
read_entry_part(struct reader *j, const char *key, void *context)
{
	struct entry_reading *r = context;
	int kind = note_find(key, strlen(key));
	const char *text;
	struct err why;

	if (!strcmp(key, "entry")) {
		if (r->has_entry)
			return reader_fail(j, "a second key of this name");
		r->has_entry = true;
		return read_entry_text(j, &r->entry);
	}
	if (kind < 0)
		return reader_fail(j, "unknown key");
	if (r->noted >> kind & 1)
		return reader_fail(j, "a second key of this name");
	r->noted |= 1u << kind;
	if (!reader_text(j, &text))
		return false;
	return note_texts_set(&r->notes, (enum note_kind)kind, text,
	           strlen(text), &why) ||
	    reader_fail(j, "%s", why.text);
}

static bool
read_entry(struct reader *j, size_t index, void *context)
{
	struct entry_reading r;

	(void)index;
	r.has_entry = false;
	r.noted = 0;
	if (reader_peek(j) == '"') {
		if (!read_entry_text(j, &r.entry))
			return false;
	} else {
		note_texts_clear(&r.notes);
		if (!reader_object(j, read_entry_part, &r))
			return false;
		if (!r.has_entry)
			return reader_fail_key(j, "entry", "missing");
		note_texts_lend(&r.notes, &r.entry);
	}
	entries_append(context, &r.entry);
	return true;
}

/* Of equal entries the comment that is read now counts, so that a merge can
 * change one; without one the old comment stays. */
static bool
read_entries(struct reader *j, struct entries *entries)
{
	struct entries all = { 0 };
	struct entries_walk walk = { .entries = entries };
	struct entry entry;
	bool ok = reader_array(j, read_entry, &all);

	while (ok && entries_next(&walk, &entry))
		entries_append(&all, &entry);
	entries_settle(&all);
	entries_free(entries);
	*entries = all;
	return ok;
}

/* Does the path of any row begin like this? */
static bool
is_group(const struct shape *shape, const char *start)
{
	size_t len = strlen(start);

	for (const struct field *f = shape->fields; f->name; f++)
		if (!strncmp(f->name, start, len))
			return true;
	for (const struct slot *s = shape->slots; s->name; s++)
		if (!strncmp(s->path, start, len))
			return true;
	return false;
}

static bool
read_member(struct reader *j, const char *key, void *context);

static bool
read_group(struct reader *j, struct reading *r, const char *path)
{
	size_t old = strlen(r->prefix);
	bool ok;

	snprintf(r->prefix, sizeof(r->prefix), "%.120s.", path);
	ok = reader_object(j, read_member, r);
	r->prefix[old] = '\0';
	return ok;
}

static bool
read_member(struct reader *j, const char *key, void *context)
{
	struct reading *r = context;
	const struct field *field;
	char path[PATH_SIZE], start[PATH_SIZE + 1];

	if (strchr(key, '.') || strlen(r->prefix) + strlen(key) > 100)
		return reader_fail(j, "unknown key");
	snprintf(path, sizeof(path), "%.120s%.120s", r->prefix, key);
	if (!see(j, &r->seen, path))
		return false;
	field = field_find(r->shape->fields, path);
	if (field)
		return read_scalar(j, field, r->object);
	for (const struct slot *s = r->shape->slots; s->name; s++)
		if (!strcmp(s->path, path))
			return read_entries(j, shape_entries(s, r->object));
	for (const struct row_array *a = r->shape->arrays; a->path; a++)
		if (!strcmp(a->path, path))
			return a->read(j, r->object);
	snprintf(start, sizeof(start), "%.240s.", path);
	if (is_group(r->shape, start))
		return read_group(j, r, path);
	return reader_fail(j, "unknown key");
}

/* Refuses a key that was said and that the object has not. */
static bool
check_uses(struct reader *j, const struct reading *r)
{
	const char *key = buf_text(&r->seen);
	char path[PATH_SIZE];

	for (; *key; key += strcspn(key, "\n") + 1) {
		size_t len = strcspn(++key, "\n");

		snprintf(path, sizeof(path), "%.*s", (int)len, key);
		if (!r->shape->uses(r->object, path))
			return reader_fail_key(j, path,
			    "an object of this kind has no such key");
	}
	return true;
}

/* Once the object is whole. */
static bool
settle(struct reader *j, const struct reading *r, bool fresh)
{
	const struct shape *shape = r->shape;

	if (fresh && shape->needed && !was_seen(&r->seen, shape->needed))
		return reader_fail_key(j, shape->needed, "missing");
	if (shape->uses && !check_uses(j, r))
		return false;
	if (shape->settle)
		shape->settle(r->object, fresh ? buf_text(&r->seen) : NULL);
	return true;
}

bool
shape_read(struct reader *j, const struct shape *shape, void *object)
{
	struct reading r = { .shape = shape, .object = object };
	bool fresh = !*shape_name(shape, object);
	bool ok = reader_object(j, read_member, &r) && settle(j, &r, fresh);

	buf_free(&r.seen);
	return ok;
}
