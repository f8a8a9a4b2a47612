#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "out.h"
#include "pins.h"
#include "policy/mem.h"
#include "policy/recipient.h"
#include "probe.h"
#include "remote/dial.h"
#include "remote/whence.h"

#define PLACES_MOST 64
#define VIA_MOST 16
#define ANSWER_SECONDS 30

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t waiting; /* for minutes: not to be waited for */

struct probe_options {
	const char *to, *typed;
	const char *via[VIA_MOST];
	size_t via_count;
};

static void
stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
	if (waiting)
		dial_stop();
}

/* --- options -------------------------------------------------------------- */

static bool
take_to(struct probe_run *run, const char *address, struct err *err)
{
	const char *at = strrchr(address, '@');
	size_t len = at ? (size_t)(at - address) : 0;

	if (!len || len > 64 || strspn(address, "abcdefghijklmnopqrstuvwxyz"
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+_-=") != len)
		return fail_as(err, ERR_USAGE,
		    "'%.80s' is no USER@DOMAIN without quotation", address);
	memcpy(run->far_user, address, len);
	run->far_user[len] = '\0';
	return domain_parse(run->far_domain, at + 1, strlen(at + 1), err);
}

static bool
take_number(unsigned *to, const char *text, struct err *err)
{
	int64_t number;

	if (!option_number(text, &number, err))
		return false;
	if (number > 100000)
		return fail_as(err, ERR_USAGE, "%s is more than 100000", text);
	*to = (unsigned)number;
	return true;
}

static bool
take_via(struct probe_options *o, const char *name, struct err *err)
{
	if (o->via_count == VIA_MOST)
		return fail_as(err, ERR_USAGE, "--via: at most %d", VIA_MOST);
	o->via[o->via_count++] = name;
	return true;
}

static bool
take_option(struct probe_run *run, struct probe_options *o, int c,
    struct err *err)
{
	switch (c) {
	case 'd':
		run->deliver = true;
		return take_to(run, optarg, err);
	case 't':
		return take_to(run, optarg, err);
	case 'n':
		run->near = optarg;
		return true;
	case 'f':
		return net_parse_addr(&run->from, optarg, strlen(optarg), err);
	case 'v':
		return take_via(o, optarg, err);
	case 'r':
		return take_number(&run->rate, optarg, err);
	case 's':
		return take_number(&run->seconds, optarg, err);
	case 'y':
		o->typed = optarg;
		return true;
	case 'a':
		run->all = true;
		return true;
	case 'i':
		run->inside = true;
		return true;
	default:
		return false;
	}
}

static bool
read_options(struct probe_run *run, struct probe_options *o, int argc,
    char **argv, struct err *err)
{
	static const struct option options[] = {
		{ "deliver", required_argument, NULL, 'd' },
		{ "to", required_argument, NULL, 't' },
		{ "near", required_argument, NULL, 'n' },
		{ "from", required_argument, NULL, 'f' },
		{ "via", required_argument, NULL, 'v' },
		{ "rate", required_argument, NULL, 'r' },
		{ "seconds", required_argument, NULL, 's' },
		{ "yes", required_argument, NULL, 'y' },
		{ "all", no_argument, NULL, 'a' },
		{ "inside", no_argument, NULL, 'i' },
		{ NULL, 0, NULL, 0 },
	};
	char near[DOMAIN_SIZE];
	int c;

	while ((c = option_next(run->session, argc, argv, options, err)) != -1)
		if (!take_option(run, o, c, err))
			return false;
	if (run->near &&
	    !domain_parse(near, run->near, strlen(run->near), err))
		return fail_in(err, "--near");
	if (optind + 1 != argc)
		return usage_error(err, "probe", "one GATEWAY or HOST[:PORT]");
	run->target = argv[optind];
	return true;
}

/* --- somebody else's server ----------------------------------------------- */

/* Who tests a server that is not ours says its name twice. */
static bool
confirm(const struct probe_run *run, const char *typed, struct err *err)
{
	char line[300] = "";

	if (!typed && isatty(STDIN_FILENO)) {
		out_note("%s is none of the gateways; the test asks it some "
		    "400 times whether it relays, which its owner sees. Type "
		    "its name again to begin:", run->target);
		if (fgets(line, sizeof(line), stdin))
			line[strcspn(line, "\n")] = '\0';
		typed = line;
	}
	if (typed && !strcmp(typed, run->target))
		return true;
	return fail_as(err, ERR_NO, "%.80s: it is none of the gateways, and "
	    "nothing was asked; to test it, type its name again: --yes %.80s",
	    run->target, run->target);
}

struct probed *
probe_add_place(struct probe_run *run, const struct listener *at,
    const struct server *server)
{
	run->places = mem_grow(run->places, run->count, &run->cap,
	    sizeof(*run->places));
	run->places[run->count] = (struct probed){ .at = *at,
		.server = server, .vantage = "this host" };
	return &run->places[run->count++];
}

static bool
find_host(struct probe_run *run, const char *typed, struct err *err)
{
	struct listener places[PLACES_MOST];
	struct route route = { 0 };
	const char *target = run->target;
	size_t count = 0;
	bool ok;
	char *bare;

	ok = route_parse_next_hop(&route, target, strlen(target), err) &&
	    (route.next_hop || usage_error(err, "probe", "no HOST")) &&
	    confirm(run, typed, err);
	if (ok) {
		bare = mem_text(route.next_hop + (*route.next_hop == '['));
		bare[strcspn(bare, "]")] = '\0';
		count = dial_resolve(bare, route.port ? route.port : 25,
		    places, PLACES_MOST, err);
		free(bare);
	}
	for (size_t i = 0; i < count; i++)
		probe_add_place(run, &places[i], NULL);
	route_free(&route);
	return count > 0;
}

/* --- a gateway of ours ---------------------------------------------------- */

/* A wildcard stands for the addresses of the gateway's name. */
static void
add_listener(struct probe_run *run, const struct server *server,
    const struct listener *listener)
{
	struct listener places[PLACES_MOST];
	struct err err;
	size_t count;

	if (listener->addr) {
		probe_add_place(run, listener, server);
		return;
	}
	count = dial_resolve(run->gateway->host, listener->port, places,
	    PLACES_MOST, &err);
	for (size_t i = 0; i < count; i++)
		if (places[i].family == listener->family)
			probe_add_place(run, &places[i], server);
}

/* What was pushed to it, by the record. */
static bool
find_pushed(struct probe_run *run, struct err *err)
{
	struct push_record last = { 0 };
	bool ok = store_push_last(run->session->store, run->target, &last,
	    err) && store_last_revision(run->session->store, &run->last, err);

	if (ok && last.state && (!strcmp(last.state, push_words[PUSH_OK]) ||
	        !strcmp(last.state, push_words[PUSH_UNCHANGED])))
		run->pushed = last.revision;
	push_record_clear(&last);
	return ok;
}

static bool
find_gateway(struct probe_run *run, struct err *err)
{
	const struct policy *policy;

	if (!find_pushed(run, err) ||
	    !fleet_open(&run->fleet, run->session, run->pushed, err))
		return false;
	policy = run->fleet.policy;
	run->gateway = policy_gateway(policy, run->target);
	if (!run->gateway)
		return fail(err, "gateway %s: it is in no revision yet; "
		    "relayadm commit makes one", run->target);
	for (size_t i = 0; i < run->gateway->server_count; i++) {
		const struct server *s = policy_server(policy,
		    run->gateway->servers[i]);

		for (size_t k = 0; s && s->enabled && k < s->listener_count;
		     k++)
			add_listener(run, s, &s->listeners[k]);
	}
	return run->count || run->inside || fail_as(err, ERR_REACH,
	    "gateway %s: it listens nowhere, or its name has no address",
	    run->target);
}

/* The words that name gateways are looked up in the draft: that is what the
 * console shows. */
static bool
is_gateway(struct session *session, const char *name, bool *found,
    struct err *err)
{
	struct policy *draft = NULL;

	if (!session_policy(session, 0, &draft, err))
		return false;
	*found = policy_gateway(draft, name) != NULL;
	policy_free(draft);
	return true;
}

/* --- asking --------------------------------------------------------------- */

struct asking {
	struct probe_run *run;
	struct probed *place;
	struct vantage vantage;
	struct ssh *way; /* the SSH connection of the present session */
};

static int
dial_via(struct asking *a, struct err *err)
{
	const struct gateway *g = a->vantage.member->gateway;
	struct buf host = { 0 }, jump = { 0 };
	struct ssh_target target = gateway_target(g,
	    &a->vantage.member->pins);
	int fd = -1;

	ssh_close(a->way);
	a->way = NULL;
	if (target.jump) {
		fail_as(err, ERR_REACH, "gateway %s is behind a jump host "
		    "itself, and cannot be asked from", g->name);
		return -1;
	}
	net_add_addr(&host, a->place->at.family, a->place->at.addr);
	buf_addf(&jump, strchr(g->host, ':') ? "%s@[%s]:%u" : "%s@%s:%u",
	    g->user, g->host, g->port);
	target.jump = buf_text(&jump);
	target.jump_pin = target.pin;
	target.host = buf_text(&host);
	target.port = a->place->at.port;
	if (!ssh_open_way(&a->way, &target, &fd, err))
		fd = -1;
	buf_free(&host);
	buf_free(&jump);
	return fd;
}

static int
open_connection(void *context, struct err *err)
{
	struct asking *a = context;
	const struct net *from = a->run->from.family ? &a->run->from : NULL;
	int fd;

	if (a->vantage.member)
		return dial_via(a, err);
	fd = dial_place(&a->place->at, from, clock_now() + 10000, err);
	if (fd >= 0)
		dial_own(fd, &a->place->own);
	return fd;
}

/* Over SSH our address is what the server says it is. */
static bool
learn_own(struct probed *p)
{
	const char *seen = p->greeting.offers.seen;
	struct net net;
	struct err err;

	if (!strncmp(seen, "IPv6:", 5))
		seen += 5;
	if (!net_parse_addr(&net, seen, strlen(seen), &err))
		return false;
	p->own = (struct listener){ net.family, net.first, 0 };
	return true;
}

/* Who are we there?  The server that says it is believed; else the vantage
 * tells by which address it holds the connection. */
static void
ask_own(void *context)
{
	struct asking *a = context;
	struct probed *p = a->place;
	const struct member *member = a->vantage.member;
	struct err err = { 0 };

	if (!member || learn_own(p) || !p->server)
		return;
	if (!whence_ask(member->gateway, &member->pins, NULL, &p->at, &p->own,
	        &err))
		p->unknown = mem_text(err.text);
	else if (p->own.family)
		p->own_left = true;
	else
		p->unknown = mem_text("the gateway holds no connection to "
		    "it, or from several addresses");
}

static bool
ask_stopped(void *context)
{
	(void)context;
	return stopped;
}

static void
keep_answer(void *context, const struct relay_answer *answer)
{
	struct asking *a = context;
	struct probed *p = a->place;
	struct probed_answer kept = { answer->form, answer->sender,
		answer->moment, answer->verdict, answer->stage,
		mem_text(answer->from), mem_text(answer->to),
		mem_text(answer->text),
		answer->token ? mem_text(answer->token) : NULL, answer->code,
		false };

	kept.allowed = answer->verdict == RELAY_ACCEPTED &&
	    probe_allows(a->run, p, answer->to);
	p->answers = mem_grow(p->answers, p->answer_count, &p->answer_cap,
	    sizeof(*p->answers));
	p->answers[p->answer_count++] = kept;
	p->counts[answer->verdict]++;
	p->open += answer->verdict == RELAY_ACCEPTED && !kept.allowed;
	out_progress("probe", p->answer_count, 400);
}

/* What the server takes for its own: what is said, what it calls itself, an
 * inbound domain of the policy, its address. */
static const char *
near_name(const struct probe_run *run, const struct probed *p,
    const char *literal)
{
	if (run->near)
		return run->near;
	for (size_t i = 0; p->server && i < p->server->route_count; i++)
		if (p->server->routes[i].action == ROUTE_INBOUND &&
		    strcmp(p->server->routes[i].domain, ".") != 0)
			return p->server->routes[i].domain;
	return *p->greeting.own ? p->greeting.own : literal;
}

static void
add_literal(struct buf *literal, const struct listener *at)
{
	buf_add(literal, at->family == 6 ? "[IPv6:" : "[");
	net_add_addr(literal, at->family, at->addr);
	buf_addc(literal, ']');
}

static void
ask_place(struct asking *a)
{
	struct probe_run *run = a->run;
	struct probed *p = a->place;
	struct relay_probe probe = { .connect = open_connection,
		.stopped = ask_stopped, .held = ask_own, .context = a,
		.take = keep_answer, .taker = a, .tls = p->at.port == 465,
		.foreign = !p->server, .rate = run->rate,
		.seconds = ANSWER_SECONDS, .deliver = run->deliver,
		.deadline = clock_now() + (int64_t)run->seconds * 1000 };
	struct buf literal = { 0 };
	struct err err = { 0 };

	add_literal(&literal, &p->at);
	if (!relay_greet(&probe, &p->greeting, &err)) {
		p->failure = mem_text(err.text);
	} else {
		probe.words = (struct relay_words){ run->far_user,
			run->far_domain, near_name(run, p, buf_text(&literal)),
			buf_text(&literal) };
		p->whole = true;
		if (!a->vantage.member)
			p->whole = relay_probe(&probe);
		probe_decisions(run, p, &probe);
	}
	ssh_close(a->way);
	buf_free(&literal);
	out_progress_end();
}

/* Every place from this host, then from each gateway that was named. */
static void
ask_all(struct probe_run *run, struct fleet *vias)
{
	size_t own = run->count;

	for (size_t v = 0; v < vias->count; v++)
		for (size_t i = 0; i < own; i++) {
			struct listener at = run->places[i].at;

			probe_add_place(run, &at, run->places[i].server)
			    ->vantage = vias->members[v].gateway->name;
		}
	for (size_t i = 0; i < run->count && !stopped; i++) {
		struct asking a = { .run = run, .place = &run->places[i] };

		if (i >= own)
			a.vantage.member =
			    &vias->members[(i - own) / own];
		ask_place(&a);
	}
}

static bool
open_vias(struct probe_run *run, const struct probe_options *o,
    struct fleet *vias, struct err *err)
{
	char *words[VIA_MOST];

	if (!o->via_count)
		return true;
	for (size_t i = 0; i < o->via_count; i++)
		words[i] = (char *)(uintptr_t)o->via[i];
	if (!fleet_open(vias, run->session, 0, err) ||
	    !fleet_choose(vias, words, (int)o->via_count, false, err))
		return false;
	for (size_t i = 0; i < vias->count; i++)
		if (!member_load_pin(&vias->members[i], run->session, err))
			return false;
	return true;
}

static void
watch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	dial_stop_prepare();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], stop);
}

