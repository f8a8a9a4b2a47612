/* Host lists of Exim (Exim specification, "Domain, host, address, and local
 * part lists"): as they stand in its configuration, or a file of items, one a
 * line.  The first item that matches decides. */
#include "config.h"

#include <string.h>

#include "format_list.h"
#include "intake.h"
#include "policy/set.h"
#include "sample.h"

/* --- items --------------------------------------------------------------- */

/* Items that mean something on the host or at the time only. */
static const struct {
	const char *begin;
	const char *left;
} elsewhere[] = {
	{ "+include_unknown", "says what to do without a host name", },
	{ "+include_defer", "says what to do without a host name", },
	{ "+ignore_unknown", "says what to do without a host name", },
	{ "+ignore_defer", "says what to do without a host name", },
	{ "+", "is another list; import it by itself", },
	{ "@", "is the mail server's own name or addresses", },
	{ "^", "is a regular expression for host names", },
	{ "/", "is another file; import it by itself with --format exim", },
};

static void
leave(struct intake *intake, const struct item *item, const char *why)
{
	/* It hides items behind it, and is not known here. */
	if (item->denied)
		intake_bad(intake, item, "excepts what %s, which is not read "
		    "here; put addresses in its place", why);
	else
		intake_left(intake, item, "%s", why);
}

static void
take_all(struct intake *intake, const struct item *item)
{
	struct net v4 = { 4, 0, NET_LAST4 }, v6 = { 6, 0, NET_LAST6 };

	intake_net(intake, item, &v4);
	intake_net(intake, item, &v6);
}

static void
read_name(struct intake *intake, const struct item *item, struct span s)
{
	if (s.text[0] != '*')
		leave(intake, item, "is a host whose addresses Exim looks up; "
		    "import the addresses, or write *.NAME for its verified "
		    "names");
	else if (s.len > 2 && s.text[1] == '.')
		intake_domain(intake, item, s.text + 2, s.len - 2);
	else
		intake_bad(intake, item, "'%.*s' covers every name that ends "
		    "so, whatever stands before; write *.%.*s for the names "
		    "of the domain", SPAN_SHOWN(s),
		    SPAN_SHOWN(span_from(s, 1)));
}

static bool
is_elsewhere(struct intake *intake, const struct item *item, struct span s)
{
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
		if (span_starts(s, elsewhere[i].begin)) {
			leave(intake, item, elsewhere[i].left);
			return true;
		}
	if (span_find(s, '$') < s.len)
		leave(intake, item, "is filled in when Exim runs");
	else if (span_find(s, ';') < s.len)
		leave(intake, item, "is looked up when Exim runs; import the "
		    "file that it names");
	else
		return false;
	return true;
}

static void
read_item(struct intake *intake, struct item *item)
{
	struct span s = span_of(item->text, item->len);
	struct net net;
	struct err err;

	if (s.text[0] == '!') {
		item->denied = true;
		s = span_trim(span_from(s, 1));
	}
	if (item->len > LONGEST_LINE)
		intake_bad(intake, item, "an item of more than 1,024 bytes");
	else if (!s.len)
		intake_bad(intake, item, "a '!' with nothing behind it");
	else if (span_is(s, "*"))
		take_all(intake, item);
	else if (is_elsewhere(intake, item, s))
		return;
	else if (s.text[0] == '*' || span_is_name(s))
		read_name(intake, item, s);
	else if (intake_parse_net(intake, s, &net, &err))
		intake_net(intake, item, &net);
	else
		intake_bad(intake, item, "%s", err.text);
}

/* --- lists in a configuration -------------------------------------------- */

/* The next item of a list: a doubled separator is one that belongs to the
 * item.  *text gets the item where it had one. */
static bool
cut_item(struct span *rest, char separator, struct buf *text,
    struct span *piece)
{
	size_t i = 0, from = 0;

	if (!rest->len)
		return false;
	buf_clear(text);
	while (i < rest->len) {
		if (rest->text[i] != separator) {
			i++;
			continue;
		}
		if (i + 1 == rest->len || rest->text[i + 1] != separator)
			break;
		buf_addn(text, rest->text + from, i + 1 - from);
		i += 2;
		from = i;
	}
	*piece = span_of(rest->text, i);
	if (from) {
		buf_addn(text, rest->text + from, i - from);
		*piece = span_of(text->data, text->len);
	}
	*rest = span_from(*rest, i + (i < rest->len));
	*piece = span_trim(*piece);
	return true;
}

struct lists {
	struct intake *intake;
	struct buf item;     /* the present one, when it is not as it stands */
	struct buf joined;   /* lines that go on with the next */
	struct item first;   /* of those lines */
	bool negated;        /* the last item begins with ! */
};

/* A list that ends with an exception covers everything else. */
static void
check_end(struct lists *l, const struct item *item)
{
	if (l->negated && !intake_rules(l->intake)->denied)
		intake_bad(l->intake, item, "a list that ends with '!' covers "
		    "everybody else; put '*' behind it if that is meant");
}

