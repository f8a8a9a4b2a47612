/* Who sent mail: found by a hash. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "replaying.h"

#define FIRST_PLACES 1024 /* a power of two */

void
clients_init(struct client_table *t)
{
	*t = (struct client_table){ .cap = FIRST_PLACES };
	t->places = mem_new(t->cap, sizeof(*t->places));
}

static void
client_clear(struct known_client *c)
{
	free(c->seen.name);
	if (c->seen.sample)
		free(c->seen.sample->recipient);
	free(c->seen.sample);
}

void
clients_clear(struct client_table *t)
{
	struct client_slab *slab, *next;

	for (slab = t->slabs; slab; slab = next) {
		next = slab->next;
		for (size_t i = 0; i < slab->count; i++)
			client_clear(&slab->clients[i]);
		free(slab);
	}
	free(t->places);
}

/* The name is in it: many names may come from one address. */
static uint64_t
hash_of(const struct mail_coming *who)
{
	u128 addr = who->client->first;
	uint64_t h = (uint64_t)addr ^
	    (uint64_t)(addr >> 64) * 0xbf58476d1ce4e5b9u;

	for (size_t i = 0; i < who->name_len; i++)
		h = (h ^ (unsigned char)who->name[i]) * 0x100000001b3u;
	h = (h ^ (uint64_t)who->authenticated << 8) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static bool
same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool
is_client(const struct known_client *c, const struct asking *a,
    enum mail_known authenticated)
{
	return c->seen.addr == a->fact->client.first &&
	    c->seen.family == a->fact->client.family &&
	    c->seen.authenticated == authenticated &&
	    c->served == a->served &&
	    same_text(c->seen.name, asking_name(a));
}

static struct client_place *
place_of(const struct client_table *t, uint64_t hash)
{
	return &t->places[hash & (t->cap - 1)];
}

static struct client_place *
next_place(const struct client_table *t, struct client_place *p)
{
	return p + 1 == t->places + t->cap ? t->places : p + 1;
}

/* Half of the places are left free. */
static void
grow(struct client_table *t)
{
	struct client_table more = { .cap = t->cap * 2, .count = t->count,
		.slabs = t->slabs };

	more.places = mem_new(more.cap, sizeof(*more.places));
	for (size_t i = 0; i < t->cap; i++) {
		struct client_place *p = place_of(&more, t->places[i].hash);

		if (!t->places[i].client)
			continue;
		while (p->client)
			p = next_place(&more, p);
		*p = t->places[i];
	}
	free(t->places);
	*t = more;
}

static struct known_client *
client_new(struct client_table *t, const struct asking *a,
    enum mail_known authenticated)
{
	struct client_slab *slab = t->slabs;
	struct known_client *c;

	if (!slab || slab->count == SLAB) {
		slab = mem_new(1, sizeof(*slab));
		slab->next = t->slabs;
		t->slabs = slab;
	}
	c = &slab->clients[slab->count++];
	c->served = a->served;
	c->seen.server = a->served->server->name;
	c->seen.addr = a->fact->client.first;
	c->seen.family = a->fact->client.family;
	c->seen.name = mem_text(asking_name(a));
	c->seen.authenticated = (uint8_t)authenticated;
	return c;
}

struct known_client *
clients_of(struct client_table *t, const struct asking *a,
    enum mail_known authenticated)
{
	const char *name = asking_name(a);
	struct mail_coming who = { &a->fact->client, name,
		name ? strlen(name) : 0, authenticated };
	uint64_t hash = hash_of(&who);
	struct client_place *p;

	if (t->count * 2 >= t->cap)
		grow(t);
	for (p = place_of(t, hash); p->client; p = next_place(t, p))
		if (p->hash == hash && is_client(p->client, a, authenticated))
			return p->client;
	t->count++;
	*p = (struct client_place){ hash, client_new(t, a, authenticated) };
	return p->client;
}

void
clients_each(const struct client_table *t,
    void (*each)(void *context, const struct replay_client *client),
    void *context)
{
	for (const struct client_slab *s = t->slabs; s; s = s->next)
		for (size_t i = 0; i < s->count; i++)
			each(context, &s->clients[i].seen);
}

#define LINE 64 /* bytes that come from memory at once */

void
clients_hint(const struct client_table *t, const struct mail_coming *who,
    bool again)
{
	const struct client_place *p = place_of(t, hash_of(who));
	const char *at;

	if (!again) {
		__builtin_prefetch(p);
		return;
	}
	at = (const char *)p->client;
	for (size_t i = 0; at && i < sizeof(*p->client); i += LINE)
		__builtin_prefetch(at + i);
}
