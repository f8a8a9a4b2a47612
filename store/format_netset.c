/* Lists that are published one block a line, with a head that says what they
 * are: FireHOL's netsets (and ipsets), Spamhaus DROP as text and as JSON
 * lines. */
#include "config.h"

#include <string.h>

#include "format_list.h"
#include "line_comment.h"
#include "policy/number.h"
#include "reader.h"
#include "sample.h"

/* --- FireHOL ------------------------------------------------------------- */

static bool
is_head(struct span line)
{
	return line.text[0] == '#' && (span_has(line, "hash:net ipset") ||
	    span_has(line, "hash:ip ipset") ||
	    span_has(line, "iplists.firehol.org"));
}

static int
sniff_netset(const struct source *source, struct buf *why)
{
	struct share share = sample_share(source, "", is_head);

	if (!share.fit)
		return 0;
	buf_add(why, "its head is that of a FireHOL list");
	return 80;
}

/* What its head says of it. */
struct head {
	struct span name; /* the first line */
	struct span category, date, entries;
};

static void
read_head_line(struct head *head, struct span line)
{
	struct span key, rest = span_trim(span_from(line, 1));

	if (!rest.len)
		return;
	if (!head->name.len) {
		head->name = rest;
		return;
	}
	if (!span_cut(&rest, ":", &key))
		return;
	rest = span_trim(rest);
	if (span_is(key, "Category"))
		head->category = rest;
	else if (span_is(key, "Source File Date"))
		head->date = rest;
	else if (span_is(key, "Entries"))
		head->entries = rest;
}

static void
read_head(struct head *head, const struct source *source)
{
	struct span none = { "", 0 }, line;
	struct sample sample;
	bool indented;

	*head = (struct head){ none, none, none, none };
	sample_open(&sample, source);
	while (sample_line(&sample, "", &line, &indented)) {
		if (line.text[0] != '#')
			break;
		read_head_line(head, line);
	}
}

/* "4,522 subnets, ..." as 4522. */
static bool
read_promise(struct span s, uint32_t *promised)
{
	char digits[12];
	size_t n = 0;

	for (size_t i = 0; i < s.len && s.text[i] != ' ' && n < 11; i++)
		if (s.text[i] != ',')
			digits[n++] = s.text[i];
	return number_parse(promised, digits, n, 1000000000);
}

/* A list that was cut short says fewer than it promised. */
static void
check_promise(struct intake *intake, uint32_t promised, size_t had)
{
	struct item item = { .line = 1, .text = "" };

	if (promised != had)
		intake_left(intake, &item, "the list says that it has %u "
		    "entries, and has %zu; was it cut short?",
		    (unsigned)promised, had);
}

static bool
read_netset(struct intake *intake, const struct source *source,
    struct err *err)
{
	struct head head;
	struct buf said = { 0 };
	uint32_t promised;

	(void)err;
	read_head(&head, source);
	line_comment_read(intake);
	if (head.name.len)
		buf_addf(&said, "%.*s", SPAN_SHOWN(head.name));
	if (head.category.len)
		buf_addf(&said, ", category %.*s", SPAN_SHOWN(head.category));
	if (head.date.len)
		buf_addf(&said, ", of %.*s", SPAN_SHOWN(head.date));
	if (said.len)
		intake_say(intake, buf_text(&said));
	buf_free(&said);
	if (read_promise(head.entries, &promised))
		check_promise(intake, promised, intake->import->lines -
		    intake->import->blank);
	return true;
}

const struct format format_netset = {
	.name = "netset",
	.title = "FireHOL netset",
	.sniff = sniff_netset,
	.read = read_netset,
};

/* --- Spamhaus DROP, text ------------------------------------------------- */

static bool
is_drop(struct span line)
{
	struct span net;

	return span_cut(&line, ";", &net) && span_is_block(net) &&
	    span_starts(span_trim(line), "SBL");
}

static int
sniff_drop(const struct source *source, struct buf *why)
{
	struct share share = sample_share(source, "#;", is_drop);

	if (!share.fit || share.fit * 10 < share.lines * 9)
		return 0;
	buf_add(why, "every line is a block, ';' and a number of the SBL");
	return 92;
}

static bool
read_drop(struct intake *intake, const struct source *source, struct err *err)
{
	(void)source;
	(void)err;
	line_comment_read(intake);
	return true;
}

const struct format format_drop = {
	.name = "drop",
	.title = "Spamhaus DROP, text",
	.sniff = sniff_drop,
	.read = read_drop,
};

/* --- Spamhaus DROP, JSON lines ------------------------------------------- */

struct record {
	char cidr[64], sbl[64];
	bool asn;
	uint32_t promised; /* of the last line; 0: it is none */
};

static bool
read_short(struct reader *json, char text[64])
{
	const char *found;

	if (!reader_text(json, &found))
		return false;
	if (strlen(found) > 63)
		return reader_fail(json, "a text of more than 63 bytes");
	memcpy(text, found, strlen(found) + 1);
	return true;
}

static bool
read_member(struct reader *json, const char *key, void *context)
{
	struct record *r = context;

	if (!strcmp(key, "cidr"))
		return read_short(json, r->cidr);
	if (!strcmp(key, "sblid"))
		return read_short(json, r->sbl);
	if (!strcmp(key, "records"))
		return reader_number(json, &r->promised);
	r->asn |= !strcmp(key, "asn");
	return reader_skip(json);
}

static void
read_record(struct intake *intake, struct item *item, struct record *r,
    size_t *asns)
{
	struct reader json;
	struct err err;
	bool ok;

	r->cidr[0] = r->sbl[0] = '\0';
	r->asn = false;
	reader_open(&json, item->text, item->len, &err);
	ok = reader_object(&json, read_member, r) && reader_end(&json);
	reader_close(&json);
	if (!ok) {
		intake_bad(intake, item, "%s", err.text);
		return;
	}
	if (r->sbl[0]) {
		item->comment = r->sbl;
		item->comment_len = strlen(r->sbl);
	}
	if (r->cidr[0])
		intake_entry(intake, item, r->cidr, strlen(r->cidr));
	*asns += !r->cidr[0] && r->asn;
}

static bool
read_drop_json(struct intake *intake, const struct source *source,
    struct err *err)
{
	struct record r = { .promised = 0 };
	struct item item, first = { .line = 0 };
	size_t asns = 0, had = 0;

	(void)source;
	(void)err;
	while (intake_short_line(intake, &item, "")) {
		read_record(intake, &item, &r, &asns);
		had += r.cidr[0] != '\0';
		if (asns == 1 && !first.line)
			first = item;
	}
	if (asns)
		intake_left(intake, &first, "%zu rows name networks by AS "
		    "number, not by address", asns);
	else if (r.promised)
		check_promise(intake, r.promised, had);
	return true;
}

static bool
is_record(struct span line)
{
	return line.text[0] == '{' && line.text[line.len - 1] == '}' &&
	    (span_has(line, "\"cidr\"") || span_has(line, "\"sblid\"") ||
	        span_has(line, "\"metadata\""));
}

static int
sniff_drop_json(const struct source *source, struct buf *why)
{
	struct share share = sample_share(source, "", is_record);

	if (!share.fit || share.fit < share.lines)
		return 0;
	buf_add(why, "every line is an object with cidr or sblid, as Spamhaus "
	    "publishes it");
	return 96;
}

const struct format format_drop_json = {
	.name = "drop-json",
	.title = "Spamhaus DROP, JSON lines",
	.sniff = sniff_drop_json,
	.read = read_drop_json,
};
