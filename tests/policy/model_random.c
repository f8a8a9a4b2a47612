/* Random policies, changes to them, and questions about them. */
#include "config.h"

#include <string.h>

#include "modelling.h"

/* --- random policies -------------------------------------------------- */

unsigned
m_random(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((*seed >> 33) % n);
}

static const char *const v4_bases[] = { "10.0.0.0", "10.0.0.32",
	"192.0.2.0", "8.8.8.0", "255.255.255.192", "0.0.0.0", "127.0.0.0" };
static const char *const v6_bases[] = { "2001:db8::", "2001:db8:0:1::",
	"2a00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00", "fe80::",
	"2600:1234::" };

#define PICK(seed, table) \
	(table)[m_random((seed), sizeof(table) / sizeof((table)[0]))]

static m128
random_addr(uint64_t *seed, int *family)
{
	m128 addr;

	if (m_random(seed, 10) < 7)
		m_read_addr(PICK(seed, v4_bases), family, &addr);
	else
		m_read_addr(PICK(seed, v6_bases), family, &addr);
	return addr + m_random(seed, 64);
}

/* The same block may be written in several ways. */
static void
write_block(char *text, int family, m128 addr, int prefix, uint64_t *seed)
{
	m128 host = m_fill(family, 0, prefix);
	char a[64], b[64];

	addr -= addr & host;
	m_add_addr(a, sizeof(a), family, addr);
	if (family == 4 && prefix > 0 && m_random(seed, 4) == 0) {
		m_add_addr(b, sizeof(b), 4, 0xffffffff - host);
		snprintf(text, M_TEXT, "%s %s", a, b);
	} else if (family == 4 && m_random(seed, 6) == 0) {
		snprintf(text, M_TEXT, "::ffff:%s/%d", a, prefix + 96);
	} else if (m_random(seed, 5) == 0) {
		m_add_addr(b, sizeof(b), family, addr + host);
		snprintf(text, M_TEXT, "%s-%s", a, b);
	} else {
		snprintf(text, M_TEXT, "%s/%d", a, prefix);
	}
}

static int
random_prefix(uint64_t *seed, int family)
{
	static const int v4[] = { 32, 31, 30, 29, 28, 27, 26, 24, 16, 8, 1,
		0 };
	static const int v6[] = { 128, 127, 126, 124, 122, 120, 64, 48, 47, 32,
		3, 1, 0 };
	unsigned few = m_random(seed, 12) ? 7 : 12;

	return family == 4 ? v4[m_random(seed, few)]
	                   : v6[m_random(seed, few + (few == 12))];
}

static void
random_net(char *text, uint64_t *seed)
{
	int family;
	m128 addr = random_addr(seed, &family);
	char a[64], b[64];

	switch (m_random(seed, 4)) {
	case 0:
		m_add_addr(a, sizeof(a), family, addr);
		snprintf(text, M_TEXT, "%s%s",
		    family == 4 && m_random(seed, 5) == 0 ? "::ffff:" : "", a);
		return;
	case 1:
		m_add_addr(a, sizeof(a), family, addr);
		addr += m_random(seed, 40);
		if (family == 4 && addr > 0xffffffff)
			addr = 0xffffffff;
		m_add_addr(b, sizeof(b), family, addr);
		snprintf(text, M_TEXT, "%s-%s", a, b);
		return;
	default:
		write_block(text, family, addr, random_prefix(seed, family),
		    seed);
	}
}

static const char *const domains[] = { "example.com", "ratest.com",
	"x.ratest.com", "sea.com", "chelsea.com", "x.sea.com", "com",
	"EXAMPLE.Com", "a.b.c.example.com", "b.c.example.com", "example",
	"b\xc3\xbc" "cher.example", "B\xc3\x9c" "CHER.example",
	"xn--bcher-kva.example", "stra\xc3\x9f" "e.com",
	"x.\xe6\x97\xa5\xe6\x9c\xac.example", "net" };

static void
random_domain(char *text, uint64_t *seed)
{
	snprintf(text, M_TEXT, "%s%s", PICK(seed, domains),
	    m_random(seed, 6) ? "" : ".");
}

/* names: may hold client domains and lists. */
static void
random_item(struct model *m, struct m_item *item, bool names, bool lists,
    uint64_t *seed)
{
	char domain[M_TEXT];
	unsigned kind = m_random(seed, 10);

	memset(item, 0, sizeof(*item));
	if (names && kind == 0) {
		random_domain(domain, seed);
		snprintf(item->text, M_TEXT, "domain:%.100s", domain);
	} else if (lists && kind <= 2 && m->list_count) {
		/* list 0 holds addresses only */
		int l = names ? (int)m_random(seed, (unsigned)m->list_count)
		              : 0;

		snprintf(item->text, M_TEXT, "list:%s", m->lists[l].name);
	} else {
		random_net(item->text, seed);
	}
	if (m_random(seed, 3) == 0)
		snprintf(item->comment, sizeof(item->comment), "note \"%u\"",
		    m_random(seed, 100));
	m_read_item(m, item);
}

