#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "mem.h"
#include "name.h"

const char *const invariant_words[] = { "never-relays", "only-relays",
	"must-relay", "widest-grant", "domain-action", NULL };
const char *const when_words[] = { "either", "anonymous", "authenticated",
	NULL };
const char *const treated_words[] = { "inbound", "relayed", "rejected", NULL };

#define AT(member) offsetof(struct invariant, member)

const struct field invariant_fields[] = {
	{ "name", "Name", FIELD_NAME, AT(name), NULL, NULL,
	    "the name of the invariant in commands and findings", },
	{ "comment", "Comment", FIELD_COMMENT, AT(comment), NULL, NULL,
	    "a note for people; it never reaches a gateway", },
	{ "kind", "Kind", FIELD_CHOICE, AT(kind), "never-relays",
	    invariant_words,
	    "what must hold: these never relay, only these relay, these must "
	    "be able to relay, no wider block relays, a domain's action", },
	{ "when", "When", FIELD_CHOICE, AT(when), "either", when_words,
	    "of clients that have not logged on, that have, or either", },
	{ "action", "Action", FIELD_CHOICE, AT(action), "inbound",
	    action_words, "what must happen to mail for these domains", },
	{ "prefix4", "Widest IPv4 block", FIELD_PREFIX4, AT(prefix4), "0",
	    NULL, "0 to 32; 0 lets any block relay", },
	{ "prefix6", "Widest IPv6 block", FIELD_PREFIX6, AT(prefix6), "0",
	    NULL, "0 to 128; 0 lets any block relay", },
	{ NULL, NULL, FIELD_NAME, 0, NULL, NULL, NULL, },
};

const struct slot invariant_slots[] = {
	{ "clients", "clients", "Clients", AT(clients), true, },
	{ NULL, NULL, NULL, 0, false, },
};

#define OF(kind) (1u << INVARIANT_##kind)
#define OF_CLIENTS (OF(NEVER) | OF(ONLY) | OF(MUST))

static const struct {
	const char *key;
	unsigned kinds;
} uses[] = {
	{ "when", OF_CLIENTS, },
	{ "clients", OF_CLIENTS, },
	{ "action", OF(DOMAIN), },
	{ "domains", OF(DOMAIN), },
	{ "prefix4", OF(WIDEST), },
	{ "prefix6", OF(WIDEST), },
};

bool
invariant_uses(int kind, const char *key)
{
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (!strcmp(uses[i].key, key))
			return uses[i].kinds >> kind & 1;
	return true;
}

/* --- texts ------------------------------------------------------------ */

void
texts_add(struct texts *texts, char *text)
{
	size_t n = texts->count;

	/* Grows at powers of two. */
	if ((n & (n - 1)) == 0)
		texts->items = mem_resize(texts->items, n ? 2 * n : 1,
		    sizeof(*texts->items));
	texts->items[texts->count++] = text;
}

void
texts_free(struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->items[i]);
	free(texts->items);
	*texts = (struct texts){ 0 };
}

void
texts_copy(struct texts *to, const struct texts *from)
{
	*to = (struct texts){ 0 };
	for (size_t i = 0; i < from->count; i++)
		texts_add(to, mem_text(from->items[i]));
}

static int
compare_texts(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

void
texts_settle(struct texts *texts)
{
	struct texts all = *texts;

	if (all.count)
		qsort(all.items, all.count, sizeof(*all.items), compare_texts);
	*texts = (struct texts){ 0 };
	for (size_t i = 0; i < all.count; i++)
		if (i && !strcmp(all.items[i - 1], all.items[i]))
			continue;
		else
			texts_add(texts, mem_text(all.items[i]));
	texts_free(&all);
}

bool
texts_hold(const struct texts *texts, const char *text)
{
	return texts->count &&
	    bsearch(&text, texts->items, texts->count, sizeof(*texts->items),
	        compare_texts);
}

bool
texts_remove(struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++) {
		if (strcmp(texts->items[i], text) != 0)
			continue;
		free(texts->items[i]);
		texts->count--;
		memmove(texts->items + i, texts->items + i + 1,
		    (texts->count - i) * sizeof(*texts->items));
		return true;
	}
	return false;
}

/* --- the object ------------------------------------------------------- */

struct invariant *
invariant_new(const char *name)
{
	struct invariant *invariant = mem_new(1, sizeof(*invariant));
	struct err ignored;

	invariant->name = mem_text(name);
	for (const struct field *f = invariant_fields; f->name; f++)
		if (f->initial)
			field_parse(f, invariant, f->initial, &ignored);
	return invariant;
}

struct invariant *
invariant_copy(const struct invariant *invariant)
{
	struct invariant *copy = mem_new(1, sizeof(*copy));

	*copy = *invariant;
	copy->name = mem_text(invariant->name);
	copy->comment = mem_text(invariant->comment);
	texts_copy(&copy->servers, &invariant->servers);
	texts_copy(&copy->domains, &invariant->domains);
	entries_copy(&copy->clients, &invariant->clients);
	return copy;
}

