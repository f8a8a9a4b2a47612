/* Domains and what becomes of their mail, for a routing list: our own rows,
 * relay_domains and transport(5) of Postfix, relay-domains and the mailertable
 * of sendmail. */
#include "config.h"

#include <string.h>

#include "access_value.h"
#include "format_list.h"
#include "intake.h"
#include "policy/mem.h"
#include "sample.h"

/* --- what to do with a domain -------------------------------------------- */

struct verb {
	const char *word;
	enum route_action action;
};

static const struct verb verbs[] = {
	{ "inbound", ROUTE_INBOUND, },
	{ "relay", ROUTE_RELAY, },
	{ "reject", ROUTE_REJECT, },
	{ "OK", ROUTE_RELAY, },
	{ "permit", ROUTE_RELAY, },
	{ "DISCARD", ROUTE_REJECT, },
	{ NULL, ROUTE_INBOUND, },
};

/* What stands in front of the first colon of a transport. */
static const struct verb mailers[] = {
	{ "smtp", ROUTE_RELAY, },
	{ "relay", ROUTE_RELAY, },
	{ "esmtp", ROUTE_RELAY, },
	{ "local", ROUTE_INBOUND, },
	{ "virtual", ROUTE_INBOUND, },
	{ "lmtp", ROUTE_INBOUND, },
	{ "error", ROUTE_REJECT, },
	{ "retry", ROUTE_REJECT, },
	{ "discard", ROUTE_REJECT, },
	{ NULL, ROUTE_INBOUND, },
};

static const struct verb *
find_verb(const struct verb *table, struct span word)
{
	while (table->word && !span_is(word, table->word))
		table++;
	return table;
}

/* "[mx.example.com]:25" without the brackets, which say only that no MX is
 * asked for; those of IPv6 stay. */
static char *
make_hop(struct span hop)
{
	size_t close = span_find(hop, ']');
	struct span host;
	struct buf text = { 0 };

	if (hop.len && hop.text[0] == '[' && close < hop.len) {
		host = span_of(hop.text + 1, close - 1);
		if (span_find(host, ':') == host.len) {
			buf_addn(&text, host.text, host.len);
			hop = span_from(hop, close + 1);
		}
	}
	buf_addn(&text, hop.text, hop.len);
	return buf_take(&text);
}

static void
take(struct intake *intake, const struct item *item, struct span domain,
    enum route_action action, struct span hop)
{
	char *next_hop = hop.len ? make_hop(hop) : NULL;

	intake_route(intake, item, domain.text, domain.len, action, next_hop);
	mem_drop(&next_hop);
}

/* "smtp:[mx.example.com]:25", "local:", ":mx.example.com". */
static void
take_transport(struct intake *intake, const struct item *item,
    struct span domain, struct span value)
{
	size_t colon = span_find(value, ':');
	struct span mailer = span_of(value.text, colon);
	struct span hop = span_from(value, colon + 1);
	const struct verb *verb = find_verb(mailers, mailer);

	if (!mailer.len && !hop.len)
		intake_left(intake, item, "says that nothing is special");
	else if (mailer.len && !verb->word)
		intake_bad(intake, item, "the transport '%.*s' is not known "
		    "here; write inbound, relay [HOST[:PORT]] or reject",
		    SPAN_SHOWN(mailer));
	else if (mailer.len && verb->action != ROUTE_RELAY)
		take(intake, item, domain, verb->action, span_of("", 0));
	else
		take(intake, item, domain, ROUTE_RELAY, hop);
}

static void
take_action(struct intake *intake, const struct item *item,
    struct span domain, struct span value)
{
	struct span rest = value, word = rest, hop, none = { "", 0 };
	const struct verb *verb;

	span_word(&rest, &word);
	verb = find_verb(verbs, word);
	span_word(&rest, &hop);
	if (hop.len && hop.text[0] == '#')
		hop = none;
	if (verb->word && verb->action != ROUTE_REJECT)
		take(intake, item, domain, verb->action, hop);
	else if (verb->word)
		take(intake, item, domain, verb->action, none);
	else if (access_verdict(access_postfix, value) == VERDICT_DENY)
		take(intake, item, domain, ROUTE_REJECT, none);
	else
		intake_bad(intake, item, "'%.*s' is none of inbound, relay, "
		    "reject", SPAN_SHOWN(word));
}

/* --- rows ---------------------------------------------------------------- */

/* "#example.com relay" is a row for the domain alone; "# note" and
 * "#example.com" are comments. */
static bool
is_comment(struct span line)
{
	struct span word;

	if (line.text[0] != '#')
		return false;
	return !span_word(&line, &word) || !span_is_name(word) ||
	    !span_word(&line, &word) || !find_verb(verbs, word)->word;
}

static void
read_row(struct intake *intake, const struct item *item)
{
	struct span rest = span_of(item->text, item->len), domain, value;

	span_word(&rest, &domain);
	value = span_trim(rest);
	if (domain.text[domain.len - 1] == ':' && domain.len > 1)
		domain.len--;
	if (span_find(domain, '@') < domain.len)
		intake_left(intake, item, "is about a mail address, not about "
		    "a domain");
	else if (span_is(domain, "*"))
		intake_left(intake, item, "is the way of all other mail, not a "
		    "domain");
	else if (domain.text[0] == '.' && domain.len > 1)
		intake_left(intake, item, "is for what is below the domain "
		    "only; a row for %.*s covers that, too",
		    SPAN_SHOWN(span_from(domain, 1)));
	else if (!value.len || value.text[0] == '#')
		take(intake, item, domain, ROUTE_INBOUND, span_of("", 0));
	else if (span_find(value, ':') < span_find(value, ' ') &&
	    !find_verb(verbs, span_of(value.text, span_find(value, ' ')))->word)
		take_transport(intake, item, domain, value);
	else
		take_action(intake, item, domain, value);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct item item;

	(void)source;
	(void)err;
	while (intake_short_line(intake, &item, "")) {
		if (is_comment(span_of(item.text, item.len)))
			intake->import->blank++;
		else
			read_row(intake, &item);
	}
	return true;
}

/* --- guessing ------------------------------------------------------------ */

static bool
is_domain(struct span word)
{
	return span_is_name(word) && span_find(word, '*') == word.len;
}

static bool
is_bare(struct span line)
{
	struct span word;

	return span_word(&line, &word) && is_domain(word) &&
	    !span_trim(line).len;
}

static bool
is_row(struct span line)
{
	struct span word, value;
	size_t colon;

	if (!span_word(&line, &word) || !is_domain(word))
		return span_is(word, "*");
	if (!span_word(&line, &value))
		return true;
	colon = span_find(value, ':');
	return find_verb(verbs, value)->word || (colon < value.len &&
	    (!colon || find_verb(mailers, span_of(value.text, colon))->word)) ||
	    access_verdict(access_postfix, value) == VERDICT_DENY;
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share rows = sample_share(source, "#", is_row);
	struct share bare = sample_share(source, "#", is_bare);

	if (!rows.fit || rows.fit * 10 < rows.lines * 9)
		return 0;
	if (bare.fit == rows.fit) {
		buf_add(why, "every line is a domain");
		return 50;
	}
	buf_add(why, "lines are a domain and what becomes of its mail");
	return 60;
}

const struct format format_domains = {
	.name = "domains",
	.title = "domains for a routing list",
	.sniff = sniff,
	.read = read,
};
