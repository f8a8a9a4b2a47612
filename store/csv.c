#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "policy/mem.h"

void
csv_open(struct csv *csv, struct span text, char separator)
{
	*csv = (struct csv){ .left = text, .separator = separator,
		.end = memchr(text.text, '\n', text.len) ? '\n' : '\r',
		.own = mem_new(1, CSV_LONGEST) };
}

void
csv_close(struct csv *csv)
{
	free(csv->own);
	csv->own = NULL;
}

/* The next line without its end; *size with it. */
static struct span
peek_line(const struct csv *csv, size_t *size)
{
	size_t n = span_find(csv->left, csv->end);

	*size = n + (n < csv->left.len);
	return span_of(csv->left.text, n);
}

static void
skip_lines(struct csv *csv, size_t size, size_t lines)
{
	csv->left = span_from(csv->left, size);
	csv->line += lines;
}

static void
add_cell(struct csv_row *row, struct span cell)
{
	if (row->count < CSV_CELLS)
		row->cells[row->count++] = cell;
}

/* A line without quotes. */
static void
split(const struct csv *csv, struct csv_row *row)
{
	struct span rest = row->text;
	size_t n;

	while ((n = span_find(rest, csv->separator)) < rest.len) {
		add_cell(row, span_trim(span_of(rest.text, n)));
		rest = span_from(rest, n + 1);
	}
	add_cell(row, span_trim(rest));
}

static enum csv_found
fail_row(struct csv *csv, const char *wrong)
{
	csv->wrong = wrong;
	return CSV_BAD;
}

/* A cell that begins with a quote, from *at on; *at is then behind the quote
 * that closes it.  False when there is none near. */
static bool
read_quoted(struct csv *csv, size_t *at, size_t *lines, struct span *cell)
{
	const char *p = csv->left.text;
	size_t from = csv->own_len, i = *at + 1;
	size_t most = csv->left.len;

	if (most > CSV_LONGEST)
		most = CSV_LONGEST;
	for (; i < most && *lines <= CSV_LINES; i++) {
		if (p[i] == '"') {
			if (i + 1 == csv->left.len || p[i + 1] != '"')
				break;
			i++;
		}
		*lines += p[i] == csv->end;
		csv->own[csv->own_len++] = p[i];
	}
	if (i >= most || *lines > CSV_LINES)
		return false;
	*cell = span_of(csv->own + from, csv->own_len - from);
	*at = i + 1;
	return true;
}

/* A row that may go on over several lines. */
static enum csv_found
read_row(struct csv *csv, struct csv_row *row)
{
	const char *p = csv->left.text;
	size_t at = 0, len = csv->left.len, lines = 1, end;

	csv->own_len = 0;
	for (;;) {
		struct span cell;

		while (at < len && (p[at] == ' ' ||
		    (p[at] == '\t' && csv->separator != '\t')))
			at++;
		end = at;
		if (at < len && p[at] == '"') {
			if (!read_quoted(csv, &end, &lines, &cell))
				return fail_row(csv, "a quote that is not "
				    "closed");
			while (end < len && span_is_blank(p[end]) &&
			    p[end] != csv->separator && p[end] != csv->end)
				end++;
			if (end < len && p[end] != csv->separator &&
			    p[end] != csv->end)
				return fail_row(csv, "text behind a closing "
				    "quote; a quote within a cell is doubled");
		} else {
			while (end < len && p[end] != csv->separator &&
			    p[end] != csv->end)
				end++;
			cell = span_trim(span_of(p + at, end - at));
		}
		if (end > CSV_LONGEST)
			return fail_row(csv, "a row of more than 65,536 bytes");
		add_cell(row, cell);
		if (end == len || p[end] == csv->end)
			break;
		at = end + 1;
	}
	row->text = span_trim(span_of(p, end));
	skip_lines(csv, end + (end < len), lines);
	return CSV_ROW;
}

enum csv_found
csv_next(struct csv *csv, struct csv_row *row)
{
	struct span line;
	size_t size;
	enum csv_found found;

	for (;; csv->blank++) {
		if (!csv->left.len)
			return CSV_END;
		line = peek_line(csv, &size);
		row->text = span_trim(line);
		if (row->text.len && row->text.text[0] != '#')
			break;
		skip_lines(csv, size, 1);
	}
	row->count = 0;
	row->line = csv->line + 1;
	if (line.len > CSV_LONGEST) {
		skip_lines(csv, size, 1);
		return fail_row(csv, "a row of more than 65,536 bytes");
	}
	if (!memchr(line.text, '"', line.len)) {
		row->text = line;
		split(csv, row);
		row->text = span_trim(line);
		skip_lines(csv, size, 1);
		return CSV_ROW;
	}
	found = read_row(csv, row);
	if (found == CSV_BAD)
		skip_lines(csv, size, 1);
	return found;
}

void
csv_add(struct buf *buf, const char *text, char separator)
{
	size_t len = strlen(text);
	bool plain = !strpbrk(text, "\"\r\n") && !strchr(text, separator) &&
	    (!len || (!span_is_blank(text[0]) &&
	        !span_is_blank(text[len - 1])));

	if (plain && text[0] != '#') {
		buf_addn(buf, text, len);
		return;
	}
	buf_addc(buf, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_addc(buf, '"');
		buf_addc(buf, *text);
	}
	buf_addc(buf, '"');
}
