#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd_gateway.h"
#include "fleet.h"
#include "out.h"
#include "policy/mem.h"
#include "remote/equality.h"

#define MOST_RANGES 10

/* What was asked of one gateway. */
struct compared {
	const struct gateway *gateway;
	struct gateway_status status;
	struct policy *pushed; /* the revision that is in force there */
};

struct comparing {
	struct session *session;
	struct fleet fleet;
	struct compared *items;
	size_t count;
	struct equality equality;
	json_t *json; /* differences */
};

/* --- asking ------------------------------------------------------------ */

/* One before that runs the same files, with nothing changed by hand. */
static const char *
find_same(const struct comparing *c, const struct compared *k)
{
	if (k->status.drift_count)
		return NULL;
	for (size_t i = 0; i < c->count; i++) {
		const struct compared *other = &c->items[i];

		if (!other->status.drift_count &&
		    other->status.revision == k->status.revision &&
		    other->gateway->mta == k->gateway->mta &&
		    !strcmp(other->status.digest, k->status.digest))
			return other->gateway->name;
	}
	return NULL;
}

static bool
read_files(struct comparing *c, struct compared *k, const struct member *m,
    struct err *err)
{
	struct fetched_files files = { 0 };
	struct site site = { .gateway = NULL };
	struct compiled *compiled;
	bool ok = store_revision(c->session->store, k->status.revision,
	              &k->pushed, err) &&
	    files_in_force(m->gateway, &m->pins, NULL, &files, err);

	site.policy = k->pushed;
	if (ok)
		site.gateway = policy_gateway(k->pushed, m->gateway->name);
	if (ok && !site.gateway)
		ok = fail_as(err, ERR_NO, "revision %lld has no gateway %s",
		    (long long)k->status.revision, m->gateway->name);
	if (ok) {
		site.compiled = compiled = relay_compile(k->pushed);
		ok = equality_add(&c->equality, m->gateway->name, &site,
		    &files, err);
		relay_free(compiled);
	}
	fetched_free(&files);
	return ok;
}

static bool
ask(struct comparing *c, struct member *m, struct err *err)
{
	struct compared *k = &c->items[c->count];
	const char *same;

	k->gateway = m->gateway;
	if (!member_load_pin(m, c->session, err))
		return false;
	if (!status_ask(m->gateway, &m->pins, NULL, &k->status, err))
		return fail_in(err, "gateway %s", m->gateway->name);
	if (!k->status.managed)
		return fail_as(err, ERR_NO, "gateway %s: nothing was pushed "
		    "to it yet", m->gateway->name);
	same = find_same(c, k);
	if (same)
		equality_add_same(&c->equality, m->gateway->name, same);
	else if (!read_files(c, k, m, err))
		return fail_in(err, "gateway %s", m->gateway->name);
	c->count++;
	return true;
}

/* One that cannot be asked is told, and keeps the others from nothing. */
static bool
ask_all(struct comparing *c, int *status, struct err *err)
{
	c->items = mem_new(c->fleet.count, sizeof(*c->items));
	for (size_t i = 0; i < c->fleet.count; i++) {
		struct member *m = &c->fleet.members[i];

		if (ask(c, m, err))
			continue;
		if (err->kind == ERR_STORE)
			return false;
		status_clear(&c->items[c->count].status);
		policy_free(c->items[c->count].pushed);
		c->items[c->count].pushed = NULL;
		out_error(err, c->session->json);
		*status = ERR_NO;
	}
	return true;
}

/* --- what is said ------------------------------------------------------ */

static const char *const reach_words[REACHES] = {
	[REACH_CONNECT] = "connect",
	[REACH_RELAY] = "relay",
	[REACH_RELAY_AUTH] = "relay having logged on",
};

static void
add_names(struct buf *buf, const char *const *others, size_t count)
{
	for (size_t i = 0; i < count && i < 3; i++)
		buf_addf(buf, "%s%s", i ? ", " : "", others[i]);
	if (count > 3)
		buf_addf(buf, " and %zu more", count - 3);
}

static json_t *
names_json(const char *const *others, size_t count)
{
	json_t *names = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(names, json_string(others[i]));
	return names;
}

static void
print_one(const struct unequal *u)
{
	struct buf text = { 0 };

	buf_addf(&text, "%s: port %u ", u->gateway, u->port);
	if (u->server)
		buf_addf(&text, "(server %s) ", u->server);
	buf_add(&text, "is not as on ");
	add_names(&text, u->others, u->other_count);
	if (u->missing) {
		buf_add(&text, ": nothing listens there\n");
	} else {
		buf_add(&text, ":\n");
		difference_sets_add_text(&text, &u->sets, MOST_RANGES);
		buf_add(&text, "  for instance ");
		net_add(&text, &u->witness);
		buf_addf(&text, " may %s%s by %s\n", u->may ? "" : "not ",
		    reach_words[u->reach], u->gateway);
	}
	out_text(&text);
	buf_free(&text);
}

