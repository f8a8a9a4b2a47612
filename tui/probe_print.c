#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "out.h"
#include "probe.h"

void
probed_free(struct probed *p)
{
	for (size_t i = 0; i < p->answer_count; i++) {
		free(p->answers[i].from);
		free(p->answers[i].to);
		free(p->answers[i].text);
		free(p->answers[i].token);
	}
	for (size_t i = 0; i < p->decision_count; i++) {
		free(p->decisions[i].client);
		free(p->decisions[i].name);
		free(p->decisions[i].recipient);
		free(p->decisions[i].policy);
		free(p->decisions[i].server);
		free(p->decisions[i].cause);
	}
	free(p->answers);
	free(p->decisions);
	free(p->failure);
	free(p->unknown);
}

static size_t
disagreements(const struct probed *p)
{
	size_t count = 0;

	if (p->inside)
		return p->differing;
	for (size_t i = 0; i < p->decision_count; i++)
		count += p->decisions[i].cause != NULL;
	return count;
}

/* Refused in every way that could be asked. */
static bool
is_closed(const struct probed *p)
{
	return p->whole &&
	    (p->answer_count || p->decision_count || p->asked) &&
	    !p->open && !p->counts[RELAY_DEFERRED] &&
	    !p->counts[RELAY_UNSURE] && !p->counts[RELAY_BROKEN] &&
	    !p->counts[RELAY_UNTOLD];
}

static const char *
verdict(const struct probed *p)
{
	if (p->failure)
		return "NO ANSWER";
	if (p->open)
		return "OPEN RELAY";
	if (p->counts[RELAY_ACCEPTED])
		return "RELAYS FOR US, AS THE POLICY SAYS";
	if (p->inside)
		return disagreements(p) ? "DISAGREES"
		    : p->whole          ? "AS THE POLICY SAYS"
		                        : "NOT PROVEN";
	if (!p->answer_count && p->decision_count)
		return disagreements(p) ? "DISAGREES" : "AS THE POLICY SAYS";
	return is_closed(p) ? "CLOSED" : "NOT PROVEN";
}

/* Of an address that does not answer nothing is proven, even if another of the
 * same host is closed. */
int
probe_status(const struct probe_run *run)
{
	size_t failures = 0;

	for (size_t i = 0; i < run->count; i++) {
		const struct probed *p = &run->places[i];

		failures += p->failure != NULL;
		if (p->failure ? run->gateway != NULL
		               : !is_closed(p) || disagreements(p))
			return ERR_NO;
	}
	return failures ? ERR_REACH : 0;
}

/* --- text ----------------------------------------------------------------- */

static void
add_place(struct buf *text, const struct probe_run *run,
    const struct probed *p)
{
	listener_add(text, &p->at);
	if (run->gateway)
		buf_addf(text, " of gateway %s", run->target);
	if (p->server)
		buf_addf(text, " (server %s)", p->server->name);
	if (p->inside) {
		buf_addf(text, ", asked on %s, as any client\n", p->vantage);
		return;
	}
	buf_addf(text, ", asked from %s", p->vantage);
	if (p->own.family) {
		buf_add(text, " as ");
		net_add_addr(text, p->own.family, p->own.addr);
	}
	buf_addc(text, '\n');
}

static void
add_answer(struct buf *text, const struct probed_answer *a)
{
	static const char *const marks[] = { "refused ", "ACCEPTED", "DEFERRED",
		"UNSURE  ", "BROKEN  ", "UNTOLD  ", "unasked " };

	buf_addf(text, "  %s %s, %s: MAIL FROM:<%s> RCPT TO:<%s>\n",
	    a->allowed ? "allowed " : marks[a->verdict], a->form->name,
	    relay_moments[a->moment].title, a->from, a->to);
	buf_addf(text, "           %s: ", a->stage);
	if (a->code)
		buf_addf(text, "%d ", a->code);
	buf_addf(text, "%s\n", a->text);
	if (a->token)
		buf_addf(text, "           a message with %s went off: if it "
		    "arrives the server relays, if not it was bounced or "
		    "dropped\n", a->token);
}

#define LINES_MOST 6 /* of one verdict */

static bool
is_worth_a_line(const struct probed_answer *a)
{
	return !a->allowed && a->verdict != RELAY_REFUSED &&
	    a->verdict != RELAY_UNASKED;
}