static bool
has_item(const struct m_entries *e, const struct m_item *item)
{
	for (int i = 0; i < e->count; i++)
		if (!strcmp(e->items[i].canonical, item->canonical))
			return true;
	return false;
}

static void
random_entries(struct model *m, struct m_entries *e, bool names, bool lists,
    uint64_t *seed)
{
	unsigned wanted = m_random(seed, 3) ? m_random(seed, 8) : 0;

	e->count = 0;
	for (unsigned i = 0; i < wanted; i++) {
		struct m_item item;

		random_item(m, &item, names, lists, seed);
		if (!has_item(e, &item))
			e->items[e->count++] = item;
	}
}

static void
add_route(struct m_server *s, uint64_t *seed)
{
	struct m_route *r = &s->routes[s->route_count];
	char domain[M_TEXT], name[M_TEXT];

	memset(r, 0, sizeof(*r));
	random_domain(domain, seed);
	r->exact = m_random(seed, 3) == 0;
	if (m_random(seed, 15) == 0)
		r->exact = false, snprintf(domain, sizeof(domain), ".");
	snprintf(r->text, M_TEXT, "%s%.100s", r->exact ? "#" : "", domain);
	if (strcmp(domain, "."))
		m_normalise(domain, name, sizeof(name));
	else
		snprintf(name, sizeof(name), ".");
	snprintf(r->domain, M_TEXT, "%s", name);
	snprintf(r->canonical, M_TEXT, "%s%.100s", r->exact ? "#" : "", name);
	r->action = "irx"[m_random(seed, 3)];
	if (r->action != 'x' && m_random(seed, 3) == 0)
		snprintf(r->next_hop, sizeof(r->next_hop), "hub.example:%u",
		    25 + m_random(seed, 3));
	for (int i = 0; i < s->route_count; i++)
		if (!strcmp(s->routes[i].canonical, r->canonical))
			return;
	s->route_count++;
}

static void
add_listener(struct m_server *s, uint64_t *seed)
{
	struct m_listener *l = &s->listeners[s->listener_count];
	struct m_probe as = { 0 };
	int family;

	as.local = random_addr(seed, &family);
	if (m_random(seed, 2))
		as.local = 0;
	l->family = as.local_family = family;
	l->addr = as.local;
	l->port = as.local_port = m_random(seed, 4) ? 25 : 587;
	m_local_text(&as, l->text, sizeof(l->text));
	for (int i = 0; i < s->listener_count; i++)
		if (!strcmp(s->listeners[i].text, l->text))
			return;
	s->listener_count++;
}

static void
random_server(struct model *m, struct m_server *s, uint64_t *seed)
{
	unsigned routes = m_random(seed, 8), listeners = m_random(seed, 4);

	s->tls = 'o';
	s->enabled = m_random(seed, 8) != 0;
	s->anonymous = m_random(seed, 8) != 0;
	s->basic = m_random(seed, 2);
	s->reroute = m_random(seed, 8) != 0;
	s->relay_authenticated = m_random(seed, 2);
	s->box_authenticated = m_random(seed, 3) == 0;
	s->box_clients = m_random(seed, 3) == 0;
	s->box_local = m_random(seed, 3) == 0;
	s->connection_only = m_random(seed, 4) == 0;
	s->relay_only = m_random(seed, 2);
	random_entries(m, &s->connection, true, true, seed);
	random_entries(m, &s->relay, true, true, seed);
	random_entries(m, &s->clients, true, true, seed);
	random_entries(m, &s->local, false, true, seed);
	random_entries(m, &s->never, false, true, seed);
	s->route_count = s->listener_count = 0;
	for (unsigned i = 0; i < routes; i++)
		add_route(s, seed);
	for (unsigned i = 0; i < listeners; i++)
		add_listener(s, seed);
}

void
m_make(struct model *m, uint64_t *seed)
{
	memset(m, 0, sizeof(*m));
	m->list_count = (int)m_random(seed, 4);
	for (int i = 0; i < m->list_count; i++) {
		snprintf(m->lists[i].name, sizeof(m->lists[i].name), "list%d",
		    i);
		random_entries(m, &m->lists[i].entries, i > 0, false, seed);
	}
	m->server_count = 1 + (int)m_random(seed, 3);
	for (int i = 0; i < m->server_count; i++) {
		snprintf(m->servers[i].name, sizeof(m->servers[i].name),
		    "server%d", i);
		random_server(m, &m->servers[i], seed);
	}
}

