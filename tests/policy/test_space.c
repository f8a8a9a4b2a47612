/* Sets, openness and differences over the whole IPv4 and IPv6 space, held
 * against the model: decisions change only at the edges of entries, so one
 * address between two edges stands for all of them, and nothing is sampled. */
#include "config.h"

#include "policy/difference.h"
#include "policy/finding.h"

#include "space.h"
#include "unit.h"

/* --- what the model says ---------------------------------------------- */

static bool
may(const struct model *m, const struct seat *s, enum reach reach)
{
	bool authenticated = reach == REACH_RELAY_AUTH;
	struct m_verdict v;
	bool relays = seat_decides(m, s, authenticated, "<u@nowhere.test>", &v);

	if (reach == REACH_CONNECT)
		return v.row != 1;
	if (reach == REACH_ANONYMOUS)
		return v.row > 2;
	return relays ||
	    seat_decides(m, s, authenticated, "<u%far@nowhere.test>", &v);
}

static bool
listens_family(const struct m_server *s, int family)
{
	for (int i = 0; i < s->listener_count; i++)
		if (s->listeners[i].family == family)
			return true;
	return !s->listener_count;
}

/* Not there, off, or of another family: nobody. */
static bool
may_reach(const struct model *m, const struct seat *s, enum reach reach)
{
	const struct m_server *server = &m->servers[s->server];

	return server->enabled && listens_family(server, s->family) &&
	    may(m, s, reach);
}

/* --- sets ------------------------------------------------------------- */

static void
check_sets(const struct pair *p, int server, enum reach reach)
{
	const struct m_server *s = &p->a.servers[server];
	const struct ruleset *rules = relay_ruleset(p->ca, s->name);
	struct set set, anywhere;
	m128 sums[2] = { 0, 0 };

	reach_set(rules, reach, NULL, &set);
	reach_anywhere(rules, reach, &anywhere);
	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v]; i++) {
			struct seat seat = { .server = server,
				.family = v ? 6 : 4,
				.client = p->edges[v][i] };
			bool wanted = may(&p->a, &seat, reach);

			if (set_holds(&set, (uint8_t)seat.family,
			        seat.client) != wanted)
				fail_msg("seed %lu %s reach %d: set",
				    p->seed, s->name, reach);
			sums[v] += wanted ? pair_width(p, v, i) : 0;
			wanted = false;
			seat.local_family = seat.family;
			for (size_t j = 0; j < p->counts[v]; j++) {
				seat.local = p->edges[v][j];
				wanted = wanted || (m_listens(s, seat.family,
				    seat.local) && may(&p->a, &seat, reach));
			}
			if (set_holds(&anywhere, (uint8_t)seat.family,
			        seat.client) != wanted)
				fail_msg("seed %lu %s reach %d: anywhere",
				    p->seed, s->name, reach);
		}
	assert_true(set_count(&set, 4).low == sums[0]);
	assert_true(set_count(&set, 6).low == sums[1]);
	set_free(&set);
	set_free(&anywhere);
}

static void
check_all_sets(const struct pair *p)
{
	for (int i = 0; i < p->a.server_count; i++)
		for (enum reach r = 0; r < REACHES; r++)
			check_sets(p, i, r);
}

static void
test_sets(void **state)
{
	(void)state;
	each_pair(check_all_sets, 50);
}

/* --- openness --------------------------------------------------------- */

struct open {
	bool somebody, all;
	m128 count;
};

static bool
excepted(const struct model *m, const struct m_server *s, int family,
    m128 client)
{
	return m_holds(m, &s->never, family, client) ||
	    (!s->connection_only &&
	        m_holds(m, &s->connection, family, client)) ||
	    (!s->relay_only && m_holds(m, &s->relay, family, client));
}

static bool
relays_somewhere(const struct pair *p, int server, int v, m128 client)
{
	struct seat seat = { .server = server, .family = v ? 6 : 4,
		.local_family = v ? 6 : 4, .client = client };

	for (size_t j = 0; j < p->counts[v]; j++) {
		seat.local = p->edges[v][j];
		if (m_listens(&p->a.servers[server], seat.family,
		        seat.local) && may_reach(&p->a, &seat, REACH_RELAY))
			return true;
	}
	return false;
}

