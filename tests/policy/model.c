#include "config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "modelling.h"

/* --- reading ---------------------------------------------------------- */

void
m_add_addr(char *text, size_t size, int family, m128 addr)
{
	unsigned char bytes[16];
	char out[INET6_ADDRSTRLEN];
	int n = family == 4 ? 4 : 16;

	for (int i = n - 1; i >= 0; i--, addr >>= 8)
		bytes[i] = (unsigned char)addr;
	inet_ntop(family == 4 ? AF_INET : AF_INET6, bytes, out, sizeof(out));
	snprintf(text, size, "%s", out);
}

void
m_read_addr(const char *text, int *family, m128 *addr)
{
	unsigned char bytes[16];
	int n = inet_pton(AF_INET, text, bytes) == 1 ? 4 : 16;
	bool mapped = true;

	if (n == 16 && inet_pton(AF_INET6, text, bytes) != 1)
		abort();
	*addr = 0;
	for (int i = 0; i < n; i++)
		*addr = *addr * 256 + bytes[i];
	for (int i = 0; i < 12; i++)
		mapped = mapped && bytes[i] == (i < 10 ? 0 : 255);
	if (n == 16 && mapped)
		*addr %= (m128)1 << 32, n = 4;
	*family = n == 4 ? 4 : 6;
}

m128
m_top(int family)
{
	return family == 4 ? 0xffffffff : ~(m128)0;
}

/* first with that many bits in front, all others one. */
m128
m_fill(int family, m128 first, int prefix)
{
	for (int bit = 0; bit < (family == 4 ? 32 : 128) - prefix; bit++)
		first |= (m128)1 << bit;
	return first;
}

void
m_read_range(const char *text, struct m_range *range)
{
	char copy[M_TEXT], *cut;
	int ignored;

	snprintf(copy, sizeof(copy), "%s", text);
	if ((cut = strchr(copy, '-'))) {
		*cut = '\0';
		m_read_addr(copy, &range->family, &range->first);
		m_read_addr(cut + 1, &ignored, &range->last);
	} else if ((cut = strchr(copy, '/'))) {
		int prefix = (int)strtol(cut + 1, NULL, 10);

		*cut = '\0';
		m_read_addr(copy, &range->family, &range->first);
		if (range->family == 4 && strchr(copy, ':'))
			prefix -= 96;
		range->last = m_fill(range->family, range->first, prefix);
	} else if ((cut = strchr(copy, ' '))) {
		m128 mask;

		*cut = '\0';
		m_read_addr(copy, &range->family, &range->first);
		m_read_addr(cut + 1, &ignored, &mask);
		range->last = range->first + (0xffffffff - mask);
	} else {
		m_read_addr(copy, &range->family, &range->first);
		range->last = range->first;
	}
}

static void
print_range(const struct m_range *r, char *text, size_t size)
{
	char a[64], b[64];
	int bits = r->family == 4 ? 32 : 128;

	m_add_addr(a, sizeof(a), r->family, r->first);
	m_add_addr(b, sizeof(b), r->family, r->last);
	if (r->first == r->last) {
		snprintf(text, size, "%s", a);
		return;
	}
	for (int p = 0; p < bits; p++) {
		m128 host = m_fill(r->family, 0, p);

		if (r->first % (host + 1 ? host + 1 : 1) == 0 &&
		    (p || !r->first) && r->first + host == r->last) {
			snprintf(text, size, "%s/%d", a, p);
			return;
		}
	}
	snprintf(text, size, "%s-%s", a, b);
}

/* Labels that the generator writes, and what they are called in the DNS. */
static const struct {
	const char *written, *label;
} idn[] = {
	{ "b\xc3\xbc" "cher", "xn--bcher-kva", },
	{ "B\xc3\x9c" "CHER", "xn--bcher-kva", },
	{ "stra\xc3\x9f" "e", "xn--strae-oqa", },
	{ "\xe6\x97\xa5\xe6\x9c\xac", "xn--wgv71a", },
};

