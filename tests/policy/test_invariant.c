/* Invariants: what each kind says, when it is broken, in which words. */
#include "config.h"

#include "policy/finding.h"
#include "policy/invariant.h"
#include "policy/mem.h"

#include "unit.h"

struct row {
	const char *name;
	const char *server; /* "KEY=VALUE ...": fields, slots and rows */
	const char *what;   /* the invariant, in the same way */
	const char *broken; /* the sentence, or NULL: it holds */
	const char *witness;
};

static const struct row rows[] = {
	/* never-relays */
	{ "never: nobody relays", "", "kind=never-relays clients=10.0.0.0/8 "
	    "when=anonymous", NULL, NULL, },
	{ "never: after logging on", "relay.authenticated=true",
	    "kind=never-relays clients=10.0.0.0/8",
	    "16,777,216 IPv4 addresses that must never relay may relay after "
	    "logging on (10.0.0.0/8)",
	    "--client 10.0.0.0 --authenticated "
	    "--recipient 'somebody@elsewhere.example'", },
	{ "never: not asked of those", "relay.authenticated=true",
	    "kind=never-relays clients=10.0.0.0/8 when=anonymous", NULL,
	    NULL, },
	{ "never: asked of those alone", "relay.authenticated=false "
	    "relay=10.0.0.1 routing.restrictions.authenticated=true",
	    "kind=never-relays clients=10.0.0.0/8 when=authenticated",
	    "1 IPv4 address that must never relay may relay after logging on "
	    "(10.0.0.1)",
	    "--client 10.0.0.1 --authenticated "
	    "--recipient 'somebody@elsewhere.example'", },
	{ "never: an overlap", "relay=10.0.0.0-10.0.0.9,2001:db8::/64",
	    "kind=never-relays clients=10.0.0.8/29,2001:db8::1 "
	    "when=anonymous",
	    "2 IPv4 addresses and 1 IPv6 address that must never relay may "
	    "relay without logging on (10.0.0.8/31, 2001:db8::1)",
	    "--client 10.0.0.8 --recipient 'somebody@elsewhere.example'", },
	{ "never: the NEVER list keeps it",
	    "relay=10.0.0.0/8 never=10.1.0.0/16 relay.authenticated=true",
	    "kind=never-relays clients=10.1.2.0/24", NULL, NULL, },
	{ "never: connection control keeps it",
	    "relay=10.0.0.0/8 connection=10.1.0.0/16",
	    "kind=never-relays clients=10.1.2.0/24", NULL, NULL, },
	{ "never: a name that is granted", "relay=domain:vpn.example",
	    "kind=never-relays clients=10.1.2.0/24 when=anonymous",
	    "clients with a verified name in vpn.example, whatever their "
	    "address, may relay without logging on: that is true of 256 IPv4 "
	    "addresses that must never relay (10.1.2.0/24)",
	    "--client 10.1.2.0 --name vpn.example "
	    "--recipient 'somebody@elsewhere.example'", },
	{ "never: a name granted, the address on NEVER",
	    "relay=domain:vpn.example never=10.1.2.0/24",
	    "kind=never-relays clients=10.1.2.0/24", NULL, NULL, },
	{ "never: a relay row is no matter of it", "routing=#a.example=relay",
	    "kind=never-relays clients=10.1.2.0/24 when=anonymous", NULL,
	    NULL, },
	{ "never: the row of all domains is", "routing=.=relay",
	    "kind=never-relays clients=8.8.8.8 when=anonymous",
	    "1 IPv4 address that must never relay may relay without logging "
	    "on (8.8.8.8)",
	    "--client 8.8.8.8 --recipient 'somebody@elsewhere.example'", },
	{ "never: by a local address", "relay.mode=all-except "
	    "routing.restrictions.local.enabled=true local=192.0.2.1",
	    "kind=never-relays clients=10.0.0.1 when=anonymous",
	    "1 IPv4 address that must never relay may relay without logging "
	    "on (10.0.0.1)",
	    "--client 10.0.0.1 --local 192.0.2.1:25 "
	    "--recipient 'somebody@elsewhere.example'", },
	{ "never: by a local address, the box being off",
	    "relay=10.0.0.1 local=192.0.2.1",
	    "kind=never-relays clients=10.0.0.0/8 when=anonymous",
	    "1 IPv4 address that must never relay may relay without logging "
	    "on (10.0.0.1)",
	    "--client 10.0.0.1 --recipient 'somebody@elsewhere.example'", },
	{ "must: of a family that it listens not on",
	    "relay=10.0.0.0/8 listen=0.0.0.0:25",
	    "kind=must-relay clients=2001:db8::1,10.0.0.1", NULL, NULL, },
	{ "never: of a family that it listens not on",
	    "relay=2001:db8::/32 listen=0.0.0.0:25",
	    "kind=never-relays clients=2001:db8::1 when=anonymous", NULL,
	    NULL, },
	/* only-relays */
	{ "only: the same", "relay=10.0.0.0/8",
	    "kind=only-relays clients=10.0.0.0/9,10.128.0.0/9", NULL, NULL, },
	{ "only: one more", "relay=10.0.0.0/8,8.8.8.8,192.0.2.1",
	    "kind=only-relays clients=10.0.0.0/8",
	    "2 IPv4 addresses outside the clients that alone may relay may "
	    "relay without logging on (8.8.8.8, 192.0.2.1)",
	    "--client 8.8.8.8 --recipient 'somebody@elsewhere.example'", },
	{ "only: nobody", "relay=10.0.0.1", "kind=only-relays",
	    "1 IPv4 address outside the clients that alone may relay may "
	    "relay without logging on (10.0.0.1)",
	    "--client 10.0.0.1 --recipient 'somebody@elsewhere.example'", },
	{ "only: everybody", "relay.mode=all-except", "kind=only-relays",
	    "every IPv4 address and every IPv6 address outside the clients "
	    "that alone may relay may relay without logging on (::/0, "
	    "0.0.0.0/0)",
	    "--client 1.0.0.0 --recipient 'somebody@elsewhere.example'", },
	{ "only: logged on is another matter", "relay.authenticated=true",
	    "kind=only-relays clients=10.0.0.0/8", NULL, NULL, },
	{ "only: logged on is asked", "relay.authenticated=true "
	    "connection.mode=only connection=10.0.0.0/8,11.0.0.0/8",
	    "kind=only-relays clients=10.0.0.0/8 when=either",
	    "16,777,216 IPv4 addresses outside the clients that alone may "
	    "relay may relay after logging on (11.0.0.0/8)",
	    "--client 11.0.0.0 --authenticated "
	    "--recipient 'somebody@elsewhere.example'", },
	{ "only: a name has any address",
	    "relay=domain:vpn.example connection.mode=only "
	    "connection=10.0.0.0/8,11.0.0.0/31,12.0.0.0,13.0.0.0,14.0.0.0",
	    "kind=only-relays clients=10.0.0.0/8",
	    "clients with a verified name in vpn.example, whatever their "
	    "address, may relay without logging on: that is true of 5 IPv4 "
	    "addresses outside the clients that alone may relay "
	    "(11.0.0.0/31, 12.0.0.0, 13.0.0.0 and more)",
	    "--client 11.0.0.0 --name vpn.example "
	    "--recipient 'somebody@elsewhere.example'", },
	/* must-relay */
	{ "must: they do", "relay=10.0.0.0/8,10.0.0.1",
	    "kind=must-relay clients=10.1.0.0/16,10.0.0.1", NULL, NULL, },
	{ "must: one does not", "relay=10.0.0.0/8",
	    "kind=must-relay clients=10.1.0.0/16,11.0.0.1",
	    "1 IPv4 address that must be able to relay cannot relay without "
	    "logging on (11.0.0.1)",
	    "--client 11.0.0.1 --recipient 'somebody@elsewhere.example'", },
	{ "must: anonymous access is off",
	    "relay=10.0.0.0/8 authentication.anonymous=false",
	    "kind=must-relay clients=10.1.0.0 when=either",
	    "1 IPv4 address that must be able to relay cannot relay without "
	    "logging on (10.1.0.0)",
	    "--client 10.1.0.0 --recipient 'somebody@elsewhere.example'", },
	{ "must: but it can log on",
	    "relay=10.0.0.0/8 authentication.anonymous=false",
	    "kind=must-relay clients=10.1.0.0 when=authenticated", NULL,
	    NULL, },
	{ "must: a name is excepted",
	    "relay=10.0.0.0/8 connection=domain:bad.example",
	    "kind=must-relay clients=10.1.0.0",
	    "clients with a verified name in bad.example, whatever their "
	    "address, cannot relay without logging on: that is true of 1 "
	    "IPv4 address that must be able to relay (10.1.0.0)",
	    "--client 10.1.0.0 --name bad.example "
	    "--recipient 'somebody@elsewhere.example'", },
	{ "must: all are rejected", "relay=10.0.0.0/8 routing=.=reject",
	    "kind=must-relay clients=10.1.0.0",
	    "1 IPv4 address that must be able to relay cannot relay without "
	    "logging on (10.1.0.0)",
	    "--client 10.1.0.0 --recipient 'somebody@elsewhere.example'", },
	/* widest-grant */
	{ "widest: as wide", "relay=10.0.0.0/20,2001:db8::/48",
	    "kind=widest-grant prefix4=20 prefix6=48", NULL, NULL, },
	{ "widest: one more", "relay=10.0.0.0-10.0.15.255,10.0.16.0/21",
	    "kind=widest-grant prefix4=20", NULL, NULL, },
	{ "widest: split in halves", "relay=10.0.0.0/20,10.0.16.0/21,"
	    "10.0.24.0/21",
	    "kind=widest-grant prefix4=20",
	    "8,192 IPv4 addresses relay without logging on in blocks wider "
	    "than /20 (10.0.0.0/19)",
	    "--client 10.0.0.0 --recipient 'somebody@elsewhere.example'", },
	{ "widest: aligned otherwise", "relay=10.0.8.0-10.0.39.255",
	    "kind=widest-grant prefix4=20",
	    NULL, NULL, },
	{ "widest: of both", "relay=8.8.0.0/16,10.0.0.0/16,2001:db8::/47",
	    "kind=widest-grant prefix4=20 prefix6=48",
	    "131,072 IPv4 addresses and 2^81 IPv6 addresses relay without "
	    "logging on in blocks wider than /20 and /48 (2001:db8::/47, "
	    "8.8.0.0/16, 10.0.0.0/16)",
	    "--client 8.8.0.0 --recipient 'somebody@elsewhere.example'", },
	{ "widest: a family that is not asked", "relay=10.0.0.0/8",
	    "kind=widest-grant prefix6=48", NULL, NULL, },
	{ "widest: a name is no block", "relay=domain:vpn.example",
	    "kind=widest-grant prefix4=20 prefix6=48", NULL, NULL, },
	{ "widest: logged on is another matter", "relay.authenticated=true",
	    "kind=widest-grant prefix4=20 prefix6=48", NULL, NULL, },
	/* domain-action */
	{ "domain: as said", "routing=a.example=inbound",
	    "kind=domain-action domains=a.example,x.a.example,#a.example",
	    NULL, NULL, },
	{ "domain: not there", "",
	    "kind=domain-action domains=#a.example action=reject",
	    "mail for a.example is covered by no routing row, but must be "
	    "rejected",
	    "--client 1.0.0.0 --recipient 'somebody@a.example'", },
	{ "domain: its subdomains are not",
	    "routing=#a.example=inbound authentication.anonymous=false",
	    "kind=domain-action domains=a.example",
	    "mail for any.a.example is covered by no routing row, but must "
	    "be inbound",
	    "--client 1.0.0.0 --authenticated "
	    "--recipient 'somebody@any.a.example'", },
	{ "domain: itself alone is asked", "routing=#a.example=inbound",
	    "kind=domain-action domains=#a.example", NULL, NULL, },
	{ "domain: a row below says otherwise",
	    "routing=a.example=inbound,any.x.a.example=inbound,"
	    "x.a.example=reject",
	    "kind=domain-action domains=a.example",
	    "mail for x.a.example is covered by the row x.a.example, which "
	    "says reject, but must be inbound; 1 more such "
	    "name",
	    "--client 1.0.0.0 --recipient 'somebody@x.a.example'", },
	{ "domain: a name below that is free",
	    "routing=a.example=inbound,#x.a.example=inbound,"
	    "any.x.a.example=reject,#any.a.example=inbound",
	    "kind=domain-action domains=#any.a.example,a.example "
	    "action=inbound",
	    "mail for any.x.a.example is covered by the row any.x.a.example, "
	    "which says reject, but must be inbound; 1 more such "
	    "name",
	    "--client 1.0.0.0 --recipient 'somebody@any.x.a.example'", },
	{ "domain: relay needs reroute",
	    "routing=a.example=relay routing.reroute=false",
	    "kind=domain-action domains=#a.example action=relay",
	    "mail for a.example is covered by the row a.example, which says "
	    "relay while reroute is off, but must be relayed",
	    "--client 1.0.0.0 --recipient 'somebody@a.example'", },
	{ "domain: every domain", "routing=.=reject,#a.example=inbound",
	    "kind=domain-action domains=. action=reject",
	    "mail for a.example is covered by the row #a.example, which says "
	    "inbound, but must be rejected",
	    "--client 1.0.0.0 --recipient 'somebody@a.example'", },
	{ "domain: every domain that is left", "",
	    "kind=domain-action domains=. action=reject",
	    "mail for elsewhere.example is covered by no routing row, but "
	    "must be rejected",
	    "--client 1.0.0.0 --recipient 'somebody@elsewhere.example'", },
	{ "domain: nobody gets that far", "connection.mode=only",
	    "kind=domain-action domains=#a.example", NULL, NULL, },
	{ "domain: only a name gets that far",
	    "connection.mode=only connection=domain:b.example",
	    "kind=domain-action domains=#a.example",
	    "mail for a.example is covered by no routing row, but must be "
	    "inbound",
	    "--client 1.0.0.0 --name b.example "
	    "--recipient 'somebody@a.example'", },
};

