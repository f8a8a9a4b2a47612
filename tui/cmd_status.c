#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "fleet.h"
#include "out.h"
#include "remote/drift.h"

struct asking_status {
	struct session *session;
	struct fleet fleet;
	json_t *json;
	int64_t last; /* revision */
};

/* A push whose end nobody saw is settled by what the gateway says. */
static bool
settle_unknown(struct asking_status *a, const struct member *m,
    const struct gateway_status *s, struct err *err)
{
	struct push_record r;
	bool ok = true, unknown;

	if (!store_push_last(a->session->store, m->gateway->name, &r, err))
		return false;
	unknown = r.state &&
	    (!r.ended || !strcmp(r.state, push_words[PUSH_UNKNOWN]));
	/* Who is at work on it will say so himself. */
	if (unknown && !s->pending[0] &&
	    !store_push_alive(a->session->store, r.generation)) {
		bool there = s->managed && s->generation == r.generation;

		ok = store_push_end(a->session->store, r.generation,
		    push_words[there ? PUSH_OK : PUSH_ROLLED_BACK],
		    "found so by a later status", err);
	}
	push_record_clear(&r);
	return ok;
}

static const char *
verdict(const struct asking_status *a, const struct gateway_status *s)
{
	if (!s->managed)
		return "NOT MANAGED";
	if (!s->running)
		return "NOT RUNNING";
	if (s->drift_count)
		return "DRIFT";
	if (s->pending[0])
		return "PENDING";
	return s->revision == a->last ? "IN STEP" : "BEHIND";
}

static json_t *
status_json(const struct gateway_status *s)
{
	json_t *drift = json_array(), *listeners = json_array();

	for (size_t i = 0; i < s->drift_count; i++)
		json_array_append_new(drift, json_string(s->drift[i]));
	for (size_t i = 0; i < s->listener_count; i++)
		json_array_append_new(listeners,
		    json_pack("{s:s,s:b}", "address", s->listeners[i].address,
		        "answers", s->listeners[i].answers));
	return json_pack("{s:b,s:I,s:I,s:s,s:s,s:s,s:b,s:o,s:o}", "managed",
	    s->managed, "revision", (json_int_t)s->revision, "generation",
	    (json_int_t)s->generation, "digest", s->digest, "pending",
	    s->pending, "version", s->version, "running", s->running, "drift",
	    drift, "listeners", listeners);
}

static void
print_status(const struct asking_status *a, const char *name,
    const struct gateway_status *s, const char *meaning)
{
	struct buf text = { 0 };

	buf_addf(&text, "%-20s %-12s", name, verdict(a, s));
	if (s->managed) {
		buf_addf(&text, "revision %lld of %lld, pushed ",
		    (long long)s->revision, (long long)a->last);
		add_time(&text, s->pushed);
		if (s->author[0])
			buf_addf(&text, " by %s", s->author);
		buf_add(&text, ", ");
	}
	buf_addf(&text, "%s\n", s->version);
	if (s->pending[0])
		buf_addf(&text, "    pending: %s\n", s->pending);
	for (size_t i = 0; i < s->listener_count; i++)
		if (!s->listeners[i].answers)
			buf_addf(&text, "    %s does not answer\n",
			    s->listeners[i].address);
	for (size_t i = 0; i < s->drift_count; i++)
		buf_addf(&text, "    changed by hand: %s\n", s->drift[i]);
	buf_add(&text, meaning);
	out_text(&text);
	buf_free(&text);
}

/* What the changes by hand mean, against the revision that was pushed. */
static void
add_meaning(const struct asking_status *a, const struct member *m,
    const struct gateway_status *s, struct buf *text)
{
	struct site site = { .gateway = NULL };
	struct fetched_files files = { 0 };
	struct policy *policy = NULL;
	struct compiled *compiled = NULL;
	struct err err;
	bool ok = store_revision(a->session->store, s->revision, &policy,
	              &err);

	site.policy = policy;
	site.gateway = ok ? policy_gateway(policy, m->gateway->name) : NULL;
	if (ok && site.gateway) {
		site.compiled = compiled = relay_compile(policy);
		ok = files_in_force(m->gateway, &m->pins, NULL, &files,
		         &err) &&
		    drift_add_text(text, &site, &files, &err);
	}
	if (!ok)
		buf_addf(text, "    what that means cannot be told: %s\n",
		    err.text);
	fetched_free(&files);
	if (compiled)
		relay_free(compiled);
	policy_free(policy);
}

static bool
healthy(const struct gateway_status *s)
{
	for (size_t i = 0; i < s->listener_count; i++)
		if (!s->listeners[i].answers)
			return false;
	return s->managed && s->running && !s->drift_count;
}

static bool
ask_member(struct asking_status *a, struct member *m, int *status,
    struct err *err)
{
	struct gateway_status s = { 0 };
	struct buf meaning = { 0 };
	json_t *json;

	if (!member_load_pin(m, a->session, err))
		return false;
	if (!status_ask(m->gateway, &m->pins, NULL, &s, err)) {
		status_clear(&s);
		return fail_in(err, "gateway %s", m->gateway->name);
	}
	if (!settle_unknown(a, m, &s, err)) {
		status_clear(&s);
		return false;
	}
	if (!healthy(&s))
		*status = ERR_NO;
	if (s.managed && s.drift_count)
		add_meaning(a, m, &s, &meaning);
	if (a->session->json) {
		json = status_json(&s);
		json_object_set_new(json, "meaning",
		    json_string(buf_text(&meaning)));
		json_object_set_new(json, "gateway",
		    json_string(m->gateway->name));
		json_object_set_new(json, "verdict",
		    json_string(verdict(a, &s)));
		json_array_append_new(a->json, json);
	} else
		print_status(a, m->gateway->name, &s, buf_text(&meaning));
	buf_free(&meaning);
	status_clear(&s);
	return true;
}

static bool
ask_all(struct asking_status *a, int *status, struct err *err)
{
	a->json = json_array();
	for (size_t i = 0; i < a->fleet.count; i++) {
		if (ask_member(a, &a->fleet.members[i], status, err))
			continue;
		if (a->fleet.count == 1 || err->kind == ERR_STORE) {
			json_decref(a->json);
			return false;
		}
		out_error(err, a->session->json);
		*status = ERR_NO;
	}
	if (a->session->json)
		out_json(json_incref(a->json));
	json_decref(a->json);
	return true;
}

COMMAND(status)
{
	struct asking_status a = { .session = session };
	bool ok;

	*status = 0;
	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	ok = fleet_open(&a.fleet, session, 0, err) &&
	    fleet_choose(&a.fleet, argv + optind, argc - optind,
	        optind == argc, err);
	a.last = a.fleet.revision;
	ok = ok && ask_all(&a, status, err);
	fleet_close(&a.fleet);
	return ok;
}