static struct open
model_open(const struct pair *p, int server, int v)
{
	const struct m_server *s = &p->a.servers[server];
	struct open open = { false, true, 0 };

	for (size_t i = 0; i < p->counts[v]; i++) {
		m128 client = p->edges[v][i];
		bool relays;

		if (!m_routable(v ? 6 : 4, client))
			continue;
		relays = relays_somewhere(p, server, v, client);
		open.somebody = open.somebody || relays;
		open.all = open.all && (relays ||
		    excepted(&p->a, s, v ? 6 : 4, client));
		open.count += relays ? pair_width(p, v, i) : 0;
	}
	return open;
}

static const struct finding *
find(const struct findings *f, const char *code, const char *server,
    uint8_t family)
{
	char object[32];

	snprintf(object, sizeof(object), "server:%s", server);
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->items[i].code, code) &&
		    !strcmp(f->items[i].object, object) &&
		    (!family || f->items[i].witness.family == family))
			return &f->items[i];
	return NULL;
}

/* relay_decide() must confirm what a finding shows. */
static void
check_witness(const struct pair *p, const struct finding *f,
    const char *server)
{
	struct decision d;

	assert_true(f->has_witness);
	relay_decide(relay_ruleset(p->ca, server), &f->witness, &d);
	if (d.kind != ACCEPT_RELAY || f->witness.authenticated)
		fail_msg("seed %lu: the witness of %s on %s is decided %s",
		    p->seed, f->code, server, decision_words[d.kind]);
}

static void
check_openness(const struct pair *p)
{
	struct findings all;

	findings_ask(p->pa, p->ca, &all);
	for (int i = 0; i < p->a.server_count; i++) {
		const char *name = p->a.servers[i].name;
		enum openness wanted = CLOSED;

		for (int v = 0; v < 2; v++) {
			struct open o = model_open(p, i, v);
			bool open = o.somebody && o.all;
			bool wide = !open &&
			    o.count > (v ? (m128)1 << 80 : 65536);
			const struct finding *f = find(&all, "open-relay",
			    name, v ? 6 : 4);
			const struct finding *g = find(&all, "wide-relay",
			    name, v ? 6 : 4);

			if (open != (f != NULL) || wide != (g != NULL)) {
				m_write_json(&p->a, stderr);
				fail_msg("seed %lu %s v%d: open %d wide %d",
				    p->seed, name, v ? 6 : 4, open, wide);
			}
			if (f)
				check_witness(p, f, name);
			if (g)
				check_witness(p, g, name);
			wanted = open                    ? OPEN
			    : wide && wanted != OPEN ? WIDE
			                             : wanted;
		}
		if (p->a.servers[i].enabled)
			assert_int_equal(openness_ask(relay_ruleset(p->ca,
			    name)), wanted);
	}
	findings_free(&all);
}

static void
test_openness(void **state)
{
	(void)state;
	each_pair(check_openness, 50);
}

/* --- differences ------------------------------------------------------ */

static bool
in_views(const struct server_difference *d, const struct seat *s,
    enum reach reach, bool gains)
{
	for (size_t i = 0; i < d->view_count; i++) {
		const struct difference_view *v = &d->views[i];

		if (set_holds(&v->local, (uint8_t)s->local_family, s->local))
			return set_holds(gains ? &v->sets.gains[reach]
			                       : &v->sets.loses[reach],
			    (uint8_t)s->family, s->client);
	}
	return false;
}

/* Does the local address exist for clients of either policy? */
static bool
reachable(const struct pair *p, int server, int family, m128 local)
{
	const struct m_server *a = &p->a.servers[server];
	const struct m_server *b = &p->b.servers[server];

	return (a->enabled && m_listens(a, family, local)) ||
	    (b->enabled && m_listens(b, family, local));
}

static void
check_seats(const struct pair *p, const struct server_difference *d,
    struct seat *s, bool *same)
{
	int v = s->family == 6;

