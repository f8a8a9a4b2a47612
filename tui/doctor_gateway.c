#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "asking.h"
#include "doctor.h"
#include "out.h"
#include "pins.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "remote/push.h"

#define SKEW_MOST 30 /* seconds */

/* What one gateway said; each is asked in a thread of its own. */
struct visit {
	const struct gateway *gateway;
	struct host_keys pins;
	bool trusted;
	bool offered; /* its server's algorithms are known */
	struct ssh_algorithms offer;
	struct err offer_err;
	bool answered;
	struct gateway_status status;
	int64_t before, after; /* our clock */
	struct err err;
	char object[NAME_SIZE + 10];
};

struct visits {
	struct doctor *d;
	struct visit *items;
	size_t count;
	struct ssh_algorithms own;
};

/* --- asking ----------------------------------------------------------- */

static bool
begin(void *context, size_t i)
{
	const struct visits *v = context;

	return v->items[i].trusted;
}

static void
ask(void *context, size_t i)
{
	struct visit *visit = &((struct visits *)context)->items[i];
	const struct gateway *g = visit->gateway;
	struct ssh_target target = gateway_target(g, &visit->pins);

	/* ssh(1) may have a way there that only it knows. */
	if (g->transport == TRANSPORT_LIBRARY && !g->jump)
		visit->offered = ssh_server_algorithms(&target, &visit->offer,
		    &visit->offer_err);
	visit->before = time(NULL);
	visit->answered = status_ask(g, &visit->pins, NULL, &visit->status,
	    &visit->err);
	visit->after = time(NULL);
}

/* --- telling ---------------------------------------------------------- */

static void
judge_offer(struct doctor *d, const struct visits *all, const struct visit *v)
{
	const char *pinned = v->pins.own.type;
	int i;

	d->check = "server-ssh";
	if (!v->offered)
		return;
	for (i = 0; i < SSH_METHODS; i++)
		if (!ssh_algorithms_meet(&all->own.names[i],
		        &v->offer.names[i]))
			break;
	if (i < SSH_METHODS) {
		doctor_find(d, VERDICT_FAULT, v->object, "no %s in common with "
		    "libssh2 %s: it offers %.300s", ssh_method_words[i],
		    ssh_library_version(), buf_text(&v->offer.names[i]));
		doctor_fix(d, "%s, or set ssh.transport=openssh", i ==
		    SSH_HOST_KEY ? "give it an ed25519 host key (ssh-keygen -A "
		    "there)" : "let its sshd_config allow a newer one");
	} else if (!ssh_algorithms_have(&v->offer.names[SSH_HOST_KEY],
	        pinned)) {
		doctor_find(d, VERDICT_FAULT, v->object, "its trusted host key "
		    "is %s, which it offers no more: %.300s", pinned,
		    buf_text(&v->offer.names[SSH_HOST_KEY]));
		doctor_fix(d, "find out why, then trust another of its keys");
	} else
		doctor_find(d, VERDICT_OK, v->object, "offers what libssh2 %s "
		    "has", ssh_library_version());
}

static bool
has_version(const struct gateway_status *s)
{
	return s->version[strspn(s->version, " ")] != '\0';
}

/* "postfix 3.7.11" of a gateway that is said to have exim. */
static bool
is_other_mta(const struct visit *v)
{
	const char *wanted = mta_words[v->gateway->mta];
	size_t len = strlen(wanted);

	return has_version(&v->status) &&
	    (strncmp(v->status.version, wanted, len) != 0 ||
	        v->status.version[len] != ' ');
}

static size_t
silent_listeners(const struct gateway_status *s)
{
	size_t silent = 0;

	for (size_t i = 0; i < s->listener_count; i++)
		silent += !s->listeners[i].answers;
	return silent;
}

