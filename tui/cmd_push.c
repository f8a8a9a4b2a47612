#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "changes.h"
#include "command.h"
#include "fleet.h"
#include "out.h"
#include "policy/finding.h"
#include "policy/mem.h"
#include "push_others.h"
#include "push_report.h"
#include "store/push_round.h"

#define MOST_OVERRIDES 16

struct push_options {
	bool all, dry_run, force, restart, report, pending, list, stop;
	int64_t rev, jobs, canary, wave, confirm, stop_after;
	const char *overrides[MOST_OVERRIDES];
	size_t override_count;
};

struct pushing {
	struct session *session;
	const struct push_options *options;
	struct fleet fleet;
	struct push *pushes; /* by member */
	struct push_result *results;
	bool *begun;
	size_t failed;
	json_t *report;
	const size_t *wave; /* members at work, by place in it */
	struct push *wave_pushes;
	char *stopper; /* who asked from elsewhere to stop it, or NULL */
	bool lost; /* the store: err says why */
	struct err err;
};

/* The first Ctrl-C or hang-up lets the gateways at work come to a safe end. */
static volatile sig_atomic_t stop;

static void
ask_to_stop(int sig)
{
	stop = 1;
	signal(sig, SIG_DFL);
}

/* --- what is said ------------------------------------------------------ */

static void
tell_result(struct pushing *p, const char *gateway, const char *state,
    const char *text)
{
	if (p->options->report)
		push_report("result", gateway, state, text, NULL);
	else if (p->session->json)
		json_array_append_new(p->report,
		    json_pack("{s:s,s:s,s:s}", "gateway", gateway, "state",
		        state, "text", text));
	else
		out_line("%-20s %-12s %s", gateway, state, text);
}

/* --- may this be pushed? ----------------------------------------------- */

static bool
concerns(const struct fleet *fleet, const struct finding *f)
{
	for (size_t i = 0; i < fleet->count; i++)
		if (finding_concerns(f, fleet->policy,
		        fleet->members[i].gateway))
			return true;
	return false;
}

static bool
overridden(const struct push_options *o, const char *code)
{
	for (size_t i = 0; i < o->override_count; i++)
		if (!strcmp(o->overrides[i], code))
			return true;
	return false;
}

/* An error that concerns one of these gateways keeps the push from beginning,
 * even if it was overridden at the commit: who pushes must name it again. */
static bool
check_findings(const struct pushing *p, struct err *err)
{
	struct findings findings;
	bool ok = true;

	findings_ask(p->fleet.policy, p->fleet.compiled, &findings);
	for (size_t i = 0; ok && i < findings.count; i++) {
		const struct finding *f = &findings.items[i];

		if (f->level != LEVEL_ERROR ||
		    !concerns(&p->fleet, f) ||
		    overridden(p->options, f->code))
			continue;
		ok = fail_as(err, ERR_NO,
		    "revision %lld is not pushed: %s: %s (%s); mend it, or "
		    "say --override %s", (long long)p->fleet.revision,
		    f->object, f->sentence, f->code, f->code);
	}
	findings_free(&findings);
	return ok;
}

/* --- preparing --------------------------------------------------------- */

static bool
prepare_member(struct pushing *p, size_t i, struct err *err)
{
	struct member *m = &p->fleet.members[i];
	struct push *push = &p->pushes[i];
	const struct push_options *o = p->options;

	if (!member_load_pin(m, p->session, err) ||
	    !member_render(m, &p->fleet, err) ||
	    !member_load_base(m, p->session, err))
		return false;
	*push = (struct push){ .site = member_site(m, &p->fleet),
		.rendering = &m->rendering, .pins = &m->pins,
		.revision = p->fleet.revision, .author = store_author(),
		.expected = m->expected[0] ? m->expected : NULL,
		.base = m->based ? &m->base : NULL,
		.confirm_seconds = (unsigned)o->confirm, .force = o->force,
		.restart = o->restart, .step = push_tell_step };
	return true;
}

/* Did the last push bring just these files? */
static bool
has_it(const struct pushing *p, size_t i)
{
	const char *expected = p->pushes[i].expected;

	return expected &&
	    !strcmp(expected, p->fleet.members[i].rendering.digest);
}

/* What is held now counts, not what was when the revision was made. */
static bool
leave_held(struct pushing *p, const struct policy *draft, size_t i)
{
	const char *name = p->fleet.members[i].gateway->name;
	const struct gateway *now = policy_gateway(draft, name);

	if (!now || !now->hold)
		return false;
	/* A group is pushed without it; by itself it was asked for. */
	p->failed += p->fleet.count == 1;
	p->results[i].state = PUSH_REFUSED;
	tell_result(p, name, "HELD", now->hold);
	return true;
}

