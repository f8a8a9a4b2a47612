#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "gate.h"
#include "probe.h"
#include "push.h"
#include "push_short.h"
#include "site.h"

#define CONFIRM_SECONDS 120
#define LINE_SECONDS 180 /* between two words of the gateway */
#define UPLOAD_SECONDS 120
#define PAYLOAD_BLOCK 4096 /* the gateway reads whole blocks */

const char *const push_words[] = {
	"OK",
	"UNCHANGED",
	"ROLLED-BACK",
	"FAILED",
	"UNKNOWN",
	"UNREACHABLE",
	"REFUSED",
	"BROKEN",
	NULL,
};

static const char *const step_words[] = {
	"", "connect", "upload", "check", "switch", "restart", "verify",
	"confirm",
};

enum err_kind
push_kind(enum push_state state)
{
	switch (state) {
	case PUSH_OK:
	case PUSH_UNCHANGED:
		return ERR_NONE;
	case PUSH_UNKNOWN:
	case PUSH_UNREACHABLE:
		return ERR_REACH;
	case PUSH_ROLLED_BACK:
	case PUSH_FAILED:
	case PUSH_REFUSED:
	case PUSH_BROKEN:
		break;
	}
	return ERR_REFUSED;
}

struct pushing {
	const struct push *push;
	struct push_result *result;
	struct gate gate;
	int step;
	bool sent; /* the gateway has all it needs to switch */
	struct buf brief; /* what is sent to one that holds the base */
};

static void
tell_step(struct pushing *p, const char *word, const char *text)
{
	struct push_step step = { .word = word, .text = text };

	for (int i = 1; i <= PUSH_STEPS; i++)
		if (!strcmp(step_words[i], word))
			p->step = i;
	step.number = p->step;
	if (p->push->step)
		p->push->step(p->push->context, &step);
}

static void
end_as(struct pushing *p, enum push_state state, const char *text)
{
	p->result->state = state;
	snprintf(p->result->text, sizeof(p->result->text), "%s", text);
}

/* --- what is sent ------------------------------------------------------ */

struct lengths {
	size_t manifest, questions, live;
};

static void
add_payload(const struct push *push, struct buf *payload,
    struct lengths *lengths)
{
	rendering_add_manifest(payload, push->rendering);
	lengths->manifest = payload->len;
	probes_add(payload, &push->site);
	lengths->questions = payload->len - lengths->manifest;
	probes_add_live(payload, &push->site);
	lengths->live = payload->len - lengths->manifest - lengths->questions;
	for (size_t i = 0; i < push->rendering->count; i++)
		buf_addn(payload, push->rendering->files[i].data,
		    push->rendering->files[i].len);
	while (payload->len % PAYLOAD_BLOCK)
		buf_addc(payload, '\n');
}

/* The same for a gateway that holds the base; nothing when there is none.  How
 * long its list of forms is. */
static size_t
add_short(const struct push *push, const struct buf *whole,
    const struct lengths *lengths, struct buf *payload)
{
	struct buf forms = { 0 }, bodies = { 0 };
	size_t len;

	if (!push->base)
		return 0;
	short_add(&forms, &bodies, push->rendering, push->base);
	len = forms.len;
	buf_addn(payload, whole->data, lengths->manifest +
	    lengths->questions + lengths->live);
	buf_addn(payload, forms.data, forms.len);
	buf_addn(payload, buf_text(&bodies), bodies.len);
	while (payload->len % PAYLOAD_BLOCK)
		buf_addc(payload, '\n');
	buf_free(&forms);
	buf_free(&bodies);
	return len;
}

/* A person's name as one harmless word. */
static void
add_author(struct buf *settings, const char *author)
{
	size_t len = 0;

	buf_add(settings, "author ");
	for (const char *c = author ? author : "-"; *c && len < 60; c++, len++)
		buf_addc(settings, isalnum((unsigned char)*c) ||
		    strchr("._@-", *c) ? *c : '_');
	buf_add(settings, len ? "\n" : "-\n");
}

static void
add_settings(const struct push *push, const struct buf *payload,
    const struct lengths *lengths, struct buf *settings)
{
	buf_addf(settings, "generation %lld\nrevision %lld\ndigest %s\n"
	    "expected %s\nwait %u\nforce %d\nrestart %d\n"
	    "manifest %zu\nquestions %zu\nlive %zu\npayload %zu\n",
	    (long long)push->generation, (long long)push->revision,
	    push->rendering->digest, push->expected ? push->expected : "-",
	    push->confirm_seconds ? push->confirm_seconds : CONFIRM_SECONDS,
	    push->force, push->restart, lengths->manifest, lengths->questions,
	    lengths->live, payload->len);
	add_author(settings, push->author);
}

/* --- what comes back --------------------------------------------------- */

