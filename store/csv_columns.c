#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "csv_columns.h"
#include "policy/mem.h"
#include "policy/net.h"
#include "policy/number.h"
#include "source.h"

/* --- what headers are called --------------------------------------------- */

/* In lower case, without blanks and signs; the better names first. */
static const struct {
	const char *name;
	enum csv_role role;
} names[] = {
	{ "entry", CSV_ADDRESS, },
	{ "cidr", CSV_ADDRESS, },
	{ "network", CSV_ADDRESS, },
	{ "networkaddress", CSV_ADDRESS, },
	{ "subnet", CSV_ADDRESS, },
	{ "ipaddress", CSV_ADDRESS, },
	{ "ipaddresses", CSV_ADDRESS, },
	{ "ipaddr", CSV_ADDRESS, },
	{ "ip", CSV_ADDRESS, },
	{ "ips", CSV_ADDRESS, },
	{ "ipv4", CSV_ADDRESS, },
	{ "ipv4address", CSV_ADDRESS, },
	{ "ipv6", CSV_ADDRESS, },
	{ "iprange", CSV_ADDRESS, },
	{ "ipprefix", CSV_ADDRESS, },
	{ "prefix", CSV_ADDRESS, },
	{ "address", CSV_ADDRESS, },
	{ "addresses", CSV_ADDRESS, },
	{ "remoteipranges", CSV_ADDRESS, },
	{ "range", CSV_ADDRESS, },
	{ "mask", CSV_MASK, },
	{ "netmask", CSV_MASK, },
	{ "subnetmask", CSV_MASK, },
	{ "prefixlength", CSV_MASK, },
	{ "prefixlen", CSV_MASK, },
	{ "bits", CSV_MASK, },
	{ "start", CSV_FIRST, },
	{ "startip", CSV_FIRST, },
	{ "startaddress", CSV_FIRST, },
	{ "rangestart", CSV_FIRST, },
	{ "first", CSV_FIRST, },
	{ "firstip", CSV_FIRST, },
	{ "from", CSV_FIRST, },
	{ "fromip", CSV_FIRST, },
	{ "ipfrom", CSV_FIRST, },
	{ "lower", CSV_FIRST, },
	{ "end", CSV_LAST, },
	{ "endip", CSV_LAST, },
	{ "endaddress", CSV_LAST, },
	{ "rangeend", CSV_LAST, },
	{ "last", CSV_LAST, },
	{ "lastip", CSV_LAST, },
	{ "to", CSV_LAST, },
	{ "toip", CSV_LAST, },
	{ "ipto", CSV_LAST, },
	{ "upper", CSV_LAST, },
	{ "comment", CSV_COMMENT, },
	{ "comments", CSV_COMMENT, },
	{ "description", CSV_COMMENT, },
	{ "desc", CSV_COMMENT, },
	{ "note", CSV_COMMENT, },
	{ "notes", CSV_COMMENT, },
	{ "remark", CSV_COMMENT, },
	{ "remarks", CSV_COMMENT, },
	{ "reason", CSV_COMMENT, },
	{ "purpose", CSV_COMMENT, },
	{ "hostname", CSV_COMMENT, },
	{ "host", CSV_COMMENT, },
	{ "name", CSV_COMMENT, },
	{ "device", CSV_COMMENT, },
	{ "owner", CSV_OWNER, },
	{ "responsible", CSV_OWNER, },
	{ "contact", CSV_OWNER, },
	{ "team", CSV_OWNER, },
	{ "department", CSV_OWNER, },
	{ "ticket", CSV_TICKET, },
	{ "ticketid", CSV_TICKET, },
	{ "change", CSV_TICKET, },
	{ "changerequest", CSV_TICKET, },
	{ "request", CSV_TICKET, },
	{ "case", CSV_TICKET, },
	{ "reference", CSV_TICKET, },
	{ "ref", CSV_TICKET, },
	{ "expires", CSV_EXPIRES, },
	{ "expireson", CSV_EXPIRES, },
	{ "expiry", CSV_EXPIRES, },
	{ "expirydate", CSV_EXPIRES, },
	{ "expiration", CSV_EXPIRES, },
	{ "expirationdate", CSV_EXPIRES, },
	{ "validuntil", CSV_EXPIRES, },
	{ "validto", CSV_EXPIRES, },
	{ "until", CSV_EXPIRES, },
	{ "enddate", CSV_EXPIRES, },
};

