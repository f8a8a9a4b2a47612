#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "asking.h"
#include "command.h"
#include "fleet.h"
#include "out.h"
#include "policy/mem.h"
#include "remote/drift.h"

/* What one gateway said. */
struct said {
	bool ok;
	struct err err;
	struct gateway_status status;
	bool has_files; /* where something was changed by hand */
	struct fetched_files files;
	struct err files_err;
};

struct asking_status {
	struct session *session;
	struct fleet fleet;
	struct said *said;
	json_t *json;
	int64_t last; /* revision */
	int64_t jobs;
	int *status;
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
    const struct said *said, struct buf *text)
{
	struct site site = { .gateway = NULL };
	struct policy *policy = NULL;
	struct compiled *compiled = NULL;
	struct err err;
	bool ok = store_revision(a->session->store, said->status.revision,
	              &policy, &err);

	site.policy = policy;
	site.gateway = ok ? policy_gateway(policy, m->gateway->name) : NULL;
	if (ok && site.gateway) {
		site.compiled = compiled = relay_compile(policy);
		err = said->files_err;
		ok = said->has_files &&
		    drift_add_text(text, &site, &said->files, &err);
	}
	if (!ok)
		buf_addf(text, "    what that means cannot be told: %s\n",
		    err.text);
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

/* --- asking ------------------------------------------------------------ */

static bool
begin(void *context, size_t i)
{
	struct asking_status *a = context;

	return member_load_pin(&a->fleet.members[i], a->session,
	    &a->said[i].err);
}

static void
ask(void *context, size_t i)
{
	struct asking_status *a = context;
	const struct member *m = &a->fleet.members[i];
	struct said *said = &a->said[i];

	said->ok = status_ask(m->gateway, &m->pins, NULL, &said->status,
	    &said->err);
	if (!said->ok)
		fail_in(&said->err, "gateway %s", m->gateway->name);
	else if (said->status.managed && said->status.drift_count)
		said->has_files = files_in_force(m->gateway, &m->pins, NULL,
		    &said->files, &said->files_err);
}

static void
tell_status(struct asking_status *a, const struct member *m,
    const struct said *said)
{
	const struct gateway_status *s = &said->status;
	struct buf meaning = { 0 };
	json_t *json;

	if (!healthy(s))
		*a->status = ERR_NO;
	if (s->managed && s->drift_count)
		add_meaning(a, m, said, &meaning);
	if (a->session->json) {
		json = status_json(s);
		json_object_set_new(json, "meaning",
		    json_string(buf_text(&meaning)));
		json_object_set_new(json, "gateway",
		    json_string(m->gateway->name));
		json_object_set_new(json, "verdict",
		    json_string(verdict(a, s)));
		json_array_append_new(a->json, json);
	} else
		print_status(a, m->gateway->name, s, buf_text(&meaning));
	buf_free(&meaning);
}

static bool
tell(void *context, size_t i, struct err *err)
{
	struct asking_status *a = context;
	const struct member *m = &a->fleet.members[i];
	struct said *said = &a->said[i];

	if (said->ok) {
		if (!settle_unknown(a, m, &said->status, err))
			return false;
		tell_status(a, m, said);
		return true;
	}
	if (asking_stopped())
		fail_as(&said->err, ERR_REACH, "gateway %s: not asked: stopped",
		    m->gateway->name);
	*err = said->err;
	if (a->fleet.count == 1 || err->kind == ERR_STORE)
		return false;
	out_error(err, a->session->json);
	*a->status = ERR_NO;
	return true;
}

static bool
ask_all(struct asking_status *a, struct err *err)
{
	const struct asking asking = { a->fleet.count, a->jobs, begin, ask,
		tell, a };
	bool ok;

	a->said = mem_new(a->fleet.count + 1, sizeof(*a->said));
	a->json = json_array();
	ok = asking_run(&asking, err);
	if (ok && a->session->json)
		out_json(json_incref(a->json));
	json_decref(a->json);
	for (size_t i = 0; i < a->fleet.count; i++) {
		status_clear(&a->said[i].status);
		fetched_free(&a->said[i].files);
	}
	free(a->said);
	return ok;
}

COMMAND(status)
{
	static const struct option options[] = {
		{ "jobs", required_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct asking_status a = { .session = session, .status = status,
		.jobs = ASKING_JOBS };
	bool ok;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1)
		if (c == '?' || !asking_read_jobs(optarg, &a.jobs, err))
			return false;
	ok = fleet_open(&a.fleet, session, 0, err) &&
	    fleet_choose(&a.fleet, argv + optind, argc - optind,
	        optind == argc, err);
	a.last = a.fleet.revision;
	ok = ok && ask_all(&a, err);
	fleet_close(&a.fleet);
	return ok;
}
