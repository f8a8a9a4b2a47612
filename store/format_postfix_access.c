/* Access tables of Postfix, access(5), from before postmap: clients by the
 * first octets of their address or by their name, and a result.  The narrowest
 * key decides. */
#include "config.h"

#include <string.h>

#include "access_key.h"
#include "access_value.h"
#include "format_list.h"
#include "sample.h"

static void
read_row(struct intake *intake, struct item *item, struct span value)
{
	struct span rest = span_of(item->text, item->len), key;
	enum access_kind kind;
	struct net net;
	struct err err;

	span_word(&rest, &key);
	rest = span_trim(rest);
	if (!rest.len)
		rest = value;
	kind = access_key(&key, &net, &err);
	if (kind == ACCESS_BAD)
		intake_bad(intake, item, "%s", err.text);
	else if (kind == ACCESS_PERSON)
		intake_left(intake, item, "is about a mail address, not about "
		    "a client");
	else if (!access_judge(intake, item, access_postfix, rest))
		return;
	else if (kind == ACCESS_NET)
		intake_net(intake, item, &net);
	else
		intake_domain(intake, item, key.text, key.len);
}

/* A line that begins with a blank goes on with the result above. */
static void
read_more(struct intake *intake, const struct item *item, struct span *value)
{
	struct span rest = span_of(item->text, item->len), word = rest;

	span_word(&rest, &word);
	if ((access_is_net(word) || span_is_name(word)) &&
	    access_verdict(access_postfix, rest) != VERDICT_UNKNOWN)
		intake_bad(intake, item, "begins with a blank, so Postfix "
		    "takes it for more of the line above; remove the blank");
	else if (!value->len)
		*value = span_of(item->text, item->len);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct item item, row = { 0 };
	struct span value = { "", 0 };

	(void)source;
	(void)err;
	while (intake_short_line(intake, &item, "#")) {
		if (intake_indented(intake, &item) && row.line) {
			read_more(intake, &item, &value);
			continue;
		}
		if (row.line)
			read_row(intake, &row, value);
		row = item;
		value.len = 0;
	}
	if (row.line)
		read_row(intake, &row, value);
	return true;
}

static bool
is_row(struct span line)
{
	struct span key;

	return span_word(&line, &key) &&
	    (access_is_net(key) || span_is_name(key) ||
	        span_find(key, '@') < key.len) &&
	    access_verdict(access_postfix, line) != VERDICT_UNKNOWN;
}

static bool
is_net_row(struct span line)
{
	struct span key;

	return is_row(line) && span_word(&line, &key) && access_is_net(key);
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share rows = sample_share(source, "#", is_row);
	struct share nets = sample_share(source, "#", is_net_row);

	if (!rows.fit || rows.fit * 10 < rows.lines * 9)
		return 0;
	buf_addf(why, "%s line begins with %s and goes on with what to do, "
	    "such as OK or REJECT", rows.fit == rows.lines ? "every"
	                                                   : "nearly every",
	    nets.fit ? "an address, a part of one or a name" : "a name");
	return nets.fit ? 80 : 55;
}

const struct format format_postfix_access = {
	.name = "postfix-access",
	.title = "Postfix access table",
	.sniff = sniff,
	.read = read,
	.first_match = true,
	.narrowest = true,
};