void
invariant_free(struct invariant *invariant)
{
	if (!invariant)
		return;
	free(invariant->name);
	free(invariant->comment);
	texts_free(&invariant->servers);
	texts_free(&invariant->domains);
	entries_free(&invariant->clients);
	free(invariant);
}

bool
invariant_add_server(struct invariant *invariant, const char *text,
    size_t len, struct err *err)
{
	if (!name_check(text, len, err))
		return false;
	texts_add(&invariant->servers, mem_textn(text, len));
	return true;
}

bool
invariant_add_domain(struct invariant *invariant, const char *text,
    size_t len, struct err *err)
{
	struct route row = { 0 };
	struct buf written = { 0 };

	if (!route_parse(&row, text, len, err))
		return false;
	route_add(&written, &row);
	texts_add(&invariant->domains, buf_take(&written));
	route_free(&row);
	return true;
}

/* To what it is in a new one. */
static void
clear_field(struct invariant *invariant, const struct field *field)
{
	struct err ignored;

	if (!invariant_uses(invariant->kind, field->name))
		field_parse(field, invariant, field->initial, &ignored);
}

void
invariant_settle(struct invariant *invariant, bool when_said)
{
	for (const struct field *f = invariant_fields; f->name; f++)
		clear_field(invariant, f);
	if (!invariant_uses(invariant->kind, "clients"))
		entries_free(&invariant->clients);
	if (!invariant_uses(invariant->kind, "domains"))
		texts_free(&invariant->domains);
	if (!when_said && invariant_uses(invariant->kind, "when"))
		invariant->when = invariant->kind == INVARIANT_NEVER
		    ? WHEN_EITHER
		    : WHEN_ANONYMOUS;
	texts_settle(&invariant->servers);
	texts_settle(&invariant->domains);
}

bool
invariant_names(const struct invariant *invariant, const char *server)
{
	return !invariant->servers.count ||
	    texts_hold(&invariant->servers, server);
}

/* --- in words --------------------------------------------------------- */

#define SHOWN 3 /* of the clients, domains or servers that are many */

static void
add_more(struct buf *buf, size_t count)
{
	if (count <= SHOWN)
		return;
	buf_add(buf, " and ");
	buf_add_grouped(buf, count - SHOWN);
	buf_add(buf, " more");
}

static void
add_clients(struct buf *buf, const struct entries *clients)
{
	struct entries_walk walk = { .entries = clients };
	struct entry entry;

	while (walk.place < SHOWN && entries_next(&walk, &entry)) {
		buf_add(buf, walk.place > 1 ? ", " : "");
		entry_add(buf, &entry);
	}
	add_more(buf, entries_count(clients));
}

static void
add_texts(struct buf *buf, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count && i < SHOWN; i++)
		buf_addf(buf, "%s%s", i ? ", " : "", texts->items[i]);
	add_more(buf, texts->count);
}

static void
add_when(struct buf *buf, int when)
{
	static const char *const words[] = { "logged on or not",
		"without logging on", "after logging on" };

	buf_addf(buf, ", %s", words[when]);
}

static void
say_never(struct buf *buf, const struct invariant *i)
{
	if (entries_count(&i->clients))
		add_clients(buf, &i->clients);
	else
		buf_add(buf, "(no client is named)");
	buf_add(buf, " never relays");
	add_when(buf, i->when);
}

static void
say_only(struct buf *buf, const struct invariant *i)
{
	buf_add(buf, entries_count(&i->clients) ? "nothing outside "
	                                        : "nobody");
	add_clients(buf, &i->clients);
	buf_add(buf, " relays");
	add_when(buf, i->when);
}

static void
say_must(struct buf *buf, const struct invariant *i)
{
	if (entries_count(&i->clients))
		add_clients(buf, &i->clients);
	else
		buf_add(buf, "(no client is named)");
	buf_add(buf, " can relay");
	add_when(buf, i->when);
}

static void
say_widest(struct buf *buf, const struct invariant *i)
{
	buf_add(buf, "no block wider than ");
	if (i->prefix4)
		buf_addf(buf, "/%d of IPv4", i->prefix4);
	if (i->prefix4 && i->prefix6)
		buf_add(buf, " or ");
	if (i->prefix6)
		buf_addf(buf, "/%d of IPv6", i->prefix6);
	if (!i->prefix4 && !i->prefix6)
		buf_add(buf, "everything");
	buf_add(buf, " relays, without logging on");
}

static void
say_domain(struct buf *buf, const struct invariant *i)
{
	if (i->domains.count)
		add_texts(buf, &i->domains);
	else
		buf_add(buf, "(no domain is named)");
	buf_addf(buf, " %s always %s", i->domains.count > 1 ? "are" : "is",
	    treated_words[i->action]);
}

static void (*const say[])(struct buf *buf, const struct invariant *i) = {
	say_never,
	say_only,
	say_must,
	say_widest,
	say_domain,
};

void
invariant_add_words(struct buf *buf, const struct invariant *invariant)
{
	say[invariant->kind](buf, invariant);
	buf_add(buf, ", on ");
	if (invariant->servers.count)
		add_texts(buf, &invariant->servers);
	else
		buf_add(buf, "every server");
}
