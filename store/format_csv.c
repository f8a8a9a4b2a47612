/* Tables, RFC 4180: a column of addresses, and beside it what is said of
 * them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "csv_columns.h"
#include "date.h"
#include "format_list.h"
#include "intake.h"
#include "policy/mem.h"
#include "policy/note.h"

/* --- reading ------------------------------------------------------------- */

struct reading {
	struct intake *intake;
	struct csv_columns columns;
	struct csv csv;
	struct csv_row row;
	char comment[LONGEST_LINE + 1];
	char date[DATE_SIZE];
};

static struct span
text_of(const struct reading *r, enum csv_role role)
{
	size_t at = r->columns.at[role];

	return at < r->row.count ? r->row.cells[at] : span_of("", 0);
}

static struct span
cell_of(const struct reading *r, enum csv_role role)
{
	return span_trim(text_of(r, role));
}

/* Line breaks and tabs within a cell become blanks. */
static void
take_comment(struct reading *r, struct item *item)
{
	struct span cell = text_of(r, CSV_COMMENT);

	if (!cell.len)
		return;
	item->comment = cell.text;
	item->comment_len = cell.len;
	if (cell.len > LONGEST_LINE || (!memchr(cell.text, '\n', cell.len) &&
	        !memchr(cell.text, '\t', cell.len) &&
	        !memchr(cell.text, '\r', cell.len)))
		return;
	item->comment = r->comment;
	for (size_t i = 0; i < cell.len; i++)
		r->comment[i] = memchr("\r\n\t", cell.text[i], 3)
		    ? ' '
		    : cell.text[i];
}

static bool
take_expiry(struct reading *r, struct item *item)
{
	static const char *const nevers[] = { "never", "none", "-", "n/a",
		"unlimited", "permanent", NULL, };
	struct span cell = cell_of(r, CSV_EXPIRES);
	struct err err;

	if (!cell.len || span_is_any(cell, nevers))
		return true;
	if (!date_parse(r->date, cell, &err)) {
		intake_bad(r->intake, item, "%s", err.text);
		return false;
	}
	item->expires = r->date;
	return true;
}

static void
take_people(const struct reading *r, struct item *item)
{
	struct span owner = text_of(r, CSV_OWNER);
	struct span ticket = text_of(r, CSV_TICKET);

	if (owner.len)
		item->owner = owner.text, item->owner_len = owner.len;
	if (ticket.len)
		item->ticket = ticket.text, item->ticket_len = ticket.len;
}

/* "192.0.2.0" and "255.255.255.0", "24" or "/24". */
static void
take_masked(struct reading *r, struct item *item, struct span address,
    struct span mask)
{
	char text[200];
	size_t n = address.len;

	if (span_find(address, '/') < n || !mask.len ||
	    n + mask.len + 2 > sizeof(text)) {
		intake_entry(r->intake, item, address.text, address.len);
		return;
	}
	if (mask.text[0] == '/')
		mask = span_from(mask, 1);
	memcpy(text, address.text, n);
	text[n] = span_find(mask, '.') < mask.len ? ' ' : '/';
	memcpy(text + n + 1, mask.text, mask.len);
	intake_entry(r->intake, item, text, n + 1 + mask.len);
}

static void
take_range(struct reading *r, struct item *item)
{
	struct span first = cell_of(r, CSV_FIRST), last = cell_of(r, CSV_LAST);
	char text[200];
	size_t n = first.len;

	if (!last.len || n + last.len + 1 > sizeof(text)) {
		intake_entry(r->intake, item, first.text, first.len);
		return;
	}
	memcpy(text, first.text, n);
	text[n] = '-';
	memcpy(text + n + 1, last.text, last.len);
	intake_entry(r->intake, item, text, n + 1 + last.len);
}

/* One entry, though it may have blanks in it? */
static bool
is_one(struct span s)
{
	struct net net;
	struct err err;

	return span_find(s, ' ') == s.len ||
	    net_parse(&net, s.text, s.len, NET_IMPORT | NET_WIDEN, &err) ||
	    span_starts(s, "domain:") || span_starts(s, "list:");
}

static void
take_words(struct reading *r, struct item *item, struct span s)
{
	struct span word;

	while (span_word(&s, &word))
		intake_entry(r->intake, item, word.text, word.len);
}

/* Several entries may share a cell. */
static void
take_cell(struct reading *r, struct item *item, struct span cell)
{
	struct span piece, mask = cell_of(r, CSV_MASK);

	if (r->columns.at[CSV_MASK] != CSV_NONE) {
		take_masked(r, item, cell, mask);
		return;
	}
	while (span_cut(&cell, ";,\n", &piece)) {
		if (!piece.len)
			continue;
		if (is_one(piece))
			intake_entry(r->intake, item, piece.text, piece.len);
		else
			take_words(r, item, piece);
	}
}