	for (enum reach r = 0; r < REACHES; r++) {
		bool gains = false, loses = false;

		for (size_t j = 0; j < p->counts[v]; j++) {
			bool x, y;

			s->local = p->edges[v][j];
			if (!reachable(p, s->server, s->family, s->local))
				continue;
			x = may_reach(&p->a, s, r);
			y = may_reach(&p->b, s, r);
			gains = gains || (y && !x);
			loses = loses || (x && !y);
			if (in_views(d, s, r, true) != (y && !x) ||
			    in_views(d, s, r, false) != (x && !y))
				fail_msg("seed %lu server%d reach %d",
				    p->seed, s->server, r);
		}
		if (set_holds(&d->sets.gains[r], (uint8_t)s->family,
		        s->client) != gains ||
		    set_holds(&d->sets.loses[r], (uint8_t)s->family,
		        s->client) != loses)
			fail_msg("seed %lu server%d reach %d: union", p->seed,
			    s->server, r);
		*same = *same && !gains && !loses;
	}
}

static const struct domain_difference *
find_domain(const struct server_difference *d, const char *domain,
    bool itself)
{
	for (size_t i = 0; i < d->domain_count; i++) {
		const struct domain_difference *x = &d->domains[i];

		if (!strcmp(x->domain, domain) &&
		    (itself ? x->itself : x->subdomains))
			return x;
	}
	return NULL;
}

static bool
has_row(const struct m_server *s, const char *domain)
{
	for (int i = 0; i < s->route_count; i++)
		if (!strcmp(s->routes[i].domain, domain))
			return true;
	return false;
}

/* The name with a row, in either policy, that stands for this one. */
static const char *
stands_for(const struct m_server *a, const struct m_server *b,
    const char *domain)
{
	for (const char *d = domain; d; d = strchr(d, '.') ? strchr(d, '.') + 1
	                                                   : NULL)
		if (has_row(a, d) || has_row(b, d))
			return d;
	return ".";
}

static void
check_domain(const struct pair *p, int server,
    const struct server_difference *d, const char *domain)
{
	static const char letters[] = { [DOMAIN_FOREIGN] = 'f',
		[DOMAIN_INBOUND] = 'i', [DOMAIN_RELAYED] = 'r',
		[DOMAIN_REJECTED] = 'x' };
	const struct m_server *a = &p->a.servers[server];
	const struct m_server *b = &p->b.servers[server];
	const char *row = stands_for(a, b, domain);
	const struct domain_difference *x =
	    find_domain(d, row, !strcmp(row, domain));
	const char *hop = "", *hop2 = "";
	char before = a->enabled ? m_effect(a, domain, &hop) : 'f';
	char after = b->enabled ? m_effect(b, domain, &hop2) : 'f';
	bool changes = before != after || strcmp(hop, hop2);

	if (changes != (x != NULL) ||
	    (x && (letters[x->before] != before ||
	        letters[x->after] != after)))
		fail_msg("seed %lu server%d domain %s: %c %s -> %c %s",
		    p->seed, server, domain, before, hop, after, hop2);
}

static const char *const names[] = { "example.com", "zz.example.com",
	"ratest.com", "x.ratest.com", "zz.x.ratest.com", "sea.com", "x.sea.com",
	"chelsea.com", "com", "zz.com", "a.b.c.example.com",
	"b.c.example.com", "c.example.com", "example", "zz.example",
	"xn--bcher-kva.example", "zz.xn--bcher-kva.example",
	"xn--strae-oqa.com", "x.xn--wgv71a.example", "net", "zz.net",
	"nowhere.test" };

static bool
has_client(const struct model *m, const struct m_entries *e,
    const char *domain)
{
	for (int i = 0; i < e->count; i++) {
		const struct m_item *it = &e->items[i];

		if (it->kind == 'd' && !strcmp(it->domain, domain))
			return true;
		if (it->kind == 'l' &&
		    has_client(m, &m->lists[it->list].entries, domain))
			return true;
	}
	return false;
}

static bool
in_gates(const struct model *m, int server, const char *domain)
{
	const struct m_server *s = &m->servers[server];

	return s->enabled && (has_client(m, &s->connection, domain) ||
	    has_client(m, &s->relay, domain) ||
	    has_client(m, &s->clients, domain));
}

