/* A receive connector as a virtual server.  What it says that a server cannot
 * is named; what it does not say stays closed. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "server_name.h"

#define MOST_BINDINGS 100
#define ANY_RECIPIENT "ms-Exch-SMTP-Accept-Any-Recipient"

struct making {
	struct exchange *x;
	const struct exchange_object *connector;
	struct given_names *given;
	struct server *server;
	struct item item; /* of the connector */
	struct entries ranges;
};

/* --- names -------------------------------------------------------------- */

static void
name_server(struct making *m)
{
	const struct exchange_object *c = m->connector;
	const char *title = exchange_title(c), *name = title;
	const char *slash = strrchr(title, '\\');
	struct buf comment = { 0 };

	if (*exchange_text(c, EXCHANGE_NAME))
		name = exchange_text(c, EXCHANGE_NAME);
	else if (slash)
		name = slash + 1;
	m->server = server_bare(m->given, name, title);
	m->item = exchange_item(c);
	if (strcmp(m->server->name, name) != 0)
		intake_left(m->x->intake, &m->item,
		    "the server is named %s", m->server->name);
	buf_addf(&comment, "receive connector %s", title);
	if (name_check_comment(buf_text(&comment), comment.len,
	        &(struct err){ 0 }))
		m->server->comment = buf_take(&comment);
	buf_free(&comment);
}

/* --- values ------------------------------------------------------------- */

/* "True", "False"; not there: what is usual. */
static bool
read_flag(struct making *m, enum exchange_key key, bool usual)
{
	const char *text = exchange_text(m->connector, key);
	struct span span = span_of(text, strlen(text));

	if (span_is(span, "True") || span_is(span, "$true"))
		return true;
	if (span_is(span, "False") || span_is(span, "$false"))
		return false;
	if (*text)
		intake_bad(m->x->intake, &m->item,
		    "'%.40s' is neither True nor False", text);
	return usual;
}

static void
read_enabled(struct making *m)
{
	m->server->enabled = read_flag(m, EXCHANGE_ENABLED, true);
	if (!m->connector->properties[EXCHANGE_ENABLED].there)
		intake_left(m->x->intake, &m->item, "whether it is enabled is "
		    "not in the file; the server is");
	if (exchange_has(m->connector, EXCHANGE_ROLE, "HubTransport"))
		intake_left(m->x->intake, &m->item, "its role is "
		    "HubTransport: Exchange servers talk to it, and a gateway "
		    "hardly needs it");
}

static void
read_bindings(struct making *m)
{
	const struct stated_list *p =
	    &m->connector->properties[EXCHANGE_BINDINGS];

	for (size_t i = 0; i < p->count; i++) {
		struct item item = stated_item(&p->values[i]);
		struct listener listener;
		struct err err;

		if (i == MOST_BINDINGS) {
			intake_bad(m->x->intake, &item, "has %zu bindings, "
			    "and %d are the most", p->count, MOST_BINDINGS);
			return;
		}
		if (!listener_parse(&listener, item.text, item.len, &err) ||
		    !server_add_listener(m->server, &listener, &err))
			intake_bad(m->x->intake, &item, "%s", err.text);
	}
	if (!p->count)
		intake_left(m->x->intake, &m->item, "its Bindings are not in "
		    "the file; the server listens nowhere");
}

/* --- who may connect ---------------------------------------------------- */

static void
add_range(struct making *m, const struct stated *v)
{
	struct item item = stated_item(v);
	struct buf spelled = { 0 };
	struct entry entry;
	struct err err;

	entry_clear(&entry);
	entry.kind = ENTRY_NET;
	exchange_spell(&spelled, v);
	if (stated_net(m->x->intake, v,
	        span_of(buf_text(&spelled), spelled.len), &entry.net, &err))
		entries_append(&m->ranges, &entry);
	else
		intake_bad(m->x->intake, &item, "%s", err.text);
	buf_free(&spelled);
}

static bool
is_everybody(const struct entries *ranges)
{
	return ranges->v4_count && ranges->v6_count && !ranges->v4[0].first &&
	    ranges->v4[0].last == UINT32_MAX && !ranges->v6[0].first &&
	    ranges->v6[0].last == NET_LAST6;
}

