#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "asking.h"
#include "cmd_gateway.h"
#include "fleet.h"
#include "out.h"
#include "policy/mem.h"
#include "remote/equality.h"

#define MOST_RANGES 10

/* What was asked of one gateway. */
struct compared {
	const struct member *member;
	bool ok; /* so far; err says why not */
	struct err err;
	struct gateway_status status;
	const struct compared *same; /* one before, with the same files */
	struct fetched_files files;
	bool has_files;
	bool told; /* that it failed */
	struct policy *pushed; /* the revision that is in force there */
};

struct comparing {
	struct session *session;
	struct fleet fleet;
	int64_t jobs;
	struct compared *items; /* by member */
	size_t count; /* of those that are compared */
	struct equality equality;
	json_t *json; /* differences */
	int *status;
};

/* --- asking ------------------------------------------------------------ */

/* One before that runs the same files, with nothing changed by hand. */
static const struct compared *
find_same(const struct comparing *c, const struct compared *k)
{
	if (k->status.drift_count)
		return NULL;
	for (const struct compared *other = c->items; other < k; other++)
		if (other->ok && !other->same && !other->status.drift_count &&
		    other->status.revision == k->status.revision &&
		    other->member->gateway->mta == k->member->gateway->mta &&
		    !strcmp(other->status.digest, k->status.digest))
			return other;
	return NULL;
}

static bool
load_pin(void *context, size_t i)
{
	struct comparing *c = context;

	return member_load_pin(&c->fleet.members[i], c->session,
	    &c->items[i].err);
}

static void
ask_status(void *context, size_t i)
{
	struct comparing *c = context;
	struct compared *k = &c->items[i];
	const struct member *m = &c->fleet.members[i];

	k->ok = status_ask(m->gateway, &m->pins, NULL, &k->status, &k->err) ||
	    fail_in(&k->err, "gateway %s", m->gateway->name);
	if (k->ok && !k->status.managed)
		k->ok = fail_as(&k->err, ERR_NO, "gateway %s: nothing was "
		    "pushed to it yet", m->gateway->name);
}

static bool
needs_files(void *context, size_t i)
{
	const struct compared *k = &((struct comparing *)context)->items[i];

	return k->ok && !k->same;
}

static void
ask_files(void *context, size_t i)
{
	struct compared *k = &((struct comparing *)context)->items[i];

	k->has_files = files_in_force(k->member->gateway, &k->member->pins,
	    NULL, &k->files, &k->err) ||
	    fail_in(&k->err, "gateway %s", k->member->gateway->name);
}

static bool
read_files(struct comparing *c, struct compared *k)
{
	const char *name = k->member->gateway->name;
	struct site site = { .gateway = NULL };
	struct compiled *compiled;
	bool ok = store_revision(c->session->store, k->status.revision,
	    &k->pushed, &k->err);

	site.policy = k->pushed;
	if (ok)
		site.gateway = policy_gateway(k->pushed, name);
	if (ok && !site.gateway)
		ok = fail_as(&k->err, ERR_NO, "revision %lld has no gateway "
		    "%s", (long long)k->status.revision, name);
	if (ok) {
		site.compiled = compiled = relay_compile(k->pushed);
		ok = equality_add(&c->equality, name, &site, &k->files,
		    &k->err);
		relay_free(compiled);
	}
	return ok || fail_in(&k->err, "gateway %s", name);
}

/* One that cannot be asked is told, and keeps the others from nothing. */
static bool
tell_failed(struct comparing *c, struct compared *k, struct err *err)
{
	if (asking_stopped())
		fail_as(&k->err, ERR_REACH, "gateway %s: not asked: stopped",
		    k->member->gateway->name);
	k->ok = false;
	k->told = true;
	*err = k->err;
	if (err->kind == ERR_STORE)
		return false;
	out_error(err, c->session->json);
	*c->status = ERR_NO;
	return true;
}

static bool
take_status(void *context, size_t i, struct err *err)
{
	struct comparing *c = context;
	struct compared *k = &c->items[i];

	if (!k->ok)
		return tell_failed(c, k, err);
	k->same = find_same(c, k);
	return true;
}

static bool
take_same(struct comparing *c, struct compared *k)
{
	if (!k->same->ok)
		return fail_as(&k->err, ERR_REACH, "gateway %s: it has what %s "
		    "has, which could not be read", k->member->gateway->name,
		    k->same->member->gateway->name);
	equality_add_same(&c->equality, k->member->gateway->name,
	    k->same->member->gateway->name);
	return true;
}

static bool
take_files(void *context, size_t i, struct err *err)
{
	struct comparing *c = context;
	struct compared *k = &c->items[i];

	if (k->told)
		return true;
	k->ok = k->same ? take_same(c, k) : k->has_files && read_files(c, k);
	fetched_free(&k->files);
	if (!k->ok)
		return tell_failed(c, k, err);
	c->count++;
	return true;
}

static bool
ask_all(struct comparing *c, struct err *err)
{
	const struct asking statuses = { c->fleet.count, c->jobs, load_pin,
		ask_status, take_status, c };
	const struct asking files = { c->fleet.count, c->jobs, needs_files,
		ask_files, take_files, c };

	c->items = mem_new(c->fleet.count + 1, sizeof(*c->items));
	for (size_t i = 0; i < c->fleet.count; i++)
		c->items[i].member = &c->fleet.members[i];
	return asking_run(&statuses, err) && asking_run(&files, err);
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

static void
free_comparing(struct comparing *c)
{
	equality_free(&c->equality);
	for (size_t i = 0; c->items && i < c->fleet.count; i++) {
		status_clear(&c->items[i].status);
		fetched_free(&c->items[i].files);
		policy_free(c->items[i].pushed);
	}
	free(c->items);
	fleet_close(&c->fleet);
}

bool
gateway_compare(struct session *session, int argc, char **argv, int *status,
    struct err *err)
{
	static const struct option options[] = {
		{ "jobs", required_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct comparing c = { .session = session, .status = status,
		.jobs = ASKING_JOBS };
	bool ok;
	int o;

	while ((o = option_next(session, argc, argv, options, err)) != -1)
		if (o == '?' || !asking_read_jobs(optarg, &c.jobs, err))
			return false;
	ok = fleet_open(&c.fleet, session, 0, err) &&
	    fleet_choose(&c.fleet, argv + optind + 1, argc - optind - 1,
	        optind + 1 == argc, err) &&
	    ask_all(&c, err);
	if (ok)
		compare(&c, status);
	free_comparing(&c);
	return ok;
}