#define NAMES (sizeof(names) / sizeof(names[0]))
#define SAMPLE_ROWS 500

/* A header as the table above has it. */
static void
fold_name(char name[40], struct span cell)
{
	size_t n = 0;

	for (size_t i = 0; i < cell.len && n < 39; i++) {
		char c = cell.text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!memchr(" _-.()/\r\n\t", c, 10))
			name[n++] = c;
	}
	name[n] = '\0';
}

static size_t
find_name(struct span cell)
{
	char name[40];
	size_t i = 0;

	fold_name(name, cell);
	while (i < NAMES && strcmp(names[i].name, name) != 0)
		i++;
	return i;
}

/* --- what cells look like ------------------------------------------------ */

bool
csv_holds_entry(struct span cell)
{
	struct span rest, piece;
	struct net net;
	struct err err;

	cell = span_trim(cell);
	rest = cell;
	if (span_starts(cell, "domain:") || span_starts(cell, "list:"))
		return true;
	if (!span_cut(&rest, " ;,\n\t", &piece))
		return false;
	piece = span_unbracket(piece);
	return span_is_block(piece) || (span_find(cell, '-') < cell.len &&
	    net_parse(&net, cell.text, cell.len, NET_IMPORT, &err));
}

static bool
is_mask(struct span cell)
{
	struct net net;
	struct err err;

	return (span_starts(cell, "255.") || span_starts(cell, "254.") ||
	    span_starts(cell, "0.")) &&
	    net_parse_addr(&net, cell.text, cell.len, &err);
}

/* What a sample of rows says of a column. */
struct look {
	size_t cells; /* that are not empty */
	size_t entries, masks;
};

struct looks {
	struct look all[CSV_CELLS];
	size_t counts[CSV_CELLS + 1]; /* rows by how many cells they have */
	size_t rows;
};

static void
look_at(struct looks *looks, const struct csv_row *row)
{
	looks->rows++;
	looks->counts[row->count]++;
	for (size_t i = 0; i < row->count; i++) {
		looks->all[i].cells += row->cells[i].len > 0;
		looks->all[i].entries += csv_holds_entry(row->cells[i]);
		looks->all[i].masks += is_mask(row->cells[i]);
	}
}

/* The first row, with its cells copied. */
struct header {
	struct csv_row row;
	char text[CSV_LONGEST];
};

static void
keep_header(struct header *header, const struct csv_row *row)
{
	char *to = header->text;

	header->row = *row;
	for (size_t i = 0; i < row->count; i++) {
		memcpy(to, row->cells[i].text, row->cells[i].len);
		header->row.cells[i].text = to;
		to += row->cells[i].len;
	}
}

static struct span
sample_of(struct span text)
{
	size_t len = text.len;

	if (len > SOURCE_SNIFFED)
		for (len = SOURCE_SNIFFED; len && text.text[len - 1] != '\n';)
			len--;
	return span_of(text.text, len ? len : text.len);
}

struct span
csv_skip_hint(struct span text, char *separator, size_t *lines)
{
	struct span line = span_trim(span_of(text.text,
	    span_find(text, '\n')));

	*lines = 0;
	if (line.len != 5 || !span_starts(line, "sep="))
		return text;
	*separator = line.text[4];
	*lines = 1;
	return span_from(text, (size_t)(line.text + 5 - text.text) +
	    span_find(span_from(text, (size_t)(line.text + 5 - text.text)),
	        '\n') + 1);
}

/* --- the separator ------------------------------------------------------- */

static void
look(struct looks *looks, struct csv_columns *c, struct span text,
    struct header *header)
{
	struct csv csv;
	struct csv_row *row = mem_new(1, sizeof(*row));

