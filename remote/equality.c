#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "drift.h"
#include "equality.h"
#include "policy/mem.h"
#include "site.h"

static const enum reach asked[] = { REACH_CONNECT, REACH_RELAY,
	REACH_RELAY_AUTH };

#define ASKED (sizeof(asked) / sizeof(asked[0]))

/* --- what is held ------------------------------------------------------ */

static struct held *
add_held(struct equality *q, const char *gateway, const char *server)
{
	struct held *h;

	q->items = mem_grow(q->items, q->count, &q->cap, sizeof(*q->items));
	h = &q->items[q->count++];
	*h = (struct held){ .gateway = gateway, .server = server };
	return h;
}

static struct held *
find_held(const struct equality *q, unsigned port, const char *gateway)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->items[i].port == port &&
		    !strcmp(q->items[i].gateway, gateway))
			return &q->items[i];
	return NULL;
}

static void
free_held(struct held *h)
{
	for (size_t n = 0; n < ASKED; n++)
		set_free(&h->reach[asked[n]]);
}

static void
add_gateway(struct equality *q, const char *gateway)
{
	q->gateways = mem_grow(q->gateways, q->gateway_count,
	    &q->gateway_cap, sizeof(*q->gateways));
	q->gateways[q->gateway_count++] = gateway;
}

static bool
add_listener(struct equality *q, const char *gateway,
    const struct site *site, const struct rendering *there,
    const struct server *server, const struct listener *listener,
    struct err *err)
{
	const struct dialect *dialect = dialect_find(site->gateway->mta);
	struct held *h = find_held(q, listener->port, gateway);

	if (!h) {
		h = add_held(q, gateway, server->name);
		h->port = listener->port;
	}
	for (size_t i = 0; i < ASKED; i++) {
		struct set *reach = &h->reach[asked[i]], one;

		if (!dialect->reach(there, listener, asked[i], &one, err))
			return fail_in(err, "server %s", server->name);
		set_union(reach, reach, &one);
		set_free(&one);
	}
	return true;
}

bool
equality_add(struct equality *q, const char *gateway, const struct site *site,
    const struct fetched_files *files, struct err *err)
{
	struct rendering there;
	size_t before = q->count;
	bool ok = true;

	drift_rendering(&there, files);
	for (size_t i = 0; ok && i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		for (size_t n = 0; ok && server &&
		    n < server->listener_count; n++)
			ok = add_listener(q, gateway, site, &there, server,
			    &server->listeners[n], err);
	}
	rendering_free(&there);
	if (ok)
		add_gateway(q, gateway);
	while (!ok && q->count > before)
		free_held(&q->items[--q->count]);
	return ok;
}

void
equality_add_same(struct equality *q, const char *gateway, const char *as)
{
	size_t count = q->count;

	for (size_t i = 0; i < count; i++) {
		struct held *h;

		if (strcmp(q->items[i].gateway, as) != 0)
			continue;
		h = add_held(q, gateway, q->items[i].server);
		h->port = q->items[i].port;
		for (size_t n = 0; n < ASKED; n++)
			set_copy(&h->reach[asked[n]],
			    &q->items[i].reach[asked[n]]);
	}
	add_gateway(q, gateway);
}

void
equality_free(struct equality *q)
{
	for (size_t i = 0; i < q->count; i++)
		free_held(&q->items[i]);
	free(q->items);
	free(q->gateways);
	*q = (struct equality){ 0 };
}

/* --- who differs ------------------------------------------------------- */

struct comparing {
	const struct equality *q;
	void (*each)(void *context, const struct unequal *unequal);
	void *context;
	size_t found;
};

static bool
same_place(const struct held *a, const struct held *b)
{
	return a->port == b->port;
}

static bool
alike(const struct held *a, const struct held *b)
{
	for (size_t i = 0; i < ASKED; i++)
		if (!set_equal(&a->reach[asked[i]], &b->reach[asked[i]]))
			return false;
	return true;
}

/* How many at this place are as it is; their names. */
static size_t
find_alike(const struct equality *q, const struct held *h,
    const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < q->count; i++)
		if (same_place(h, &q->items[i]) && alike(h, &q->items[i]))
			names[count++] = q->items[i].gateway;
	return count;
}

/* The first that most are like. */
static const struct held *
find_usual(const struct equality *q, const struct held *place,
    const char **names, size_t *count)
{
	const struct held *usual = NULL;

	*count = 0;
	for (size_t i = 0; i < q->count; i++) {
		size_t n;

		if (!same_place(place, &q->items[i]))
			continue;
		n = find_alike(q, &q->items[i], names);
		if (n > *count) {
			*count = n;
			usual = &q->items[i];
		}
	}
	*count = find_alike(q, usual, names);
	return usual;
}

/* A client that only one of the two lets do something; relaying first. */
static void
find_witness(struct unequal *u)
{
	static const enum reach order[] = { REACH_RELAY, REACH_CONNECT,
		REACH_RELAY_AUTH };

	for (size_t i = 0; i < ASKED; i++) {
		const struct set *gains = &u->sets.gains[order[i]];
		const struct set *loses = &u->sets.loses[order[i]];

		if (set_empty(gains) && set_empty(loses))
			continue;
		u->may = !set_empty(gains);
		u->reach = order[i];
		u->witness = set_net(u->may ? gains : loses, 0);
		u->witness.last = u->witness.first;
		return;
	}
}

static void
tell_difference(struct comparing *c, struct unequal *u, const struct held *h,
    const struct held *usual)
{
	u->gateway = h->gateway;
	u->server = h->server;
	u->missing = false;
	u->sets = (struct difference_sets){ .gains = { { 0 } } };
	for (size_t i = 0; i < ASKED; i++) {
		enum reach r = asked[i];

		set_subtract(&u->sets.gains[r], &h->reach[r],
		    &usual->reach[r]);
		set_subtract(&u->sets.loses[r], &usual->reach[r],
		    &h->reach[r]);
	}
	find_witness(u);
	c->each(c->context, u);
	c->found++;
	for (int i = 0; i < REACHES; i++) {
		set_free(&u->sets.gains[i]);
		set_free(&u->sets.loses[i]);
	}
}

static void
compare_place(struct comparing *c, const struct held *place)
{
	const struct equality *q = c->q;
	const char **names = mem_new(q->count, sizeof(*names));
	struct unequal u = { .port = place->port, .others = names };
	const struct held *usual = find_usual(q, place, names,
	    &u.other_count);

	for (size_t i = 0; i < q->gateway_count; i++) {
		const struct held *h = find_held(q, place->port,
		    q->gateways[i]);

		if (h && !alike(h, usual)) {
			tell_difference(c, &u, h, usual);
		} else if (!h) {
			u.gateway = q->gateways[i];
			u.server = NULL;
			u.missing = true;
			c->each(c->context, &u);
			c->found++;
		}
	}
	free(names);
}

size_t
equality_find(const struct equality *q,
    void (*each)(void *context, const struct unequal *unequal), void *context)
{
	struct comparing c = { q, each, context, 0 };

	for (size_t i = 0; i < q->count; i++) {
		size_t n = 0;

		while (!same_place(&q->items[n], &q->items[i]))
			n++;
		if (n == i)
			compare_place(&c, &q->items[i]);
	}
	return c.found;
}
