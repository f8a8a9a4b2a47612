#include "config.h"

#include <string.h>

#include "mask.h"
#include "policy/buf.h"
#include "policy/net.h"
#include "slip.h"

/* --- characters that look like others ------------------------------------ */

static const struct {
	const char *bytes;
	const char *name;
	const char *meant;
} lookalikes[] = {
	{ "\xc2\xa0", "a no-break space (U+00A0)", " ", },
	{ "\xc2\xad", "a soft hyphen (U+00AD)", "", },
	{ "\xc2\xb7", "a middle dot (U+00B7)", ".", },
	{ "\xe2\x80\x87", "a wide space (U+2007)", " ", },
	{ "\xe2\x80\x89", "a thin space (U+2009)", " ", },
	{ "\xe2\x80\x8b", "a zero width space (U+200B)", "", },
	{ "\xe2\x80\x8c", "a zero width character (U+200C)", "", },
	{ "\xe2\x80\x8d", "a zero width character (U+200D)", "", },
	{ "\xe2\x80\x8e", "a direction mark (U+200E)", "", },
	{ "\xe2\x80\x8f", "a direction mark (U+200F)", "", },
	{ "\xe2\x80\x90", "a hyphen that is not '-' (U+2010)", "-", },
	{ "\xe2\x80\x91", "a hyphen that is not '-' (U+2011)", "-", },
	{ "\xe2\x80\x92", "a dash (U+2012) where '-' belongs", "-", },
	{ "\xe2\x80\x93", "a dash (U+2013) where '-' belongs", "-", },
	{ "\xe2\x80\x94", "a dash (U+2014) where '-' belongs", "-", },
	{ "\xe2\x80\x98", "a quotation mark (U+2018)", "", },
	{ "\xe2\x80\x99", "a quotation mark (U+2019)", "", },
	{ "\xe2\x80\x9c", "a quotation mark (U+201C)", "", },
	{ "\xe2\x80\x9d", "a quotation mark (U+201D)", "", },
	{ "\xe2\x80\xaa", "a direction mark (U+202A)", "", },
	{ "\xe2\x80\xab", "a direction mark (U+202B)", "", },
	{ "\xe2\x80\xac", "a direction mark (U+202C)", "", },
	{ "\xe2\x80\xae", "a direction mark (U+202E)", "", },
	{ "\xe2\x80\xaf", "a no-break space (U+202F)", " ", },
	{ "\xe2\x81\xa0", "a zero width character (U+2060)", "", },
	{ "\xe2\x88\x92", "a minus sign (U+2212) where '-' belongs", "-", },
	{ "\xe3\x80\x80", "a wide space (U+3000)", " ", },
	{ "\xe3\x80\x82", "a wide full stop (U+3002)", ".", },
	{ "\xef\xbb\xbf", "a byte order mark (U+FEFF)", "", },
	{ "\xef\xbc", "a full-width character", NULL, },
};

#define LOOKALIKES (sizeof(lookalikes) / sizeof(lookalikes[0]))

static size_t
find_lookalike(struct span text)
{
	for (size_t i = 0; i < LOOKALIKES; i++) {
		size_t n = strlen(lookalikes[i].bytes);

		if (text.len >= n && !memcmp(text.text, lookalikes[i].bytes, n))
			return i;
	}
	return LOOKALIKES;
}

/* The text with what its lookalikes look like. */
static void
add_meant(struct buf *buf, struct span text)
{
	while (text.len) {
		size_t i = find_lookalike(text), n = 1;

		if (i == LOOKALIKES) {
			buf_addc(buf, text.text[0]);
		} else if (lookalikes[i].meant) {
			n = strlen(lookalikes[i].bytes);
			buf_add(buf, lookalikes[i].meant);
		} else if (text.len > 2) {
			/* U+FF01 to U+FF3F are ! to _. */
			n = 3;
			buf_addc(buf, (char)((text.text[2] & 0x3f) + 0x20));
		}
		text = span_from(text, n);
	}
}

static bool
is_entry(struct span text)
{
	struct net net;
	struct err err;

	return net_parse(&net, text.text, text.len, NET_IMPORT, &err);
}

static bool
fail_lookalike(struct span text, size_t i, size_t column, struct err *err)
{
	struct buf buf = { 0 };
	struct span meant;

	fail(err, "%s at column %zu", lookalikes[i].name, column);
	add_meant(&buf, text);
	meant = span_trim(span_of(buf_text(&buf), buf.len));
	if (is_entry(meant))
		fail(err, "%s at column %zu; %.*s was probably meant",
		    lookalikes[i].name, column, SPAN_SHOWN(meant));
	buf_free(&buf);
	return false;
}

bool
slip_check_ascii(struct span text, size_t *column, struct err *err)
{
	size_t at = 0, i;
	unsigned char bad;

	while (at < text.len && (unsigned char)text.text[at] >= 0x20 &&
	    (unsigned char)text.text[at] < 0x7f)
		at++;
	if (at == text.len || text.text[at] == '\t')
		return true;
	bad = (unsigned char)text.text[at];
	if (bad >= 0x80 && span_starts(text, "domain:"))
		return true;
	*column += at;
	i = find_lookalike(span_from(text, at));
	if (i < LOOKALIKES)
		return fail_lookalike(text, i, *column, err);
	return fail(err, "the byte 0x%02x at column %zu, which is not ASCII",
	    bad, *column);
}