/* Lower case, A-labels, without one trailing dot. */
void
m_normalise(const char *text, char *name, size_t size)
{
	char copy[256], *label = copy, *dot;
	size_t len;

	snprintf(copy, sizeof(copy), "%s", text);
	len = strlen(copy);
	if (len && copy[len - 1] == '.')
		copy[len - 1] = '\0';
	*name = '\0';
	for (;;) {
		const char *use = label;

		if ((dot = strchr(label, '.')))
			*dot = '\0';
		for (size_t i = 0; i < sizeof(idn) / sizeof(idn[0]); i++)
			if (!strcmp(label, idn[i].written))
				use = idn[i].label;
		for (len = strlen(name); *use && len + 2 < size; use++)
			name[len++] = *use >= 'A' && *use <= 'Z'
			    ? (char)(*use + 32)
			    : *use;
		if (dot && len + 2 < size)
			name[len++] = '.';
		name[len] = '\0';
		if (!dot)
			return;
		label = dot + 1;
	}
}

static bool
ends_in(const char *name, const char *domain)
{
	size_t n = strlen(name), d = strlen(domain);

	if (!strcmp(name, domain))
		return true;
	return n > d && !strcmp(name + n - d, domain) &&
	    name[n - d - 1] == '.';
}

static int
find_list(const struct model *m, const char *name)
{
	for (int i = 0; i < m->list_count; i++)
		if (!strcmp(m->lists[i].name, name))
			return i;
	return -1;
}

void
m_read_item(const struct model *m, struct m_item *item)
{
	if (!strncmp(item->text, "domain:", 7)) {
		item->kind = 'd';
		m_normalise(item->text + 7, item->domain, sizeof(item->domain));
		snprintf(item->canonical, M_TEXT, "domain:%.100s",
		    item->domain);
	} else if (!strncmp(item->text, "list:", 5)) {
		item->kind = 'l';
		item->list = find_list(m, item->text + 5);
		snprintf(item->canonical, M_TEXT, "%.100s", item->text);
	} else {
		item->kind = 'n';
		m_read_range(item->text, &item->range);
		print_range(&item->range, item->canonical, M_TEXT);
	}
}

/* --- the ten rows ----------------------------------------------------- */

static bool
narrower(const struct m_range *a, const struct m_range *b)
{
	m128 x = a->last - a->first, y = b->last - b->first;

	return x != y ? x < y : a->first < b->first;
}

/* The narrowest address entry, or else the longest domain. */
static const struct m_item *
best_of(const struct m_entries *e, int family, m128 addr, const char *name)
{
	const struct m_item *best = NULL;

	for (int i = 0; i < e->count; i++) {
		const struct m_item *it = &e->items[i];

		if (it->kind == 'n' && it->range.family == family &&
		    it->range.first <= addr && addr <= it->range.last &&
		    (!best || narrower(&it->range, &best->range)))
			best = it;
	}
	for (int i = 0; !best && i < e->count; i++)
		if (e->items[i].kind == 'd' && *name &&
		    ends_in(name, e->items[i].domain)) {
			best = &e->items[i];
			for (int j = i; j < e->count; j++)
				if (e->items[j].kind == 'd' &&
				    ends_in(name, e->items[j].domain) &&
				    strlen(e->items[j].domain) >
				        strlen(best->domain))
					best = &e->items[j];
		}
	return best;
}

/* Own entries first, then the lists by name. */
static bool
matches(const struct model *m, const struct m_entries *e, int family,
    m128 addr, const char *name, char *what)
{
	const struct m_item *best = best_of(e, family, addr, name);

	if (best) {
		snprintf(what, 256, "%s", best->canonical);
		return true;
	}
	for (int l = 0; l < m->list_count; l++) { /* sorted by name */
		bool included = false;

		for (int i = 0; i < e->count; i++)
			if (e->items[i].kind == 'l' && e->items[i].list == l)
				included = true;
		best = included
		    ? best_of(&m->lists[l].entries, family, addr, name)
		    : NULL;
		if (best) {
			snprintf(what, 256, "list:%s %s", m->lists[l].name,
			    best->canonical);
			return true;
		}
	}
	return false;
}