static const struct {
	const char *word;
	enum push_state state;
} gate_states[] = {
	{ "OK", PUSH_OK, },
	{ "UNCHANGED", PUSH_UNCHANGED, },
	{ "ROLLED-BACK", PUSH_ROLLED_BACK, },
	{ "FAILED", PUSH_FAILED, },
	{ "REFUSED", PUSH_REFUSED, },
	{ "BROKEN", PUSH_BROKEN, },
};

/* The result counts only when the command ended well, too. */
/* The running server was asked by nobody who has logged on. */
static const char *
unasked_text(const struct site *site)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server && server->basic)
			return "; clients that have logged on: not asked, for "
			    "that takes a password";
	}
	return "";
}

static bool
take_result(struct pushing *p, const struct gate_line *line, struct err *err)
{
	enum push_state state = PUSH_UNKNOWN;
	char text[sizeof(p->result->text)];

	for (size_t i = 0; i < sizeof(gate_states) / sizeof(gate_states[0]);
	     i++)
		if (!strcmp(gate_states[i].word, line->key))
			state = gate_states[i].state;
	snprintf(text, sizeof(text), "%s%s", line->text,
	    state == PUSH_OK ? unasked_text(&p->push->site) : "");
	if (!gate_finish(&p->gate, err))
		return false;
	if (state == PUSH_OK && line->generation != p->push->generation)
		state = PUSH_UNKNOWN;
	end_as(p, state, text);
	return true;
}

static void
end_without_result(struct pushing *p)
{
	char text[300];

	gate_explain(&p->gate, text, sizeof(text));
	end_as(p, p->sent ? PUSH_UNKNOWN : PUSH_REFUSED, text);
}

static bool
send_payload(struct pushing *p, const struct buf *whole, bool brief,
    struct err *err)
{
	const struct buf *payload = brief ? &p->brief : whole;
	char text[80] = "";

	if (brief)
		snprintf(text, sizeof(text), "what differs: %zu of %zu bytes",
		    payload->len, whole->len);
	tell_step(p, "upload", text);
	p->sent = true;
	return ssh_write(p->gate.ssh, payload->data, payload->len,
	    UPLOAD_SECONDS, err);
}

static bool
send_confirmation(struct pushing *p, struct err *err)
{
	struct buf text = { 0 };
	bool ok;

	tell_step(p, "confirm", "");
	p->sent = true;
	buf_addf(&text, "confirm %s\n", p->gate.nonce);
	ok = ssh_write(p->gate.ssh, text.data, text.len, LINE_SECONDS, err);
	buf_free(&text);
	return ok;
}

static bool
converse(struct pushing *p, const struct buf *payload, struct err *err)
{
	struct gate_line line = { 0 };
	bool ok = true, done = false;

	while (ok && !done) {
		ok = gate_read(&p->gate, &line, LINE_SECONDS, err);
		if (!ok)
			break;
		done = line.word == GATE_RESULT || line.word == GATE_END;
		if (line.word == GATE_STEP)
			tell_step(p, line.key, line.text);
		else if (line.word == GATE_SEND)
			ok = send_payload(p, payload,
			    !strcmp(line.text, "short"), err);
		else if (line.word == GATE_SERVING)
			ok = send_confirmation(p, err);
		else if (line.word == GATE_RESULT)
			ok = take_result(p, &line, err);
		else if (line.word == GATE_END)
			end_without_result(p);
	}
	buf_free(&line.line);
	return ok;
}

static void
run(struct pushing *p, struct err *err)
{
	const struct push *push = p->push;
	struct buf payload = { 0 }, settings = { 0 };
	struct lengths lengths;
	size_t forms;

	tell_step(p, "connect", "");
	if (!gate_open(&p->gate, push->site.gateway, push->pins, push->key,
	    err)) {
		end_as(p, PUSH_UNREACHABLE, err->text);
		return;
	}
	add_payload(push, &payload, &lengths);
	add_settings(push, &payload, &lengths, &settings);
	forms = add_short(push, &payload, &lengths, &p->brief);
	if (forms)
		buf_addf(&settings, "base %s\nforms %zu\nshort %zu\n",
		    push->base->digest, forms, p->brief.len);
	if (!gate_ask(&p->gate, push->site.gateway, "apply", settings.data,
	    err) || !converse(p, &payload, err))
		end_as(p, p->sent ? PUSH_UNKNOWN : PUSH_UNREACHABLE,
		    err->text);
	gate_close(&p->gate);
	buf_free(&payload);
	buf_free(&settings);
	buf_free(&p->brief);
}

bool
push_gateway(const struct push *push, struct push_result *result,
    struct err *err)
{
	struct pushing p = { .push = push, .result = result };

	result->text[0] = '\0';
	run(&p, err);
	if (push_kind(result->state) == ERR_NONE)
		return true;
	return fail_as(err, push_kind(result->state), "%s: %s: %s",
	    push->site.gateway->name, push_words[result->state],
	    result->text);
}
