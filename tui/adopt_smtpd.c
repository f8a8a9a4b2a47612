/* What an OpenSMTPD has (smtpd.conf), as virtual servers. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_smtpd.h"
#include "policy/mem.h"
#include "policy/name.h"

/* --- listeners --------------------------------------------------------- */

/* What "listen on ADDRESS" says besides. */
struct listening {
	const struct smtpd_words *s;
	const char *where, *tag;
	unsigned port;
	bool basic, needed; /* logging on */
	int tls;
	bool wrapped; /* TLS from the first byte */
	struct smtpd_words filters;
	int family; /* 4, 6, or 0 for both */
};

static unsigned
find_port(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (!strcmp(text, "smtp"))
		return 25;
	if (!strcmp(text, "submission"))
		return 587;
	if (!strcmp(text, "smtps") || !strcmp(text, "submissions"))
		return 465;
	return *text && !*end && number <= 65535 ? (unsigned)number : 0;
}

static void
on_port(struct smtpd *smtpd, struct listening *l, size_t *at)
{
	(void)smtpd;
	if (*at < l->s->count)
		l->port = find_port(l->s->words[(*at)++]);
}

static void
on_tag(struct smtpd *smtpd, struct listening *l, size_t *at)
{
	(void)smtpd;
	if (*at < l->s->count)
		l->tag = l->s->words[(*at)++];
}

static void
on_family(struct smtpd *smtpd, struct listening *l, size_t *at)
{
	(void)smtpd;
	if (*at < l->s->count)
		l->family = !strcmp(l->s->words[(*at)++], "inet4") ? 4 : 6;
}

static void
on_filter(struct smtpd *smtpd, struct listening *l, size_t *at)
{
	smtpd_keys(smtpd, l->s, at, &l->filters);
}

static void
on_auth(struct smtpd *smtpd, struct listening *l, size_t *at)
{
	(void)smtpd;
	l->basic = true;
	l->needed = !strcmp(l->s->words[*at - 1], "auth");
}

static void
on_tls(struct smtpd *smtpd, struct listening *l, size_t *at)
{
	const char *word = l->s->words[*at - 1];

	(void)smtpd;
	if (!strcmp(word, "smtps"))
		l->wrapped = true;
	else
		l->tls = !strcmp(word, "tls-require") ? TLS_REQUIRED
		                                      : TLS_OFFERED;
}

static void
on_one(struct smtpd *smtpd, struct listening *l, size_t *at)
{
	(void)smtpd;
	*at += *at < l->s->count;
}

static const struct {
	const char *word;
	void (*take)(struct smtpd *smtpd, struct listening *listening,
	    size_t *at);
} words[] = {
	{ "port", on_port, },
	{ "tag", on_tag, },
	{ "family", on_family, },
	{ "filter", on_filter, },
	{ "auth", on_auth, },
	{ "auth-optional", on_auth, },
	{ "tls", on_tls, },
	{ "tls-require", on_tls, },
	{ "smtps", on_tls, },
	{ "pki", on_one, },
	{ "ca", on_one, },
	{ "hostname", on_one, },
};

static void
read_listener(struct smtpd *smtpd, struct listening *l,
    const struct smtpd_words *s)
{
	size_t at = 3;

	*l = (struct listening){ .s = s, .where = s->words[2], .tag = "" };
	while (at < s->count) {
		const char *word = s->words[at++];

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!strcmp(words[i].word, word)) {
				words[i].take(smtpd, l, &at);
				break;
			}
	}
	if (!l->port)
		l->port = l->wrapped ? 465 : 25;
}

static void
add_address(struct smtpd *smtpd, struct server *server,
    const struct listening *l, const char *address)
{
	struct listener listener = { .port = (uint16_t)l->port };
	struct net net;
	struct err err;

	if (!net_parse_addr(&net, address, strlen(address), &err)) {
		asked_note(smtpd->asked, "it listens on %s, which is no "
		    "address; add the address to its listeners", address);
		return;
	}
	listener.family = net.family;
	listener.addr = net.first;
	if ((!l->family || l->family == net.family) &&
	    !adopt_is_ours(smtpd->files, &listener))
		server_add_listener(server, &listener, &err);
}

/* "NAME ADDRESS ADDRESS": what the gateway says that a name means. */
static bool
add_named(struct smtpd *smtpd, struct server *server,
    const struct listening *l)
{
	const char *line = fetched_find(smtpd->files, "names");
	size_t len = strlen(l->where);
	bool found = false;

	for (; line && *line; line += *line == '\n') {
		size_t end = strcspn(line, "\n");

		if (!strncmp(line, l->where, len) && line[len] == ' ') {
			struct smtpd_words all = { 0 };
			char *text = mem_textn(line + len, end - len);

			smtpd_split(&all, text);
			for (size_t i = 0; i < all.count; i++)
				add_address(smtpd, server, l, all.words[i]);
			found |= all.count > 0;
			smtpd_words_free(&all);
			free(text);
		}
		line += end;
	}
	return found;
}

static void
add_listener(struct smtpd *smtpd, struct server *server,
    const struct listening *l)
{
	if (!strcmp(l->where, "all") || !strcmp(l->where, "*")) {
		add_address(smtpd, server, l, "0.0.0.0");
		add_address(smtpd, server, l, "::");
	} else if (!strcmp(l->where, "localhost")) {
		add_address(smtpd, server, l, "127.0.0.1");
		add_address(smtpd, server, l, "::1");
	} else if (!add_named(smtpd, server, l)) {
		add_address(smtpd, server, l, l->where);
	}
}

/* --- one server for each kind of listener ------------------------------ */