	*looks = (struct looks){ .rows = 0 };
	csv_open(&csv, sample_of(text), c->separator);
	header->row.count = 0;
	c->header = false;
	for (size_t n = 0; n < SAMPLE_ROWS; n++) {
		enum csv_found found = csv_next(&csv, row);

		if (found == CSV_END)
			break;
		if (found == CSV_BAD)
			continue;
		if (n == 0) {
			keep_header(header, row);
			c->header = true;
			for (size_t i = 0; i < row->count; i++)
				c->header &= !csv_holds_entry(row->cells[i]);
		}
		if (n || !c->header)
			look_at(looks, row);
	}
	csv_close(&csv);
	free(row);
	c->rows = looks->rows;
	c->columns = 1;
	for (size_t i = 1; i <= CSV_CELLS; i++)
		if (looks->counts[i] > looks->counts[c->columns])
			c->columns = i;
	c->alike = looks->counts[c->columns];
}

/* The separator that gives most rows the same number of columns, two or
 * more. */
static char
find_separator(struct looks *looks, struct span text, struct header *header)
{
	static const char separators[] = ",;\t|";
	size_t most = 0;
	char best = ',';

	for (const char *p = separators; *p; p++) {
		struct csv_columns c = { .separator = *p };

		look(looks, &c, text, header);
		if (c.columns < 2 || c.alike <= most)
			continue;
		most = c.alike;
		best = *p;
	}
	return best;
}

/* --- the columns --------------------------------------------------------- */

static void
add_names(struct buf *buf, const struct csv_row *header)
{
	for (size_t i = 0; i < header->count && i < 20; i++)
		buf_addf(buf, "%s%.*s", i ? ", " : "",
		    SPAN_SHOWN(header->cells[i]));
}

static bool
choose_by_rule(struct csv_columns *c, const struct csv_row *header,
    const char *column, struct err *err)
{
	char wanted[40], name[40];
	struct buf all = { 0 };
	uint32_t number;

	if (number_parse(&number, column, strlen(column), CSV_CELLS) &&
	    number) {
		c->at[CSV_ADDRESS] = number - 1;
		return number <= c->columns ||
		    fail(err, "there is no column %u; there are %zu",
		        (unsigned)number, c->columns);
	}
	fold_name(wanted, span_of(column, strlen(column)));
	for (size_t i = 0; i < header->count; i++) {
		fold_name(name, header->cells[i]);
		if (strcmp(name, wanted) != 0)
			continue;
		c->at[CSV_ADDRESS] = i;
		c->header = true;
		return true;
	}
	add_names(&all, header);
	fail(err, "there is no column '%.40s'; the first row has: %s", column,
	    buf_text(&all));
	buf_free(&all);
	return false;
}

/* Roles by the names of the header: of several the best name, of addresses
 * only what holds some. */
static void
choose_by_names(struct csv_columns *c, const struct csv_row *header,
    const struct looks *looks)
{
	size_t rank[CSV_ROLES];

	for (size_t i = 0; i < CSV_ROLES; i++)
		rank[i] = NAMES;
	for (size_t i = 0; c->header && i < header->count; i++) {
		size_t found = find_name(header->cells[i]);
		enum csv_role role;

		if (found == NAMES)
			continue;
		role = names[found].role;
		if (found >= rank[role] || (!looks->all[i].entries &&
		    (role == CSV_ADDRESS || role == CSV_FIRST ||
		        role == CSV_LAST)))
			continue;
		rank[role] = found;
		c->at[role] = i;
	}
}

/* The column with most addresses; false when two have as many. */
static bool
choose_by_cells(struct csv_columns *c, const struct looks *looks,
    struct err *err)
{
	size_t best = 0, other = CSV_NONE;

	for (size_t i = 1; i < CSV_CELLS; i++) {
		size_t entries = looks->all[i].entries;

		if (!entries || looks->all[i].masks * 10 >= entries * 9)
			continue;
		if (entries > looks->all[best].entries)
			best = i, other = CSV_NONE;
		else if (entries == looks->all[best].entries)
			other = i;
	}
	c->hits = looks->all[best].entries;
	if (!c->hits)
		return fail(err, "has no column with addresses");
	if (other != CSV_NONE)
		return fail(err, "has addresses in columns %zu and %zu; say "
		    "which with --column, or call them start and end in a "
		    "first row", best + 1, other + 1);
	c->at[CSV_ADDRESS] = best;
	return true;
}

