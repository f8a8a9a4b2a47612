/* SPF records (RFC 7208): the text alone, quoted as in a zone file, or a zone
 * file with others between.  What needs DNS is named; it is looked up only when
 * the rules say whom to ask. */
#include "config.h"

#include <string.h>

#include "format_list.h"
#include "spf_record.h"
#include "spot.h"

#define LONGEST_RECORD 65535 /* RFC 1035 3.2.1 */
#define LONGEST_STRING 255   /* RFC 1035 3.3 */

static int
sniff(const struct source *source, struct buf *why)
{
	if (source_is_json(source) || !source_has(source, "v=spf1"))
		return 0;
	buf_add(why, "v=spf1 is there");
	return 90;
}

enum where {
	OUTSIDE,   /* no record has begun on this line */
	IN_QUOTED, /* strings that are joined as they are */
	IN_BARE,   /* words */
};

struct reading {
	struct intake *intake;
	const char *text;
	size_t len, at;
	struct spot spot;
	struct joined record;
	enum where where;
	bool any;            /* a token was on it */
	int depth;           /* of parentheses */
	struct span owner;   /* of the record set; text NULL: not known */
	struct span holder;  /* of the last SPF record */
	struct span token;   /* between quotes, or the word */
	bool quoted;
};

/* --- tokens ------------------------------------------------------------- */

static bool
is_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Up to the closing quote; the text may go on for lines if it is missing, so
 * an end of line ends it, too. */
static void
cut_quoted(struct reading *r)
{
	size_t from = ++r->at;

	while (r->at < r->len && r->text[r->at] != '"' &&
	    !is_end(r->text[r->at]))
		r->at += r->text[r->at] == '\\' && r->at + 1 < r->len &&
		    !is_end(r->text[r->at + 1]) ? 2 : 1;
	r->token = span_of(r->text + from, r->at - from);
	r->at += r->at < r->len && r->text[r->at] == '"';
	r->quoted = true;
}

static void
cut_word(struct reading *r)
{
	size_t from = r->at;

	while (r->at < r->len && !memchr(" \t\r\n\"();", r->text[r->at], 8))
		r->at++;
	r->token = span_of(r->text + from, r->at - from);
	r->quoted = false;
}

static void
skip_comment(struct reading *r)
{
	while (r->at < r->len && !is_end(r->text[r->at]))
		r->at++;
}

/* The next token of the logical line; false at its end, which is passed. */
static bool
next_token(struct reading *r)
{
	while (r->at < r->len) {
		char c = r->text[r->at];

		if (is_end(c) && !r->depth) {
			r->at++;
			return false;
		}
		if (c == ';') {
			skip_comment(r);
		} else if (c == '"') {
			cut_quoted(r);
			return true;
		} else if (c == '(' || c == ')') {
			r->depth = c == '(';
			r->at++;
		} else if (span_is_blank(c) || is_end(c)) {
			r->at++;
		} else {
			cut_word(r);
			return true;
		}
	}
	return false;
}

/* --- records ------------------------------------------------------------ */

static struct item
item_here(struct reading *r)
{
	return spot_item(&r->spot, (size_t)(r->token.text - r->text),
	    r->token.len);
}

static bool
begins_record(const struct reading *r)
{
	struct span version = r->token;

	if (r->quoted)
		version.len = span_find(version, ' ');
	return span_is(version, "v=spf1");
}

/* Strings are joined without a blank, words with one; a backslash stands for
 * the character behind it. */
static void
add_token(struct reading *r)
{
	struct item item;

	if (r->quoted && r->token.len > LONGEST_STRING) {
		item = item_here(r);
		intake_left(r->intake, &item, "a string of %zu bytes; DNS "
		    "holds 255 in one, so this is not how it is published",
		    r->token.len);
	}
	if (!r->quoted && r->record.text.len)
		joined_add(&r->record, ' ', r->token.text);
	for (size_t i = 0; i < r->token.len; i++) {
		if (r->token.text[i] == '\\' && i + 1 < r->token.len)
			i++;
		joined_add(&r->record, r->token.text[i], r->token.text + i);
	}
}

static void
take_token(struct reading *r)
{
	struct item item;

	if (r->where == OUTSIDE) {
		if (begins_record(r)) {
			r->where = r->quoted ? IN_QUOTED : IN_BARE;
			add_token(r);
		} else if (span_starts(r->token, "spf2.0")) {
			item = item_here(r);
			intake_left(r->intake, &item,
			    "Sender ID (RFC 4406), not SPF");
		}
	} else if (r->quoted == (r->where == IN_QUOTED)) {
		if (r->record.text.len <= LONGEST_RECORD)
			add_token(r);
	}
}

/* A name at the very beginning of a line is the owner of what follows. */
static void
note_owner(struct reading *r)
{
	size_t at = (size_t)(r->token.text - r->text);

	r->any = true;
	if (r->quoted || begins_record(r))
		return;
	if (!at || is_end(r->text[at - 1]))
		r->owner = r->token;
}

static bool
same_owner(const struct reading *r)
{
	return r->owner.text && r->holder.text &&
	    r->owner.len == r->holder.len &&
	    !memcmp(r->owner.text, r->holder.text, r->owner.len);
}

/* The owner, if it does not depend on what the zone is called. */
static struct span
absolute(const struct reading *r)
{
	size_t len = r->owner.len;

	if (len < 2 || r->owner.text[len - 1] != '.')
		return span_of(NULL, 0);
	return span_of(r->owner.text, len - 1);
}

static void
finish_record(struct reading *r)
{
	struct item item;

	if (r->record.text.len > LONGEST_RECORD || same_owner(r)) {
		item = joined_item(&r->record, &r->spot,
		    joined_span(&r->record));
		if (same_owner(r))
			intake_bad(r->intake, &item, "a second SPF record of "
			    "%.*s: receivers then authorise nobody "
			    "(RFC 7208 4.5)", SPAN_SHOWN(r->owner));
		else
			intake_bad(r->intake, &item,
			    "a record of more than 65,535 bytes");
	} else {
		spf_take(&r->record, &r->spot, r->intake, absolute(r));
	}
	r->holder = r->owner;
}

static void
read_line(struct reading *r)
{
	r->where = OUTSIDE;
	r->any = false;
	joined_clear(&r->record);
	while (next_token(r)) {
		if (!r->any)
			note_owner(r);
		take_token(r);
	}
	if (r->where != OUTSIDE)
		finish_record(r);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct reading r = { .intake = intake, .text = source->text,
		.len = source->len, .spot = { .source = source } };
	size_t lines = 0;

	while (r.at < r.len && (++lines % 4096 || intake_go_on(intake, r.at)))
		read_line(&r);
	spot_end(&r.spot, intake);
	if (r.depth && r.at >= r.len)
		fail(err, "a parenthesis is never closed; the file was cut "
		    "short");
	joined_free(&r.record);
	return !(r.depth && r.at >= r.len);
}

const struct format format_spf = {
	.name = "spf",
	.title = "SPF records",
	.sniff = sniff,
	.read = read,
	.first_match = true,
};