static void
ask_rules(void *context, const char *domain, struct let *let)
{
	struct smtpd *smtpd = context;

	smtpd->domain = domain;
	smtpd->far = !*domain;
	smtpd_rules(smtpd, let);
	smtpd->far = false;
}

/* "relay host smtp://mx.example:25" goes there, "relay" to the domain's MX. */
static void
find_delivery(void *context, struct route *row)
{
	struct smtpd *smtpd = context;
	const struct smtpd_words *s;
	const char *name, *host = NULL;
	struct let let;
	struct err err;

	smtpd->domain = row->domain;
	name = smtpd_rules(smtpd, &let);
	let_free(&let);
	s = name ? smtpd_find(smtpd, "action", name) : NULL;
	row->action = ROUTE_INBOUND;
	if (!s || strcmp(s->words[2], "relay") != 0)
		return;
	row->action = ROUTE_RELAY;
	for (size_t i = 3; i + 1 < s->count; i++)
		if (!strcmp(s->words[i], "host"))
			host = s->words[i + 1];
	if (!host)
		return;
	if (strstr(host, "://"))
		host = strstr(host, "://") + 3;
	if (!strchr(host, '@') && !strchr(host, '<') &&
	    route_parse_next_hop(row, host, strlen(host), &err))
		return;
	row->action = ROUTE_INBOUND;
	asked_note(smtpd->asked, "mail for %s goes on to be delivered by the "
	    "action %s", row->domain, name);
}

static bool
same_words(const struct smtpd_words *a, const struct smtpd_words *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return false;
	return true;
}

static bool
alike(const struct listening *a, const struct listening *b)
{
	return a->port == b->port && !strcmp(a->tag, b->tag) &&
	    a->basic == b->basic && a->needed == b->needed &&
	    a->tls == b->tls && a->wrapped == b->wrapped &&
	    same_words(&a->filters, &b->filters);
}

/* A name that no server has yet. */
static char *
free_name(const struct adoption *a, const struct listening *l)
{
	struct buf text = { 0 };
	char *own = NULL;

	for (unsigned n = 1; !own || policy_server(a->policy, own); n++) {
		free(own);
		buf_clear(&text);
		buf_addf(&text, "%u", l->port);
		if (l->tag[0])
			buf_addf(&text, "-%s", l->tag);
		if (n > 1)
			buf_addf(&text, "-%u", n);
		own = adopt_name(a, buf_text(&text));
	}
	buf_free(&text);
	return own;
}

struct found {
	struct listening items[64];
	size_t count;
};

static void
adopt_listener(struct smtpd *smtpd, struct adoption *a,
    const struct found *found, const struct listening *l)
{
	struct asked asked = { .adoption = a, .ask = ask_rules,
		.delivery = find_delivery, .context = smtpd };
	char *own = free_name(a, l);
	struct err err;

	smtpd->asked = &asked;
	smtpd->tag = l->tag;
	snprintf(asked.name, sizeof(asked.name), "port %u%s%s", l->port,
	    l->tag[0] ? " tag " : "", l->tag);
	asked.server = server_new(own);
	for (size_t i = 0; i < found->count; i++)
		if (alike(&found->items[i], l))
			add_listener(smtpd, asked.server, &found->items[i]);
	if (l->wrapped || !asked.server->listener_count ||
	    !name_check(own, strlen(own), &err)) {
		if (l->wrapped)
			asked_note(&asked, "TLS from the first byte (smtps); "
			    "left out, it stays as it is");
		server_free(asked.server);
	} else {
		asked.server->basic = l->basic;
		asked.server->anonymous = !l->needed;
		asked.server->tls = l->tls;
		let_all(&asked.connect);
		smtpd_filters(smtpd, &l->filters);
		adopt_settle(&asked);
		policy_add_server(a->policy, asked.server);
	}
	asked_clear(&asked);
	free(own);
}

static void
find_listeners(struct smtpd *smtpd, struct found *found)
{
	size_t most = sizeof(found->items) / sizeof(found->items[0]);

	for (size_t i = 0; i < smtpd->count && found->count < most; i++) {
		const struct smtpd_words *s = &smtpd->statements[i];

		if (s->count > 2 && !strcmp(s->words[0], "listen") &&
		    strcmp(s->words[2], "socket") != 0)
			read_listener(smtpd, &found->items[found->count++], s);
	}
}

bool
adopt_smtpd(struct adoption *a, const struct fetched_files *files,
    const char *gateway, struct err *err)
{
	struct smtpd smtpd = { .files = files };
	struct asked none = { .adoption = a };
	struct found found = { .count = 0 };

	*a = (struct adoption){ .files = files, .gateway = gateway,
		.policy = policy_new() };
	if (!fetched_find(files, "config"))
		return fail_as(err, ERR_REFUSED, "%s: the gateway did not say "
		    "what its mail server has", gateway);
	smtpd.asked = &none;
	snprintf(none.name, sizeof(none.name), "listeners");
	smtpd_parse(&smtpd, fetched_find(files, "config"), 0);
	find_listeners(&smtpd, &found);
	for (size_t i = 0; i < found.count; i++) {
		size_t n = 0;

		while (!alike(&found.items[n], &found.items[i]))
			n++;
		if (n == i)
			adopt_listener(&smtpd, a, &found, &found.items[i]);
	}
	for (size_t i = 0; i < found.count; i++)
		smtpd_words_free(&found.items[i].filters);
	smtpd_free(&smtpd);
	return a->policy->server_count || fail_as(err, ERR_NO,
	    "%s: there is no listener but what was pushed from here", gateway);
}