static void
change_entries(struct model *m, struct m_entries *e, bool names, bool lists,
    uint64_t *seed)
{
	struct m_item item;

	if (e->count && m_random(seed, 2)) {
		e->items[m_random(seed, (unsigned)e->count)] =
		    e->items[e->count - 1];
		e->count--;
		return;
	}
	random_item(m, &item, names, lists, seed);
	if (e->count < M_ITEMS && !has_item(e, &item))
		e->items[e->count++] = item;
}

static void
change_listener(struct m_server *s, uint64_t *seed)
{
	int count = s->listener_count;

	if (!count || (count < 4 && m_random(seed, 2))) {
		add_listener(s, seed);
		return;
	}
	s->listeners[m_random(seed, (unsigned)count)] =
	    s->listeners[count - 1];
	s->listener_count--;
}

static void
change_server(struct model *m, struct m_server *s, uint64_t *seed)
{
	bool *const flags[] = { &s->enabled, &s->anonymous, &s->basic,
		&s->reroute, &s->relay_authenticated, &s->box_authenticated,
		&s->box_clients, &s->box_local, &s->connection_only,
		&s->relay_only };
	struct m_entries *const all[] = { &s->connection, &s->relay,
		&s->clients, &s->local, &s->never };
	unsigned which = m_random(seed, 6);

	if (which == 5) {
		change_listener(s, seed);
	} else if (which == 0) {
		bool *flag = PICK(seed, flags);

		*flag = !*flag;
	} else if (which == 1 && s->route_count) {
		s->routes[m_random(seed, (unsigned)s->route_count)].action =
		    "irx"[m_random(seed, 3)];
	} else if (which == 2 && s->route_count < M_ITEMS) {
		add_route(s, seed);
	} else {
		unsigned i = m_random(seed, 5);

		change_entries(m, all[i], i < 3, true, seed);
	}
}

void
m_change(struct model *m, uint64_t *seed)
{
	unsigned count = m_random(seed, 4);

	for (unsigned i = 0; i < count; i++) {
		int l = (int)m_random(seed, 4);

		if (l < m->list_count)
			change_entries(m, &m->lists[l].entries, l > 0, false,
			    seed);
		else
			change_server(m, &m->servers[m_random(seed,
			    (unsigned)m->server_count)], seed);
	}
}

/* --- gateways and mistakes -------------------------------------------- */

static const char *const hosts[] = { "gw0.example", "gw1.example",
	"gw2.example", "192.0.2.1", "[2001:db8::1]", "localhost" };

static void
spoil_entries(struct m_entries *e, const char *text, const struct model *m)
{
	struct m_item item = { .kind = 0 };

	snprintf(item.text, M_TEXT, "%s", text);
	m_read_item(m, &item);
	if (e->count < M_ITEMS && !has_item(e, &item))
		e->items[e->count++] = item;
}

static void
spoil_server(struct model *m, struct m_server *s, uint64_t *seed)
{
	struct m_entries *const all[] = { &s->connection, &s->relay,
		&s->clients, &s->local, &s->never };
	int i = s->route_count;

	s->tls = "nor"[m_random(seed, 3)];
	if (m_random(seed, 4) == 0)
		spoil_entries(PICK(seed, all), "list:nowhere", m);
	if (m_random(seed, 4) == 0)
		spoil_entries(PICK(seed, all), "domain:example.com", m);
	if (m_random(seed, 4) == 0 && m->list_count > 1)
		spoil_entries(PICK(seed, all), "list:list1", m);
	if (i && i < M_ITEMS && m_random(seed, 4) == 0) {
		s->routes[i] = s->routes[m_random(seed, (unsigned)i)];
		s->routes[s->route_count++].action =
		    "irx"[m_random(seed, 3)];
	}
	for (i = 0; i < s->route_count; i++)
		if (s->routes[i].action != 'x' && m_random(seed, 2))
			snprintf(s->routes[i].next_hop, M_TEXT / 2, "%s:%d",
			    PICK(seed, hosts), m_random(seed, 4) ? 25 : 587);
	for (i = 0; i < s->listener_count; i++)
		if (m_random(seed, 4) == 0)
			s->listeners[i] = m->servers[0].listener_count
			    ? m->servers[0].listeners[0]
			    : s->listeners[i];
}

static void
drop_repeated_listeners(struct m_server *s)
{
	int kept = 0;

	for (int i = 0; i < s->listener_count; i++) {
		bool again = false;

		for (int j = 0; j < kept; j++)
			again = again || !strcmp(s->listeners[i].text,
			    s->listeners[j].text);
		if (!again)
			s->listeners[kept++] = s->listeners[i];
	}
	s->listener_count = kept;
}