/* Members that cannot even begin are reported and left out. */
static bool
prepare_all(struct pushing *p, const struct policy *draft, struct err *err)
{
	for (size_t i = 0; i < p->fleet.count; i++) {
		if (leave_held(p, draft, i))
			continue;
		if (prepare_member(p, i, err)) {
			p->begun[i] = !p->options->pending || !has_it(p, i);
			continue;
		}
		if (err->kind == ERR_STORE)
			return false;
		p->failed++;
		p->results[i].state =
		    err->kind == ERR_REACH ? PUSH_UNREACHABLE : PUSH_REFUSED;
		snprintf(p->results[i].text, sizeof(p->results[i].text), "%s",
		    err->text);
		tell_result(p, p->fleet.members[i].gateway->name,
		    push_words[p->results[i].state], p->results[i].text);
	}
	return true;
}

static bool
prepare(struct pushing *p, struct err *err)
{
	struct policy *draft = NULL;
	int64_t head;
	bool ok = store_draft(p->session->store, &draft, &head, err) &&
	    prepare_all(p, draft, err);

	policy_free(draft);
	return ok;
}

/* --- the pushes -------------------------------------------------------- */

static bool
begin(void *context, size_t place)
{
	struct pushing *p = context;
	size_t i = p->wave[place];
	struct member *m = &p->fleet.members[i];

	if (p->lost)
		return false;
	/* The store is the truth of what was begun: without it, nothing is. */
	p->lost = !store_push_begin(p->session->store, m->gateway->name,
	    p->fleet.revision, m->rendering.digest, &p->pushes[i].generation,
	    &p->err);
	p->wave_pushes[place].generation = p->pushes[i].generation;
	return !p->lost;
}

static void
end(void *context, size_t place, const struct push_result *result)
{
	struct pushing *p = context;
	size_t i = p->wave[place];
	const char *word = push_words[result->state];
	struct err err;

	p->results[i] = *result;
	if (result->state != PUSH_OK && result->state != PUSH_UNCHANGED)
		p->failed++;
	tell_result(p, p->fleet.members[i].gateway->name, word, result->text);
	if (!store_push_end(p->session->store, p->pushes[i].generation, word,
	        result->text, &err) && !p->lost) {
		p->lost = true;
		p->err = err;
	}
}

/* Here, or by another console or command. */
static bool
must_stop(struct pushing *p)
{
	if (stop || p->stopper || p->lost)
		return true;
	p->lost = !store_round_stopped(p->session->store, &p->stopper, &p->err);
	if (p->stopper && p->options->report)
		push_report("stop", p->stopper, "", "", NULL);
	else if (p->stopper)
		out_note("%s asked to stop: what has begun is finished, no "
		    "more is begun", p->stopper);
	return p->lost || p->stopper;
}

static bool
go_on(void *context)
{
	struct pushing *p = context;

	return !must_stop(p) && (!p->options->stop_after ||
	    (int64_t)p->failed < p->options->stop_after);
}

/* A wave: its members are begun as others end, and all have ended before the
 * next.  Returns how many it came to. */
static size_t
run_wave(struct pushing *p, const size_t *chosen, size_t count, int64_t jobs)
{
	struct push_crew crew = { go_on, begin, end, p };
	struct push_telling *telling = mem_new(count, sizeof(*telling));
	size_t reached;

	p->wave = chosen;
	p->wave_pushes = mem_new(count, sizeof(*p->wave_pushes));
	for (size_t i = 0; i < count; i++) {
		telling[i] = (struct push_telling){ p->session->store,
			p->fleet.members[chosen[i]].gateway->name,
			&p->wave_pushes[i].generation, p->options->report };
		p->wave_pushes[i] = p->pushes[chosen[i]];
		p->wave_pushes[i].context = &telling[i];
	}
	reached = push_many(p->wave_pushes, count, (unsigned)jobs, &crew);
	free(telling);
	free(p->wave_pushes);
	p->wave_pushes = NULL;
	return reached;
}

static void
skip_rest(struct pushing *p, const size_t *chosen, size_t count)
{
	char why[160] = "too many gateways failed before";

	if (p->stopper)
		snprintf(why, sizeof(why), "stopped by %.100s", p->stopper);
	else if (stop)
		snprintf(why, sizeof(why), "stopped");
	for (size_t i = 0; i < count; i++) {
		p->failed++;
		tell_result(p, p->fleet.members[chosen[i]].gateway->name,
		    "SKIPPED", why);
	}
}

