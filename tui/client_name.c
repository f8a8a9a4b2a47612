#include "config.h"

#include <string.h>

#include "client_name.h"
#include "resolver.h"

#define NAMES_MOST 8 /* that are followed; mail servers follow one, or some */

/* "1.2.0.192.in-addr.arpa", "1.0.[...].ip6.arpa" */
static void
add_reverse(struct buf *out, const struct net *client)
{
	bool six = client->family == 6;
	unsigned bits = six ? 4 : 8;

	for (unsigned at = 0; at < (six ? 128 : 32); at += bits) {
		unsigned part = (unsigned)(client->first >> at) &
		    ((1u << bits) - 1);

		buf_addf(out, six ? "%x." : "%u.", part);
	}
	buf_add(out, six ? "ip6.arpa" : "in-addr.arpa");
}

static bool
fail_name(struct err *err, const char *name, enum dns_kind kind,
    const struct dns_answer *answer)
{
	return fail_as(err, ERR_REACH, "DNS does not tell %s of %.80s: %s",
	    dns_words[kind], name, answer->why.text);
}

static bool
leads_to(const struct dns_answer *addresses, const struct net *client)
{
	struct err ignored;
	struct net net;

	for (size_t i = 0; i < addresses->count; i++)
		if (net_parse_addr(&net, addresses->texts[i],
		        strlen(addresses->texts[i]), &ignored) &&
		    net.family == client->family && net.first == client->first)
			return true;
	return false;
}

static void
add_not_back(struct buf *story, const char *name,
    const struct dns_answer *addresses, const char *client)
{
	buf_addf(story, "%s has ", name);
	for (size_t i = 0; i < addresses->count && i < 3; i++)
		buf_addf(story, "%s%s", i ? ", " : "", addresses->texts[i]);
	if (addresses->count > 3)
		buf_addf(story, " and %zu others", addresses->count - 3);
	buf_addf(story, "%s, not %s: not verified\n",
	    addresses->count ? "" : "no address", client);
}

/* Does the name lead back to the client? */
static bool
verify(struct client_name *found, const struct dns *dns, const char *text,
    const struct net *client, struct err *err)
{
	enum dns_kind kind = client->family == 6 ? DNS_AAAA : DNS_A;
	struct dns_answer addresses = { 0 };
	char name[DOMAIN_SIZE];
	struct buf addr = { 0 };
	bool ok;

	if (!domain_parse(name, text, strlen(text), err)) {
		buf_add(&found->story, text);
		buf_add(&found->story, " is no host name: not verified\n");
		return true;
	}
	net_add_addr(&addr, client->family, client->first);
	dns->ask(dns->context, name, kind, &addresses);
	ok = addresses.outcome != DNS_FAILED ||
	    fail_name(err, name, kind, &addresses);
	if (ok && leads_to(&addresses, client)) {
		buf_addf(&found->story, "%s leads back to %s: verified\n",
		    name, addr.data);
		memcpy(found->name, name, sizeof(name));
	} else if (ok) {
		add_not_back(&found->story, name, &addresses, addr.data);
	}
	dns_answer_clear(&addresses);
	buf_free(&addr);
	return ok;
}

static bool
verify_any(struct client_name *found, const struct dns *dns,
    const struct dns_answer *names, const struct net *client, struct err *err)
{
	bool ok = true;

	if (names->count > 1)
		buf_addf(&found->story, "%zu names: a mail server may look at "
		    "another one of them\n", names->count);
	for (size_t i = 0; ok && !*found->name && i < names->count &&
	     i < NAMES_MOST; i++)
		ok = verify(found, dns, names->texts[i], client, err);
	if (ok && !*found->name && names->count > NAMES_MOST)
		buf_addf(&found->story, "%zu more names were not followed\n",
		    names->count - NAMES_MOST);
	return ok;
}

bool
client_name_find(struct client_name *found, const struct dns *dns,
    const struct net *client, struct err *err)
{
	struct dns_answer names = { 0 };
	struct buf reverse = { 0 };
	bool ok;

	*found = (struct client_name){ 0 };
	add_reverse(&reverse, client);
	dns->ask(dns->context, reverse.data, DNS_PTR, &names);
	ok = names.outcome != DNS_FAILED ||
	    fail_name(err, reverse.data, DNS_PTR, &names);
	if (ok && names.outcome == DNS_NOTHING)
		buf_addf(&found->story, "no name: DNS has no PTR of %s\n",
		    reverse.data);
	else if (ok)
		ok = verify_any(found, dns, &names, client, err);
	dns_answer_clear(&names);
	buf_free(&reverse);
	return ok;
}

bool
client_name_ask(struct client_name *found, const char *server,
    const struct net *client, bool (*stopped)(void *context), void *context,
    struct err *err)
{
	struct resolver *resolver;
	bool ok = resolver_open(&resolver, server, LOOKUP_SECONDS, err);
	struct dns dns = { resolver_ask, resolver };

	*found = (struct client_name){ 0 };
	if (ok) {
		resolver_watch(resolver, stopped, context);
		ok = client_name_find(found, &dns, client, err);
	}
	resolver_close(resolver);
	return ok;
}

void
client_name_clear(struct client_name *found)
{
	buf_free(&found->story);
}