/* Is there one before that says the same of the same moment? */
static bool
is_known(const struct probed *p, size_t place)
{
	const struct probed_answer *a = &p->answers[place];

	for (size_t i = 0; i < place; i++) {
		const struct probed_answer *b = &p->answers[i];

		if (b->verdict == a->verdict && b->moment == a->moment &&
		    (b->form == a->form || a->verdict != RELAY_ACCEPTED) &&
		    !strcmp(b->stage, a->stage))
			return true;
	}
	return false;
}

static void
add_answers(struct buf *text, const struct probed *p, bool all)
{
	size_t shown[RELAY_VERDICTS] = { 0 };

	for (size_t i = 0; i < p->answer_count; i++) {
		const struct probed_answer *a = &p->answers[i];

		if (!all && !a->token && (!is_worth_a_line(a) ||
		        shown[a->verdict] >= LINES_MOST || is_known(p, i)))
			continue;
		add_answer(text, a);
		shown[a->verdict]++;
	}
}

/* Which forms it accepts, at which moments: what of it is open. */
static void
add_open(struct buf *text, const struct probed *p)
{
	const char *joint = "  accepted: ";

	for (const struct relay_form *f = relay_forms; f->name; f++)
		for (size_t i = 0; i < p->answer_count; i++) {
			const struct probed_answer *a = &p->answers[i];

			if (a->form != f || a->verdict != RELAY_ACCEPTED ||
			    a->allowed)
				continue;
			buf_addf(text, "%s%s", joint, f->name);
			joint = ", ";
			break;
		}
	joint = "; ";
	for (int m = 0; m < MOMENTS; m++)
		for (size_t i = 0; i < p->answer_count; i++) {
			const struct probed_answer *a = &p->answers[i];

			if ((int)a->moment != m || a->allowed ||
			    a->verdict != RELAY_ACCEPTED)
				continue;
			buf_addf(text, "%s%s", joint, relay_moments[m].name);
			joint = ", ";
			break;
		}
	buf_addc(text, '\n');
}

#define DECISIONS_MOST 25 /* that disagree, of one place */

/* So many of the disagreements stand above. */
static void
add_inside(struct buf *text, const struct probed *p, size_t shown)
{
	if (p->failure)
		return;
	buf_addf(text, "  the policy's own decisions: %zu asked, %zu agree, "
	    "%zu disagree", p->asked,
	    p->asked > p->differing ? p->asked - p->differing : 0,
	    p->differing);
	if (shown < p->differing)
		buf_addf(text, " (%zu of them shown)", shown);
	if (p->left)
		buf_addf(text, "; %zu were not asked (OpenSMTPD: of clients "
		    "with a name; Exim: of more than 1500 sessions)",
		    p->left);
	buf_addc(text, '\n');
}

static void
add_decision(struct buf *text, const struct probed_decision *d)
{
	buf_addf(text, "  %s ", d->cause ? "DISAGREES" : d->told ? "agrees   "
	                                                         : "untold   ");
	if (d->client)
		buf_addf(text, "%s%s%s%s%s to ", d->client,
		    d->name ? " (" : "", d->name ? d->name : "",
		    d->name ? ")" : "", d->authenticated ? ", logged on," : "");
	buf_addf(text, "<%s>\n           the policy: %s\n"
	    "           the server: %s\n", d->recipient, d->policy, d->server);
}

static void
add_decisions(struct buf *text, const struct probed *p, bool all)
{
	size_t told = 0, shown = 0;
	const char *cause = "";

	for (size_t i = 0; i < p->decision_count; i++) {
		const struct probed_decision *d = &p->decisions[i];

		told += d->told;
		if (!all && (!d->cause || shown >= DECISIONS_MOST))
			continue;
		shown += d->cause != NULL;
		add_decision(text, d);
		if (d->cause && strcmp(d->cause, cause) != 0) {
			buf_addf(text, "           likely because %s\n",
			    d->cause);
			cause = d->cause;
		}
	}
	if (p->inside)
		add_inside(text, p, shown);
	else if (p->decision_count)
		buf_addf(text, "  the policy's own decisions: %zu asked, %zu "
		    "told, %zu disagree\n", p->decision_count, told,
		    disagreements(p));
}

static void
add_counts(struct buf *text, const struct probed *p)
{
	buf_addf(text, "  %zu recipients:", p->answer_count);
	for (int i = 0; i < RELAY_VERDICTS; i++)
		if (p->counts[i])
			buf_addf(text, " %zu %s", p->counts[i],
			    relay_verdict_words[i]);
	buf_addc(text, '\n');
}

