#include "config.h"

#include <string.h>

#include "spf_record.h"

#define MOST_LOOKUPS 10 /* RFC 7208 4.6.4 */

/* --- terms -------------------------------------------------------------- */

struct term {
	struct intake *intake;
	struct item item;
	struct span name;
	struct span value; /* behind ':', '=' or '/', with the '/' */
	bool denied;       /* by -, ~ or ? */
};

static void
take_net(const struct term *t, bool v6)
{
	bool colon = memchr(t->value.text, ':', t->value.len) != NULL;

	if (!t->value.len || t->value.text[0] == '/')
		intake_bad(t->intake, &t->item, "%.*s: has no address; no "
		    "blank may stand behind the colon", SPAN_SHOWN(t->name));
	else if (!span_only(t->value, "0123456789abcdefABCDEF.:/"))
		intake_bad(t->intake, &t->item, "'%.*s' is no address and no "
		    "block; SPF has nothing else", SPAN_SHOWN(t->value));
	else if (v6 != colon)
		intake_bad(t->intake, &t->item, "%.*s: takes an IPv%c address; "
		    "%s: was probably meant", SPAN_SHOWN(t->name),
		    v6 ? '6' : '4', v6 ? "ip4" : "ip6");
	else
		intake_entry(t->intake, &t->item, t->value.text, t->value.len);
}

static void
take_ip4(const struct term *t)
{
	take_net(t, false);
}

static void
take_ip6(const struct term *t)
{
	take_net(t, true);
}

static void
take_all(const struct term *t)
{
	if (!t->denied)
		intake_bad(t->intake, &t->item, "'%.*s' authorises every "
		    "address of the Internet, so the rest of the record says "
		    "nothing; take what you trust of it by hand",
		    (int)t->item.len, t->item.text);
}

static void
leave_addresses(const struct term *t)
{
	struct span host = t->value;

	host.len = span_find(host, '/');
	if (host.len)
		intake_left(t->intake, &t->item, "needs DNS: ask it for the "
		    "addresses of %.*s (dig +short A, AAAA)",
		    SPAN_SHOWN(host));
	else
		intake_left(t->intake, &t->item, "needs DNS: ask it for the "
		    "addresses of the record's own domain");
}

static void
leave_mx(const struct term *t)
{
	struct span host = t->value;

	host.len = span_find(host, '/');
	intake_left(t->intake, &t->item, "needs DNS: ask it for the mail "
	    "servers of %.*s, and for their addresses",
	    (int)(host.len ? host.len : 23),
	    host.len ? host.text : "the record's own domain");
}

static void
leave_record(const struct term *t)
{
	if (!t->value.len)
		intake_bad(t->intake, &t->item, "%.*s names no domain",
		    SPAN_SHOWN(t->name));
	else
		intake_left(t->intake, &t->item, "needs DNS: the record of "
		    "%.*s (dig +short TXT) can be imported, too",
		    SPAN_SHOWN(t->value));
}

static void
leave_exists(const struct term *t)
{
	intake_left(t->intake, &t->item,
	    "asks DNS anew for each client, so no list can say it");
}

static void
leave_ptr(const struct term *t)
{
	intake_left(t->intake, &t->item, "asks DNS for each client's name "
	    "(and is not to be used, RFC 7208 5.5); a domain: entry says it");
}

static const struct mechanism {
	const char *name;
	void (*take)(const struct term *term);
	bool lookup; /* counts for the limit */
} mechanisms[] = {
	{ "ip4", take_ip4, false, },
	{ "ip6", take_ip6, false, },
	{ "all", take_all, false, },
	{ "a", leave_addresses, true, },
	{ "mx", leave_mx, true, },
	{ "include", leave_record, true, },
	{ "exists", leave_exists, true, },
	{ "ptr", leave_ptr, true, },
};

static const struct mechanism *
find_mechanism(struct span name)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (span_is(name, mechanisms[i].name))
			return &mechanisms[i];
	return NULL;
}

/* An unknown mechanism makes receivers give up on the record. */
static void
refuse_term(const struct term *t)
{
	static const char *const slips[] = { "ipv4", "ip", "ip-4", NULL };
	static const char *const slips6[] = { "ipv6", "ip-6", NULL };
	struct span all = span_of(t->item.text, t->item.len);
	const char *meant = NULL;

	if (span_is_any(t->name, slips))
		meant = "ip4:";
	else if (span_is_any(t->name, slips6))
		meant = "ip6:";
	else if (span_is_net(all))
		meant = memchr(all.text, ':', all.len) ? "ip6: in front of it"
		                                       : "ip4: in front of it";
	if (meant)
		intake_bad(t->intake, &t->item, "'%.*s' is no mechanism of "
		    "SPF; %s was probably meant", SPAN_SHOWN(all), meant);
	else
		intake_bad(t->intake, &t->item, "'%.*s' is no mechanism of "
		    "SPF; known are ip4, ip6, all, a, mx, include, exists, "
		    "ptr", SPAN_SHOWN(all));
}

/* name=value; those that are not known are ignored (RFC 7208 6). */
static void
take_modifier(const struct term *t, bool *lookup)
{
	if (span_is(t->name, "ip4") || span_is(t->name, "ip6"))
		intake_bad(t->intake, &t->item, "%.*s needs ':', not '='",
		    SPAN_SHOWN(t->name));
	else if (span_is(t->name, "redirect")) {
		*lookup = true;
		leave_record(t);
	} else if (span_is(t->name, "exp")) {
		intake_left(t->intake, &t->item,
		    "words for those who are refused");
	} else {
		intake_left(t->intake, &t->item,
		    "a modifier that SPF does not know, and so ignores");
	}
}

static void
split_term(struct term *t, struct span text)
{
	size_t n = 0;

	if (text.len && memchr("+-~?", text.text[0], 4)) {
		t->denied = text.text[0] != '+';
		text = span_from(text, 1);
	}
	t->item.denied = t->denied;
	while (n < text.len && !memchr(":=/", text.text[n], 3))
		n++;
	t->name = span_of(text.text, n);
	t->value = span_from(text, n);
	if (t->value.len && t->value.text[0] != '/')
		t->value = span_from(t->value, 1);
}

/* Says whether it is "all", behind which nothing counts. */
static bool
take_term(struct term *t, struct span text, size_t *lookups)
{
	const struct mechanism *m;
	bool lookup = false;

	split_term(t, text);
	m = find_mechanism(t->name);
	if (t->value.text > text.text && t->value.text[-1] == '=') {
		take_modifier(t, &lookup);
	} else if (m) {
		m->take(t);
		lookup = m->lookup;
	} else {
		refuse_term(t);
	}
	*lookups += lookup;
	return m && m->take == take_all;
}

static void
check_lookups(struct term *t, size_t lookups)
{
	if (lookups > MOST_LOOKUPS)
		intake_left(t->intake, &t->item, "%zu terms need DNS and %d "
		    "is the most (RFC 7208 4.6.4): receivers give up on it",
		    lookups, MOST_LOOKUPS);
}

void
spf_take(const struct joined *record, struct spot *spot,
    struct intake *intake)
{
	struct span rest = joined_span(record);
	struct term t = { .intake = intake };
	struct span text;
	size_t lookups = 0;
	bool ended = false;

	span_word(&rest, &text);
	while (span_word(&rest, &text)) {
		t.item = joined_item(record, spot, text);
		t.denied = false;
		if (ended && !span_starts(text, "exp="))
			intake_left(intake, &t.item,
			    "stands behind all, so SPF never asks it");
		else
			ended |= take_term(&t, text, &lookups);
	}
	check_lookups(&t, lookups);
}
