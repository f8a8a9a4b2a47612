/* The files "delegated" and "delegated-extended" of the regional registries
 * (RIR statistics exchange format): what was given to whom.  The fifth field
 * is a number of addresses for IPv4, which need not be a block, and a prefix
 * length for IPv6. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "format_list.h"
#include "intake.h"
#include "policy/number.h"
#include "sample.h"
#include "told.h"

#define FIELDS 7

struct reading {
	struct intake *intake;
	struct told countries;
	size_t asns, free;         /* rows that are not taken, and why */
	struct item asn, free_row; /* the first of them */
};

/* registry, cc, type, start, value, date, status. */
static size_t
split(struct span line, struct span fields[FIELDS])
{
	size_t count = 0;

	while (count < FIELDS && span_cut(&line, "|", &fields[count]))
		count++;
	return count;
}

static void
count_left(size_t *count, struct item *first, const struct item *item)
{
	if (!(*count)++)
		*first = *item;
}

static bool
make_v4(struct net *net, struct span count, struct err *err)
{
	uint32_t number;

	if (net->family != 4)
		return fail(err, "an IPv6 address in a row of IPv4");
	if (!number_parse(&number, count.text, count.len, UINT32_MAX) ||
	    !number)
		return fail(err, "'%.*s' is not a number of addresses",
		    SPAN_SHOWN(count));
	if (number - 1 > NET_LAST4 - net->first)
		return fail(err, "%u addresses from there on go beyond "
		    "255.255.255.255", (unsigned)number);
	net->last = net->first + number - 1;
	return true;
}

static bool
make_v6(struct net *net, struct span prefix, struct err *err)
{
	uint32_t number;

	if (net->family != 6)
		return fail(err, "an IPv4 address in a row of IPv6");
	if (!number_parse(&number, prefix.text, prefix.len, 128))
		return fail(err, "'%.*s' is not a prefix length of 0 to 128",
		    SPAN_SHOWN(prefix));
	if (net->first & net_block_last(6, 0, (int)number))
		return fail(err, "the address has bits set behind the prefix");
	net->last = net_block_last(6, net->first, (int)number);
	return true;
}

static void
take(struct reading *r, const struct item *item, const struct span *fields)
{
	struct net net;
	struct err err;

	if (!net_parse_addr(&net, fields[3].text, fields[3].len, &err) ||
	    !(span_is(fields[2], "ipv4") ? make_v4(&net, fields[4], &err)
	                                 : make_v6(&net, fields[4], &err)))
		intake_bad(r->intake, item, "%s", err.text);
	else
		intake_net(r->intake, item, &net);
}

static void
read_row(struct reading *r, const struct item *item,
    const struct span fields[FIELDS])
{
	bool held = span_is(fields[6], "allocated") ||
	    span_is(fields[6], "assigned");
	char country[8];

	if (span_is(fields[2], "asn")) {
		count_left(&r->asns, &r->asn, item);
		return;
	}
	if (!span_is(fields[2], "ipv4") && !span_is(fields[2], "ipv6")) {
		intake_bad(r->intake, item, "'%.*s' is none of ipv4, ipv6, "
		    "asn", SPAN_SHOWN(fields[2]));
		return;
	}
	if (!held) {
		count_left(&r->free, &r->free_row, item);
		return;
	}
	snprintf(country, sizeof(country), "%.*s", (int)(fields[1].len > 7
	        ? 7 : fields[1].len), fields[1].text);
	if (told_add(&r->countries, country, strlen(country)))
		take(r, item, fields);
}

static void
read_line(struct reading *r, const struct item *item)
{
	struct span fields[FIELDS];
	size_t count = split(span_of(item->text, item->len), fields);

	/* The head begins with its version; sums stand for all countries. */
	if (count && (span_only(fields[0], "0123456789.") ||
	        (count > 1 && span_is(fields[1], "*")))) {
		r->intake->import->blank++;
		return;
	}
	if (count < FIELDS)
		intake_bad(r->intake, item, "%zu fields; a row has 7: "
		    "registry|cc|type|start|value|date|status", count);
	else
		read_row(r, item, fields);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct reading r = { .intake = intake,
		.countries = { .asked = intake_rules(intake)->region } };
	struct item item;
	bool ok;

	(void)source;
	while (intake_short_line(intake, &item, "#"))
		read_line(&r, &item);
	if (r.asns)
		intake_left(intake, &r.asn, "%zu rows are AS numbers, not "
		    "addresses", r.asns);
	if (r.free)
		intake_left(intake, &r.free_row, "%zu rows are space that "
		    "nobody has", r.free);
	ok = told_check(&r.countries, "country", err);
	told_free(&r.countries);
	return ok;
}

static bool
is_row(struct span line)
{
	struct span fields[FIELDS];
	size_t count = split(line, fields);

	return count >= 5 && (span_is(fields[2], "ipv4") ||
	    span_is(fields[2], "ipv6") || span_is(fields[2], "asn"));
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share share = sample_share(source, "#", is_row);

	if (!share.fit || share.fit + 1 < share.lines)
		return 0;
	buf_add(why, "lines are registry|country|ipv4 and so on, as the "
	    "registries publish them");
	return 95;
}

const struct format format_rir = {
	.name = "rir",
	.title = "delegated file of a registry (RIR)",
	.sniff = sniff,
	.read = read,
};