static bool
has_role(const struct csv_columns *c, size_t column)
{
	for (size_t i = 0; i < CSV_ROLES; i++)
		if (c->at[i] == column)
			return true;
	return false;
}

/* Without names: a column of masks right beside, and the comment when nothing
 * else is left. */
static void
choose_beside(struct csv_columns *c, const struct looks *looks)
{
	size_t address = c->at[CSV_ADDRESS], next = address + 1;

	if (address == CSV_NONE)
		return;
	if (c->at[CSV_MASK] == CSV_NONE && next < c->columns &&
	    !has_role(c, next) && looks->all[next].masks &&
	    looks->all[next].masks * 10 >= looks->all[next].cells * 9)
		c->at[CSV_MASK] = next;
	if (!c->header && c->columns == 2 && c->at[CSV_MASK] == CSV_NONE &&
	    !looks->all[!address].entries)
		c->at[CSV_COMMENT] = !address;
}

static bool
choose(struct csv_columns *c, const struct csv_row *header,
    const struct looks *looks, const char *column, struct err *err)
{
	for (size_t i = 0; i < CSV_ROLES; i++)
		c->at[i] = CSV_NONE;
	choose_by_names(c, header, looks);
	if (column && !choose_by_rule(c, header, column, err))
		return false;
	if (c->at[CSV_ADDRESS] != CSV_NONE || c->at[CSV_LAST] == CSV_NONE)
		c->at[CSV_FIRST] = c->at[CSV_LAST] = CSV_NONE;
	if (c->at[CSV_ADDRESS] == CSV_NONE && c->at[CSV_FIRST] == CSV_NONE &&
	    !choose_by_cells(c, looks, err))
		return false;
	choose_beside(c, looks);
	c->hits = c->at[CSV_ADDRESS] != CSV_NONE
	    ? looks->all[c->at[CSV_ADDRESS]].entries
	    : looks->all[c->at[CSV_FIRST]].entries;
	return true;
}

bool
csv_columns_find(struct csv_columns *c, struct span text, char separator,
    const char *column, struct err *err)
{
	struct looks *looks = mem_new(1, sizeof(*looks));
	struct header *header = mem_new(1, sizeof(*header));
	size_t lines;
	bool ok;

	*c = (struct csv_columns){ .separator = separator };
	text = csv_skip_hint(text, &c->separator, &lines);
	if (!c->separator)
		c->separator = find_separator(looks, text, header);
	look(looks, c, text, header);
	ok = choose(c, &header->row, looks, column, err);
	free(header);
	free(looks);
	return ok;
}

static const char *
separator_name(char c)
{
	return c == ',' ? "commas" : c == ';' ? "semicolons"
	    : c == '\t' ? "tabs" : c == '|' ? "bars" : "signs";
}

void
csv_columns_say(struct buf *buf, const struct csv_columns *c,
    struct span text)
{
	size_t at = c->at[CSV_ADDRESS];
	struct csv_row *row = mem_new(1, sizeof(*row));
	struct csv csv;
	char ignored;
	size_t lines;

	csv_open(&csv, csv_skip_hint(text, &ignored, &lines), c->separator);
	if (csv_next(&csv, row) != CSV_ROW || !c->header)
		row->count = 0;
	buf_addf(buf, "a table of %zu columns with %s between; ", c->columns,
	    separator_name(c->separator));
	if (at == CSV_NONE)
		buf_addf(buf, "ranges are in columns %zu and %zu",
		    c->at[CSV_FIRST] + 1, c->at[CSV_LAST] + 1);
	else if (at < row->count)
		buf_addf(buf, "addresses are in column %zu (%.*s)", at + 1,
		    SPAN_SHOWN(row->cells[at]));
	else
		buf_addf(buf, "addresses are in column %zu", at + 1);
	buf_addf(buf, ": in %zu of %zu rows looked at", c->hits, c->rows);
	csv_close(&csv);
	free(row);
}