/* --- slips --------------------------------------------------------------- */

/* Each: false when the text is not such a slip; else the reason is in err. */

static bool
ask_quoted(struct span s, struct err *err)
{
	bool quoted = s.len > 1 && strchr("\"'`", s.text[0]) &&
	    s.text[s.len - 1] == s.text[0];

	if (quoted)
		fail(err, "%.*s has quotes around it; leave them out",
		    SPAN_SHOWN(s));
	return quoted;
}

static bool
ask_end(struct span s, struct err *err)
{
	static const struct {
		char c;
		const char *name;
	} ends[] = { { ',', "a comma", }, { ';', "a semicolon", },
		{ '.', "a dot", }, };

	for (size_t i = 0; s.len && i < 3; i++)
		if (s.text[s.len - 1] == ends[i].c &&
		    is_entry(span_trim(span_of(s.text, s.len - 1)))) {
			fail(err, "'%.*s' ends in %s; leave it out",
			    SPAN_SHOWN(s), ends[i].name);
			return true;
		}
	return false;
}

/* "192.0.2.1:25" and "[2001:db8::1]:25". */
static bool
ask_port(struct span s, struct err *err)
{
	size_t n = s.len;

	while (n && s.text[n - 1] >= '0' && s.text[n - 1] <= '9')
		n--;
	if (n == s.len || s.len - n > 5 || n < 2 || s.text[n - 1] != ':')
		return false;
	if (s.text[0] == '[' ? s.text[n - 2] != ']'
	        : span_find(s, '.') > n || span_find(s, ':') != n - 1)
		return false;
	fail(err, "'%.*s' has a port; leave out the '%.*s'", SPAN_SHOWN(s),
	    (int)(s.len - n + 1), s.text + n - 1);
	return true;
}

/* "192,0,2,1", "1,10": what spreadsheets make of dots. */
static bool
ask_commas(struct span s, struct err *err)
{
	struct span rest = s, piece;
	char dotted[16];
	size_t commas = 0;
	bool all = true;

	if (span_find(s, ',') == s.len)
		return false;
	if (span_only(s, "0123456789.,")) {
		for (size_t i = 0; i < s.len && i < 15; i++) {
			dotted[i] = s.text[i] == ',' ? '.' : s.text[i];
			commas += s.text[i] == ',';
		}
		if (s.len <= 15 && is_entry(span_of(dotted, s.len)))
			fail(err, "'%.*s' has commas where dots belong, as "
			    "spreadsheets write numbers; %.*s was probably "
			    "meant", SPAN_SHOWN(s), (int)s.len, dotted);
		else if (s.len <= 7 && commas == 1 && span_find(s, '.') ==
		    s.len)
			fail(err, "'%.*s' is what a spreadsheet makes of an "
			    "address; have it write the column as text",
			    SPAN_SHOWN(s));
		else
			commas = 0;
		if (commas)
			return true;
	}
	while (span_cut(&rest, ",", &piece))
		all &= piece.len && is_entry(piece);
	if (all)
		fail(err, "several entries with commas between; write one a "
		    "line, or say --format postfix-mynetworks or csv");
	return all;
}

static bool
ask_scheme(struct span s, struct err *err)
{
	bool url = span_has(s, "://");

	if (url)
		fail(err, "'%.*s' is a URL; only the address belongs here",
		    SPAN_SHOWN(s));
	return url;
}

static bool
ask_not(struct span s, struct err *err)
{
	bool not = s.len > 1 && s.text[0] == '!' &&
	    is_entry(span_unbracket(span_trim(span_from(s, 1))));

	if (not)
		fail(err, "'%.*s' is not an IP address: '!' excepts it in "
		    "lists of mail servers; say --format postfix-mynetworks "
		    "or exim", SPAN_SHOWN(s));
	return not;
}

/* An address, a blank, and what is no mask. */
static bool
ask_words(struct span s, struct err *err)
{
	struct span rest = s, first, second;

	if (!span_word(&rest, &first) || !span_word(&rest, &second) ||
	    !span_is_block(first) || mask_looks_so(second))
		return false;
	if (is_entry(second))
		fail(err, "several entries on a line; write one a line, or say "
		    "--format postfix-mynetworks");
	else
		fail(err, "'%.*s' stands behind the address; a comment begins "
		    "with #, and tables of mail servers are read by --format",
		    SPAN_SHOWN(second));
	return true;
}

static bool
ask_name(struct span s, struct err *err)
{
	bool name = span_is_name(s) && s.text[0] != '#' && s.text[0] != '*' &&
	    s.text[0] != '.' && (unsigned char)s.text[s.len - 1] >= 'A';

	if (name)
		fail(err, "'%.*s' is not an IP address; for the verified name "
		    "of a client write domain:%.*s", SPAN_SHOWN(s),
		    SPAN_SHOWN(s));
	return name;
}

static bool (*const asks[])(struct span s, struct err *err) = { ask_quoted,
	ask_scheme, ask_end, ask_port, ask_commas, ask_not, ask_words,
	ask_name, mask_explain, };

void
slip_explain(struct span text, struct err *err)
{
	text = span_trim(text);
	if (span_starts(text, "domain:") || span_starts(text, "list:"))
		return;
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
		if (asks[i](text, err))
			return;
}