static bool
run_probe(struct probe_run *run, const struct probe_options *o, int *status,
    struct err *err)
{
	struct fleet vias = { 0 };
	bool ours = false, ok;

	ok = is_gateway(run->session, run->target, &ours, err) &&
	    (ours || !run->inside || fail_as(err, ERR_USAGE, "--inside: %.80s "
	        "is none of the gateways", run->target)) &&
	    (ours ? find_gateway(run, err)
	          : find_host(run, o->typed, err)) &&
	    open_vias(run, o, &vias, err);
	if (ok) {
		watch_signals();
		ask_all(run, &vias);
		waiting = 1;
		ok = !run->inside || stopped || probe_inside(run, err);
		probe_print(run);
		*status = probe_status(run);
	}
	fleet_close(&vias);
	return ok;
}

COMMAND(probe)
{
	struct probe_run run = { .session = session,
		.far_user = "relayadm-probe", .far_domain = "example.com",
		.rate = 50, .seconds = 600 };
	struct probe_options o = { 0 };
	bool ok;

	*status = 0;
	if (!read_options(&run, &o, argc, argv, err))
		return false;
	ok = run_probe(&run, &o, status, err);
	for (size_t i = 0; i < run.count; i++)
		probed_free(&run.places[i]);
	free(run.places);
	fleet_close(&run.fleet);
	return ok;
}
