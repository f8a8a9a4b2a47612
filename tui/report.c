#include "config.h"

#include <string.h>

#include "out.h"
#include "report.h"

#define ENOUGH 65536 /* bytes that are written at once */

const struct report_column_row report_columns[] = {
	[COLUMN_RANGE] = { "range", "Clients", false },
	[COLUMN_SLOT] = { "list", "List", false },
	[COLUMN_ENTRY] = { "entry", "Entry", false },
	[COLUMN_IPV4] = { "ipv4", "IPv4 addresses", false },
	[COLUMN_IPV6] = { "ipv6", "IPv6 addresses", false },
	[COLUMN_WHY] = { "why", "Why", false },
	[COLUMN_ENTRIES] = { "entries", "Entries", true },
	[COLUMN_DOMAIN] = { "domain", "Domain", false },
	[COLUMN_ACTION] = { "action", "Action", false },
	[COLUMN_NEXT_HOP] = { "next_hop", "Next hop", false },
	[COLUMN_NAME] = { "name", "Name", false },
	[COLUMN_LEVEL] = { "level", "Level", false },
	[COLUMN_CODE] = { "code", "Code", false },
	[COLUMN_OBJECT] = { "object", "Object", false },
	[COLUMN_SENTENCE] = { "sentence", "Says", false },
	[COLUMN_OVERRIDE] = { "override", "Override", false },
	[COLUMN_WITNESS] = { "witness", "Shown by", false },
	[COLUMN_ADVICE] = { "advice", "To do", false },
	[COLUMN_OWNER] = { "owner", "Owner", false },
	[COLUMN_TICKET] = { "ticket", "Ticket", false },
	[COLUMN_EXPIRES] = { "expires", "Expires", false },
	[COLUMN_COMMENT] = { "comment", "Comment", false },
	[COLUMN_LAST] = { "last_mail", "Last mail", false },
};

static const struct report_form *const forms[] = {
	&report_text, &report_csv, &report_json, &report_html,
};

const struct report_form *
report_form_find(const char *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(forms[i]->name, name))
			return forms[i];
	return NULL;
}

static void
write_out(struct report *r, size_t keep)
{
	if (r->out.len <= keep)
		return;
	out_text(&r->out);
	buf_clear(&r->out);
}

void
report_begin(struct report *r, const struct report_form *form,
    const char *title)
{
	*r = (struct report){ .form = form };
	r->first[0] = true;
	form->begin(r, title);
}

void
report_end(struct report *r)
{
	r->form->end(r);
	write_out(r, 0);
	buf_free(&r->out);
	for (int i = 0; i < COLUMNS; i++)
		buf_free(&r->cells[i]);
}

static void
go_down(struct report *r)
{
	r->first[++r->depth] = true;
	r->facts = false;
}

static void
go_up(struct report *r)
{
	r->first[--r->depth] = false;
	r->facts = false;
}

void
report_part(struct report *r, const char *key, const char *title)
{
	r->part = key;
	r->form->part_begin(r, key, title);
	go_down(r);
}

void
report_part_end(struct report *r)
{
	r->form->part_end(r);
	go_up(r);
	r->part = NULL;
}

void
report_object(struct report *r, const char *name)
{
	r->object = name;
	r->form->object_begin(r, name);
	go_down(r);
}

void
report_object_end(struct report *r)
{
	r->form->object_end(r);
	go_up(r);
	r->object = NULL;
}

static void
tell_fact(struct report *r, const struct report_fact *fact)
{
	if (!fact->value || !*fact->value)
		return;
	r->form->fact(r, fact);
	r->first[r->depth] = false;
	r->facts = true;
}

void
report_fact(struct report *r, const char *key, const char *label,
    const char *value)
{
	tell_fact(r, &(struct report_fact){ key, label, value, false });
}

void
report_number(struct report *r, const char *key, const char *label,
    unsigned long long number)
{
	struct buf text = { 0 };

	buf_addf(&text, "%llu", number);
	tell_fact(r,
	    &(struct report_fact){ key, label, buf_text(&text), true });
	buf_free(&text);
}

void
report_fields(struct report *r, const struct field *fields,
    const void *object)
{
	struct buf text = { 0 };

	for (const struct field *f = fields; f->name; f++) {
		struct report_fact fact = { f->name, f->label, NULL,
			f->kind == FIELD_BOOL || field_is_number(f) };

		if (f->kind == FIELD_NAME)
			continue;
		buf_clear(&text);
		field_add(&text, f, object);
		fact.value = buf_text(&text);
		if (f->kind == FIELD_BOOL && !r->form->exact)
			fact.value = *fact.value == 't' ? "on" : "off";
		tell_fact(r, &fact);
	}
	buf_free(&text);
}

void
report_table(struct report *r, const struct report_table *table)
{
	r->table = table;
	r->rows = 0;
	r->form->table_begin(r);
	go_down(r);
}

struct buf *
report_cell(struct report *r, enum report_column column)
{
	return &r->cells[column];
}

void
report_row(struct report *r)
{
	r->form->row(r);
	r->first[r->depth] = false;
	r->rows++;
	for (int i = 0; i < COLUMNS; i++)
		buf_clear(&r->cells[i]);
	write_out(r, ENOUGH);
}

void
report_table_end(struct report *r)
{
	r->form->table_end(r);
	go_up(r);
	r->table = NULL;
}
