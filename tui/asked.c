#include "config.h"

#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "dialogs.h"
#include "words.h"

static bool
read_local(const struct asked *asked, struct question *q, struct err *err)
{
	struct listener local;

	if (!*asked->local)
		return true;
	if (!listener_parse(&local, asked->local, strlen(asked->local), err))
		return fail_in(err, "at address");
	q->local_family = local.family;
	q->local = local.addr;
	q->local_port = local.port;
	return true;
}

bool
asked_question(const struct asked *asked, struct question *q, struct err *err)
{
	struct net client;

	if (!net_parse_addr(&client, asked->client, strlen(asked->client), err))
		return fail_in(err, "client IP");
	*q = (struct question){ .family = client.family,
		.client = client.first,
		.name = *asked->name ? asked->name : NULL,
		.authenticated = asked->authenticated,
		.recipient = asked->recipient };
	if (!*asked->recipient || !strcmp(asked->recipient, "<>"))
		return fail(err, "recipient: type an address");
	return read_local(asked, q, err);
}

void
asked_add_command(struct buf *out, const struct asked *asked)
{
	buf_add(out, "relayadm decide");
	words_add_quoted(out, asked->server);
	buf_add(out, " --client");
	words_add_quoted(out, asked->client);
	if (*asked->name) {
		buf_add(out, " --name");
		words_add_quoted(out, asked->name);
	}
	if (asked->authenticated)
		buf_add(out, " --authenticated");
	if (*asked->local) {
		buf_add(out, " --local");
		words_add_quoted(out, asked->local);
	}
	buf_add(out, " --recipient");
	words_add_quoted(out, asked->recipient);
}

void
asked_put(char *field, size_t size, const char *text)
{
	snprintf(field, size, "%s", text);
}

static void
take_address(char *to, size_t size, uint8_t family, u128 addr)
{
	struct buf text = { 0 };

	net_add_addr(&text, family, addr);
	asked_put(to, size, buf_text(&text));
	buf_free(&text);
}

bool
who_witness(struct asked *asked, const struct finding *finding)
{
	const struct question *q = &finding->witness;
	struct listener local = { q->local_family, q->local, q->local_port };
	const char *server = finding_server(finding);
	struct buf text = { 0 };

	if (!finding->has_witness)
		return false;
	memset(asked, 0, sizeof(*asked));
	asked->authenticated = q->authenticated;
	asked_put(asked->server, sizeof(asked->server),
	    server ? server : "");
	take_address(asked->client, sizeof(asked->client), q->family,
	    q->client);
	asked_put(asked->name, sizeof(asked->name), q->name ? q->name : "");
	asked_put(asked->recipient, sizeof(asked->recipient), q->recipient);
	if (q->local_family) {
		listener_add(&text, &local);
		asked_put(asked->local, sizeof(asked->local), buf_text(&text));
		buf_free(&text);
	}
	return true;
}