static const struct client_difference *
find_client(const struct pair *p, int server,
    const struct server_difference *d, const char *domain)
{
	for (const char *up = domain; up;
	     up = strchr(up, '.') ? strchr(up, '.') + 1 : NULL) {
		if (!in_gates(&p->a, server, up) &&
		    !in_gates(&p->b, server, up))
			continue;
		for (size_t i = 0; i < d->client_count; i++)
			if (!strcmp(d->clients[i].domain, up))
				return &d->clients[i];
		return NULL;
	}
	return NULL;
}

/* Does a client of that name gain (lose) anywhere what one without does not?
 */
static void
model_client(const struct pair *p, struct seat *s, enum reach r,
    const char *name, bool changes[2])
{
	changes[0] = changes[1] = false;
	for (int v = 0; v < 2; v++)
		for (size_t i = 0; i < p->counts[v] * p->counts[v]; i++) {
			bool x, y, n, m;

			s->family = s->local_family = v ? 6 : 4;
			s->client = p->edges[v][i / p->counts[v]];
			s->local = p->edges[v][i % p->counts[v]];
			if (!reachable(p, s->server, s->family, s->local))
				continue;
			s->name = NULL;
			x = may_reach(&p->a, s, r);
			y = may_reach(&p->b, s, r);
			s->name = name;
			n = may_reach(&p->a, s, r);
			m = may_reach(&p->b, s, r);
			changes[0] = changes[0] || (m && !n && !(y && !x));
			changes[1] = changes[1] || (n && !m && !(x && !y));
		}
}

static void
check_client(const struct pair *p, int server,
    const struct server_difference *d, const char *name)
{
	const struct client_difference *c = find_client(p, server, d, name);
	struct seat s = { .server = server };

	for (enum reach r = 0; r < REACHES; r++) {
		bool changes[2];

		model_client(p, &s, r, name, changes);
		if (changes[0] != (c && c->gains[r]) ||
		    changes[1] != (c && c->loses[r]))
			fail_msg("seed %lu server%d client %s reach %d: %d %d",
			    p->seed, server, name, r, changes[0],
			    changes[1]);
	}
}

static void
check_difference(const struct pair *p)
{
	struct difference d;
	bool same = true;

	difference_make(&d, p->ca, p->cb);
	assert_int_equal(d.server_count, p->a.server_count);
	for (int i = 0; i < p->a.server_count; i++) {
		struct seat s = { .server = i };

		for (int v = 0; v < 2; v++)
			for (size_t j = 0; j < p->counts[v]; j++) {
				s.family = s.local_family = v ? 6 : 4;
				s.client = p->edges[v][j];
				check_seats(p, &d.servers[i], &s, &same);
			}
		for (size_t j = 0; j < ROWS(names); j++)
			check_domain(p, i, &d.servers[i], names[j]);
	}
	if (same)
		for (enum reach r = 0; r < REACHES; r++)
			assert_true(set_empty(&d.gains[r]) &&
			    set_empty(&d.loses[r]));
	difference_free(&d);
}

static void
test_differences(void **state)
{
	(void)state;
	each_pair(check_difference, 100);
}

static void
check_clients(const struct pair *p)
{
	struct difference d;

	if (p->counts[0] + p->counts[1] > 110)
		return; /* the square of it is asked */
	difference_make(&d, p->ca, p->cb);
	for (int i = 0; i < p->a.server_count; i++)
		for (size_t j = p->seed % 3; j < ROWS(names); j += 3)
			check_client(p, i, &d.servers[i], names[j]);
	difference_free(&d);
}

static void
test_client_domains(void **state)
{
	(void)state;
	each_pair(check_clients, 50);
}

static void
test_same(void **state)
{
	(void)state;
	for (unsigned long seed = 1; seed < 50; seed++) {
		struct pair p;
		struct difference d;
		struct buf text = { 0 };

		pair_make(&p, seed);
		difference_make(&d, p.ca, p.ca);
		assert_true(d.same);
		assert_false(difference_has_gains(&d));
		assert_false(difference_has_losses(&d));
		difference_add_text(&text, &d, 10);
		assert_memory_equal(text.data, "0 clients gain, 0 lose\n", 23);
		buf_free(&text);
		difference_free(&d);
		pair_free(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_openness),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_client_domains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
