#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "inside.h"
#include "policy/mem.h"
#include "probe.h"
#include "site.h"

#define PAYLOAD_BLOCK 4096
#define SECONDS 330 /* the gateway itself gives up after 240 */
#define ANSWERS_MOST ((uint64_t)64 << 20)

/* --- what is sent ------------------------------------------------------ */

static size_t
add_services(const struct site *site, struct buf *payload)
{
	size_t count = 0;

	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *s = site_server(site, i);

		for (size_t k = 0; s && k < s->listener_count; k++, count++) {
			const struct listener *l = &s->listeners[k];

			buf_addf(payload, "%u ", l->family);
			net_add_addr(payload, l->family, l->addr);
			buf_addf(payload, " %u %s\n", l->port, s->name);
		}
	}
	return count;
}

/* The questions begin at "from". */
static void
count_questions(struct inside *inside, const char *from)
{
	for (const char *at = from; *at; at = strchr(at, '\n') + 1) {
		unsigned long k = strtoul(at, NULL, 10);

		if (k >= 1 && k <= inside->count)
			inside->counts[k - 1].sent++;
	}
}

static void
add_payload(struct inside *inside, struct buf *payload, struct buf *settings)
{
	size_t services, questions;

	inside->count = add_services(&inside->site, payload);
	inside->counts = mem_new(inside->count + 1, sizeof(*inside->counts));
	services = payload->len;
	probes_add(payload, &inside->site);
	questions = payload->len - services;
	count_questions(inside, buf_text(payload) + services);
	while (payload->len % PAYLOAD_BLOCK)
		buf_addc(payload, '\n');
	buf_addf(settings, "manifest %zu\nquestions %zu\npayload %zu\n"
	    "all %d\n", services, questions, payload->len, inside->all);
}

/* --- what comes back --------------------------------------------------- */

/* The next word of a line, which is cut there; "" when there is none. */
static char *
next_word(char **at)
{
	char *word = *at;
	size_t len = strcspn(word, " ");

	*at = word + len + (word[len] == ' ');
	word[len] = '\0';
	return word;
}

static struct inside_count *
count_of(const struct inside *inside, const char *word, unsigned *number)
{
	unsigned long k = strtoul(word, NULL, 10);

	if (k < 1 || k > inside->count)
		return NULL;
	*number = (unsigned)k;
	return &inside->counts[k - 1];
}

/* "LISTENER CLIENT NAME LOGGED-ON RECIPIENT WANTED REPLY" */
static void
take_one(struct inside *inside, char *at, bool agrees)
{
	struct inside_answer answer = { .agrees = agrees };
	struct err err;
	char *client, *name;

	if (!count_of(inside, next_word(&at), &answer.listener))
		return;
	client = next_word(&at);
	name = next_word(&at);
	answer.name = strcmp(name, "-") != 0 ? name : NULL;
	answer.authenticated = !strcmp(next_word(&at), "1");
	answer.recipient = next_word(&at);
	answer.wanted = next_word(&at);
	answer.reply = at;
	if (net_parse_addr(&answer.client, client, strlen(client), &err))
		inside->take(inside->context, &answer);
}

/* "LISTENER ASKED DIFFERING LEFT" */
static void
take_count(struct inside *inside, char *at)
{
	unsigned number;
	struct inside_count *c = count_of(inside, next_word(&at), &number);

	if (!c)
		return;
	c->asked = strtoul(next_word(&at), NULL, 10);
	c->differing = strtoul(next_word(&at), NULL, 10);
	c->left = strtoul(next_word(&at), NULL, 10);
}

static void
take_line(void *context, const struct gate_line *line)
{
	struct inside *inside = context;
	char *text, *at;
	struct inside_count *c;
	unsigned number;

	if (line->word != GATE_STATUS)
		return;
	text = at = mem_text(line->text);
	if (!strcmp(line->key, "differs") || !strcmp(line->key, "agrees"))
		take_one(inside, at, line->key[0] == 'a');
	else if (!strcmp(line->key, "asked"))
		take_count(inside, at);
	else if (!strcmp(line->key, "revision"))
		inside->revision = strtoll(at, NULL, 10);
	else if (!strcmp(line->key, "drift") && !*inside->drift)
		snprintf(inside->drift, sizeof(inside->drift), "%s", at);
	else if (!strcmp(line->key, "unasked") &&
	    (c = count_of(inside, next_word(&at), &number)))
		snprintf(c->why, sizeof(c->why), "%s", at);
	free(text);
}

bool
inside_ask(struct inside *inside, struct err *err)
{
	struct buf payload = { 0 }, settings = { 0 };
	struct answer answer = { .take = take_line, .context = inside,
		.most = ANSWERS_MOST, .payload = &payload,
		.seconds = SECONDS };
	bool ok;

	add_payload(inside, &payload, &settings);
	answer.settings = buf_text(&settings);
	ok = gateway_ask(inside->gateway, inside->pins, inside->key,
	    "ask", &answer, err);
	buf_free(&payload);
	buf_free(&settings);
	return ok;
}

void
inside_free(struct inside *inside)
{
	free(inside->counts);
	inside->counts = NULL;
	inside->count = 0;
}
