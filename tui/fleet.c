#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "pins.h"
#include "policy/mem.h"
#include "store/approval.h"

bool
fleet_open(struct fleet *fleet, struct session *session, int64_t revision,
    struct err *err)
{
	*fleet = (struct fleet){ .revision = revision };
	if (!session_open(session, STORE_WRITE, err))
		return false;
	if (!revision &&
	    !store_last_revision(session->store, &fleet->revision, err))
		return false;
	if (!fleet->revision)
		return fail_as(err, ERR_NO,
		    "there is no revision yet; relayadm commit -m TEXT makes "
		    "the draft one");
	if (!store_revision(session->store, fleet->revision, &fleet->policy,
	        err))
		return false;
	fleet->compiled = relay_compile(fleet->policy);
	return true;
}

static void
choose(struct fleet *fleet, const struct gateway *gateway)
{
	for (size_t i = 0; i < fleet->count; i++)
		if (fleet->members[i].gateway == gateway)
			return;
	fleet->members = mem_grow(fleet->members, fleet->count, &fleet->cap,
	    sizeof(*fleet->members));
	fleet->members[fleet->count++] = (struct member){ .gateway = gateway };
}

static bool
choose_group(struct fleet *fleet, const char *group, struct err *err)
{
	bool found = false;

	for (size_t i = 0; i < fleet->policy->gateway_count; i++) {
		const struct gateway *g = fleet->policy->gateways[i];

		if (!g->group || strcmp(g->group, group) != 0)
			continue;
		choose(fleet, g);
		found = true;
	}
	return found ||
	    fail(err, "revision %lld has no gateway in the group %s",
	        (long long)fleet->revision, group);
}

bool
fleet_choose(struct fleet *fleet, char **words, int count, bool all,
    struct err *err)
{
	for (size_t i = 0; all && i < fleet->policy->gateway_count; i++)
		choose(fleet, fleet->policy->gateways[i]);
	for (int i = 0; i < count; i++) {
		const struct gateway *g;

		if (words[i][0] == '@') {
			if (!choose_group(fleet, words[i] + 1, err))
				return false;
			continue;
		}
		g = policy_gateway(fleet->policy, words[i]);
		if (!g)
			return fail(err, "revision %lld has no gateway %s",
			    (long long)fleet->revision, words[i]);
		choose(fleet, g);
	}
	if (!fleet->count)
		return fail(err, "revision %lld has no gateway",
		    (long long)fleet->revision);
	return true;
}

bool
fleet_may_push(const struct fleet *fleet, struct session *session,
    struct err *err)
{
	const char **names = mem_new(fleet->count + 1, sizeof(*names));
	bool ok;

	for (size_t i = 0; i < fleet->count; i++)
		names[i] = fleet->members[i].gateway->name;
	ok = store_may_push(session->store, fleet->revision, names,
	    fleet->count, err);
	free(names);
	return ok;
}

void
fleet_close(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->count; i++) {
		rendering_free(&fleet->members[i].rendering);
		rendering_free(&fleet->members[i].base);
	}
	free(fleet->members);
	if (fleet->compiled)
		relay_free(fleet->compiled);
	policy_free(fleet->policy);
	*fleet = (struct fleet){ 0 };
}

bool
member_load_pin(struct member *member, struct session *session,
    struct err *err)
{
	const char *name = member->gateway->name;

	if (!*member->gateway->host)
		return fail_as(err, ERR_REACH,
		    "gateway %s: no SSH host is set; relayadm gateway set %s "
		    "ssh.host=HOST", name, name);
	return pins_load(session->store, member->gateway, &member->pins,
	           err) &&
	    pins_check(member->gateway, &member->pins, err);
}

struct site
member_site(const struct member *member, const struct fleet *fleet)
{
	return (struct site){ fleet->policy, fleet->compiled,
		member->gateway };
}

bool
member_render(struct member *member, const struct fleet *fleet,
    struct err *err)
{
	struct site site = member_site(member, fleet);

	if (!site_render(&site, &member->rendering, err))
		return fail_in(err, "gateway %s", member->gateway->name);
	member->rendered = true;
	return true;
}

/* Below that the whole is as good. */
#define WORTH_A_DIFFERENCE 65536

static bool
is_big(const struct rendering *rendering)
{
	size_t bytes = 0;

	for (size_t i = 0; i < rendering->count; i++)
		bytes += rendering->files[i].len;
	return bytes > WORTH_A_DIFFERENCE;
}

/* As it was then.  A newer program may render it otherwise: then it is of no
 * use. */
static bool
render_base(struct member *m, struct session *session, int64_t revision,
    struct err *err)
{
	struct policy *policy = NULL;
	struct site site = { .gateway = NULL };
	struct compiled *compiled;
	struct err why;

	if (!store_revision(session->store, revision, &policy, err))
		return false;
	site.policy = policy;
	site.gateway = policy_gateway(policy, m->gateway->name);
	if (site.gateway) {
		site.compiled = compiled = relay_compile(policy);
		m->based = site_render(&site, &m->base, &why) &&
		    !strcmp(m->base.digest, m->expected);
		relay_free(compiled);
	}
	policy_free(policy);
	return true;
}

bool
member_load_base(struct member *m, struct session *session, struct err *err)
{
	struct push_record last;
	int64_t revision = 0;

	m->expected[0] = '\0';
	if (!store_push_last(session->store, m->gateway->name, &last, err))
		return false;
	if (record_is_good(&last) && last.ended && last.digest) {
		snprintf(m->expected, DIGEST_SIZE, "%s", last.digest);
		revision = last.revision;
	}
	push_record_clear(&last);
	if (!revision || m->based || !is_big(&m->rendering) ||
	    !strcmp(m->expected, m->rendering.digest))
		return true;
	return render_base(m, session, revision, err);
}