static void
print_text(const struct probe_run *run, const struct probed *p)
{
	struct buf text = { 0 };

	add_place(&text, run, p);
	if (p->failure)
		buf_addf(&text, "  %s\n", p->failure);
	else if (!p->inside)
		buf_addf(&text, "  %d %s\n", p->greeting.hello.code,
		    p->greeting.hello.first);
	if (!p->failure && !p->inside && p->greeting.near != RELAY_ACCEPTED)
		buf_addf(&text, "  takes no mail for <postmaster> (%s), so "
		    "what it refuses says little\n",
		    relay_verdict_words[p->greeting.near]);
	if (p->answer_count)
		add_counts(&text, p);
	add_answers(&text, p, run->all);
	if (p->open)
		add_open(&text, p);
	if (p->counts[RELAY_UNTOLD])
		buf_add(&text, "  takes any mailbox of its own domain, so "
		    "that the untold may be no more than that; --deliver "
		    "tells\n");
	add_decisions(&text, p, run->all);
	if (!p->failure && !p->answer_count && !p->decision_count &&
	    !p->inside)
		buf_addf(&text, "  nothing could be compared: the server does "
		    "not say which address it sees us by, nor does %s (%s); "
		    "ask it without --via, or by relayadm there\n",
		    p->vantage, p->unknown ? p->unknown : "not asked");
	if (!p->whole && !p->failure)
		buf_addf(&text, "  stopped before all was asked%s%s\n",
		    p->inside && p->unknown ? ": " : "",
		    p->inside && p->unknown ? p->unknown : "");
	buf_addf(&text, "  %s\n", verdict(p));
	out_text(&text);
	buf_free(&text);
}

/* --- JSON ----------------------------------------------------------------- */

static json_t *
answers_json(const struct probed *p)
{
	json_t *all = json_array();

	for (size_t i = 0; i < p->answer_count; i++) {
		const struct probed_answer *a = &p->answers[i];

		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:s,s:s,"
		    "s:s,s:s,s:s,s:i,s:s,s:b,s:s?}", "form", a->form->name,
		    "source", a->form->source, "sender", a->sender->name,
		    "moment", relay_moments[a->moment].name, "from", a->from,
		    "to", a->to, "verdict",
		    relay_verdict_words[a->verdict], "stage", a->stage,
		    "code", a->code, "text", a->text, "allowed", a->allowed,
		    "token", a->token));
	}
	return all;
}

static json_t *
decisions_json(const struct probed *p)
{
	json_t *all = json_array();

	for (size_t i = 0; i < p->decision_count; i++) {
		const struct probed_decision *d = &p->decisions[i];

		json_t *json = json_pack("{s:s,s:s,s:s,s:b,s:s?}",
		    "recipient", d->recipient, "policy", d->policy, "server",
		    d->server, "told", d->told, "disagrees", d->cause);

		if (d->client)
			json_object_update_new(json, json_pack(
			    "{s:s,s:s?,s:b}", "client", d->client, "name",
			    d->name, "authenticated", d->authenticated));
		json_array_append_new(all, json);
	}
	return all;
}

static json_t *
place_json(const struct probe_run *run, const struct probed *p)
{
	struct buf at = { 0 }, own = { 0 };
	json_t *json;

	listener_add(&at, &p->at);
	if (p->own.family)
		net_add_addr(&own, p->own.family, p->own.addr);
	json = json_pack("{s:s,s:s,s:s?,s:s,s:s,s:s,s:s?,s:i,s:s,s:s,s:b,s:o,"
	    "s:o}", "target", run->target, "at", buf_text(&at), "server",
	    p->server ? p->server->name : NULL, "vantage", p->vantage, "own",
	    buf_text(&own), "verdict", verdict(p), "failure", p->failure,
	    "code", p->greeting.hello.code, "greeting",
	    p->greeting.hello.first, "postmaster",
	    relay_verdict_words[p->greeting.near], "whole", p->whole,
	    "answers", answers_json(p), "decisions", decisions_json(p));
	if (p->inside)
		json_object_update_new(json, json_pack("{s:I,s:I,s:I}",
		    "asked", (json_int_t)p->asked, "differing",
		    (json_int_t)p->differing, "left", (json_int_t)p->left));
	buf_free(&at);
	buf_free(&own);
	return json;
}

void
probe_print(const struct probe_run *run)
{
	json_t *all = json_array();

	for (size_t i = 0; i < run->count; i++)
		if (run->session->json)
			json_array_append_new(all,
			    place_json(run, &run->places[i]));
		else
			print_text(run, &run->places[i]);
	if (run->session->json)
		out_json(json_incref(all));
	json_decref(all);
}