/* --- objects from texts ----------------------------------------------- */

static void
demand(bool ok, const char *text, const struct err *err)
{
	if (!ok)
		fail_msg("%s: %s", text, err->text);
}

static void
add_entries(struct entries *entries, const char *text)
{
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, ",");
		struct entry entry;
		struct err err;

		demand(entry_parse(&entry, p, len, NET_STRICT, &err), p, &err);
		entries_add(entries, &entry);
		p += len + (p[len] == ',');
	}
}

static void
add_routes(struct server *s, const char *text)
{
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, ","), domain = strcspn(p, "=");
		char action[16] = "";
		struct route row = { 0 };
		struct err err;

		demand(route_parse(&row, p, domain, &err), p, &err);
		memcpy(action, p + domain + 1, len - domain - 1);
		row.action = (enum route_action)word_find(action_words,
		    action);
		server_add_route(s, row);
		p += len + (p[len] == ',');
	}
}

static void
set_server(void *object, const char *key, const char *value)
{
	const struct field *field = field_find(server_fields, key);
	const struct slot *slot = slot_find(key);
	struct server *s = object;
	struct listener l;
	struct err err;

	if (field)
		demand(field_parse(field, s, value, &err), key, &err);
	else if (slot)
		add_entries(slot_entries(slot, s), value);
	else if (!strcmp(key, "routing"))
		add_routes(s, value);
	else
		demand(listener_parse(&l, value, strlen(value), &err) &&
		    server_add_listener(s, &l, &err), key, &err);
}

