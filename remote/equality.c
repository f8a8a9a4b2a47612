#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "domain_drift.h"
#include "equality.h"
#include "policy/mem.h"
#include "reached.h"
#include "site.h"

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
add_gateway(struct equality *q, const char *gateway)
{
	q->gateways = mem_grow(q->gateways, q->gateway_count,
	    &q->gateway_cap, sizeof(*q->gateways));
	q->gateways[q->gateway_count++] = gateway;
}

struct adding {
	struct equality *q;
	const char *gateway;
	const struct site *site;
};

static bool
add_listener(void *context, const struct server *server,
    const struct listener *listener, struct err *err)
{
	const struct adding *a = context;
	struct equality *q = a->q;
	struct held *h = find_held(q, listener->port, a->gateway);
	struct set one[REACHES];

	if (!reached_there(one, a->site, listener,
	        &q->files[q->file_count - 1].there, err))
		return false;
	if (!h) {
		h = add_held(q, a->gateway, server->name);
		h->port = listener->port;
		h->listener = *listener;
		h->anonymous = server->anonymous;
		h->files = q->file_count - 1;
	}
	for (int i = 0; i < REACHES; i++)
		set_union(&h->reach[i], &h->reach[i], &one[i]);
	reached_free(one);
	return true;
}

static void
add_files(struct equality *q, int mta, const struct fetched_files *files)
{
	q->files = mem_grow(q->files, q->file_count, &q->file_cap,
	    sizeof(*q->files));
	q->files[q->file_count].mta = mta;
	reached_rendering(&q->files[q->file_count++].there, files);
}

bool
equality_add(struct equality *q, const char *gateway, const struct site *site,
    const struct fetched_files *files, struct err *err)
{
	struct adding adding = { q, gateway, site };
	const struct listening listening = { add_listener, &adding };
	size_t before = q->count;
	bool ok;

	add_files(q, site->gateway->mta, files);
	ok = reached_each(site, &listening, err);
	if (ok) {
		add_gateway(q, gateway);
		return true;
	}
	while (q->count > before)
		reached_free(q->items[--q->count].reach);
	rendering_free(&q->files[--q->file_count].there);
	return false;
}

void
equality_add_same(struct equality *q, const char *gateway, const char *as)
{
	size_t count = q->count;

	for (size_t i = 0; i < count; i++) {
		struct held *h;
		const char *server = q->items[i].server;

		if (strcmp(q->items[i].gateway, as) != 0)
			continue;
		h = add_held(q, gateway, server);
		*h = q->items[i];
		h->gateway = gateway;
		for (int n = 0; n < REACHES; n++)
			set_copy(&h->reach[n], &q->items[i].reach[n]);
	}
	add_gateway(q, gateway);
}

void
equality_free(struct equality *q)
{
	for (size_t i = 0; i < q->count; i++)
		reached_free(q->items[i].reach);
	for (size_t i = 0; i < q->file_count; i++)
		rendering_free(&q->files[i].there);
	free(q->files);
	free(q->items);
	free(q->gateways);
	*q = (struct equality){ 0 };
}

/* --- who differs ------------------------------------------------------- */

struct comparing {
	const struct equality *q;
	const struct equality_teller *teller;
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
	for (int i = 0; i < REACHES; i++)
		if (!set_equal(&a->reach[i], &b->reach[i]))
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
	for (int i = 0; i < REACHED; i++) {
		const struct set *gains = &u->sets.gains[reached_order[i]];
		const struct set *loses = &u->sets.loses[reached_order[i]];

		if (set_empty(gains) && set_empty(loses))
			continue;
		u->may = !set_empty(gains);
		u->reach = reached_order[i];
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
	reached_subtract(&u->sets, h->reach, usual->reach);
	find_witness(u);
	c->teller->clients(c->teller->context, u);
	c->found++;
	reached_free_sets(&u->sets);
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
			c->teller->clients(c->teller->context, &u);
			c->found++;
		}
	}
	free(names);
}

/* --- domains ----------------------------------------------------------- */

/* What each gateway at one port does with each domain: itself, one below. */
struct treated {
	const struct held **held;
	struct treatment **found; /* of each */
	size_t count;
	char **asked;
	size_t asked_count;
	const char **names; /* room for the others */
};

static void
collect_domains(const struct equality *q, const struct treated *t,
    struct domain_list *list)
{
	for (size_t i = 0; i < t->count; i++) {
		struct named_domains named = { 0 };

		named_domains_read(&named,
		    &q->files[t->held[i]->files].there);
		domain_list_add(list, &named);
		named_domains_free(&named);
	}
	domain_list_settle(list);
}

