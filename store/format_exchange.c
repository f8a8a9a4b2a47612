/* Receive connectors of Exchange 2007 and later: the remote ranges of one as
 * entries, all of them as servers; written as a script that sets them. */
#include "config.h"

#include "exchange.h"
#include "format_list.h"

static int
sniff(const struct source *source, struct buf *why)
{
	if (!source_has(source, "RemoteIPRanges"))
		return 0;
	buf_add(why, "RemoteIPRanges are there, as of receive connectors");
	return 93;
}

static void
take_ranges(struct exchange *x, const struct exchange_object *connector)
{
	const struct stated_list *p =
	    &connector->properties[EXCHANGE_RANGES];
	struct item title = exchange_item(connector);
	struct buf spelled = { 0 };

	for (size_t i = 0; i < p->count; i++) {
		struct item item = stated_item(&p->values[i]);

		item.comment = title.text;
		item.comment_len = title.len;
		exchange_spell(&spelled, &p->values[i]);
		stated_take(x->intake, &item,
		    span_of(buf_text(&spelled), spelled.len));
	}
	buf_free(&spelled);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct exchange x;
	bool ok = exchange_open(&x, intake, source, err) &&
	    (intake->stopped || exchange_check_asked(&x, true, err));

	for (size_t i = 0; ok && !intake->stopped && i < x.count; i++)
		if (exchange_is_asked_for(&x, &x.objects[i]))
			take_ranges(&x, &x.objects[i]);
	exchange_close(&x);
	return ok;
}

static bool
read_policy(struct policy *policy, struct intake *notes,
    const struct source *source, struct err *err)
{
	struct exchange x;
	bool ok = exchange_open(&x, notes, source, err) &&
	    (notes->stopped || exchange_check_asked(&x, false, err));

	if (ok && !notes->stopped)
		exchange_servers(&x, policy);
	exchange_close(&x);
	return ok;
}

/* Nothing but digits, dots, colons and a dash gets between the quotes. */
static bool
write(struct buf *buf, const struct entries *entries, struct err *err)
{
	struct entries_walk walk = { .entries = entries };
	struct entry entry;
	size_t count = 0;

	if (!entries_count(entries))
		return fail(err, "a receive connector needs one remote range "
		    "at least, and the list is empty");
	buf_add(buf, "# Gives a receive connector these remote ranges, and no "
	    "others:\n#   .\\ranges.ps1 -Connector 'SERVER\\NAME'\n"
	    "param([Parameter(Mandatory = $true)][string]$Connector)\n"
	    "$ranges = @(\n");
	while (entries_next(&walk, &entry)) {
		if (entry.kind != ENTRY_NET)
			return format_cannot_hold("a receive connector",
			    "addresses", &entry, err);
		buf_add(buf, count++ ? ",\n    '" : "    '");
		net_add_addr(buf, entry.net.family, entry.net.first);
		if (entry.net.first != entry.net.last) {
			buf_addc(buf, '-');
			net_add_addr(buf, entry.net.family, entry.net.last);
		}
		buf_addc(buf, '\'');
	}
	buf_add(buf, "\n)\nSet-ReceiveConnector -Identity $Connector "
	    "-RemoteIPRanges $ranges\n");
	return true;
}

const struct format format_exchange = {
	.name = "exchange",
	.title = "receive connectors of Exchange",
	.sniff = sniff,
	.read = read,
	.write = write,
	.read_policy = read_policy,
};