static void
set_invariant(void *object, const char *key, const char *value)
{
	const struct field *field = field_find(invariant_fields, key);
	struct invariant *i = object;
	struct err err;

	if (field) {
		demand(field_parse(field, i, value, &err), key, &err);
		return;
	}
	if (!strcmp(key, "clients")) {
		add_entries(&i->clients, value);
		return;
	}
	for (const char *p = value; *p;) {
		size_t len = strcspn(p, ",");

		demand(!strcmp(key, "domains")
		        ? invariant_add_domain(i, p, len, &err)
		        : invariant_add_server(i, p, len, &err), p, &err);
		p += len + (p[len] == ',');
	}
}

static void
set_all(void *object, const char *text,
    void (*set)(void *object, const char *key, const char *value))
{
	char copy[400], *save = NULL;

	assert_true(strlen(text) < sizeof(copy));
	memcpy(copy, text, strlen(text) + 1);
	for (char *p = strtok_r(copy, " ", &save); p;
	     p = strtok_r(NULL, " ", &save)) {
		char *equals = strchr(p, '=');

		*equals = '\0';
		set(object, p, equals + 1);
	}
}

static struct server *
make_server(const char *name, const char *text)
{
	struct server *s = server_new(name);

	s->relay_authenticated = false;
	set_all(s, text, set_server);
	return s;
}

