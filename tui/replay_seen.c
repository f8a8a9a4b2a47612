#include "config.h"

#include <string.h>

#include "policy/mem.h"
#include "replay_seen.h"

#define SETTLE_EVERY 65536 /* clients, of whom many are the same */

static void
note_server(struct replay_seen *s, const char *server)
{
	size_t i = 0;

	if (server == s->server)
		return;
	s->server = server;
	while (i < s->servers.count &&
	    strcmp(s->servers.items[i], server) != 0)
		i++;
	if (i == s->servers.count)
		texts_add(&s->servers, mem_text(server));
}

void
replay_seen_fact(struct replay_seen *s, const char *server,
    const struct mail_fact *fact)
{
	bool dated = fact->time > 0; /* not before 1970, by a wrong clock */

	if (fact->outcome == MAIL_ACCEPTED && (!server || !dated))
		s->unsure = true;
	if (!dated)
		return;
	if (!s->from || fact->time < s->from)
		s->from = fact->time;
	if (fact->time > s->to)
		s->to = fact->time;
	if (server)
		note_server(s, server);
}

void
replay_seen_sent(struct replay_seen *s, const char *server,
    const struct mail_fact *fact)
{
	if (fact->outcome != MAIL_ACCEPTED || fact->time <= 0)
		return;
	seen_add(&s->seen, server, &fact->client, fact->time);
	if (s->seen.count % SETTLE_EVERY == 0)
		seen_settle(&s->seen);
}

void
replay_seen_end(struct replay_seen *s)
{
	for (size_t i = 0; i < s->servers.count && !s->unsure; i++)
		seen_add_span(&s->seen, s->servers.items[i], s->from, s->to);
	texts_free(&s->servers);
	s->from = s->to = 0;
	s->server = NULL;
	s->unsure = false;
}

void
replay_seen_give(struct replay_seen *s, struct seen *to)
{
	const struct seen *from = &s->seen;

	replay_seen_end(s);
	for (size_t i = 0; i < from->count; i++) {
		const struct net client = seen_net(&from->items[i]);

		seen_add(to, from->items[i].server, &client,
		    from->items[i].last);
	}
	for (size_t i = 0; i < from->span_count; i++)
		seen_add_span(to, from->spans[i].server, from->spans[i].from,
		    from->spans[i].to);
	if (from->full)
		to->full = to->changed = true;
}

void
replay_seen_free(struct replay_seen *s)
{
	texts_free(&s->servers);
	seen_free(&s->seen);
}
