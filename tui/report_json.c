/* The report as JSON: an object whose parts are arrays of objects. */
#include "config.h"

#include "report.h"
#include "store/reader.h"

/* In an object, whose name has come first. */
#define IN_OBJECT 2

static void
add_line(struct report *r)
{
	bool first = r->first[r->depth] && r->depth != IN_OBJECT;

	buf_add(&r->out, first ? "\n" : ",\n");
	for (int i = 0; i <= r->depth; i++)
		buf_add(&r->out, "  ");
}

static void
add_key(struct report *r, const char *key)
{
	add_line(r);
	quoted_add(&r->out, key);
	buf_add(&r->out, ": ");
}

static void
begin(struct report *r, const char *title)
{
	(void)title;
	buf_addc(&r->out, '{');
}

static void
part_begin(struct report *r, const char *key, const char *title)
{
	(void)title;
	add_key(r, key);
	buf_addc(&r->out, '[');
}

static void
object_begin(struct report *r, const char *name)
{
	add_line(r);
	buf_add(&r->out, "{ \"name\": ");
	quoted_add(&r->out, name);
}

static void
fact(struct report *r, const struct report_fact *f)
{
	add_key(r, f->key);
	if (f->plain)
		buf_add(&r->out, f->value);
	else
		quoted_add(&r->out, f->value);
}

static void
table_begin(struct report *r)
{
	add_key(r, r->table->key);
	buf_addc(&r->out, '[');
}

static void
row(struct report *r)
{
	const struct report_table *t = r->table;

	add_line(r);
	for (size_t i = 0; i < t->count; i++) {
		const struct report_column_row *c =
		    &report_columns[t->columns[i]];
		const char *text = buf_text(&r->cells[t->columns[i]]);

		buf_add(&r->out, i ? ", " : "{ ");
		quoted_add(&r->out, c->key);
		buf_add(&r->out, ": ");
		if (!*text)
			buf_add(&r->out, "null");
		else if (c->number)
			buf_add(&r->out, text);
		else
			quoted_add(&r->out, text);
	}
	buf_add(&r->out, " }");
}

static void
array_end(struct report *r)
{
	if (!r->first[r->depth]) {
		buf_addc(&r->out, '\n');
		for (int i = 0; i < r->depth; i++)
			buf_add(&r->out, "  ");
	}
	buf_addc(&r->out, ']');
}

static void
object_end(struct report *r)
{
	buf_add(&r->out, " }");
}

static void
end(struct report *r)
{
	buf_add(&r->out, "\n}\n");
}

const struct report_form report_json = {
	"json", true, begin, part_begin, object_begin, fact, table_begin, row,
	array_end, object_end, array_end, end,
};