static struct invariant *
make_invariant(const char *name, const char *text)
{
	struct invariant *i = invariant_new(name);

	set_all(i, text, set_invariant);
	invariant_settle(i, strstr(text, "when=") != NULL);
	return i;
}

struct scene {
	struct policy *policy;
	struct compiled *compiled;
	struct findings findings;
};

static void
scene_ask(struct scene *s)
{
	s->compiled = relay_compile(s->policy);
	findings_ask(s->policy, s->compiled, &s->findings);
}

static void
scene_end(struct scene *s)
{
	findings_free(&s->findings);
	relay_free(s->compiled);
	policy_free(s->policy);
}

static const struct finding *
scene_find(const struct scene *s, const char *code, size_t place)
{
	for (size_t i = 0; i < s->findings.count; i++)
		if (!strcmp(s->findings.items[i].code, code) && !place--)
			return &s->findings.items[i];
	return NULL;
}

/* --- the rows --------------------------------------------------------- */

static void
check_broken(const struct row *row, const struct finding *f)
{
	char sentence[500];
	struct buf witness = { 0 };

	snprintf(sentence, sizeof(sentence), "server one: %s", row->broken);
	check_same(f->sentence, sentence, row->name);
	check_same(f->object, "invariant:it", row->name);
	check_same(finding_server(f), "one", row->name);
	assert_int_equal(f->level, LEVEL_ERROR);
	assert_non_null(f->advice);
	finding_add_witness(&witness, f);
	check_same(buf_text(&witness), row->witness, row->name);
	buf_free(&witness);
}

