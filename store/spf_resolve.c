/* Mechanisms of SPF that need DNS, within the limits that receivers keep to
 * (RFC 7208 4.6.4). */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "dns.h"
#include "policy/domain.h"
#include "policy/net.h"
#include "spf_record.h"

/* Where a receiver gives up, so does this. */
#define give_up(t, ...) ((t)->record->check->ended = true, \
	term_bad((t), __VA_ARGS__))

/* --- names -------------------------------------------------------------- */

static struct span
host_of(const struct term *t)
{
	struct span host = span_of(t->value.text, span_find(t->value, '/'));

	return host.len ? host : t->record->domain;
}

bool
spf_may_ask(const struct term *t)
{
	return intake_rules(t->record->check->intake)->dns &&
	    host_of(t).len;
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_' || c == '.';
}

/* A host name, underscores allowed; false when it was said what is wrong. */
static bool
take_name(const struct term *t, char name[DOMAIN_SIZE])
{
	struct span host = host_of(t), end;
	size_t percent = span_find(host, '%'), label = 0, i = 0;

	end = span_from(host, percent);
	end.len = span_find(end, '}') < end.len ? span_find(end, '}') + 1
	                                        : end.len;
	if (end.len) {
		term_bad(t, "the macro %.*s means another domain for each "
		    "client, so no list can say it", SPAN_SHOWN(end));
		return false;
	}
	if (host.len > 1 && host.text[host.len - 1] == '.')
		host.len--;
	for (; i < host.len && i < 253 && label < 64; i++) {
		char c = host.text[i];

		name[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
		if (!is_name_char(name[i]) || (c == '.' && !label))
			break;
		label = c == '.' ? 0 : label + 1;
	}
	name[i] = '\0';
	if (i == host.len && label && label < 64)
		return true;
	term_bad(t, "'%.*s' is no domain name", SPAN_SHOWN(host));
	return false;
}

/* "/24": what is behind the slashes; *length stays where there are none. */
static bool
take_length(struct span *rest, const char *slashes, int most, int *length)
{
	size_t n = strlen(slashes), digits = n;

	if (!span_starts(*rest, slashes))
		return true;
	for (*length = 0; digits < rest->len && *length <= most; digits++) {
		char c = rest->text[digits];

		if (c < '0' || c > '9')
			break;
		*length = *length * 10 + (c - '0');
	}
	if (digits == n || *length > most ||
	    (rest->text[n] == '0' && digits > n + 1))
		return false;
	*rest = span_from(*rest, digits);
	return true;
}

/* "/24", "//64", "/24//64" behind the name. */
static bool
take_lengths(const struct term *t, int lengths[2])
{
	struct span whole = span_from(t->value, span_find(t->value, '/'));
	struct span rest = whole;

	lengths[0] = 32;
	lengths[1] = 128;
	if ((span_starts(rest, "//") ||
	        take_length(&rest, "/", 32, &lengths[0])) &&
	    take_length(&rest, "//", 128, &lengths[1]) && !rest.len)
		return true;
	term_bad(t, "'%.*s' is no prefix length; /24, //64 and /24//64 are",
	    SPAN_SHOWN(whole));
	return false;
}

/* --- questions ---------------------------------------------------------- */

static bool
count_lookup(const struct term *t)
{
	if (t->record->check->lookups <= SPF_LOOKUPS)
		return true;
	give_up(t, "more than %d look-ups, with those of the records it "
	    "names: receivers give up (RFC 7208 4.6.4)", SPF_LOOKUPS);
	return false;
}

/* False: it failed, which was said. */
static bool
ask(const struct term *t, const char *name, enum dns_kind kind,
    struct dns_answer *answer)
{
	struct intake *intake = t->record->check->intake;
	const struct dns *dns = intake_rules(intake)->dns;

	*answer = (struct dns_answer){ 0 };
	intake_asked(intake, dns_words[kind], name);
	dns->ask(dns->context, name, kind, answer);
	if (answer->outcome != DNS_FAILED)
		return true;
	give_up(t, "DNS does not tell %s of %s: %s", dns_words[kind], name,
	    answer->why.text);
	dns_answer_clear(answer);
	return false;
}

static void
count_void(const struct term *t, const char *name)
{
	if (++t->record->check->voids > SPF_VOIDS)
		give_up(t, "%s: nothing there, for the third time: receivers "
		    "give up (RFC 7208 4.6.4)", name);
	else
		term_left(t, "%s: nothing there", name);
}

/* --- addresses ---------------------------------------------------------- */

struct found_by {
	const struct term *term;
	struct item item;
	char comment[700]; /* which mechanisms led to it */
	int lengths[2];
};

static void
begin_found(struct found_by *f, const struct term *t)
{
	f->term = t;
	f->item = t->item;
	snprintf(f->comment, sizeof(f->comment), "%.*s%s%.*s",
	    (int)(t->record->outer ? t->item.comment_len : 0),
	    t->record->outer ? t->item.comment : "",
	    t->record->outer ? " " : "",
	    (int)(t->text.len > 300 ? 300 : t->text.len), t->text.text);
	f->item.comment = f->comment;
	f->item.comment_len = strlen(f->comment);
}

static void
take_address(const struct found_by *f, const char *text)
{
	struct net net;
	struct err err;
	u128 host;

	if (!net_parse_addr(&net, text, strlen(text), &err))
		return;
	host = net_block_last(net.family, 0, f->lengths[net.family == 6]);
	net.first &= ~host;
	net.last = net.first | host;
	intake_net(f->term->record->check->intake, &f->item, &net);
}

/* How many there are; -1: it failed. */
static int
take_host(const struct found_by *f, const char *name)
{
	static const enum dns_kind kinds[] = { DNS_A, DNS_AAAA };
	int count = 0;

	for (int k = 0; k < 2; k++) {
		struct dns_answer answer;

		if (!ask(f->term, name, kinds[k], &answer))
			return -1;
		for (size_t i = 0; i < answer.count; i++)
			take_address(f, answer.texts[i]);
		count += (int)answer.count;
		dns_answer_clear(&answer);
	}
	return count;
}

void
spf_resolve_a(struct term *t)
{
	struct found_by found;
	char name[DOMAIN_SIZE];

	begin_found(&found, t);
	if (count_lookup(t) && take_name(t, name) &&
	    take_lengths(t, found.lengths) && take_host(&found, name) == 0)
		count_void(t, name);
}

void
spf_resolve_mx(struct term *t)
{
	struct found_by found;
	struct dns_answer answer;
	char name[DOMAIN_SIZE];

	begin_found(&found, t);
	if (!count_lookup(t) || !take_name(t, name) ||
	    !take_lengths(t, found.lengths) || !ask(t, name, DNS_MX, &answer))
		return;
	if (answer.count > SPF_SERVERS)
		give_up(t, "%s has %zu mail servers and %d is the most: "
		    "receivers give up (RFC 7208 4.6.4)", name, answer.count,
		    SPF_SERVERS);
	else if (!answer.count)
		count_void(t, name);
	/* "." is "no mail here" (RFC 7505). */
	for (size_t i = 0; i < answer.count && !t->record->check->ended; i++)
		if (answer.texts[i][0])
			take_host(&found, answer.texts[i]);
	dns_answer_clear(&answer);
}

/* --- records -------------------------------------------------------------- */

static bool
is_spf(const char *text)
{
	struct span rest = span_of(text, strlen(text)), version;

	return text[0] != ' ' && span_word(&rest, &version) &&
	    span_is(version, "v=spf1");
}

/* The one record there must be; NULL when it was said what is wrong. */
static const char *
find_record(const struct term *t, const char *name,
    const struct dns_answer *answer)
{
	const char *record = NULL;
	size_t count = 0;

	for (size_t i = 0; i < answer->count; i++)
		if (is_spf(answer->texts[i])) {
			record = answer->texts[i];
			count++;
		}
	if (count == 1)
		return record;
	if (count)
		give_up(t, "%s has %zu SPF records: receivers give up "
		    "(RFC 7208 4.5)", name, count);
	else
		give_up(t, "%s has no SPF record: receivers give up "
		    "(RFC 7208 5.2)", name);
	return NULL;
}

static bool
check_loop(const struct term *t, const char *name)
{
	for (const struct spf_record *r = t->record; r; r = r->outer)
		if (span_is(r->domain, name)) {
			give_up(t, "the record of %s leads back to itself: "
			    "receivers give up", name);
			return false;
		}
	return true;
}

void
spf_resolve_record(struct term *t, bool redirected)
{
	struct spf_record record = { .check = t->record->check,
		.outer = t->record, .item = t->item,
		.redirected = redirected &&
		    (!t->record->outer || t->record->redirected) };
	char name[DOMAIN_SIZE], comment[DOMAIN_SIZE + 16];
	struct dns_answer answer;
	const char *text;

	if (!count_lookup(t) || !take_name(t, name) || !check_loop(t, name) ||
	    !ask(t, name, DNS_TXT, &answer))
		return;
	snprintf(comment, sizeof(comment), "%s%s",
	    redirected ? "redirect=" : "include:", name);
	record.domain = span_of(name, strlen(name));
	record.item.comment = comment;
	record.item.comment_len = strlen(comment);
	text = find_record(t, name, &answer);
	if (text)
		spf_take_answer(&record, span_of(text, strlen(text)));
	dns_answer_clear(&answer);
}
