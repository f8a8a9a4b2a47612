/* The report as text: facts below one another, of each row the first cells in
 * columns and what else there is behind them. */
#include "config.h"

#include <string.h>

#include "report.h"

#define COLUMN_WIDTH 34
#define LABEL_WIDTH 22

static void
underline(struct buf *out, const char *title, char line)
{
	buf_addf(out, "%s\n", title);
	for (size_t i = strlen(title); i > 0; i--)
		buf_addc(out, line);
	buf_addc(out, '\n');
}

static void
begin(struct report *r, const char *title)
{
	underline(&r->out, title, '=');
	buf_addc(&r->out, '\n');
}

static void
part_begin(struct report *r, const char *key, const char *title)
{
	(void)key;
	buf_addc(&r->out, '\n');
	underline(&r->out, title, '-');
}

static void
object_begin(struct report *r, const char *name)
{
	buf_addf(&r->out, "\n%s\n", name);
}

static void
fact(struct report *r, const struct report_fact *f)
{
	buf_addf(&r->out, "  %-*s %s\n", LABEL_WIDTH, f->label, f->value);
}

static void
table_begin(struct report *r)
{
	buf_addc(&r->out, '\n');
	if (r->part)
		buf_addf(&r->out, "  %s\n", r->table->title);
	else
		underline(&r->out, r->table->title, '-');
}

static void
row(struct report *r)
{
	const struct report_table *t = r->table;
	const char *joint = "";

	buf_addf(&r->out, "    %-*s", COLUMN_WIDTH,
	    buf_text(&r->cells[t->columns[0]]));
	for (size_t i = 1; i < t->count; i++) {
		const char *text = buf_text(&r->cells[t->columns[i]]);

		if (!*text)
			continue;
		buf_addf(&r->out, "%s %s: %s", joint,
		    report_columns[t->columns[i]].key, text);
		joint = ";";
	}
	while (r->out.len && r->out.data[r->out.len - 1] == ' ')
		r->out.len--;
	buf_addc(&r->out, '\n');
}

static void
table_end(struct report *r)
{
	if (!r->rows)
		buf_addf(&r->out, "    %s\n", r->table->none);
}

static void
nothing(struct report *r)
{
	(void)r;
}

const struct report_form report_text = {
	"text", false, begin, part_begin, object_begin, fact, table_begin, row,
	table_end, nothing, nothing, nothing,
};