bool
m_holds(const struct model *m, const struct m_entries *e, int family,
    m128 addr)
{
	char ignored[256];

	return matches(m, e, family, addr, "", ignored);
}

struct parsed {
	bool routed, has_domain;
	char domain[256];
};

static bool
starts_with_imcea(const char *local, size_t len)
{
	char plain[300];
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (local[i] != '"' && local[i] != '\\')
			plain[n++] = local[i];
	plain[n] = '\0';
	return !strncasecmp(plain, "imcea", 5);
}

static void
read_recipient(const char *text, struct parsed *p)
{
	char copy[300];
	char mask[300]; /* 'q' quoted, '.' not */
	size_t len, local;
	bool in = false;
	int at = -1, any = -1;

	snprintf(copy, sizeof(copy), "%s", text);
	len = strlen(copy);
	if (len > 1 && copy[0] == '<' && copy[len - 1] == '>') {
		memmove(copy, copy + 1, len - 2);
		copy[len -= 2] = '\0';
	}
	for (size_t i = 0; i < len; i++) {
		mask[i] = in ? 'q' : '.';
		if (copy[i] == '\\' && i + 1 < len)
			mask[++i] = 'q';
		else if (copy[i] == '"')
			in = !in;
	}
	for (size_t i = 0; i < len; i++)
		if (copy[i] == '@') {
			any = (int)i;
			if (mask[i] == '.')
				at = (int)i;
		}
	if (in)
		at = any;
	local = at < 0 ? len : (size_t)at;
	p->routed = in || starts_with_imcea(copy, local);
	for (size_t i = 0; i < local; i++)
		if (strchr("@%!", copy[i]))
			p->routed = true;
	p->has_domain = at >= 0;
	p->domain[0] = '\0';
	if (at >= 0)
		m_normalise(copy + at + 1, p->domain, sizeof(p->domain));
}

/* The row that covers the domain: exact, then longest suffix, then ".". */
static const struct m_route *
covering(const struct m_server *s, const struct parsed *p)
{
	const struct m_route *best = NULL;
	bool named = p->has_domain && p->domain[0] != '[';

	for (int i = 0; named && i < s->route_count; i++)
		if (s->routes[i].exact &&
		    !strcmp(s->routes[i].domain, p->domain))
			return &s->routes[i];
	for (int i = 0; named && i < s->route_count; i++) {
		const struct m_route *r = &s->routes[i];

		if (!r->exact && strcmp(r->domain, ".") &&
		    ends_in(p->domain, r->domain) &&
		    (!best || strlen(r->domain) > strlen(best->domain)))
			best = r;
	}
	for (int i = 0; p->has_domain && !best && i < s->route_count; i++)
		if (!strcmp(s->routes[i].domain, "."))
			best = &s->routes[i];
	return best;
}

char
m_effect(const struct m_server *s, const char *domain, const char **next_hop)
{
	struct parsed p = { .has_domain = true };
	const struct m_route *r;

	snprintf(p.domain, sizeof(p.domain), "%s", domain);
	r = covering(s, &p);
	*next_hop = "";
	if (!r || (r->action == 'r' && !s->reroute))
		return 'f';
	if (r->action != 'x')
		*next_hop = r->next_hop;
	return r->action;
}

int
m_covering(const struct m_server *s, const char *domain)
{
	struct parsed p = { .has_domain = true };
	const struct m_route *r;

	snprintf(p.domain, sizeof(p.domain), "%s", domain);
	r = covering(s, &p);
	return r ? (int)(r - s->routes) : -1;
}