static void
read_ranges(struct making *m)
{
	const struct stated_list *p =
	    &m->connector->properties[EXCHANGE_RANGES];

	for (size_t i = 0; i < p->count; i++)
		add_range(m, &p->values[i]);
	entries_settle(&m->ranges);
	if (!p->count)
		intake_left(m->x->intake, &m->item, "its RemoteIPRanges are "
		    "not in the file; nobody may connect to the server");
	m->server->connection_mode =
	    is_everybody(&m->ranges) ? MODE_ALL_EXCEPT : MODE_ONLY;
	if (m->server->connection_mode == MODE_ONLY)
		entries_copy(&m->server->connection, &m->ranges);
}

/* --- who logs in, and how ----------------------------------------------- */

struct flag {
	const char *word;
	const char *note; /* NULL: a server has it */
};

static const struct flag groups[] = {
	{ "None", NULL, },
	{ "AnonymousUsers", NULL, },
	{ "ExchangeUsers", NULL, },
	{ "ExchangeServers", "permission group ExchangeServers: other Exchange "
	    "servers are clients like any other here", },
	{ "ExchangeLegacyServers", "permission group ExchangeLegacyServers: "
	    "other Exchange servers are clients like any other here", },
	{ "Partners", "permission group Partners: a client's certificate does "
	    "not count here", },
	{ "Custom", "permission group Custom: rights were given by hand; look "
	    "at them by Get-ADPermission", },
	{ NULL, NULL, },
};

static const struct flag mechanisms[] = {
	{ "None", NULL, },
	{ "Tls", NULL, },
	{ "BasicAuth", NULL, },
	{ "BasicAuthRequireTLS", NULL, },
	{ "ExternalAuthoritative", NULL, },
	{ "Integrated", "integrated Windows authentication is not offered by a "
	    "gateway; those who use it need basic authentication", },
	{ "ExchangeServer", "authentication between Exchange servers is not "
	    "offered by a gateway", },
	{ NULL, NULL, },
};

static void
note_flags(struct making *m, enum exchange_key key, const struct flag *flags)
{
	const struct stated_list *p = &m->connector->properties[key];

	for (size_t i = 0; i < p->count; i++) {
		struct item item = stated_item(&p->values[i]);
		const struct flag *f = flags;

		while (f->word && !span_is(span_of(item.text, item.len),
		    f->word))
			f++;
		if (!f->word)
			intake_bad(m->x->intake, &item,
			    "'%.60s' is not known here", item.text);
		else if (f->note)
			intake_left(m->x->intake, &item, "%s", f->note);
	}
}

static bool
is_secured_outside(const struct exchange_object *c)
{
	return exchange_has(c, EXCHANGE_MECHANISMS, "ExternalAuthoritative");
}

static void
read_authentication(struct making *m)
{
	const struct exchange_object *c = m->connector;
	struct server *s = m->server;
	bool after_tls = exchange_has(c, EXCHANGE_MECHANISMS,
	    "BasicAuthRequireTLS");

	note_flags(m, EXCHANGE_GROUPS, groups);
	note_flags(m, EXCHANGE_MECHANISMS, mechanisms);
	s->anonymous = exchange_has(c, EXCHANGE_GROUPS, "AnonymousUsers") ||
	    is_secured_outside(c);
	s->basic = after_tls || exchange_has(c, EXCHANGE_MECHANISMS,
	    "BasicAuth");
	s->tls = exchange_has(c, EXCHANGE_MECHANISMS, "Tls") || after_tls
	    ? TLS_OFFERED
	    : TLS_NONE;
	if (read_flag(m, EXCHANGE_TLS, false) || (after_tls && !s->anonymous))
		s->tls = TLS_REQUIRED;
	else if (after_tls)
		intake_left(m->x->intake, &m->item, "basic authentication "
		    "only after TLS: here TLS is offered or required of "
		    "everybody; require it if all clients can");
}

/* --- who may relay ------------------------------------------------------ */

static bool
is_anonymous_user(const char *user)
{
	struct span s = span_of(user, strlen(user));

	return span_is(s, "NT AUTHORITY\\ANONYMOUS LOGON") ||
	    span_is(s, "S-1-5-7") || span_is(s, "ANONYMOUS LOGON");
}

static bool
is_on(const struct exchange_object *permission,
    const struct exchange_object *connector)
{
	const char *identity = exchange_text(permission, EXCHANGE_IDENTITY);
	const char *title = exchange_title(connector);

	return span_is(span_of(identity, strlen(identity)), title) ||
	    span_is(span_of(identity, strlen(identity)),
	        exchange_text(connector, EXCHANGE_NAME));
}