/* Somebody at the terminal may push over what was changed by hand. */
static bool
may_overwrite(const struct pushing *p, size_t i)
{
	const char *name = p->fleet.members[i].gateway->name;
	char answer[16];

	if (p->options->report || p->session->json || !isatty(STDIN_FILENO) ||
	    !isatty(STDERR_FILENO) || p->results[i].state != PUSH_REFUSED ||
	    strncmp(p->results[i].text, "drift", 5) != 0)
		return false;
	fprintf(stderr, "%s: push over it? What was changed by hand is lost; "
	    "gateway adopt %s would take it into the draft. yes or no: ",
	    name, name);
	return fgets(answer, sizeof(answer), stdin) &&
	    !strcmp(answer, "yes\n");
}

static bool
go_over_drift(struct pushing *p)
{
	for (size_t i = 0; i < p->fleet.count; i++) {
		if (!p->begun[i] || must_stop(p) || !may_overwrite(p, i))
			continue;
		p->pushes[i].force = true;
		p->failed--;
		run_wave(p, &i, 1, 1);
	}
	return !p->lost;
}

/* First the canaries, then wave by wave; a wave in which one fails is the
 * last. */
static void
run_waves(struct pushing *p, const size_t *chosen, size_t count)
{
	const struct push_options *o = p->options;
	size_t at = 0;

	while (at < count && go_on(p)) {
		bool canary = at == 0 && o->canary, wave = canary || o->wave;
		size_t room = (size_t)(canary ? o->canary : o->wave);

		if (!wave || room > count - at)
			room = count - at;
		at += run_wave(p, chosen + at, room, o->jobs);
		if (wave && p->failed)
			break;
	}
	skip_rest(p, chosen + at, count - at);
}

/* So that others know which they are, also those that are not begun yet. */
static bool
begin_round(struct pushing *p, const size_t *chosen, size_t count,
    struct err *err)
{
	const char **names = mem_new(count, sizeof(*names));
	bool ok;

	for (size_t i = 0; i < count; i++)
		names[i] = p->fleet.members[chosen[i]].gateway->name;
	ok = store_round_begin(p->session->store, p->fleet.revision, names,
	    count, err);
	free(names);
	return ok;
}

static bool
run_all(struct pushing *p, struct err *err)
{
	size_t *chosen = mem_new(p->fleet.count, sizeof(*chosen));
	size_t count = 0;
	bool ok;

	for (size_t i = 0; i < p->fleet.count; i++)
		if (p->begun[i])
			chosen[count++] = i;
	ok = !count || begin_round(p, chosen, count, err);
	if (ok) {
		run_waves(p, chosen, count);
		ok = go_over_drift(p);
	}
	free(chosen);
	if (p->lost)
		*err = p->err;
	/* What is refused meanwhile (ERR_NO) ends it, too. */
	if (count && (ok || err->kind == ERR_NO))
		return store_round_end(p->session->store,
		    ok ? err : &p->err) && ok;
	return ok;
}

/* One gateway's failure is the exit status; of several it is 1. */
static void
set_status(const struct pushing *p, int *status)
{
	if (p->failed)
		*status = p->fleet.count > 1 ? (int)ERR_NO
		    : (int)push_kind(p->results[0].state);
}

static void
watch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], ask_to_stop);
}

static bool
push_all(struct pushing *p, int *status, struct err *err)
{
	bool ok;

	watch_signals();
	p->report = json_array();
	ok = prepare(p, err) && run_all(p, err);
	if (ok)
		set_status(p, status);
	if (p->session->json && !p->options->report)
		out_json(json_incref(p->report));
	json_decref(p->report);
	if (p->options->report)
		out_line("done\t%d", ok ? *status : (int)err->kind);
	return ok;
}

/* --- dry run ----------------------------------------------------------- */

/* Who gains and loses against what is believed to be in force there. */
static bool
preview_policy(struct pushing *p, const char *gateway, struct err *err)
{
	struct push_record last;
	struct policy *before = NULL;
	bool ok = store_push_last(p->session->store, gateway, &last, err);
	bool known = ok && record_is_good(&last);

	if (known)
		ok = store_revision(p->session->store, last.revision, &before,
		    err);
	if (ok && known) {
		out_line("%s: revision %lld against revision %lld:", gateway,
		    (long long)p->fleet.revision, (long long)last.revision);
		changes_print_gateway(before, p->fleet.policy, gateway, false);
	}
	policy_free(before);
	push_record_clear(&last);
	return ok;
}

