#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "spf_record.h"

/* --- what is said of terms ------------------------------------------------ */

/* Of a record that DNS gave it is said whose it is. */
__attribute__((format(printf, 3, 0))) static void
say(const struct term *t, void (*tell)(struct intake *intake,
        const struct item *item, const char *format, ...),
    const char *format, va_list args)
{
	char text[500];

	vsnprintf(text, sizeof(text), format, args);
	if (t->record->outer)
		tell(t->record->check->intake, &t->item, "%.*s: %s",
		    SPAN_SHOWN(t->record->domain), text);
	else
		tell(t->record->check->intake, &t->item, "%s", text);
}

void
term_bad(const struct term *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(t, intake_bad, format, args);
	va_end(args);
}

void
term_left(const struct term *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(t, intake_left, format, args);
	va_end(args);
}

/* --- terms -------------------------------------------------------------- */

static void
take_net(struct term *t, bool v6)
{
	bool colon = memchr(t->value.text, ':', t->value.len) != NULL;

	if (!t->value.len || t->value.text[0] == '/')
		term_bad(t, "%.*s: has no address; no blank may stand behind "
		    "the colon", SPAN_SHOWN(t->name));
	else if (!span_only(t->value, "0123456789abcdefABCDEF.:/"))
		term_bad(t, "'%.*s' is no address and no block; SPF has "
		    "nothing else", SPAN_SHOWN(t->value));
	else if (v6 != colon)
		term_bad(t, "%.*s: takes an IPv%c address; %s: was probably "
		    "meant", SPAN_SHOWN(t->name), v6 ? '6' : '4',
		    v6 ? "ip4" : "ip6");
	else
		intake_entry(t->record->check->intake, &t->item, t->value.text,
		    t->value.len);
}

static void
take_ip4(struct term *t)
{
	take_net(t, false);
}

static void
take_ip6(struct term *t)
{
	take_net(t, true);
}

static void
take_all(struct term *t)
{
	if (!t->denied)
		term_bad(t, "'%.*s' authorises every address of the Internet, "
		    "so the rest of the record says nothing; take what you "
		    "trust of it by hand", SPAN_SHOWN(t->text));
}

static void
take_addresses(struct term *t)
{
	struct span host = t->value;

	host.len = span_find(host, '/');
	if (spf_may_ask(t))
		spf_resolve_a(t);
	else if (host.len)
		term_left(t, "needs DNS: ask it for the addresses of %.*s "
		    "(dig +short A, AAAA)", SPAN_SHOWN(host));
	else
		term_left(t, "needs DNS: ask it for the addresses of the "
		    "record's own domain");
}

static void
take_mx(struct term *t)
{
	struct span host = t->value;

	host.len = span_find(host, '/');
	if (spf_may_ask(t))
		spf_resolve_mx(t);
	else
		term_left(t, "needs DNS: ask it for the mail servers of %.*s, "
		    "and for their addresses",
		    (int)(host.len ? host.len : 23),
		    host.len ? host.text : "the record's own domain");
}

static void
take_record(struct term *t, bool redirected)
{
	if (!t->value.len)
		term_bad(t, "%.*s names no domain", SPAN_SHOWN(t->name));
	else if (spf_may_ask(t))
		spf_resolve_record(t, redirected);
	else
		term_left(t, "needs DNS: the record of %.*s (dig +short TXT) "
		    "can be imported, too", SPAN_SHOWN(t->value));
}

static void
take_include(struct term *t)
{
	take_record(t, false);
}

static void
leave_exists(struct term *t)
{
	term_left(t, "asks DNS anew for each client, so no list can say it");
}

static void
leave_ptr(struct term *t)
{
	term_left(t, "asks DNS for each client's name (and is not to be used, "
	    "RFC 7208 5.5); a domain: entry says it");
}

static const struct mechanism {
	const char *name;
	void (*take)(struct term *term);
	bool lookup; /* counts for the limit */
} mechanisms[] = {
	{ "ip4", take_ip4, false, },
	{ "ip6", take_ip6, false, },
	{ "all", take_all, false, },
	{ "a", take_addresses, true, },
	{ "mx", take_mx, true, },
	{ "include", take_include, true, },
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
	struct span all = t->text;
	const char *meant = NULL;

	if (span_is_any(t->name, slips))
		meant = "ip4:";
	else if (span_is_any(t->name, slips6))
		meant = "ip6:";
	else if (span_is_net(all))
		meant = memchr(all.text, ':', all.len) ? "ip6: in front of it"
		                                       : "ip4: in front of it";
	if (meant)
		term_bad(t, "'%.*s' is no mechanism of "
		    "SPF; %s was probably meant", SPAN_SHOWN(all), meant);
	else
		term_bad(t, "'%.*s' is no mechanism of "
		    "SPF; known are ip4, ip6, all, a, mx, include, exists, "
		    "ptr", SPAN_SHOWN(all));
}