enum grant {
	GRANT_UNKNOWN, /* no permission on it is in the file */
	GRANT_NO,
	GRANT_YES,
};

/* A denial outweighs what is granted. */
static enum grant
find_grant(const struct making *m)
{
	enum grant grant = GRANT_UNKNOWN;

	for (size_t i = 0; i < m->x->count; i++) {
		const struct exchange_object *p = &m->x->objects[i];
		const char *user = exchange_text(p, EXCHANGE_USER);

		if (!*user || !is_on(p, m->connector))
			continue;
		if (grant == GRANT_UNKNOWN)
			grant = GRANT_NO;
		if (!is_anonymous_user(user) ||
		    !exchange_has(p, EXCHANGE_RIGHTS, ANY_RECIPIENT))
			continue;
		if (exchange_has(p, EXCHANGE_DENY, "True"))
			return GRANT_NO;
		grant = GRANT_YES;
	}
	return grant;
}

/* Within single quotes only they are special to PowerShell, and it takes the
 * typographic ones (U+2018 to U+201B) for them. */
static void
add_quoted(struct buf *buf, const char *text)
{
	buf_addc(buf, '\'');
	for (const char *c = text; *c; c++) {
		bool curly = !strncmp(c, "\xe2\x80", 2) &&
		    ((unsigned char)c[2] & 0xfc) == 0x98;

		if (*c == '\'')
			buf_addc(buf, '\'');
		if (curly)
			buf_addn(buf, c, 3);
		buf_addc(buf, *c);
	}
	buf_addc(buf, '\'');
}

static void
note_unknown_grant(struct making *m)
{
	struct buf title = { 0 };

	add_quoted(&title, exchange_title(m->connector));
	intake_left(m->x->intake, &m->item, "whether anonymous clients may "
	    "relay is not in the file, so nobody may; append what this says: "
	    "Get-ADPermission -Identity %s | Format-List "
	    "User,Identity,Deny,ExtendedRights",
	    title.len < 300 ? buf_text(&title) : "NAME");
	buf_free(&title);
}

static void
read_relay(struct making *m)
{
	const struct exchange_object *c = m->connector;
	struct server *s = m->server;
	enum grant grant = find_grant(m);

	s->relay_authenticated = exchange_has(c, EXCHANGE_GROUPS,
	    "ExchangeUsers");
	s->relay_mode = MODE_ONLY;
	if (is_secured_outside(c)) {
		entries_copy(&s->relay, &m->ranges);
		intake_left(m->x->intake, &m->item, "it is externally secured, "
		    "so all its RemoteIPRanges may relay");
	} else if (s->anonymous && grant == GRANT_YES) {
		entries_copy(&s->relay, &m->ranges);
	} else if (s->anonymous && grant == GRANT_UNKNOWN) {
		note_unknown_grant(m);
	}
}

/* --- all of them -------------------------------------------------------- */

/* Of connectors with the same binding Exchange takes the one whose ranges fit
 * the client best. */
static void
note_shared(struct exchange *x, const struct policy *policy)
{
	for (size_t a = 0; a < policy->server_count; a++) {
		const struct server *s = policy->servers[a];

		for (size_t b = 0; b < a; b++) {
			const struct server *t = policy->servers[b];
			struct item item = { .line = 1, .column = 1,
				.text = s->name, .len = strlen(s->name) };

			if (servers_share_listener(s, t)) {
				intake_left(x->intake, &item, "listens where "
				    "%s does: Exchange chooses by the client's "
				    "address; here give one of them its own "
				    "address or port, or its own gateway",
				    t->name);
				break;
			}
		}
	}
}

static void
make_server(struct exchange *x, const struct exchange_object *connector,
    struct given_names *given, struct policy *policy)
{
	struct making m = { .x = x, .connector = connector, .given = given };

	name_server(&m);
	read_enabled(&m);
	read_bindings(&m);
	read_ranges(&m);
	read_authentication(&m);
	read_relay(&m);
	entries_free(&m.ranges);
	policy_add_server(policy, m.server);
}

void
exchange_servers(struct exchange *x, struct policy *policy)
{
	struct given_names given = { 0 };

	for (size_t i = 0; i < x->count; i++)
		if (exchange_is_asked_for(x, &x->objects[i]))
			make_server(x, &x->objects[i], &given, policy);
	given_names_free(&given);
	note_shared(x, policy);
}
