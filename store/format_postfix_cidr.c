/* Postfix cidr tables, cidr_table(5): a pattern and a result, the first row
 * that matches decides. */
#include "config.h"

#include <string.h>

#include "access_value.h"
#include "format_list.h"
#include "intake.h"
#include "policy/mem.h"
#include "policy/set.h"
#include "sample.h"

/* --- reading ------------------------------------------------------------- */

/* if and endif: rows between them are asked only for addresses of the block
 * (or, with !, for the other addresses of its family), in each other. */
struct condition {
	struct set set; /* addresses for which rows are asked */
	size_t line;
	bool broken; /* its pattern is bad: rows within are not read */
};

#define MOST_CONDITIONS 64

struct table {
	struct intake *intake;
	struct condition open[MOST_CONDITIONS];
	size_t depth;
	size_t ignored; /* ifs over MOST_CONDITIONS */
};

/* A pattern with its "!" cut off. */
static bool
cut_not(struct span *pattern)
{
	if (!pattern->len || pattern->text[0] != '!')
		return false;
	*pattern = span_trim(span_from(*pattern, 1));
	return true;
}

static bool
parse_pattern(struct table *t, const struct item *item, struct span pattern,
    struct net *net)
{
	struct err err;

	if (intake_parse_net(t->intake, span_unbracket(pattern), net, &err))
		return true;
	intake_bad(t->intake, item, "%s", err.text);
	return false;
}

static void
take_others(struct table *t, const struct item *item, const struct set *set)
{
	for (size_t i = 0; i < set->v4_count + set->v6_count; i++) {
		struct net net = set_net(set, i);

		intake_net(t->intake, item, &net);
	}
}

/* "!10.0.0.0/8": every other address of its family. */
static void
outside(struct set *set, const struct net *net)
{
	struct net all = { net->family, 0, net_top(net->family) };
	struct set one;

	set_of_net(set, &all);
	set_of_net(&one, net);
	set_subtract(set, set, &one);
	set_free(&one);
}

/* A row's addresses, as far as the open conditions let it be asked. */
static void
take_within(struct table *t, const struct item *item, const struct net *net,
    bool not)
{
	const struct set *asked =
	    t->depth ? &t->open[t->depth - 1].set : NULL;
	struct set set = { 0 };

	if (!not && (!asked || set_covers(asked, net))) {
		intake_net(t->intake, item, net);
		return;
	}
	if (not)
		outside(&set, net);
	else
		set_of_net(&set, net);
	if (asked)
		set_intersect(&set, &set, asked);
	if (set_empty(&set))
		intake_left(t->intake, item, "the if of line %zu keeps it "
		    "from ever being asked", t->open[t->depth - 1].line);
	take_others(t, item, &set);
	set_free(&set);
}

static void
open_condition(struct table *t, const struct item *item, struct span pattern)
{
	struct condition *c = &t->open[t->depth];
	bool not = cut_not(&pattern);
	struct net net;

	if (t->depth == MOST_CONDITIONS) {
		intake_bad(t->intake, item, "more than %d ifs within each "
		    "other", MOST_CONDITIONS);
		t->ignored++;
		return;
	}
	*c = (struct condition){ .line = item->line };
	c->broken = (t->depth && c[-1].broken) ||
	    !parse_pattern(t, item, pattern, &net);
	t->depth++;
	if (c->broken)
		return;
	if (not)
		outside(&c->set, &net);
	else
		set_of_net(&c->set, &net);
	if (t->depth > 1)
		set_intersect(&c->set, &c->set, &c[-1].set);
}

static void
close_condition(struct table *t, const struct item *item)
{
	if (t->ignored)
		t->ignored--;
	else if (t->depth)
		set_free(&t->open[--t->depth].set);
	else
		intake_bad(t->intake, item, "an endif without an if");
}

/* "OK # office" is OK; what is behind the mark is the row's comment. */
static void
find_comment(struct item *item, struct span value)
{
	size_t at = span_find(value, '#');
	struct span comment;

	if (at == value.len)
		return;
	comment = span_trim(span_from(value, at + 1));
	item->comment = comment.text;
	item->comment_len = comment.len;
}