/* name=value; those that are not known are ignored (RFC 7208 6). */
static void
take_modifier(struct term *t, struct span *redirect)
{
	if (span_is(t->name, "ip4") || span_is(t->name, "ip6"))
		term_bad(t, "%.*s needs ':', not '='", SPAN_SHOWN(t->name));
	else if (span_is(t->name, "redirect") && !t->value.len)
		term_bad(t, "redirect names no domain");
	else if (span_is(t->name, "redirect") && redirect->len)
		term_bad(t, "a second redirect=: receivers give up (RFC 7208 "
		    "6)");
	else if (span_is(t->name, "redirect"))
		*redirect = t->text;
	else if (span_is(t->name, "exp"))
		term_left(t, "words for those who are refused");
	else
		term_left(t, "a modifier that SPF does not know, and so "
		    "ignores");
}

static void
split_term(struct term *t, struct span text)
{
	size_t n = 0;

	t->text = text;
	t->denied = false;
	if (text.len && memchr("+-~?", text.text[0], 4)) {
		t->denied = text.text[0] != '+';
		text = span_from(text, 1);
	}
	while (n < text.len && !memchr(":=/", text.text[n], 3))
		n++;
	t->name = span_of(text.text, n);
	t->value = span_from(text, n);
	if (t->value.len && t->value.text[0] != '/')
		t->value = span_from(t->value, 1);
}

static bool
is_modifier(const struct term *t)
{
	return t->value.text > t->text.text && t->value.text[-1] == '=';
}

/* Says whether it is "all", behind which nothing counts. */
static bool
take_term(struct term *t, struct span *redirect)
{
	const struct mechanism *m = find_mechanism(t->name);

	if (is_modifier(t)) {
		take_modifier(t, redirect);
		return false;
	}
	t->record->check->lookups += m && m->lookup;
	if (m)
		m->take(t);
	else
		refuse_term(t);
	return m && m->take == take_all;
}

/* --- records -------------------------------------------------------------- */

static void
check_lookups(struct term *t)
{
	size_t lookups = t->record->check->lookups;

	if (lookups > SPF_LOOKUPS && !t->record->check->ended)
		term_left(t, "%zu terms need DNS and %d is the most (RFC 7208 "
		    "4.6.4): receivers give up on it", lookups, SPF_LOOKUPS);
}

static void
take_redirect(struct term *t, struct span redirect)
{
	if (!redirect.len)
		return;
	split_term(t, redirect);
	t->record->check->lookups++;
	take_record(t, true);
}

void
spf_take(const struct joined *text, struct spot *spot, struct intake *intake,
    struct span domain)
{
	struct spf_check check = { .intake = intake };
	struct spf_record record = { .check = &check, .domain = domain };
	struct span rest = joined_span(text), word, redirect = { NULL, 0 };
	struct term t = { .record = &record };
	bool ended = false;

	span_word(&rest, &word);
	while (!check.ended && span_word(&rest, &word)) {
		t.item = joined_item(text, spot, word);
		split_term(&t, word);
		t.item.denied = t.denied;
		if (ended && !span_starts(word, "exp="))
			term_left(&t, "stands behind all, so SPF never asks "
			    "it");
		else
			ended |= take_term(&t, &redirect);
	}
	if (redirect.len)
		t.item = joined_item(text, spot, redirect);
	if (!ended && !check.ended)
		take_redirect(&t, redirect);
	else if (redirect.len && !check.ended)
		term_left(&t, "is ignored, as all is there");
	check_lookups(&t);
}

/* Of an included record only what it lets pass counts, so what it denies may
 * hide nothing that it lets pass later. */
static bool
check_denied(const struct term *t)
{
	if (!t->denied || t->record->redirected || span_is(t->name, "all"))
		return true;
	term_bad(t, "'%.*s' takes addresses out of what is included; import "
	    "that record by itself", SPAN_SHOWN(t->text));
	return false;
}

void
spf_take_answer(struct spf_record *record, struct span rest)
{
	struct term t = { .record = record, .item = record->item };
	struct span word, redirect = { NULL, 0 };
	bool ended = false;

	span_word(&rest, &word);
	while (!record->check->ended && !ended && span_word(&rest, &word)) {
		split_term(&t, word);
		if (record->redirected)
			t.item.denied = record->item.denied != t.denied;
		if (check_denied(&t))
			ended = take_term(&t, &redirect);
	}
	t.item = record->item;
	if (!ended && !record->check->ended)
		take_redirect(&t, redirect);
}
