/* The parameter mynetworks of Postfix, postconf(5): the line of main.cf with
 * the lines that it goes on with, or its bare value.  The first item that
 * matches decides. */
#include "config.h"

#include <string.h>

#include "format_list.h"
#include "intake.h"
#include "policy/mem.h"
#include "sample.h"

/* --- items --------------------------------------------------------------- */

struct networks {
	struct intake *intake;
	bool main_cf; /* other parameters stand beside it */
	size_t last;  /* the line of the definition that counts */
};

/* "hash:/etc/postfix/nets"; not "2001:db8::/32". */
static bool
is_table(struct span s)
{
	size_t colon = span_find(s, ':');
	struct net net;
	struct err err;

	return colon && colon < s.len &&
	    !net_parse(&net, s.text, s.len, NET_IMPORT | NET_WIDEN, &err) &&
	    span_only(span_of(s.text, colon),
	        "abcdefghijklmnopqrstuvwxyz0123456789_");
}

/* A file or a table is a list of its own. */
static void
leave_named(struct intake *intake, const struct item *item, struct span s)
{
	size_t colon = span_find(s, ':');
	struct span path = colon < s.len ? span_from(s, colon + 1) : s;
	const char *format = colon == s.len ? "postfix-mynetworks"
	    : span_starts(s, "cidr:")       ? "postfix-cidr"
	                                    : "postfix-access";

	/* What it holds hides items behind it, and is not known here. */
	if (item->denied)
		intake_bad(intake, item, "'!%.*s' excepts what the file holds, "
		    "which is not read here; put its entries in its place",
		    SPAN_SHOWN(s));
	else
		intake_left(intake, item, "is another file; import it by "
		    "itself: relayadm import %.*s --format %s",
		    SPAN_SHOWN(path), format);
}

static void
read_item(struct networks *n, struct item *item)
{
	struct span s = span_of(item->text, item->len);
	struct net net;
	struct err err;

	while (s.len && s.text[0] == '!') {
		item->denied = !item->denied;
		s = span_from(s, 1);
	}
	if (item->len > LONGEST_LINE)
		intake_bad(n->intake, item, "an item of more than 1,024 bytes");
	else if (s.len && s.text[0] == '#')
		intake_bad(n->intake, item, "Postfix knows no comment behind a "
		    "value; put it on a line of its own");
	else if (memchr(s.text, '$', s.len))
		intake_left(n->intake, item, "is filled in by Postfix; import "
		    "what postconf -x mynetworks prints");
	else if ((s.len && s.text[0] == '/') || is_table(s))
		leave_named(n->intake, item, s);
	else if (intake_parse_net(n->intake, span_unbracket(s), &net, &err))
		intake_net(n->intake, item, &net);
	else
		intake_bad(n->intake, item, "%s", err.text);
}

/* Items of a line, from place on. */
static void
read_items(struct networks *n, const struct item *line, size_t place)
{
	struct span rest = span_of(line->text + place, line->len - place);
	struct span piece;

	while (span_cut(&rest, ", \t\r", &piece)) {
		struct item item = { .line = line->line, .text = piece.text,
			.len = piece.len,
			.column = line->column +
			    (size_t)(piece.text - line->text) };

		if (piece.len)
			read_item(n, &item);
	}
}

/* --- main.cf ------------------------------------------------------------- */

/* The length of "name =" when the line begins so; *name is cut out. */
static size_t
cut_name(struct span line, struct span *name)
{
	size_t equals = span_find(line, '=');

	if (equals == line.len)
		return 0;
	*name = span_trim(span_of(line.text, equals));
	if (!span_only(*name, "abcdefghijklmnopqrstuvwxyz"
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))
		return 0;
	return equals + 1;
}

/* The last definition counts; the others are shown. */
static size_t
find_last(const struct source *source, bool *main_cf)
{
	struct span rest = span_of(source->text, source->len), line, name;
	size_t number = 0, last = 0;
	char end = memchr(source->text, '\n', source->len) ? '\n' : '\r';

	while (rest.len) {
		size_t n = span_find(rest, end);

		line = span_of(rest.text, n);
		rest = span_from(rest, n + (n < rest.len));
		number++;
		if (!line.len || span_is_blank(line.text[0]) ||
		    line.text[0] == '#' || !cut_name(line, &name))
			continue;
		*main_cf = true;
		if (span_is(name, "mynetworks"))
			last = number;
	}
	return last;
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct networks n = { .intake = intake };
	struct item line;
	struct span name;
	bool within = false;

	n.last = find_last(source, &n.main_cf);
	if (n.main_cf && !n.last)
		return fail(err, "has no line mynetworks = ...; Postfix then "
		    "takes what mynetworks_style says");
	while (intake_line(intake, &line, "#")) {
		size_t place = 0;

		if (!n.main_cf) {
			read_items(&n, &line, 0);
			continue;
		}
		if (!intake_indented(intake, &line)) {
			place = cut_name(span_of(line.text, line.len), &name);
			within = place && span_is(name, "mynetworks");
		}
		if (within && line.line < n.last) {
			intake_left(intake, &line, "line %zu says it anew, "
			    "and the last counts", n.last);
			continue;
		}
		if (within)
			read_items(&n, &line, place);
	}
	return true;
}

/* --- guessing ------------------------------------------------------------ */

static bool
names_it(struct span line)
{
	struct span name;

	return cut_name(line, &name) && span_is(name, "mynetworks");
}

/* Several items, none of which is the mask or the end of a range. */
static bool
is_value(struct span line)
{
	struct span piece;
	size_t count = 0;

	while (span_cut(&line, ", \t\r", &piece)) {
		if (!piece.len)
			continue;
		if (piece.text[0] == '!')
			piece = span_from(piece, 1);
		if (!span_is_block(span_unbracket(piece)) &&
		    !(piece.len && piece.text[0] == '/') && !is_table(piece))
			return false;
		if (count && (span_starts(piece, "255.") ||
		    span_starts(piece, "0.")))
			return false;
		count++;
	}
	return count > 1;
}

static bool
is_item(struct span line)
{
	struct span rest = line, word;

	return is_value(line) || (span_word(&rest, &word) && !rest.len &&
	    span_is_block(span_unbracket(word)));
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share share = sample_share(source, "#", names_it);
	struct share items;

	if (share.fit) {
		buf_add(why, "a line begins with mynetworks =");
		return 95;
	}
	share = sample_share(source, "#", is_value);
	items = sample_share(source, "#", is_item);
	if (!share.fit || items.fit < items.lines)
		return 0;
	buf_add(why, "several addresses stand on a line, with blanks or commas "
	    "between");
	return 60;
}

const struct format format_postfix_mynetworks = {
	.name = "postfix-mynetworks",
	.title = "Postfix mynetworks",
	.sniff = sniff,
	.read = read,
	.first_match = true,
};
