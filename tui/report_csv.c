/* The report as one table (RFC 4180): facts and rows of all parts have the same
 * columns, so that a spreadsheet can sift them.  A cell that a spreadsheet
 * would calculate is made text by an apostrophe before it. */
#include "config.h"

#include <string.h>

#include "report.h"
#include "store/csv.h"

static void
add_cell(struct buf *out, const char *text)
{
	struct buf safe = { 0 };

	/* OWASP, "CSV Injection" */
	if (*text && strchr("=+-@\t\r", *text))
		buf_addc(&safe, '\'');
	buf_add(&safe, text);
	csv_add(out, buf_text(&safe), ',');
	buf_free(&safe);
}

/* part, object, and the fact or the table */
static void
add_place(struct report *r, const char *what, const char *value)
{
	add_cell(&r->out, r->part ? r->part : "report");
	buf_addc(&r->out, ',');
	add_cell(&r->out, r->object ? r->object : "");
	buf_addc(&r->out, ',');
	add_cell(&r->out, what);
	buf_addc(&r->out, ',');
	add_cell(&r->out, value);
}

static void
begin(struct report *r, const char *title)
{
	(void)title;
	buf_add(&r->out, "part,of,what,value");
	for (int i = 0; i < COLUMNS; i++)
		buf_addf(&r->out, ",%s", report_columns[i].key);
	buf_add(&r->out, "\r\n");
}

static void
fact(struct report *r, const struct report_fact *f)
{
	add_place(r, f->key, f->value);
	for (int i = 0; i < COLUMNS; i++)
		buf_addc(&r->out, ',');
	buf_add(&r->out, "\r\n");
}

static void
row(struct report *r)
{
	add_place(r, r->table->key, "");
	for (int i = 0; i < COLUMNS; i++) {
		buf_addc(&r->out, ',');
		add_cell(&r->out, buf_text(&r->cells[i]));
	}
	buf_add(&r->out, "\r\n");
}

static void
part_begin(struct report *r, const char *key, const char *title)
{
	(void)r;
	(void)key;
	(void)title;
}

static void
object_begin(struct report *r, const char *name)
{
	(void)r;
	(void)name;
}

static void
nothing(struct report *r)
{
	(void)r;
}

const struct report_form report_csv = {
	"csv", true, begin, part_begin, object_begin, fact, nothing, row,
	nothing, nothing, nothing, nothing,
};
