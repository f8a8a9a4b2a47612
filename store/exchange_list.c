/* Format-List: "Key   : value", a value going on in lines that are indented, an
 * empty line between objects. */
#include "config.h"

#include <string.h>

#include "exchange.h"

struct reading {
	struct exchange *x;
	enum exchange_key key; /* whose value goes on; EXCHANGE_KEYS: none of
	                          interest */
	bool goes_on;          /* a key has come since the last empty line */
	bool begun;            /* its object has begun */
};

static bool
is_key_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '_';
}

/* "Key : value"; a space is always on the left of the colon. */
static bool
split(struct span line, struct span *key, struct span *value)
{
	size_t n = 0;

	while (n < line.len && is_key_char(line.text[n]))
		n++;
	*key = span_of(line.text, n);
	*value = span_from(line, n);
	while (value->len && value->text[0] == ' ')
		*value = span_from(*value, 1);
	if (!n || !value->len || value->text[0] != ':')
		return false;
	*value = span_trim(span_from(*value, 1));
	return true;
}

static bool
finish(struct reading *r, struct err *err)
{
	enum exchange_key key = r->key;

	r->key = EXCHANGE_KEYS;
	return key == EXCHANGE_KEYS || exchange_put(r->x, key, err);
}

/* Without an empty line between, a key that comes again begins an object. */
static bool
is_next(const struct reading *r, enum exchange_key key)
{
	const struct exchange *x = r->x;

	return !r->begun || (key != EXCHANGE_KEYS &&
	    x->objects[x->count - 1].properties[key].there);
}

static bool
begin(struct reading *r, struct span key, struct span value, struct err *err)
{
	if (!finish(r, err))
		return false;
	if (is_next(r, exchange_key(key)))
		exchange_begin(r->x, key.text);
	r->begun = r->goes_on = true;
	r->key = exchange_key(key);
	joined_clear(&r->x->value);
	if (r->key != EXCHANGE_KEYS)
		joined_add_span(&r->x->value, value);
	return true;
}

/* Lines are broken at a blank; in a list also within what is too long for one.
 */
static void
go_on(struct reading *r, struct span line)
{
	struct joined *value = &r->x->value;

	if (r->key == EXCHANGE_KEYS)
		return;
	if (!exchange_is_list(r->key) && value->text.len)
		joined_add(value, ' ', line.text);
	joined_add_span(value, line);
}

/* A transcript has prompts, a table dashes. */
static void
leave(struct reading *r, struct span line)
{
	struct exchange *x = r->x;
	struct item item = spot_item(&x->spot,
	    (size_t)(line.text - x->source->text), line.len);

	if (!span_starts(line, "[PS]") && !span_starts(line, "PS "))
		intake_left(x->intake, &item, "neither \"Key : value\" of "
		    "Format-List, nor the rest of a value");
}

static bool
take_line(struct reading *r, struct span line, bool indented, struct err *err)
{
	struct span key, value;

	if (!line.len) {
		r->begun = r->goes_on = false;
		return finish(r, err);
	}
	if (indented && r->goes_on) {
		go_on(r, line);
		return true;
	}
	if (split(line, &key, &value))
		return begin(r, key, value, err);
	if (span_only(line, "- "))
		return fail(err, "is a table of Format-Table, which cuts what "
		    "is long; export by Format-List");
	leave(r, line);
	return true;
}

bool
exchange_read_list(struct exchange *x, struct err *err)
{
	struct span rest = span_of(x->source->text, x->source->len), line;
	struct reading r = { .x = x, .key = EXCHANGE_KEYS };
	size_t lines = 0;

	while (rest.len) {
		bool indented = rest.text[0] == ' ' || rest.text[0] == '\t';
		size_t n = span_find(rest, '\n');

		line = span_trim(span_of(rest.text, n));
		rest = span_from(rest, n + (n < rest.len));
		if (++lines % 8192 == 0 && !intake_go_on(x->intake,
		        (size_t)(line.text - x->source->text)))
			return true;
		if (!take_line(&r, line, indented, err))
			return false;
	}
	return finish(&r, err);
}