int
m_behind(const struct m_server *s, int row)
{
	struct m_server without = *s;
	struct parsed p = { .has_domain = true };
	const struct m_route *r;

	if (!strcmp(s->routes[row].domain, "."))
		return -1;
	/* a name below it stands for all that it covers; an exact row covers
	 * its own name only */
	snprintf(p.domain, sizeof(p.domain), "%s%s",
	    s->routes[row].exact ? "" : "zz.", s->routes[row].domain);
	for (int i = 0; i < s->route_count; i++)
		if (!strcmp(s->routes[i].canonical, s->routes[row].canonical))
			snprintf(without.routes[i].domain, M_TEXT, "-");
	r = covering(&without, &p);
	return r ? (int)(r - without.routes) : -1;
}

bool
m_item_holds(const struct model *m, const struct m_item *it, int family,
    m128 addr)
{
	if (it->kind == 'l')
		return it->list >= 0 &&
		    m_holds(m, &m->lists[it->list].entries, family, addr);
	return it->kind == 'n' && it->range.family == family &&
	    it->range.first <= addr && addr <= it->range.last;
}

bool
m_listens(const struct m_server *s, int family, m128 local)
{
	for (int i = 0; i < s->listener_count; i++)
		if (s->listeners[i].family == family &&
		    (!s->listeners[i].addr || s->listeners[i].addr == local))
			return true;
	return !s->listener_count;
}

static void
answer(struct m_verdict *v, int row, const char *decision, const char *what)
{
	v->row = row;
	v->decision = decision;
	snprintf(v->what, sizeof(v->what), "%s", what ? what : "-");
}

static bool
passes_boxes(const struct model *m, const struct m_server *s,
    const struct m_probe *p, const char *name)
{
	char ignored[256];

	if (!s->box_authenticated && !s->box_clients && !s->box_local)
		return true;
	if (s->box_authenticated && p->authenticated)
		return true;
	if (s->box_clients &&
	    matches(m, &s->clients, p->family, p->client, name, ignored))
		return true;
	return s->box_local && p->local_family &&
	    matches(m, &s->local, p->local_family, p->local, "", ignored);
}

static void
decide_foreign(const struct model *m, const struct m_server *s,
    const struct m_probe *p, const char *name, struct m_verdict *v)
{
	char what[256];
	bool listed;

	if (matches(m, &s->never, p->family, p->client, "", what)) {
		answer(v, 7, "deny-relay", what);
		return;
	}
	if (!passes_boxes(m, s, p, name)) {
		answer(v, 8, "deny-relay", NULL);
		return;
	}
	if (p->authenticated && s->relay_authenticated) {
		answer(v, 9, "accept-relay", NULL);
		return;
	}
	listed = matches(m, &s->relay, p->family, p->client, name, what);
	answer(v, 10,
	    listed == s->relay_only ? "accept-relay" : "deny-relay",
	    listed ? what : NULL);
}

void
m_decide(const struct model *m, const struct m_probe *p, struct m_verdict *v)
{
	const struct m_server *s = &m->servers[p->server];
	const struct m_route *route;
	struct parsed to;
	char name[256], what[256];
	bool listed;

	m_normalise(p->name, name, sizeof(name));
	listed = matches(m, &s->connection, p->family, p->client, name, what);
	if (listed != s->connection_only) {
		answer(v, 1, "refuse-connection", listed ? what : NULL);
		return;
	}
	if (!s->anonymous && !p->authenticated) {
		answer(v, 2, "require-authentication", NULL);
		return;
	}
	read_recipient(p->recipient, &to);
	route = covering(s, &to);
	if (route && route->action == 'x')
		answer(v, 3, "reject-recipient", route->canonical);
	else if (!to.routed && !to.has_domain)
		answer(v, 4, "accept-inbound", NULL);
	else if (!to.routed && route && route->action == 'i')
		answer(v, 4, "accept-inbound", route->canonical);
	else if (!s->reroute)
		answer(v, 5, "deny-relay", NULL);
	else if (!to.routed && route && route->action == 'r')
		answer(v, 6, "accept-relay", route->canonical);
	else
		decide_foreign(m, s, p, name, v);
}

void
m_local_text(const struct m_probe *p, char *text, size_t size)
{
	char addr[64];

	if (!p->local_family) {
		snprintf(text, size, "-");
		return;
	}
	m_add_addr(addr, sizeof(addr), p->local_family, p->local);
	snprintf(text, size, p->local_family == 4 ? "%s:%d" : "[%s]:%d", addr,
	    p->local_port);
}