static void
add_gateway(struct model *m, uint64_t *seed)
{
	struct m_gateway *g = &m->gateways[m->gateway_count];

	snprintf(g->name, sizeof(g->name), "gw%d", m->gateway_count);
	snprintf(g->host, sizeof(g->host), "%s",
	    m_random(seed, 4) ? hosts[m->gateway_count] : PICK(seed, hosts));
	g->server_count = (int)m_random(seed, 4);
	for (int i = 0; i < g->server_count; i++)
		snprintf(g->servers[i], sizeof(g->servers[i]), "server%u",
		    m_random(seed, (unsigned)m->server_count + 1));
	m->gateway_count++;
}

void
m_spoil(struct model *m, uint64_t *seed)
{
	unsigned gateways = m_random(seed, 4);

	for (int i = 0; i < m->server_count; i++) {
		spoil_server(m, &m->servers[i], seed);
		drop_repeated_listeners(&m->servers[i]);
	}
	for (unsigned i = 0; i < gateways; i++)
		add_gateway(m, seed);
}

/* --- random questions ------------------------------------------------- */

static const struct m_entries *
random_gate(const struct model *m, int server, uint64_t *seed)
{
	const struct m_server *s = &m->servers[server];
	const struct m_entries *const all[] = { &s->connection, &s->relay,
		&s->clients, &s->local, &s->never };
	unsigned l = m_random(seed, 8);

	if ((int)l < m->list_count)
		return &m->lists[l].entries;
	return PICK(seed, all);
}

/* An edge of an entry, just outside, or anything. */
static m128
random_near(const struct model *m, int server, int *family, uint64_t *seed)
{
	const struct m_entries *e = random_gate(m, server, seed);
	const struct m_item *it = e->count
	    ? &e->items[m_random(seed, (unsigned)e->count)]
	    : NULL;

	if (!it || it->kind != 'n' || m_random(seed, 4) == 0)
		return random_addr(seed, family);
	*family = it->range.family;
	switch (m_random(seed, 4)) {
	case 0:
		return it->range.first;
	case 1:
		return it->range.last;
	case 2:
		return it->range.first ? it->range.first - 1 : 0;
	default:
		return it->range.last < m_top(*family) ? it->range.last + 1
		                                        : it->range.last;
	}
}

static void
random_recipient(char *text, size_t size, uint64_t *seed)
{
	static const char *const locals[] = { "user", "user", "user", "user",
		"User.Name", "\"a b\"", "user%far.example", "far.example!user",
		"\"user@far.example\"", "@a.example,@b.example:user",
		"IMCEASMTP-user+40far", "imceax400-x", "user\\@far",
		"\"user%far\"", "a!b%c", "\"open", "", "\"x\\\"y\"", "imce",
		"\"IMCEASMTP-u\"" };
	static const char *const others[] = { "postmaster", "user",
		"u@[192.0.2.1]", "u@[IPv6:2001:db8::1]", "u%far.example",
		"far!u", "u@", "", "u%x@[192.0.2.1]", "\"u@far.example\"",
		"u@.example.com", "u@example.com..", "u@nowhere.test",
		"u@xexample.com", "\"open", "u@a_b.example.com" };
	char domain[M_TEXT], whole[256];

	random_domain(domain, seed);
	if (m_random(seed, 5) == 0)
		snprintf(whole, sizeof(whole), "%s", PICK(seed, others));
	else
		snprintf(whole, sizeof(whole), "%s@%s%s", PICK(seed, locals),
		    m_random(seed, 3) ? "" : "mail.", domain);
	snprintf(text, size, m_random(seed, 3) ? "<%s>" : "%s", whole);
}

void
m_ask(const struct model *m, struct m_probe *p, uint64_t *seed)
{
	char domain[M_TEXT];

	memset(p, 0, sizeof(*p));
	p->server = (int)m_random(seed, (unsigned)m->server_count);
	p->client = random_near(m, p->server, &p->family, seed);
	m_add_addr(p->client_text, M_TEXT, p->family, p->client);
	if (p->family == 4 && m_random(seed, 8) == 0) {
		snprintf(domain, sizeof(domain), "::ffff:%.40s",
		    p->client_text);
		memcpy(p->client_text, domain, sizeof(domain));
	}
	if (m_random(seed, 3) == 0) {
		random_domain(domain, seed);
		snprintf(p->name, M_TEXT, "%s%.100s",
		    m_random(seed, 2) ? "host1." : "", domain);
	}
	p->authenticated = m_random(seed, 3) == 0;
	if (m_random(seed, 3)) {
		p->local = random_near(m, p->server, &p->local_family, seed);
		p->local_port = m_random(seed, 2) ? 25 : 587;
	}
	random_recipient(p->recipient, sizeof(p->recipient), seed);
}