static json_t *
set_json(const struct set *set)
{
	struct buf four = { 0 }, six = { 0 };
	json_t *ranges = json_array(), *json;
	size_t count = set->v4_count + set->v6_count;

	for (size_t i = 0; i < count && i < 1000; i++) {
		struct net net = set_net(set, i);
		char text[NET_TEXT];

		json_array_append_new(ranges,
		    json_string(net_text(&net, text)));
	}
	count_add_exact(&four, set_count(set, 4));
	count_add_exact(&six, set_count(set, 6));
	json = json_pack("{s:s,s:s,s:o,s:I}", "ipv4", buf_text(&four), "ipv6",
	    buf_text(&six), "ranges", ranges, "range_count",
	    (json_int_t)count);
	buf_free(&four);
	buf_free(&six);
	return json;
}

static void
add_json(struct comparing *c, const struct unequal *u)
{
	json_t *one;
	char witness[NET_TEXT];

	one = json_pack("{s:s,s:s?,s:i,s:o,s:b}", "gateway", u->gateway,
	    "server", u->server, "port", (int)u->port, "others",
	    names_json(u->others, u->other_count), "missing", u->missing);
	if (!u->missing)
		json_object_set_new(one, "witness", json_pack("{s:s,s:s,s:b}",
		    "client", net_text(&u->witness, witness), "what",
		    reach_words[u->reach], "may", u->may));
	for (int i = 0; !u->missing && i < REACHES; i++)
		if (reach_words[i])
			json_object_set_new(one, reach_words[i],
			    json_pack("{s:o,s:o}", "more",
			        set_json(&u->sets.gains[i]), "fewer",
			        set_json(&u->sets.loses[i])));
	json_array_append_new(c->json, one);
}

static void
tell(void *context, const struct unequal *u)
{
	struct comparing *c = context;

	if (c->session->json)
		add_json(c, u);
	else
		print_one(u);
}

static void
print_domain(const struct unequal_domain *u)
{
	struct buf text = { 0 };

	buf_addf(&text, "%s: port %u (server %s) is not as on ", u->gateway,
	    u->port, u->server);
	add_names(&text, u->others, u->other_count);
	buf_addf(&text, ":\n  %s%s: ", !u->itself ? "subdomains of "
	    : u->subdomains                       ? ""
	                                          : "#", u->domain);
	treatment_add(&text, &u->there);
	buf_add(&text, "; there: ");
	treatment_add(&text, &u->usual);
	buf_addc(&text, '\n');
	out_text(&text);
	buf_free(&text);
}

static void
add_domain_json(struct comparing *c, const struct unequal_domain *u)
{
	struct buf here = { 0 }, there = { 0 };

	treatment_add(&here, &u->there);
	treatment_add(&there, &u->usual);
	json_array_append_new(c->json, json_pack(
	    "{s:s,s:s,s:i,s:o,s:s,s:b,s:b,s:s,s:s}", "gateway", u->gateway,
	    "server", u->server, "port", (int)u->port, "others",
	    names_json(u->others, u->other_count), "domain", u->domain,
	    "itself", u->itself, "subdomains", u->subdomains, "here",
	    buf_text(&here), "there", buf_text(&there)));
	buf_free(&here);
	buf_free(&there);
}

static void
tell_domain(void *context, const struct unequal_domain *u)
{
	struct comparing *c = context;

	if (c->session->json)
		add_domain_json(c, u);
	else
		print_domain(u);
}

static void
tell_unasked(void *context, unsigned port, size_t count)
{
	(void)context;
	out_note("port %u: %zu more domains were not compared", port, count);
}

static void
compare(struct comparing *c, int *status)
{
	const struct equality_teller teller = { tell, tell_domain,
		tell_unasked, c };
	size_t found;

	c->json = json_array();
	found = equality_find(&c->equality, &teller);
	if (found)
		*status = ERR_NO;
	if (c->session->json) {
		out_json(json_pack("{s:b,s:I,s:O}", "equal", found == 0,
		    "gateways", (json_int_t)c->count, "differences",
		    c->json));
	} else if (!c->count) {
		out_line("no gateway could be compared");
	} else if (!found) {
		out_line("%zu gateway%s: every client and domain is treated "
		    "alike",
		    c->count, c->count == 1 ? "" : "s");
	}
	json_decref(c->json);
}

bool
gateway_compare(struct session *session, int argc, char **argv, int *status,
    struct err *err)
{
	struct comparing c = { .session = session };
	bool ok;

	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	ok = fleet_open(&c.fleet, session, 0, err) &&
	    fleet_choose(&c.fleet, argv + optind + 1, argc - optind - 1,
	        optind + 1 == argc, err) &&
	    ask_all(&c, status, err);
	if (ok)
		compare(&c, status);
	equality_free(&c.equality);
	for (size_t i = 0; i < c.count; i++) {
		status_clear(&c.items[i].status);
		policy_free(c.items[i].pushed);
	}
	free(c.items);
	fleet_close(&c.fleet);
	return ok;
}
