/* Tables of OpenSMTPD, table(5): a file with one key a line, or the lists of
 * tables and rules of smtpd.conf(5).  They know no order and no exceptions. */
#include "config.h"

#include <string.h>

#include "format_list.h"
#include "intake.h"
#include "policy/set.h"
#include "sample.h"

/* --- reading ------------------------------------------------------------- */

/* How far the end of a rule is looked for. */
#define FAR 65536

struct reading {
	struct intake *intake;
	bool within;  /* braces */
	bool denied;  /* who is listed in them */
	bool clients; /* they hold addresses of clients */
};

static void
read_key(struct reading *r, struct item *item)
{
	struct span s = span_of(item->text, item->len);

	item->denied = r->denied;
	if (s.len > 1 && s.text[0] == '"' && s.text[s.len - 1] == '"')
		s = span_of(s.text + 1, s.len - 2);
	if (s.len && s.text[0] == '!')
		intake_bad(r->intake, item, "'!' means nothing within a table, "
		    "and OpenSMTPD finds nobody by it; a rule with ! from src "
		    "excepts");
	else if (s.len && s.text[0] == '<')
		intake_left(r->intake, item, "is another table; import it by "
		    "itself");
	else if (item->len > LONGEST_LINE)
		intake_bad(r->intake, item, "a key of more than 1,024 bytes");
	else
		intake_entry(r->intake, item, s.text, s.len);
}

/* Does the rule that an open brace belongs to end in reject or disconnect?
 * It goes on behind the brace that closes, to the end of that line. */
static bool
rejects(const struct reading *r, struct span open)
{
	const struct source *source = r->intake->source;
	size_t left = source->len - (size_t)(open.text - source->text);
	struct span rest = span_of(open.text, left < FAR ? left : FAR), word;

	rest = span_from(rest, span_find(rest, '}'));
	rest = span_of(rest.text, span_find(rest, '\n'));
	while (span_word(&rest, &word))
		if (span_is(word, "reject") || span_is(word, "disconnect"))
			return true;
	return false;
}

/* What stands in front of a brace: "table NAME", "match ! from src". */
static void
open_brace(struct reading *r, struct span before, struct span open)
{
	struct span word;
	bool not = false;

	r->within = true;
	r->denied = rejects(r, open);
	r->clients = true;
	while (span_word(&before, &word)) {
		if (span_is(word, "for") || span_is(word, "rcpt-to") ||
		    span_is(word, "mail-from"))
			r->clients = false;
		if (span_is(word, "from") || span_is(word, "src")) {
			r->clients = true;
			r->denied ^= not;
		}
		not = span_is(word, "!");
		/* "!from src" and "!src"; of "! from src" each word once. */
		if (word.len > 1 && word.text[0] == '!') {
			r->clients = true;
			r->denied = !r->denied;
		}
	}
}

static void
read_keys(struct reading *r, const struct item *line, struct span within)
{
	struct span piece;

	if (!r->clients)
		return;
	while (span_cut(&within, ", \t\r", &piece)) {
		struct item item = { .line = line->line, .text = piece.text,
			.len = piece.len, .column = line->column +
			    (size_t)(piece.text - line->text) };

		if (piece.len == 1 && piece.text[0] == '=')
			intake_bad(r->intake, &item, "a table of keys and "
			    "values holds no addresses of clients");
		else if (piece.len && piece.text[0] != '\\')
			read_key(r, &item);
	}
}

/* A line of smtpd.conf; braces may go on over several. */
static void
read_braces(struct reading *r, const struct item *line)
{
	struct span rest = span_of(line->text, line->len);

	rest = span_of(rest.text, span_find(rest, '#'));
	while (rest.len) {
		size_t n = span_find(rest, r->within ? '}' : '{');
		struct span before = span_of(rest.text, n);
		bool brace = n < rest.len;

		rest = span_from(rest, n + brace);
		if (r->within) {
			read_keys(r, line, before);
			r->within = !brace;
		} else if (brace) {
			open_brace(r, before, rest);
		}
	}
}

/* A line of a table's file. */
static void
read_line(struct reading *r, struct item *item)
{
	struct span s = span_of(item->text, item->len), rest, word, comment;
	size_t mark = span_find(s, '#');

	if (item->len > LONGEST_LINE) {
		intake_bad(r->intake, item, "a line of more than 1,024 bytes");
		return;
	}
	if (mark < s.len) {
		comment = span_trim(span_from(s, mark + 1));
		item->comment = comment.text;
		item->comment_len = comment.len;
	}
	rest = span_of(s.text, mark);
	span_word(&rest, &word);
	item->len = word.len;
	if (span_trim(rest).len)
		intake_bad(r->intake, item, "a second word makes it a table of "
		    "keys and values, which OpenSMTPD does not take for "
		    "addresses; leave it out");
	else
		read_key(r, item);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct reading r = { .intake = intake };
	bool braces = memchr(source->text, '{', source->len) != NULL;
	struct item item;

	(void)err;
	while (intake_line(intake, &item, "#")) {
		if (braces)
			read_braces(&r, &item);
		else
			read_line(&r, &item);
	}
	return true;
}

/* --- guessing ------------------------------------------------------------ */

static bool
opens(struct span line)
{
	struct span word;

	if (span_find(line, '{') == line.len || !span_word(&line, &word))
		return false;
	return span_is(word, "table") || span_is(word, "match") ||
	    span_is(word, "filter") || word.text[0] == '{';
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share share;

	if (source_is_json(source))
		return 0;
	share = sample_share(source, "#", opens);
	if (share.fit) {
		buf_add(why, "addresses stand in braces, as in table NAME "
		    "{ ... }");
		return 88;
	}
	if (source_has(source, "\n# @list") || (source->len > 7 &&
	        !memcmp(source->text, "# @list", 7))) {
		buf_add(why, "a line says # @list, as in tables of OpenSMTPD");
		return 80;
	}
	return 0;
}

/* --- writing ------------------------------------------------------------- */

static bool
write(struct buf *buf, const struct entries *entries, struct err *err)
{
	/* Else newer ones split IPv6 addresses at their first colon. */
	buf_add(buf, "# @list\n");
	return format_write_blocks(buf, entries, "a table of OpenSMTPD", "",
	    err);
}

const struct format format_opensmtpd = {
	.name = "opensmtpd",
	.title = "OpenSMTPD table",
	.sniff = sniff,
	.read = read,
	.write = write,
	.keeps_set = true,
};
