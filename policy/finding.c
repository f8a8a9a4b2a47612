#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "invariant.h"
#include "mem.h"

const char *const level_words[] = { "error", "warning", "info", NULL };

/* One row a check; each adds any number of findings.  They are shown in this
 * order. */
static const struct {
	void (*policy)(struct checking *c);
	void (*server)(struct checking *c, const struct server_view *v);
} checks[] = {
	{ NULL, ask_open_relay, },
	{ NULL, ask_wide_relay, },
	{ NULL, ask_relay_any_domain, },
	{ ask_listener_conflict, NULL, },
	{ NULL, ask_no_listener, },
	{ ask_no_server, NULL, },
	{ NULL, ask_unknown_list, },
	{ NULL, ask_addresses_only, },
	{ NULL, ask_duplicate_row, },
	{ NULL, ask_cleartext_auth, },
	{ NULL, ask_auth_unoffered, },
	{ NULL, ask_domain_entry, },
	{ NULL, ask_unreachable_relay, },
	{ NULL, ask_never_overlap, },
	{ ask_redundant_list, NULL, },
	{ NULL, ask_redundant_entry, },
	{ NULL, ask_family_gap, },
	{ NULL, ask_local_unbound, },
	{ NULL, ask_shadowed_row, },
	{ ask_route_loop, NULL, },
	{ ask_invariants, ask_invariants_of, },
};

#define CHECKS (unsigned)(sizeof(checks) / sizeof(checks[0]))

struct finding *
finding_new(struct checking *c, const char *code, enum finding_level level,
    struct object object)
{
	struct findings *all = c->findings;
	struct buf name = { 0 };
	struct finding *f;

	all->items = mem_grow(all->items, all->count, &all->cap,
	    sizeof(*all->items));
	f = &all->items[all->count++];
	buf_addf(&name, "%s:%s", object.kind, object.name);
	*f = (struct finding){ .code = code, .level = level,
		.object = buf_take(&name),
		.order = (uint64_t)c->rank << 40 | all->count };
	return f;
}

void
finding_say(struct finding *f, const char *format, ...)
{
	char line[500];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	f->sentence = mem_text(line);
}

void
findings_add(struct findings *findings, const struct finding *finding)
{
	struct finding *f;

	findings->items = mem_grow(findings->items, findings->count,
	    &findings->cap, sizeof(*findings->items));
	f = &findings->items[findings->count++];
	*f = (struct finding){ .code = finding->code,
		.level = finding->level,
		.object = mem_text(finding->object),
		.server = mem_text(finding->server),
		.sentence = mem_text(finding->sentence),
		.advice = mem_text(finding->advice),
		.order = UINT64_MAX };
}

static void
ask_invariants_alone(struct checking *c, const struct server *server)
{
	struct server_view v = { .server = server,
		.rules = relay_ruleset(c->compiled, server->name) };

	gate_sets_make(v.rules, &v.gates);
	ask_invariants_of(c, &v);
	gate_sets_free(&v.gates);
}

static void
ask_server(struct checking *c, const struct server *server)
{
	struct server_view v = { .server = server,
		.rules = relay_ruleset(c->compiled, server->name) };

	gate_sets_make(v.rules, &v.gates);
	if (server->enabled)
		opened_make(&v.opened, v.rules, &v.gates);
	for (c->rank = 0; c->rank < CHECKS; c->rank++)
		if (checks[c->rank].server)
			checks[c->rank].server(c, &v);
	opened_free(&v.opened);
	gate_sets_free(&v.gates);
}

static void
forget_subjects(struct checking *c)
{
	for (size_t i = 0; i < c->policy->invariant_count; i++)
		set_free(&c->subjects[i]);
	free(c->subjects);
}

static int
compare_order(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;

	return (a->order > b->order) - (a->order < b->order);
}

void
findings_ask(const struct policy *policy, const struct compiled *compiled,
    struct findings *findings)
{
	struct checking c = { policy, compiled, findings, 0, NULL };

	*findings = (struct findings){ 0 };
	for (; c.rank < CHECKS; c.rank++)
		if (checks[c.rank].policy)
			checks[c.rank].policy(&c);
	for (size_t i = 0; i < policy->server_count; i++)
		ask_server(&c, policy->servers[i]);
	forget_subjects(&c);
	if (findings->count)
		qsort(findings->items, findings->count,
		    sizeof(*findings->items), compare_order);
}

void
findings_ask_invariants(const struct policy *policy,
    const struct compiled *compiled, struct findings *findings)
{
	struct checking c = { policy, compiled, findings, 0, NULL };

	*findings = (struct findings){ 0 };
	ask_invariants(&c);
	for (size_t i = 0; i < policy->server_count; i++)
		if (policy->servers[i]->enabled && policy->invariant_count)
			ask_invariants_alone(&c, policy->servers[i]);
	forget_subjects(&c);
}

void
findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].object);
		free(findings->items[i].server);
		free(findings->items[i].sentence);
		free(findings->items[i].advice);
		free(findings->items[i].recipient);
		free(findings->items[i].client);
	}
	free(findings->items);
	*findings = (struct findings){ 0 };
}

bool
findings_have_error(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].level == LEVEL_ERROR)
			return true;
	return false;
}

const char *
finding_server(const struct finding *f)
{
	if (f->server)
		return f->server;
	return strncmp(f->object, "server:", 7) ? NULL : f->object + 7;
}

static bool
carries(const struct gateway *gateway, const char *server)
{
	for (size_t i = 0; i < gateway->server_count; i++)
		if (!strcmp(gateway->servers[i], server))
			return true;
	return false;
}

/* Does the invariant speak of a server that the gateway carries? */
static bool
judges(const struct invariant *invariant, const struct gateway *gateway)
{
	for (size_t i = 0; invariant && i < gateway->server_count; i++)
		if (invariant_names(invariant, gateway->servers[i]))
			return true;
	return false;
}

bool
finding_concerns(const struct finding *f, const struct policy *policy,
    const struct gateway *gateway)
{
	const char *server = finding_server(f);
	const char *name = strchr(f->object, ':') + 1;

	if (server)
		return carries(gateway, server);
	if (!strncmp(f->object, "gateway:", 8))
		return !strcmp(name, gateway->name);
	return !strncmp(f->object, "invariant:", 10) &&
	    judges(policy_invariant(policy, name), gateway);
}

void
finding_add_witness(struct buf *buf, const struct finding *f)
{
	const struct question *q = &f->witness;
	struct listener local = { q->local_family, q->local, q->local_port };

	if (!f->has_witness)
		return;
	buf_add(buf, "--client ");
	net_add_addr(buf, q->family, q->client);
	if (q->name)
		buf_addf(buf, " --name %s", q->name);
	if (q->authenticated)
		buf_add(buf, " --authenticated");
	if (q->local_family) {
		buf_add(buf, " --local ");
		listener_add(buf, &local);
	}
	buf_addf(buf, " --recipient '%s'", q->recipient);
}