static void
judge_service(struct doctor *d, const struct visit *v)
{
	const struct gateway_status *s = &v->status;
	size_t silent = silent_listeners(s);
	const char *name = v->gateway->name;

	d->check = "service";
	if (is_other_mta(v)) {
		doctor_find(d, VERDICT_FAULT, v->object, "has %s, not %s",
		    s->version, mta_words[v->gateway->mta]);
		doctor_fix(d, "relayadm gateway set %s mta=%.*s", name,
		    (int)strcspn(s->version, " "), s->version);
	} else if (!has_version(s) || !s->running) {
		doctor_find(d, VERDICT_FAULT, v->object, "%s does not run",
		    has_version(s) ? s->version
		                   : mta_words[v->gateway->mta]);
		doctor_fix(d, "install or start it there; its own log says "
		    "why it ended");
	} else if (s->drift_count || silent || s->pending[0]) {
		doctor_find(d, VERDICT_WARNING, v->object, "%s runs; changed "
		    "by hand: %zu, listeners that do not answer: %zu%s%s",
		    s->version, s->drift_count, silent,
		    s->pending[0] ? ", " : "", s->pending);
		doctor_fix(d, "relayadm status %s shows which", name);
	} else
		doctor_find(d, VERDICT_OK, v->object, "%s runs, %s",
		    s->version, s->managed ? "with what was pushed"
		                           : "nothing was pushed yet");
}

static void
judge_clock(struct doctor *d, const struct visit *v)
{
	int64_t clock = v->status.clock;
	int64_t skew = clock < v->before ? clock - v->before
	    : clock > v->after           ? clock - v->after
	                                 : 0;

	d->check = "clock";
	if (!clock)
		return;
	if (llabs(skew) > SKEW_MOST) {
		doctor_find(d, VERDICT_WARNING, v->object, "%lld seconds %s "
		    "ours: times in its logs and in status mislead",
		    llabs(skew), skew < 0 ? "behind" : "ahead of");
		doctor_fix(d, "let both be set by NTP");
	} else
		doctor_find(d, VERDICT_OK, v->object, "within %d seconds of "
		    "ours", SKEW_MOST);
}

static void
judge_reach(struct doctor *d, const struct visit *v)
{
	const struct gateway *g = v->gateway;
	size_t len = strlen(g->name);
	struct err err;

	d->check = "gateway";
	if (v->answered) {
		doctor_find(d, VERDICT_OK, v->object, "host key as trusted, "
		    "logs in as %s by %s, may act as root", g->user,
		    transport_words[g->transport]);
		return;
	}
	err = v->err;
	if (!strncmp(err.text, g->name, len) && err.text[len] == ':')
		memmove(err.text, err.text + len + 2,
		    strlen(err.text + len + 2) + 1);
	doctor_fault(d, v->object, &err);
	if (!d->fix.len)
		doctor_fix(d, "when that is mended, relayadm gateway test %s",
		    g->name);
}

static bool
tell(void *context, size_t i, struct err *err)
{
	struct visits *all = context;
	const struct visit *v = &all->items[i];
	struct doctor *d = all->d;

	(void)err;
	if (!v->trusted)
		return true;
	judge_offer(d, all, v);
	doctor_say(d);
	if (asking_stopped() && !v->answered)
		doctor_find(d, VERDICT_WARNING, v->object, "not asked: "
		    "stopped");
	else
		judge_reach(d, v);
	doctor_say(d);
	if (!v->answered)
		return true;
	judge_service(d, v);
	doctor_say(d);
	judge_clock(d, v);
	doctor_say(d);
	return true;
}

/* --- all of them ------------------------------------------------------ */

static void
prepare(struct visit *visit, const struct doctor *d,
    const struct gateway *gateway)
{
	visit->gateway = gateway;
	visit->trusted = *gateway->host &&
	    pins_load(d->session->store, gateway, &visit->pins, &visit->err) &&
	    pins_check(gateway, &visit->pins, &visit->err);
	snprintf(visit->object, sizeof(visit->object), "gateway %s",
	    gateway->name);
}

bool
doctor_gateways(struct doctor *d, struct err *err)
{
	struct visits all = { .d = d };
	bool ok;

	if (!d->draft)
		return true;
	all.count = d->draft->gateway_count;
	all.items = mem_new(all.count + 1, sizeof(*all.items));
	for (size_t i = 0; i < all.count; i++)
		prepare(&all.items[i], d, d->draft->gateways[i]);
	ssh_own_algorithms(&all.own);
	ok = asking_run(&(struct asking){ all.count, d->jobs, begin, ask, tell,
		&all }, err);
	for (size_t i = 0; i < all.count; i++) {
		status_clear(&all.items[i].status);
		ssh_algorithms_free(&all.items[i].offer);
	}
	ssh_algorithms_free(&all.own);
	free(all.items);
	return ok;
}