static void
read_row(struct table *t, struct item *item, struct span pattern,
    struct span value)
{
	bool not = cut_not(&pattern);
	struct net net;

	if (t->ignored || (t->depth && t->open[t->depth - 1].broken)) {
		intake_bad(t->intake, item, "the if in front of it is bad");
		return;
	}
	if (!parse_pattern(t, item, pattern, &net) ||
	    !access_judge(t->intake, item, access_postfix, value))
		return;
	find_comment(item, value);
	take_within(t, item, &net, not);
}

static void
read_logical(struct table *t, struct item *item, struct span value)
{
	struct span rest = span_of(item->text, item->len), pattern;

	span_word(&rest, &pattern);
	rest = span_trim(rest);
	/* "! 10.0.0.0/8 OK" and "if ! 10.0.0.0/8" are written, too. */
	if (span_is(pattern, "if")) {
		open_condition(t, item, rest);
		return;
	}
	if (span_is(pattern, "endif")) {
		close_condition(t, item);
		return;
	}
	if (span_is(pattern, "!") && span_word(&rest, &pattern)) {
		pattern.len = (size_t)(pattern.text + pattern.len - item->text);
		pattern.text = item->text;
	}
	rest = span_trim(rest);
	read_row(t, item, pattern, rest.len ? rest : value);
}

/* A line that goes on with the one before: its text is part of the result,
 * unless somebody only meant to indent a row. */
static void
read_more(struct table *t, const struct item *item, struct span *value)
{
	struct span rest = span_of(item->text, item->len), word = rest;

	span_word(&rest, &word);
	if (span_is_net(word) && access_verdict(access_postfix, rest))
		intake_bad(t->intake, item, "begins with a blank, so Postfix "
		    "takes it for more of the line above; remove the blank");
	else if (!value->len)
		*value = span_of(item->text, item->len);
}

static void
close_table(struct table *t, const struct item *last)
{
	while (t->depth) {
		struct condition *c = &t->open[--t->depth];

		intake_bad(t->intake, last, "the if of line %zu has no endif",
		    c->line);
		set_free(&c->set);
	}
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct table *t = mem_new(1, sizeof(*t));
	struct item item, row = { 0 };
	struct span value = { "", 0 };

	(void)source;
	(void)err;
	t->intake = intake;
	while (intake_short_line(intake, &item, "#")) {
		if (intake_indented(intake, &item) && row.line) {
			read_more(t, &item, &value);
			continue;
		}
		if (row.line)
			read_logical(t, &row, value);
		row = item;
		value.len = 0;
	}
	if (row.line)
		read_logical(t, &row, value);
	close_table(t, &row);
	mem_drop((char **)(void *)&t);
	return true;
}

/* --- guessing ------------------------------------------------------------ */

static bool
is_row(struct span line)
{
	struct span word;

	if (!span_word(&line, &word))
		return false;
	if (span_is(word, "if") || span_is(word, "endif"))
		return true;
	cut_not(&word);
	word = span_unbracket(word);
	return span_is_block(word) &&
	    access_verdict(access_postfix, line) != VERDICT_UNKNOWN;
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share share = sample_share(source, "#", is_row);

	if (!share.fit || share.fit * 10 < share.lines * 9)
		return 0;
	buf_add(why, share.fit == share.lines
	    ? "every line begins with an address and goes on with what to do, "
	      "such as OK or REJECT"
	    : "nearly every line begins with an address and goes on with what "
	      "to do, such as OK or REJECT");
	return 85;
}

/* --- writing ------------------------------------------------------------- */

static bool
write(struct buf *buf, const struct entries *entries, struct err *err)
{
	buf_add(buf, "# For check_client_access cidr:FILE.  In mynetworks "
	    "each row would count,\n# whatever its result.\n");
	return format_write_blocks(buf, entries, "a Postfix cidr table", "\tOK",
	    err);
}

const struct format format_postfix_cidr = {
	.name = "postfix-cidr",
	.title = "Postfix cidr table",
	.sniff = sniff,
	.read = read,
	.write = write,
	.keeps_set = true,
	.first_match = true,
};