/* decide must show what the invariant forbids. */
static void
check_decides(const struct row *row, const struct scene *s,
    const struct finding *f)
{
	const struct invariant *i = policy_invariant(s->policy, "it");
	struct decision d;

	relay_decide(relay_ruleset(s->compiled, "one"), &f->witness, &d);
	if (i->kind == INVARIANT_DOMAIN)
		check_row(!d.route || (int)d.route->action != i->action ||
		    d.kind == DENY_RELAY, row->name);
	else
		check_row((d.kind == ACCEPT_RELAY) ==
		    (i->kind != INVARIANT_MUST), row->name);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct scene s = { policy_new(), NULL, { 0 } };
		const struct finding *f;

		policy_add_server(s.policy, make_server("one",
		    rows[i].server));
		policy_add_invariant(s.policy, make_invariant("it",
		    rows[i].what));
		scene_ask(&s);
		f = scene_find(&s, "invariant-broken", 0);
		if (f && !rows[i].broken)
			fail_msg("row '%s': %s", rows[i].name, f->sentence);
		if (rows[i].broken) {
			check_row(f != NULL, rows[i].name);
			check_broken(&rows[i], f);
			check_decides(&rows[i], &s, f);
		}
		assert_null(scene_find(&s, "invariant-idle", 0));
		scene_end(&s);
	}
}