static bool
preview_member(struct pushing *p, size_t i, struct err *err)
{
	struct buf difference = { 0 };
	const char *name = p->fleet.members[i].gateway->name;
	bool ok;

	ok = prepare_member(p, i, err);
	if (ok && p->options->pending && has_it(p, i))
		return true;
	ok = ok && preview_policy(p, name, err) &&
	    push_preview(&p->pushes[i], &difference, err);
	if (ok && !difference.len)
		out_line("%s: revision %lld would change no file", name,
		    (long long)p->fleet.revision);
	else if (ok) {
		out_line("%s: revision %lld would change:", name,
		    (long long)p->fleet.revision);
		out_text(&difference);
	}
	buf_free(&difference);
	return ok;
}

static bool
preview_all(struct pushing *p, int *status, struct err *err)
{
	for (size_t i = 0; i < p->fleet.count; i++) {
		if (preview_member(p, i, err))
			continue;
		if (p->fleet.count == 1 || err->kind == ERR_STORE)
			return false;
		out_error(err, false);
		*status = ERR_NO;
	}
	return true;
}

/* --- the command ------------------------------------------------------- */

static bool
read_number(int c, struct push_options *o, struct err *err)
{
	int64_t *to = c == 'r' ? &o->rev : c == 'j' ? &o->jobs
	    : c == 'c' ? &o->canary : c == 'w' ? &o->wave
	    : c == 't' ? &o->confirm : &o->stop_after;

	if (!option_number(optarg, to, err))
		return false;
	if (c == 'j' && !o->jobs)
		return fail_as(err, ERR_USAGE, "--jobs begins at 1");
	if ((c == 'j' && o->jobs > 256) || (c == 't' && o->confirm > 3600))
		return fail_as(err, ERR_USAGE,
		    "--jobs goes up to 256, --confirm up to 3600 seconds");
	return true;
}

static bool
read_options(struct session *session, int argc, char **argv,
    struct push_options *o, struct err *err)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "rev", required_argument, NULL, 'r' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "canary", required_argument, NULL, 'c' },
		{ "wave", required_argument, NULL, 'w' },
		{ "pending", no_argument, NULL, 'P' },
		{ "confirm", required_argument, NULL, 't' },
		{ "stop-after", required_argument, NULL, 's' },
		{ "force", no_argument, NULL, 'f' },
		{ "restart", no_argument, NULL, 'R' },
		{ "report", no_argument, NULL, 'p' },
		{ "override", required_argument, NULL, 'o' },
		{ "list", no_argument, NULL, 'l' },
		{ "stop", no_argument, NULL, 'S' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?' ||
		    (strchr("rjcwts", c) && !read_number(c, o, err)))
			return false;
		o->all |= c == 'a';
		o->dry_run |= c == 'n';
		o->force |= c == 'f';
		o->restart |= c == 'R';
		o->report |= c == 'p';
		o->pending |= c == 'P';
		o->list |= c == 'l';
		o->stop |= c == 'S';
		if (c == 'o' && o->override_count < MOST_OVERRIDES)
			o->overrides[o->override_count++] = optarg;
	}
	if (o->list || o->stop)
		return (optind == argc && !o->all && o->list != o->stop) ||
		    usage_error(err, "push", "--list and --stop stand alone");
	if ((optind < argc) == o->all)
		return usage_error(err, "push",
		    "name gateways or groups, or say --all");
	return true;
}

static void
free_pushing(struct pushing *p)
{
	free(p->pushes);
	free(p->results);
	free(p->begun);
	free(p->stopper);
	fleet_close(&p->fleet);
}

COMMAND(push)
{
	struct push_options o = { .jobs = 8 };
	struct pushing p = { .session = session, .options = &o };
	bool ok;

	*status = 0;
	if (!read_options(session, argc, argv, &o, err))
		return false;
	if (o.list)
		return push_others_list(session, err);
	if (o.stop)
		return push_others_stop(session, err);
	ok = fleet_open(&p.fleet, session, o.rev, err) &&
	    fleet_choose(&p.fleet, argv + optind, argc - optind, o.all, err);
	if (ok) {
		p.pushes = mem_new(p.fleet.count, sizeof(*p.pushes));
		p.results = mem_new(p.fleet.count, sizeof(*p.results));
		p.begun = mem_new(p.fleet.count, sizeof(*p.begun));
		ok = o.dry_run ? preview_all(&p, status, err)
		               : check_findings(&p, err) &&
		        fleet_may_push(&p.fleet, session, err) &&
		        push_all(&p, status, err);
	}
	free_pushing(&p);
	return ok;
}
