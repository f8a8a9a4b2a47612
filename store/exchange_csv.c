/* Export-Csv: a header and a row for each object; "#TYPE ..." may come first.
 */
#include "config.h"

#include <string.h>

#include "csv.h"
#include "exchange.h"

struct columns {
	enum exchange_key keys[CSV_CELLS];
	size_t count;
	char separator;
};

/* The header is what says which it is. */
static char
find_separator(const struct source *source)
{
	static const char separators[] = ",;\t";
	struct span text = span_of(source->text, source->len), line;
	size_t best = 0, most = 0;

	do {
		size_t n = span_find(text, '\n');

		line = span_of(text.text, n);
		text = span_from(text, n + (n < text.len));
	} while (text.len && (!span_trim(line).len || line.text[0] == '#'));
	for (size_t i = 0; separators[i]; i++) {
		size_t count = 0;

		for (size_t k = 0; k < line.len; k++)
			count += line.text[k] == separators[i];
		if (count > most) {
			most = count;
			best = i;
		}
	}
	return separators[best];
}

static bool
read_row(struct exchange *x, const struct columns *columns,
    const struct csv_row *row, struct err *err)
{
	const char *place = row->text.text;

	exchange_begin(x, place);
	for (size_t i = 0; i < row->count && i < columns->count; i++) {
		if (columns->keys[i] == EXCHANGE_KEYS)
			continue;
		joined_clear(&x->value);
		for (size_t k = 0; k < row->cells[i].len; k++)
			joined_add(&x->value, row->cells[i].text[k], place);
		if (!exchange_put(x, columns->keys[i], err))
			return false;
	}
	return true;
}

static void
read_header(struct columns *columns, const struct csv_row *row)
{
	columns->count = row->count;
	for (size_t i = 0; i < row->count; i++)
		columns->keys[i] = exchange_key(row->cells[i]);
}

static bool
read_rows(struct exchange *x, struct csv *csv, struct csv_row *row,
    struct err *err)
{
	struct columns columns = { .count = 0 };
	enum csv_found found;

	while ((found = csv_next(csv, row)) != CSV_END) {
		if (found == CSV_BAD)
			return fail(err, "line %zu: %s", row->line,
			    csv->wrong);
		if (!columns.count)
			read_header(&columns, row);
		else if (row->count != columns.count)
			return fail(err, "line %zu: %zu cells below a header "
			    "of %zu", row->line, row->count, columns.count);
		else if (!read_row(x, &columns, row, err))
			return false;
		if (!intake_go_on(x->intake,
		        (size_t)(row->text.text - x->source->text)))
			return true;
	}
	return true;
}

bool
exchange_read_csv(struct exchange *x, struct err *err)
{
	struct csv_row row;
	struct csv csv;
	bool ok;

	csv_open(&csv, span_of(x->source->text, x->source->len),
	    find_separator(x->source));
	ok = read_rows(x, &csv, &row, err);
	csv_close(&csv);
	return ok;
}
