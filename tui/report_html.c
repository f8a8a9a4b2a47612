/* The report as one page of HTML that needs nothing else: no script, font or
 * picture, and says so to the browser.  It prints with the heads of tables on
 * each page. */
#include "config.h"

#include <string.h>

#include "report.h"
#include "text_safe.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>";

static const char style[] =
    "<style>\n"
    "body { font: 15px/1.45 sans-serif; color: #111; background: #fff; "
    "max-width: 75em; margin: 2em auto; padding: 0 1.5em }\n"
    "h1 { font-size: 1.6em }\n"
    "h2 { font-size: 1.3em; border-bottom: 2px solid #111; margin-top: 2em }\n"
    "h3 { font-size: 1.1em; margin: 1.8em 0 .4em }\n"
    "h4 { font-size: 1em; margin: 1.2em 0 .3em }\n"
    "dl { display: grid; grid-template-columns: fit-content(24em) 1fr; "
    "gap: .15em 1.2em; margin: .4em 0 }\n"
    "dt { color: #444 } dd { margin: 0; overflow-wrap: anywhere }\n"
    "table { border-collapse: collapse; width: 100%; font-size: .93em }\n"
    "th, td { text-align: left; vertical-align: top; padding: .25em .6em; "
    "border-bottom: 1px solid #bbb; overflow-wrap: break-word }\n"
    "th { background: #eee; border-bottom: 1px solid #111 }\n"
    "td.number { text-align: right; font-variant-numeric: tabular-nums; "
    "white-space: nowrap }\n"
    "td.first { font-family: monospace }\n"
    "p.none { margin: .2em 0; color: #444 }\n"
    "@page { margin: 15mm }\n"
    "@media print {\n"
    "body { font-size: 10pt; margin: 0; padding: 0; max-width: none }\n"
    "h2, h3, h4 { break-after: avoid }\n"
    "thead { display: table-header-group }\n"
    "tr, dl { break-inside: avoid }\n"
    "th { background: none }\n"
    "}\n</style>\n</head>\n<body>\n";

/* Characters that hide or turn text are made visible first. */
static void
add_escaped(struct buf *out, const char *text)
{
	static const char *const names[] = { ['&'] = "&amp;", ['<'] = "&lt;",
		['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;" };
	struct buf safe = { 0 };

	text_safe_add(&safe, text);
	for (const char *at = buf_text(&safe); *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c < sizeof(names) / sizeof(names[0]) && names[c])
			buf_add(out, names[c]);
		else
			buf_addc(out, *at);
	}
	buf_free(&safe);
}

static void
add_element(struct buf *out, const char *tag, const char *text)
{
	buf_addf(out, "<%s>", tag);
	add_escaped(out, text);
	buf_addf(out, "</%s>\n", tag);
}

/* The facts so far are all of them. */
static void
end_facts(struct report *r)
{
	if (r->facts)
		buf_add(&r->out, "</dl>\n");
	r->facts = false;
}

static void
begin(struct report *r, const char *title)
{
	text_use_utf8(true);
	buf_add(&r->out, head);
	add_escaped(&r->out, title);
	buf_add(&r->out, "</title>\n");
	buf_add(&r->out, style);
	add_element(&r->out, "h1", title);
}

static void
part_begin(struct report *r, const char *key, const char *title)
{
	end_facts(r);
	buf_addf(&r->out, "<section id=\"%s\">\n", key);
	add_element(&r->out, "h2", title);
}

static void
object_begin(struct report *r, const char *name)
{
	end_facts(r);
	add_element(&r->out, "h3", name);
}

static void
fact(struct report *r, const struct report_fact *f)
{
	if (!r->facts)
		buf_add(&r->out, "<dl>\n");
	buf_add(&r->out, "<dt>");
	add_escaped(&r->out, f->label);
	buf_add(&r->out, "</dt><dd>");
	add_escaped(&r->out, f->value);
	buf_add(&r->out, "</dd>\n");
}

static void
table_begin(struct report *r)
{
	end_facts(r);
	add_element(&r->out, r->part ? "h4" : "h2", r->table->title);
}

static void
add_columns(struct report *r)
{
	buf_add(&r->out, "<table>\n<thead><tr>");
	for (size_t i = 0; i < r->table->count; i++) {
		buf_add(&r->out, "<th scope=\"col\">");
		add_escaped(&r->out,
		    report_columns[r->table->columns[i]].label);
		buf_add(&r->out, "</th>");
	}
	buf_add(&r->out, "</tr></thead>\n<tbody>\n");
}

static void
row(struct report *r)
{
	if (!r->rows)
		add_columns(r);
	buf_add(&r->out, "<tr>");
	for (size_t i = 0; i < r->table->count; i++) {
		enum report_column c = r->table->columns[i];
		bool number = report_columns[c].number ||
		    c == COLUMN_IPV4 || c == COLUMN_IPV6;

		buf_add(&r->out, number ? "<td class=\"number\">"
		        : i             ? "<td>"
		                        : "<td class=\"first\">");
		add_escaped(&r->out, buf_text(&r->cells[c]));
		buf_add(&r->out, "</td>");
	}
	buf_add(&r->out, "</tr>\n");
}

static void
table_end(struct report *r)
{
	if (r->rows) {
		buf_add(&r->out, "</tbody>\n</table>\n");
		return;
	}
	buf_add(&r->out, "<p class=\"none\">");
	add_escaped(&r->out, r->table->none);
	buf_add(&r->out, "</p>\n");
}

static void
part_end(struct report *r)
{
	end_facts(r);
	buf_add(&r->out, "</section>\n");
}

static void
end(struct report *r)
{
	end_facts(r);
	buf_add(&r->out, "</body>\n</html>\n");
}

const struct report_form report_html = {
	"html", false, begin, part_begin, object_begin, fact, table_begin, row,
	table_end, end_facts, part_end, end,
};