static void
take_row(struct reading *r)
{
	struct item item = { .line = r->row.line, .text = r->row.text.text,
		.len = r->row.text.len };
	enum csv_role role = r->columns.at[CSV_ADDRESS] == CSV_NONE
	    ? CSV_FIRST : CSV_ADDRESS;
	struct span cell = cell_of(r, role);
	size_t at = r->columns.at[role];

	if (at >= r->row.count) {
		intake_bad(r->intake, &item, "%zu cells; the address belongs "
		    "in cell %zu", r->row.count, at + 1);
		return;
	}
	if (!cell.len) {
		intake_left(r->intake, &item, "cell %zu, where the address "
		    "belongs, is empty", at + 1);
		return;
	}
	if (cell.text >= item.text && cell.text < item.text + item.len)
		item.column = (size_t)(cell.text - item.text) + 1;
	take_comment(r, &item);
	take_people(r, &item);
	if (!take_expiry(r, &item))
		return;
	if (role == CSV_FIRST)
		take_range(r, &item);
	else
		take_cell(r, &item, cell);
}

static void
take_bad(struct reading *r, struct span before)
{
	size_t n = span_find(before, r->csv.end);
	struct item item = { .line = r->row.line, .text = before.text,
		.len = n };

	intake_bad(r->intake, &item, "%s", r->csv.wrong);
}

static bool
is_empty(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->cells[i].len)
			return false;
	return true;
}

static void
read_rows(struct reading *r, size_t hint_lines)
{
	struct import *m = r->intake->import;
	size_t size = r->csv.left.len, next_look = 0;
	bool header = r->columns.header;

	for (;;) {
		struct span before = r->csv.left;
		enum csv_found found = csv_next(&r->csv, &r->row);

		m->lines = r->csv.line + hint_lines;
		r->row.line += hint_lines;
		if (found == CSV_END)
			break;
		if (found == CSV_BAD)
			take_bad(r, before);
		else if (header || is_empty(&r->row))
			m->blank++;
		else
			take_row(r);
		header = false;
		if (m->lines < next_look)
			continue;
		next_look = m->lines + 8192;
		if (!intake_go_on(r->intake, size - r->csv.left.len))
			break;
	}
	m->blank += r->csv.blank + hint_lines;
}

static bool
read_table(struct intake *intake, const struct source *source, char separator,
    struct err *err)
{
	struct span text = span_of(source->text, source->len);
	struct reading *r = mem_new(1, sizeof(*r));
	struct buf said = { 0 };
	size_t hint_lines;
	bool ok;

	r->intake = intake;
	ok = csv_columns_find(&r->columns, text, separator,
	    intake_rules(intake)->column, err);
	if (ok) {
		csv_columns_say(&said, &r->columns, text);
		intake_say(intake, buf_text(&said));
		text = csv_skip_hint(text, &separator, &hint_lines);
		csv_open(&r->csv, text, r->columns.separator);
		read_rows(r, hint_lines);
		csv_close(&r->csv);
	}
	buf_free(&said);
	free(r);
	return ok;
}

static bool
read_csv(struct intake *intake, const struct source *source, struct err *err)
{
	return read_table(intake, source, '\0', err);
}

static bool
read_tsv(struct intake *intake, const struct source *source, struct err *err)
{
	return read_table(intake, source, '\t', err);
}

/* --- guessing ------------------------------------------------------------ */

/* What is said of the columns is added by read. */
static int
sniff_table(const struct source *source, bool tabs)
{
	struct csv_columns c;
	struct err err;

	/* Two columns of addresses make a table, too: reading it asks. */
	csv_columns_find(&c, span_of(source->text, source->len), '\0', NULL,
	    &err);
	if (tabs != (c.separator == '\t') || c.columns < 2 ||
	    c.rows + c.header < 2 || c.alike * 10 < c.rows * 9 ||
	    c.hits * 2 < c.rows)
		return 0;
	return c.header ? 78 : 70;
}

static int
sniff_csv(const struct source *source, struct buf *why)
{
	int sure = sniff_table(source, false);

	if (sure)
		buf_add(why, "rows have the same number of cells");
	return sure;
}

static int
sniff_tsv(const struct source *source, struct buf *why)
{
	int sure = sniff_table(source, true);

	if (sure)
		buf_add(why, "rows have the same number of cells");
	return sure;
}

/* --- writing ------------------------------------------------------------- */

static bool
write_table(struct buf *buf, const struct entries *entries, char separator)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;

	struct buf note = { 0 };

	buf_add(buf, "entry");
	for (int kind = 0; kind < NOTES; kind++)
		buf_addf(buf, "%c%s", separator, note_kinds[kind].name);
	buf_addc(buf, '\n');
	while (entries_next(&walk, &entry)) {
		entry_add(buf, &entry);
		for (enum note_kind kind = 0; kind < NOTES; kind++) {
			buf_clear(&note);
			note_add(&note, &entry, kind);
			buf_addc(buf, separator);
			csv_add(buf, buf_text(&note), separator);
		}
		buf_addc(buf, '\n');
	}
	buf_free(&note);
	return true;
}

static bool
write_csv(struct buf *buf, const struct entries *entries, struct err *err)
{
	(void)err;
	return write_table(buf, entries, ',');
}

static bool
write_tsv(struct buf *buf, const struct entries *entries, struct err *err)
{
	(void)err;
	return write_table(buf, entries, '\t');
}

const struct format format_csv = {
	.name = "csv",
	.title = "table with commas, semicolons or bars (CSV)",
	.sniff = sniff_csv,
	.read = read_csv,
	.write = write_csv,
	.round_trip = true,
};

const struct format format_tsv = {
	.name = "tsv",
	.title = "table with tabs (TSV)",
	.sniff = sniff_tsv,
	.read = read_tsv,
	.write = write_tsv,
	.round_trip = true,
};