/* --- which servers, which gateways ------------------------------------ */

static struct gateway *
make_gateway(const char *name, const char *server)
{
	struct gateway *g = gateway_new(name);

	g->servers = mem_new(1, sizeof(*g->servers));
	g->servers[g->server_count++] = mem_text(server);
	return g;
}

static void
test_servers(void **state)
{
	struct scene s = { policy_new(), NULL, { 0 } };
	const struct finding *f;

	(void)state;
	policy_add_server(s.policy, make_server("one", "relay=10.0.0.1"));
	policy_add_server(s.policy, make_server("two", "relay=10.0.0.1"));
	policy_add_server(s.policy, make_server("three", "relay=10.0.0.1"));
	policy_add_server(s.policy, make_server("off", "relay=10.0.0.1 "
	    "enabled=false"));
	policy_add_gateway(s.policy, make_gateway("g1", "one"));
	policy_add_gateway(s.policy, make_gateway("g2", "two"));
	policy_add_invariant(s.policy, make_invariant("some",
	    "kind=never-relays clients=10.0.0.0/8 servers=two,one,off,two"));
	policy_add_invariant(s.policy, make_invariant("all",
	    "kind=only-relays"));
	scene_ask(&s);
	f = scene_find(&s, "invariant-broken", 0);
	check_same(f->object, "invariant:some", "first");
	check_same(f->server, "one", "first");
	assert_true(finding_concerns(f, s.policy, s.policy->gateways[0]));
	assert_false(finding_concerns(f, s.policy, s.policy->gateways[1]));
	check_same(scene_find(&s, "invariant-broken", 1)->object,
	    "invariant:all", "second");
	check_same(scene_find(&s, "invariant-broken", 2)->server, "two",
	    "third");
	check_same(scene_find(&s, "invariant-broken", 4)->server, "three",
	    "fifth");
	assert_null(scene_find(&s, "invariant-broken", 5));
	scene_end(&s);
}

static void
test_objects(void **state)
{
	static const char *const idle[][2] = {
		{ "kind=never-relays", "the invariant holds whatever", },
		{ "kind=must-relay", "the invariant holds whatever", },
		{ "kind=widest-grant", "the invariant holds whatever", },
		{ "kind=domain-action", "the invariant holds whatever", },
		{ "kind=only-relays servers=off", "the invariant speaks of no "
		    "server that is enabled", },
		{ "kind=only-relays", NULL, },
		{ "kind=only-relays servers=off,one", NULL, },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(idle); i++) {
		struct scene s = { policy_new(), NULL, { 0 } };
		const struct finding *f;

		policy_add_server(s.policy, make_server("one", ""));
		policy_add_server(s.policy, make_server("off",
		    "enabled=false"));
		policy_add_invariant(s.policy, make_invariant("it",
		    idle[i][0]));
		scene_ask(&s);
		f = scene_find(&s, "invariant-idle", 0);
		check_row((f != NULL) == (idle[i][1] != NULL), idle[i][0]);
		if (f) {
			check_row(!strncmp(f->sentence, idle[i][1],
			    strlen(idle[i][1])), idle[i][0]);
			assert_int_equal(f->level, LEVEL_INFO);
		}
		scene_end(&s);
	}
}