/* --- edges ------------------------------------------------------------ */

struct edges {
	m128 *items;
	size_t count;
};

static void
add_edge(struct edges *e, m128 at)
{
	e->items = realloc(e->items, (e->count + 1) * sizeof(m128));
	if (!e->items)
		abort();
	e->items[e->count++] = at;
}

static void
add_edges(struct edges *e, const struct m_entries *from, int family)
{
	for (int i = 0; i < from->count; i++) {
		const struct m_range *r = &from->items[i].range;

		if (from->items[i].kind != 'n' || r->family != family)
			continue;
		add_edge(e, r->first);
		if (r->last != m_top(family))
			add_edge(e, r->last + 1);
	}
}

static void
add_model(struct edges *e, const struct model *m, int family)
{
	for (int i = 0; i < m->list_count; i++)
		add_edges(e, &m->lists[i].entries, family);
	for (int i = 0; i < m->server_count; i++) {
		const struct m_server *s = &m->servers[i];

		add_edges(e, &s->connection, family);
		add_edges(e, &s->relay, family);
		add_edges(e, &s->clients, family);
		add_edges(e, &s->local, family);
		add_edges(e, &s->never, family);
		for (int j = 0; j < s->listener_count; j++) {
			const struct m_listener *l = &s->listeners[j];

			if (l->family != family)
				continue;
			add_edge(e, l->addr);
			if (l->addr != m_top(family))
				add_edge(e, l->addr + 1);
		}
	}
}

/* Not globally reachable, by the IANA special-purpose address registries;
 * multicast; reserved. */
static const char *const special[] = { "0.0.0.0/8", "10.0.0.0/8",
	"100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
	"240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16",
	"3fff::/20" };

#define SPECIAL (sizeof(special) / sizeof(special[0]))

bool
m_routable(int family, m128 addr)
{
	for (size_t i = 0; i < SPECIAL; i++) {
		struct m_range r;

		m_read_range(special[i], &r);
		if (r.family == family && r.first <= addr && addr <= r.last)
			return false;
	}
	/* unicast that is handed out: 2000::/3 */
	return family == 4 || addr >> 125 == 1;
}

static void
add_special(struct edges *e, int family)
{
	for (size_t i = 0; i < SPECIAL; i++) {
		struct m_range r;

		m_read_range(special[i], &r);
		if (r.family != family)
			continue;
		add_edge(e, r.first);
		if (r.last != m_top(family))
			add_edge(e, r.last + 1);
	}
	if (family == 6) {
		add_edge(e, (m128)1 << 125);
		add_edge(e, (m128)1 << 126);
	}
}

static int
compare_edges(const void *x, const void *y)
{
	m128 a = *(const m128 *)x, b = *(const m128 *)y;

	return (a > b) - (a < b);
}

m128 *
m_edges(const struct model *a, const struct model *b, int family,
    bool special_too, size_t *count)
{
	struct edges e = { 0 };
	size_t kept = 0;

	add_edge(&e, 0);
	if (special_too)
		add_special(&e, family);
	add_model(&e, a, family);
	if (b)
		add_model(&e, b, family);
	qsort(e.items, e.count, sizeof(m128), compare_edges);
	for (size_t i = 0; i < e.count; i++)
		if (!kept || e.items[kept - 1] != e.items[i])
			e.items[kept++] = e.items[i];
	*count = kept;
	return e.items;
}

/* --- parts ------------------------------------------------------------ */

struct m_entries *
m_gate(struct model *m, int n)
{
	struct m_server *s;

	if (n < m->list_count)
		return &m->lists[n].entries;
	n -= m->list_count;
	if (n >= m->server_count * 5)
		return NULL;
	s = &m->servers[n / 5];
	return ((struct m_entries *const[]){ &s->connection, &s->relay,
	    &s->clients, &s->local, &s->never })[n % 5];
}
