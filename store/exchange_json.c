/* ConvertTo-Json: an object or an array of them; Windows PowerShell may put
 * the array into {"value": [...], "Count": 2}. */
#include "config.h"

#include <string.h>

#include "exchange.h"
#include "reader.h"

struct reading {
	struct exchange *x;
	enum exchange_key key;
	struct err *err;
};

/* Escapes shift what stands behind them by little. */
static bool
add_text(struct reader *json, struct reading *r)
{
	const char *text, *from;
	size_t most;

	reader_peek(json);
	from = json->text + json->pos + 1;
	if (!reader_text(json, &text))
		return false;
	most = (size_t)(json->text + json->pos - from);
	for (size_t i = 0; text[i]; i++)
		joined_add(&r->x->value, text[i],
		    from + (i < most ? i : most));
	return true;
}

static void
add_char(struct reader *json, struct reading *r, char c)
{
	joined_add(&r->x->value, c, json->text + json->pos);
}

static bool
read_expression(struct reader *json, const char *key, void *context)
{
	return !strcmp(key, "Expression") && reader_peek(json) == '"'
	    ? add_text(json, context)
	    : reader_skip(json);
}

static bool
read_bound(struct reader *json, const char *key, void *context)
{
	bool upper = !strcmp(key, "UpperBound");

	if ((!upper && strcmp(key, "LowerBound") != 0) ||
	    reader_peek(json) != '"')
		return reader_skip(json);
	if (upper)
		add_char(json, context, '-');
	return add_text(json, context);
}

/* An IPRange: as it was written, or its bounds. */
static bool
read_range(struct reader *json, struct reading *r)
{
	size_t len = r->x->value.text.len, pos = json->pos;

	if (!reader_object(json, read_expression, r))
		return false;
	if (r->x->value.text.len > len)
		return true;
	json->pos = pos;
	if (!reader_object(json, read_bound, r))
		return false;
	return r->x->value.text.len > len || reader_fail(json,
	    "an object in place of a text; select it by -join ' '");
}

static bool
read_element(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;

	if (index)
		add_char(json, r, '\n');
	return reader_peek(json) == '{' ? read_range(json, r)
	                                : add_text(json, r);
}

/* A flag as a number says nothing that is sure. */
static bool
read_value(struct reader *json, struct reading *r)
{
	bool yes;

	switch (reader_peek(json)) {
	case 'n':
		return reader_null(json);
	case 't':
		if (!reader_bool(json, &yes))
			return false;
		for (const char *c = yes ? "True" : "False"; *c; c++)
			add_char(json, r, *c);
		return true;
	case '[':
		return reader_array(json, read_element, r);
	case '0':
		return reader_fail(json, "a number in place of a name; add "
		    "-EnumsAsStrings to ConvertTo-Json, or select it as text");
	default:
		return read_element(json, 0, r);
	}
}

static bool
read_member(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;
	enum exchange_key known = exchange_key(span_of(key, strlen(key)));
	struct exchange_object *o = &r->x->objects[r->x->count - 1];

	if (known == EXCHANGE_KEYS)
		return reader_skip(json);
	if (o->properties[known].there)
		return reader_fail(json, "a second time");
	joined_clear(&r->x->value);
	return read_value(json, r) && exchange_put(r->x, known, r->err);
}

static bool
read_object(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;

	(void)index;
	reader_peek(json);
	exchange_begin(r->x, json->text + json->pos);
	return reader_object(json, read_member, r);
}

/* The one object, unless it is a wrapping. */
static bool
read_top(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;

	if (!strcmp(key, "value") && reader_peek(json) == '[')
		return reader_array(json, read_object, r);
	if (!r->x->count)
		exchange_begin(r->x, json->text);
	return read_member(json, key, r);
}

bool
exchange_read_json(struct exchange *x, struct err *err)
{
	struct reading r = { .x = x, .err = err };
	struct reader json;
	bool ok;

	reader_open(&json, x->source->text, x->source->len, err);
	ok = reader_peek(&json) == '['
	    ? reader_array(&json, read_object, &r)
	    : reader_object(&json, read_top, &r);
	ok = ok && reader_end(&json);
	reader_close(&json);
	return ok;
}