/* What is named must be there; what is not hides nothing else. */
static void
test_unknown(void **state)
{
	struct scene s = { policy_new(), NULL, { 0 } };
	struct list *names = list_new("names");
	const struct finding *f;

	(void)state;
	add_entries(&names->entries, "10.0.0.0/8,domain:a.example");
	policy_add_list(s.policy, names);
	policy_add_server(s.policy, make_server("one", "relay=10.0.0.1"));
	policy_add_gateway(s.policy, make_gateway("g", "one"));
	policy_add_gateway(s.policy, make_gateway("h", "none"));
	policy_add_invariant(s.policy, make_invariant("it",
	    "kind=never-relays servers=one,nowhere "
	    "clients=list:none,list:names"));
	scene_ask(&s);
	f = scene_find(&s, "unknown-list", 0);
	check_same(f->object, "invariant:it", "list");
	check_same(f->sentence, "clients: there is no list none", "list");
	assert_int_equal(f->level, LEVEL_ERROR);
	assert_true(finding_concerns(f, s.policy, s.policy->gateways[0]));
	assert_false(finding_concerns(f, s.policy, s.policy->gateways[1]));
	f = scene_find(&s, "addresses-only", 0);
	check_same(f->sentence, "clients: list:names holds the client domain "
	    "a.example; only lists of addresses can stand here", "names");
	f = scene_find(&s, "no-server", 1);
	check_same(f->object, "invariant:it", "server");
	check_same(f->sentence, "there is no server nowhere", "server");
	f = scene_find(&s, "invariant-broken", 0);
	check_same(f->sentence, "server one: 1 IPv4 address that must never "
	    "relay may relay without logging on (10.0.0.1)", "broken");
	scene_end(&s);
}

/* --- the object ------------------------------------------------------- */

static const struct {
	const char *what, *words;
} said[] = {
	{ "kind=never-relays clients=10.0.0.0/8",
	    "10.0.0.0/8 never relays, logged on or not, on every server", },
	{ "kind=never-relays",
	    "(no client is named) never relays, logged on or not, on every "
	    "server", },
	{ "kind=only-relays clients=10.0.0.1,10.0.0.3,10.0.0.5,list:x,list:y "
	    "servers=b,a",
	    "nothing outside 10.0.0.1, 10.0.0.3, 10.0.0.5 and 2 more relays, "
	    "without logging on, on a, b", },
	{ "kind=only-relays",
	    "nobody relays, without logging on, on every server", },
	{ "kind=must-relay clients=10.0.0.1 when=authenticated",
	    "10.0.0.1 can relay, after logging on, on every server", },
	{ "kind=widest-grant prefix4=20",
	    "no block wider than /20 of IPv4 relays, without logging on, on "
	    "every server", },
	{ "kind=widest-grant prefix4=20 prefix6=48",
	    "no block wider than /20 of IPv4 or /48 of IPv6 relays, without "
	    "logging on, on every server", },
	{ "kind=domain-action domains=a.example action=relay",
	    "a.example is always relayed, on every server", },
	{ "kind=domain-action domains=a.example,#b.example action=reject",
	    "#b.example, a.example are always rejected, on every server", },
};

static void
test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(said); i++) {
		struct invariant *one = make_invariant("it", said[i].what);
		struct invariant *two = invariant_copy(one);
		struct buf text = { 0 };

		invariant_free(one);
		invariant_add_words(&text, two);
		check_same(buf_text(&text), said[i].words, said[i].what);
		buf_free(&text);
		invariant_free(two);
	}
}