static void
read_list(struct lists *l, const struct item *line, struct span rest)
{
	char separator = ':';
	struct span piece;

	l->negated = false;
	if (rest.len > 1 && rest.text[0] == '<' &&
	    span_only(span_of(rest.text + 1, 1), ";,|/&%.#!")) {
		separator = rest.text[1];
		rest = span_from(rest, 2);
	}
	while (cut_item(&rest, separator, &l->item, &piece)) {
		struct item item = { .line = line->line, .text = piece.text,
			.len = piece.len, .column = line->column };

		if (!piece.len)
			continue;
		l->negated = piece.text[0] == '!';
		read_item(l->intake, &item);
	}
	check_end(l, line);
}

/* "hostlist relay_from_hosts = ", "hosts = ": what stands behind it, or
 * nothing. */
static bool
cut_option(struct span line, struct span *value)
{
	size_t equals = span_find(line, '=');
	struct span left = span_of(line.text, equals), word;
	size_t words = 0;

	if (equals == line.len)
		return false;
	while (span_word(&left, &word)) {
		if (!span_only(word, "abcdefghijklmnopqrstuvwxyz"
		        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"))
			return false;
		words++;
	}
	*value = span_trim(span_from(line, equals + 1));
	return words > 0;
}

/* Items with colons between, not an IPv6 address and nothing else. */
static bool
is_list(struct span line)
{
	size_t colon = span_find(line, ':');
	struct span first;

	if (line.text[0] == '<' || span_has(line, "::::"))
		return true;
	if (line.text[0] == '!')
		line = span_trim(span_from(line, 1));
	colon = span_find(line, ':');
	first = span_of(line.text, colon);
	if (colon == line.len)
		return false;
	return span_has(line, " :") || span_has(line, ": ") ||
	    (first.len && !span_only(first, "0123456789abcdefABCDEF["));
}

/* In a file, " #" begins a comment. */
static struct span
cut_comment(struct item *item)
{
	struct span s = span_of(item->text, item->len), comment;

	for (size_t i = 1; i < s.len; i++) {
		if (s.text[i] != '#' || !span_is_blank(s.text[i - 1]))
			continue;
		comment = span_trim(span_from(s, i + 1));
		item->comment = comment.text;
		item->comment_len = comment.len;
		return span_trim(span_of(s.text, i));
	}
	return s;
}

static void
read_line(struct lists *l, struct item *item)
{
	struct span s = span_of(item->text, item->len), value;

	if (cut_option(s, &value)) {
		if (value.len)
			read_list(l, item, value);
	} else if (is_list(s)) {
		read_list(l, item, s);
	} else if (item->len > LONGEST_LINE) {
		intake_bad(l->intake, item, "a line of more than 1,024 bytes");
	} else {
		s = cut_comment(item);
		item->text = s.text;
		item->len = s.len;
		read_item(l->intake, item);
	}
}

/* A backslash at the end: the next line goes on, without its blanks. */
static bool
join(struct lists *l, struct item *item)
{
	bool more = item->text[item->len - 1] == '\\';

	if (!l->joined.len)
		l->first = *item;
	if (!more && !l->joined.len)
		return true;
	buf_addn(&l->joined, item->text, item->len - more);
	if (more) {
		buf_addc(&l->joined, ' ');
		return false;
	}
	*item = l->first;
	item->text = l->joined.data;
	item->len = l->joined.len;
	return true;
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct lists l = { .intake = intake };
	struct item item;

	(void)source;
	(void)err;
	while (intake_line(intake, &item, "#")) {
		if (!join(&l, &item))
			continue;
		read_line(&l, &item);
		buf_clear(&l.joined);
	}
	if (l.joined.len) {
		item = l.first;
		item.text = l.joined.data;
		item.len = l.joined.len;
		read_line(&l, &item);
	}
	buf_free(&l.joined);
	buf_free(&l.item);
	return true;
}

/* --- guessing ------------------------------------------------------------ */

static bool
is_hostlist(struct span line)
{
	struct span word, value;

	if (!cut_option(line, &value))
		return false;
	return span_word(&line, &word) &&
	    (span_is(word, "hostlist") || span_is(word, "hosts") ||
	        span_has(word, "_hosts"));
}

static bool
is_separated(struct span line)
{
	struct span piece;

	if (line.text[0] == '<' && line.len > 1)
		return span_only(span_of(line.text + 1, 1), ";,|/&%");
	if (!span_has(line, " :") && !span_has(line, ": "))
		return false;
	if (line.text[0] == '!')
		line = span_trim(span_from(line, 1));
	return span_cut(&line, ":", &piece) && span_is_block(piece);
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share share = sample_share(source, "#", is_hostlist);

	if (share.fit) {
		buf_add(why, "a host list of Exim begins with hostlist NAME = "
		    "or an option for hosts");
		return 90;
	}
	share = sample_share(source, "#", is_separated);
	if (!share.fit)
		return 0;
	buf_add(why, "addresses stand on a line with ' : ' between, or the "
	    "line begins with a separator such as <;");
	return 75;
}

/* --- writing ------------------------------------------------------------- */

static bool
write(struct buf *buf, const struct entries *entries, struct err *err)
{
	buf_add(buf, "# One item a line: name this file in a host list by its "
	    "full path.\n");
	return format_write_blocks(buf, entries, "a host list of Exim", "",
	    err);
}

const struct format format_exim = {
	.name = "exim",
	.title = "Exim host list",
	.sniff = sniff,
	.read = read,
	.write = write,
	.keeps_set = true,
	.first_match = true,
};