static void
make_questions(struct treated *t, const struct domain_list *list)
{
	size_t count = list->count < DOMAINS_ASKED ? list->count
	                                           : DOMAINS_ASKED;

	t->asked_count = 2 * count;
	t->asked = mem_new(t->asked_count + 1, sizeof(*t->asked));
	for (size_t i = 0; i < count; i++) {
		struct buf below = { 0 };

		buf_addf(&below, "relayadm.%s", list->items[i]);
		t->asked[2 * i] = mem_text(list->items[i]);
		t->asked[2 * i + 1] = buf_take(&below);
	}
}

/* One whose files cannot be asked is left out. */
static void
ask_domains(const struct equality *q, struct treated *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct held *h = t->held[i];
		const struct equal_files *files = &q->files[h->files];
		struct recipients recipients = {
			(const char *const *)t->asked, t->asked_count,
			h->anonymous };
		struct treatment *found = mem_new(t->asked_count + 1,
		    sizeof(*found));
		struct err err;

		if (dialect_find(files->mta)->treat(&files->there,
		        &h->listener, &recipients, found, &err)) {
			t->held[kept] = h;
			t->found[kept++] = found;
		} else {
			free(found);
		}
	}
	t->count = kept;
}

/* What most do; the names of those. */
static const struct treatment *
usual_treatment(struct treated *t, size_t question, size_t *count)
{
	const struct treatment *usual = NULL;

	*count = 0;
	for (size_t i = 0; i < t->count; i++) {
		size_t n = 0;

		for (size_t k = 0; k < t->count; k++)
			n += treatment_equal(&t->found[i][question],
			    &t->found[k][question]);
		if (n > *count) {
			*count = n;
			usual = &t->found[i][question];
		}
	}
	for (size_t k = 0, n = 0; usual && k < t->count; k++)
		if (treatment_equal(usual, &t->found[k][question]))
			t->names[n++] = t->held[k]->gateway;
	return usual;
}

static void
tell_treatment(struct comparing *c, const struct treated *t,
    struct unequal_domain *u, const struct held *h,
    const struct treatment *there)
{
	u->gateway = h->gateway;
	u->server = h->server;
	u->port = h->port;
	u->others = t->names;
	u->there = *there;
	c->teller->domain(c->teller->context, u);
	c->found++;
}

/* Both in one where they differ alike. */
static void
tell_domain(struct comparing *c, struct treated *t, size_t place)
{
	size_t self = 2 * place, below = self + 1, count;
	struct unequal_domain u = { .domain = t->asked[self] };
	struct treatment usual[2];
	bool *merged = mem_new(t->count + 1, sizeof(*merged));

	usual[1] = *usual_treatment(t, below, &count);
	usual[0] = *usual_treatment(t, self, &u.other_count);
	u.usual = usual[0];
	u.itself = true;
	for (size_t i = 0; i < t->count; i++) {
		const struct treatment *found = t->found[i] + self;

		merged[i] = treatment_equal(&found[0], &found[1]) &&
		    treatment_equal(&usual[0], &usual[1]);
		u.subdomains = merged[i];
		if (!treatment_equal(&found[0], &usual[0]))
			tell_treatment(c, t, &u, t->held[i], &found[0]);
	}
	usual_treatment(t, below, &u.other_count);
	u.usual = usual[1];
	u.itself = false;
	u.subdomains = true;
	for (size_t i = 0; i < t->count; i++)
		if (!merged[i] && !treatment_equal(&t->found[i][below],
		    &usual[1]))
			tell_treatment(c, t, &u, t->held[i],
			    &t->found[i][below]);
	free(merged);
}

static void
free_treated(struct treated *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->found[i]);
	for (size_t i = 0; i < t->asked_count; i++)
		free(t->asked[i]);
	free(t->asked);
	free(t->found);
	free(t->held);
	free(t->names);
}

static void
compare_domains(struct comparing *c, unsigned port)
{
	const struct equality *q = c->q;
	struct domain_list list = { 0 };
	struct treated t = {
		.held = mem_new(q->count, sizeof(*t.held)),
		.found = mem_new(q->count, sizeof(*t.found)),
		.names = mem_new(q->count, sizeof(*t.names)),
	};

	for (size_t i = 0; i < q->count; i++)
		if (q->items[i].port == port)
			t.held[t.count++] = &q->items[i];
	collect_domains(q, &t, &list);
	make_questions(&t, &list);
	ask_domains(q, &t);
	for (size_t i = 0; t.count && i < t.asked_count / 2; i++)
		tell_domain(c, &t, i);
	if (list.count > t.asked_count / 2)
		c->teller->unasked(c->teller->context, port,
		    list.count - t.asked_count / 2);
	domain_list_free(&list);
	free_treated(&t);
}

size_t
equality_find(const struct equality *q, const struct equality_teller *teller)
{
	struct comparing c = { q, teller, 0 };

	for (size_t i = 0; i < q->count; i++) {
		size_t n = 0;

		while (!same_place(&q->items[n], &q->items[i]))
			n++;
		if (n != i)
			continue;
		compare_place(&c, &q->items[i]);
		compare_domains(&c, q->items[i].port);
	}
	return c.found;
}