/* What a kind has no use for goes; "when" is what the kind means. */
static void
test_settle(void **state)
{
	struct invariant *i = make_invariant("it", "kind=must-relay "
	    "clients=10.0.0.1 domains=b.example,a.example,b.example "
	    "prefix4=20 prefix6=48 action=reject");
	struct err err;

	(void)state;
	assert_int_equal(i->when, WHEN_ANONYMOUS);
	assert_int_equal(i->domains.count, 0);
	assert_int_equal(i->prefix4, 0);
	assert_int_equal(i->prefix6, 0);
	assert_int_equal(i->action, ROUTE_INBOUND);
	assert_int_equal(entries_count(&i->clients), 1);
	i->kind = INVARIANT_DOMAIN;
	assert_true(invariant_add_domain(i, "Z.Example.", 10, &err));
	assert_true(invariant_add_domain(i, "#a.example", 10, &err));
	assert_true(invariant_add_domain(i, "z.example", 9, &err));
	invariant_settle(i, true);
	assert_int_equal(entries_count(&i->clients), 0);
	assert_int_equal(i->when, WHEN_EITHER);
	assert_int_equal(i->domains.count, 2);
	check_same(i->domains.items[0], "#a.example", "sorted");
	assert_true(texts_hold(&i->domains, "z.example"));
	assert_false(texts_hold(&i->domains, "a.example"));
	assert_true(texts_remove(&i->domains, "#a.example"));
	assert_false(texts_remove(&i->domains, "#a.example"));
	invariant_free(i);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *key, *text, *why;
	} bad[] = {
		{ "kind", "sometimes", "kind: 'sometimes' is none of: "
		    "never-relays, only-relays, must-relay, widest-grant, "
		    "domain-action", },
		{ "when", "ever", "when: 'ever' is none of: either, "
		    "anonymous, authenticated", },
		{ "action", "drop", "action: 'drop' is none of: inbound, "
		    "relay, reject", },
		{ "prefix4", "33", "prefix4: '33' is not a prefix of 0 to 32",
		    },
		{ "prefix6", "129", "prefix6: '129' is not a prefix of 0 to "
		    "128", },
		{ "prefix4", "", "prefix4: '' is not a prefix of 0 to 32", },
		{ "prefix4", "-1", "prefix4: '-1' is not a prefix of 0 to 32",
		    },
	};
	struct invariant *i = invariant_new("it");
	struct err err;

	(void)state;
	for (size_t k = 0; k < ROWS(bad); k++) {
		const struct field *f = field_find(invariant_fields,
		    bad[k].key);

		check_row(!field_parse(f, i, bad[k].text, &err), bad[k].text);
		check_same(err.text, bad[k].why, bad[k].text);
	}
	assert_false(invariant_add_server(i, "a b", 3, &err));
	assert_false(invariant_add_domain(i, "a..b", 4, &err));
	assert_false(invariant_add_domain(i, "", 0, &err));
	assert_int_equal(i->servers.count + i->domains.count, 0);
	invariant_free(i);
}

static void
test_policy(void **state)
{
	struct policy *policy = policy_new(), *copy;

	(void)state;
	policy_add_invariant(policy, make_invariant("a",
	    "kind=must-relay clients=10.0.0.1 servers=x,y"));
	policy_add_invariant(policy, make_invariant("b", "kind=only-relays"));
	copy = policy_copy(policy);
	policy_free(policy);
	assert_int_equal(copy->invariant_count, 2);
	assert_int_equal(policy_invariant(copy, "a")->servers.count, 2);
	assert_null(policy_invariant(copy, "c"));
	assert_true(policy_remove_invariant(copy, "a"));
	assert_false(policy_remove_invariant(copy, "a"));
	assert_int_equal(copy->invariant_count, 1);
	policy_free(copy);
}

/* A label more would be too long: there is no name below. */
static void
test_longest(void **state)
{
	struct scene s = { policy_new(), NULL, { 0 } };
	char text[DOMAIN_SIZE + 60] = "kind=domain-action domains=",
	     row[DOMAIN_SIZE + 60] = "routing=#";
	char name[DOMAIN_LONGEST + 1];

	(void)state;
	memset(name, 'a', DOMAIN_LONGEST);
	for (int i = 60; i < DOMAIN_LONGEST; i += 61)
		name[i] = '.';
	name[DOMAIN_LONGEST] = '\0';
	memcpy(text + strlen(text), name, sizeof(name));
	memcpy(row + strlen(row), name, sizeof(name));
	memcpy(row + strlen(row), "=inbound", 9);
	policy_add_server(s.policy, make_server("one", row));
	policy_add_invariant(s.policy, make_invariant("it", text));
	scene_ask(&s);
	assert_null(scene_find(&s, "invariant-broken", 0));
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
