#include "config.h"

#include <string.h>

#include "policy/note.h"
#include "shape.h"

/* The dotted paths of the tables become nested objects, in the order in which
 * the tables name them. */
struct writing {
	struct buf *buf;
	const struct shape *shape;
	const void *object;
	bool bulk;
};

static void
add_indent(struct buf *buf, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_add(buf, "  ");
}

static void
add_key(struct buf *buf, int depth, bool *first, const char *key, size_t len)
{
	buf_add(buf, *first ? "\n" : ",\n");
	*first = false;
	add_indent(buf, depth);
	buf_addc(buf, '"');
	buf_addn(buf, key, len);
	buf_add(buf, "\": ");
}

static void
add_scalar(struct buf *buf, const struct field *field, const void *object)
{
	struct buf text = { 0 };

	field_add(&text, field, object);
	if (field->kind == FIELD_BOOL || field_is_number(field))
		buf_add(buf, buf_text(&text));
	else if (!text.len &&
	    (field->kind == FIELD_JUMP || field->kind == FIELD_GROUP))
		buf_add(buf, "null");
	else
		quoted_add(buf, buf_text(&text));
	buf_free(&text);
}

/* A choice that few make is written only where it was made. */
static bool
is_default(const struct field *field, const void *object)
{
	struct buf text = { 0 };
	bool same;

	if (field->kind != FIELD_OPTION && field->kind != FIELD_HOLD)
		return false;
	field_add(&text, field, object);
	same = !strcmp(buf_text(&text), field->initial);
	buf_free(&text);
	return same;
}

static void
add_notes(struct buf *buf, const struct entry *entry)
{
	struct buf text = { 0 };

	for (int i = 0; i < NOTES; i++) {
		buf_clear(&text);
		note_add(&text, entry, (enum note_kind)i);
		if (!text.len)
			continue;
		buf_addf(buf, ", \"%s\": ", note_kinds[i].name);
		quoted_add(buf, buf_text(&text));
	}
	buf_free(&text);
}

static void
add_entry(struct buf *buf, const struct entry *entry)
{
	bool noted = note_any(entry);

	if (noted)
		buf_add(buf, "{ \"entry\": ");
	buf_addc(buf, '"');
	entry_add(buf, entry);
	buf_addc(buf, '"');
	if (noted) {
		add_notes(buf, entry);
		buf_add(buf, " }");
	}
}

static void
add_entries(struct buf *buf, const struct entries *entries, int depth)
{
	struct entries_walk walk = { .entries = entries };
	size_t count = entries_count(entries);
	struct entry entry;

	if (!count) {
		buf_add(buf, "[]");
		return;
	}
	buf_add(buf, "[\n");
	while (entries_next(&walk, &entry)) {
		add_indent(buf, depth + 1);
		add_entry(buf, &entry);
		buf_add(buf, walk.place < count ? ",\n" : "\n");
	}
	add_indent(buf, depth);
	buf_addc(buf, ']');
}

static void
add_rows(struct writing *w, const struct row_array *array, int depth)
{
	size_t count = array->count(w->object);

	if (!count) {
		buf_add(w->buf, "[]");
		return;
	}
	buf_add(w->buf, array->long_rows ? "[\n" : "[ ");
	for (size_t i = 0; i < count; i++) {
		if (array->long_rows)
			add_indent(w->buf, depth + 1);
		array->add(w->buf, w->object, i);
		if (i + 1 < count)
			buf_add(w->buf, array->long_rows ? ",\n" : ", ");
	}
	buf_add(w->buf, array->long_rows ? "\n" : " ");
	if (array->long_rows)
		add_indent(w->buf, depth);
	buf_addc(w->buf, ']');
}

/* Is it a key of this object? */
static bool
has(const struct writing *w, const char *path)
{
	return !w->shape->uses || w->shape->uses(w->object, path);
}

/* The part of the path behind the prefix, or NULL. */
static const char *
behind(const char *path, const char *prefix, size_t len)
{
	return strncmp(path, prefix, len) == 0 ? path + len : NULL;
}

/* Does an earlier row begin with the first len bytes of the path? */
static bool
named_before(const struct writing *w, const char *path, size_t len)
{
	for (const struct field *f = w->shape->fields; f->name; f++) {
		if (f->name == path)
			return false;
		if (strncmp(f->name, path, len) == 0)
			return true;
	}
	for (const struct slot *s = w->shape->slots; s->name; s++) {
		if (s->path == path)
			return false;
		if (strncmp(s->path, path, len) == 0)
			return true;
	}
	return false;
}

static void
add_group(struct writing *w, const char *prefix, size_t len, int depth);

/* A nested object, once: at the first row that lies in it. */
static void
add_nested(struct writing *w, const char *path, const char *rest, int depth,
    bool *first)
{
	size_t key = strcspn(rest, ".");
	size_t len = (size_t)(rest - path) + key + 1;

	if (named_before(w, path, len))
		return;
	add_key(w->buf, depth + 1, first, rest, key);
	add_group(w, path, len, depth + 1);
}

static void
add_arrays_after(struct writing *w, const char *field, size_t prefix,
    int depth, bool *first)
{
	for (const struct row_array *a = w->shape->arrays; a->path; a++) {
		const char *key = strrchr(a->path, '.');

		key = key ? key + 1 : a->path;
		if (strcmp(a->after, field) != 0 || (a->bulk && !w->bulk) ||
		    (size_t)(key - a->path) != prefix || !has(w, a->path))
			continue;
		add_key(w->buf, depth + 1, first, key, strlen(key));
		add_rows(w, a, depth + 1);
	}
}

static void
add_group(struct writing *w, const char *prefix, size_t len, int depth)
{
	bool first = true;
	const char *rest;

	buf_addc(w->buf, '{');
	for (const struct field *f = w->shape->fields; f->name; f++) {
		rest = has(w, f->name) ? behind(f->name, prefix, len) : NULL;
		if (rest && strchr(rest, '.')) {
			add_nested(w, f->name, rest, depth, &first);
		} else if (rest && !is_default(f, w->object)) {
			add_key(w->buf, depth + 1, &first, rest, strlen(rest));
			add_scalar(w->buf, f, w->object);
		}
		add_arrays_after(w, f->name, len, depth, &first);
	}
	for (const struct slot *s = w->shape->slots; w->bulk && s->name; s++) {
		rest = has(w, s->path) ? behind(s->path, prefix, len) : NULL;
		if (rest && strchr(rest, '.')) {
			add_nested(w, s->path, rest, depth, &first);
		} else if (rest) {
			add_key(w->buf, depth + 1, &first, rest, strlen(rest));
			add_entries(w->buf, shape_entries(s, w->object),
			    depth + 1);
		}
	}
	buf_addc(w->buf, '\n');
	add_indent(w->buf, depth);
	buf_addc(w->buf, '}');
}

void
shape_add(struct buf *buf, const struct shape *shape, const void *object,
    int depth, bool bulk)
{
	struct writing w = { buf, shape, object, bulk };

	add_group(&w, "", 0, depth);
}
