#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "policy/invariant.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "policy/note.h"
#include "store/shape.h"

enum change_sign {
	SET,
	ADD,
	REMOVE,
};

struct word {
	char key[80];
	const char *value;
	enum change_sign sign;
};

static bool
cut_word(struct word *w, const char *text, struct err *err)
{
	const char *equals = strchr(text, '=');
	size_t len = equals ? (size_t)(equals - text) : 0;

	w->sign = SET;
	if (len && (equals[-1] == '+' || equals[-1] == '-'))
		w->sign = equals[-1] == '+' ? ADD : REMOVE, len--;
	if (!len || len >= sizeof(w->key))
		return fail_as(err, ERR_USAGE,
		    "'%.80s' is not KEY=VALUE, KEY+=VALUE or KEY-=VALUE", text);
	memcpy(w->key, text, len);
	w->key[len] = '\0';
	w->value = equals + 1;
	return true;
}

const struct field *
assign_fields(enum object_kind kind)
{
	return shapes[kind].fields;
}

/* Calls each with every comma-separated piece of the value. */
static bool
each_piece(void *object, const struct word *w, struct err *err,
    bool (*each)(void *object, const struct word *w, const char *text,
        size_t len, struct err *err))
{
	for (const char *p = w->value; *p;) {
		size_t len = strcspn(p, ",");

		if (len && !each(object, w, p, len, err))
			return false;
		p += len + (p[len] == ',');
	}
	return true;
}

/* --- entries ----------------------------------------------------------- */

struct place {
	struct entries *entries;
	const struct slot *slot; /* NULL: of a list */
	const struct policy *policy;
};

/* "owner=ana; expires=2026-12-31" behind an entry and a semicolon. */
static bool
read_notes(struct note_texts *notes, const char *text, size_t len,
    struct err *err)
{
	const char *end = text + len;

	note_texts_clear(notes);
	while (text < end) {
		size_t part = strcspn(text, ";,"), name;
		int kind;

		while (part && (*text == ' ' || *text == '\t'))
			text++, part--;
		name = strcspn(text, "=;,");
		kind = note_find(text, name < part ? name : part);
		if (kind < 0 || name >= part)
			return fail(err, "'%.*s': what is noted is comment=, "
			    "owner=, ticket= or expires=YYYY-MM-DD",
			    (int)(part > 80 ? 80 : part), text);
		part -= name + 1;
		text += name + 1;
		if (!note_texts_set(notes, (enum note_kind)kind, text, part,
		        err))
			return false;
		text += part + 1;
	}
	return true;
}

static bool
assign_entry(void *object, const struct word *w, const char *text, size_t len,
    struct err *err)
{
	const struct place *place = object;
	const char *notes = memchr(text, ';', len);
	size_t all = len;
	struct note_texts texts;
	struct entry entry;

	len = notes ? (size_t)(notes - text) : len;
	if (!entry_parse(&entry, text, len, NET_STRICT, err))
		return fail_in(err, "%.*s", (int)(len > 80 ? 80 : len), text);
	if (notes && !read_notes(&texts, notes + 1, all - len - 1, err))
		return fail_in(err, "%.*s", (int)(len > 80 ? 80 : len), text);
	if (notes)
		note_texts_lend(&texts, &entry);
	if (!place->slot && entry.kind == ENTRY_LIST)
		return fail(err, "list:%s: lists do not include lists",
		    entry.name);
	if (w->sign == REMOVE) {
		if (!entries_remove(place->entries, &entry))
			return fail(err, "%.*s is not in the list",
			    (int)(len > 80 ? 80 : len), text);
		return true;
	}
	if (place->slot &&
	    !slot_check(place->slot, place->policy, &entry, err))
		return false;
	if (notes || entries_find(place->entries, &entry) == ENTRY_NOWHERE)
		entries_add(place->entries, &entry);
	return true;
}

static bool
assign_entries(struct place *place, const struct word *w, struct err *err)
{
	if (w->sign == SET)
		entries_free(place->entries);
	return each_piece(place, w, err, assign_entry);
}

/* --- listeners, routing rows, servers of a gateway --------------------- */

static bool
assign_listener(void *object, const struct word *w, const char *text,
    size_t len, struct err *err)
{
	struct server *s = object;
	struct listener l;

	if (!listener_parse(&l, text, len, err))
		return fail_in(err, "%.*s", (int)(len > 80 ? 80 : len), text);
	if (w->sign != REMOVE)
		return server_add_listener(s, &l, err);
	for (size_t i = 0; i < s->listener_count; i++) {
		struct listener *at = &s->listeners[i];

		if (at->family != l.family || at->addr != l.addr ||
		    at->port != l.port)
			continue;
		s->listener_count--;
		memmove(at, at + 1, (s->listener_count - i) * sizeof(*at));
		return true;
	}
	return fail(err, "%.*s is not a listener of the server",
	    (int)(len > 80 ? 80 : len), text);
}

static bool
remove_route(struct server *s, const struct route *row, struct err *err)
{
	for (size_t i = 0; i < s->route_count; i++) {
		if (strcmp(s->routes[i].domain, row->domain) ||
		    s->routes[i].exact != row->exact)
			continue;
		server_remove_route(s, i);
		return true;
	}
	return fail(err, "there is no row for %s%s", row->exact ? "#" : "",
	    row->domain);
}

/* DOMAIN ACTION [NEXT-HOP], separated by blanks. */
static bool
parse_row(struct route *row, const char *text, size_t len, struct err *err)
{
	char copy[900];
	char *word[4] = { NULL, NULL, NULL, NULL }, *save = NULL;
	int n = 0;

	if (len >= sizeof(copy))
		return fail(err, "a row of more than 900 bytes");
	memcpy(copy, text, len);
	copy[len] = '\0';
	for (char *p = strtok_r(copy, " \t", &save); p && n < 4;
	     p = strtok_r(NULL, " \t", &save))
		word[n++] = p;
	if (n < 1 || n > 3)
		return fail(err, "not DOMAIN ACTION [NEXT-HOP]");
	if (!route_parse(row, word[0], strlen(word[0]), err))
		return false;
	row->action = ROUTE_INBOUND;
	if (n == 1)
		return true;
	if (word_find(action_words, word[1]) < 0)
		return fail(err,
		    "'%.40s' is none of: inbound, relay, reject", word[1]);
	row->action = (enum route_action)word_find(action_words, word[1]);
	return n < 3 ||
	    route_parse_next_hop(row, word[2], strlen(word[2]), err);
}

static bool
assign_route(void *object, const struct word *w, const char *text, size_t len,
    struct err *err)
{
	struct server *s = object;
	struct route row = { 0 };
	bool ok = parse_row(&row, text, len, err) ||
	    fail_in(err, "%.*s", (int)(len > 80 ? 80 : len), text);

	if (ok && w->sign == REMOVE) {
		ok = remove_route(s, &row, err);
		route_free(&row);
	} else if (ok)
		server_add_route(s, row);
	else
		route_free(&row);
	return ok;
}

static bool
assign_carried(void *object, const struct word *w, const char *text,
    size_t len, struct err *err)
{
	struct gateway *g = object;
	size_t i = 0;

	if (!name_check(text, len, err))
		return false;
	while (i < g->server_count &&
	    (strlen(g->servers[i]) != len || memcmp(g->servers[i], text, len)))
		i++;
	if (w->sign == REMOVE && i == g->server_count)
		return fail(err, "the gateway does not carry %.*s", (int)len,
		    text);
	if (w->sign == REMOVE) {
		free(g->servers[i]);
		g->server_count--;
		memmove(g->servers + i, g->servers + i + 1,
		    (g->server_count - i) * sizeof(*g->servers));
	} else if (i == g->server_count) {
		g->servers = mem_resize(g->servers, i + 1,
		    sizeof(*g->servers));
		g->servers[g->server_count++] = mem_textn(text, len);
	}
	return true;
}

static void
clear_routes(struct server *s)
{
	while (s->route_count)
		server_remove_route(s, s->route_count - 1);
}

static void
clear_carried(struct gateway *g)
{
	while (g->server_count)
		free(g->servers[--g->server_count]);
}

static const struct slot *
find_slot(const char *key)
{
	for (const struct slot *s = server_slots; s->name; s++)
		if (!strcmp(key, s->name) || !strcmp(key, s->path))
			return s;
	return NULL;
}

static bool
assign_server(struct server *s, const struct policy *policy,
    const struct word *w, bool *known, struct err *err)
{
	const struct slot *slot = find_slot(w->key);
	struct place place = { NULL, slot, policy };

	if (slot) {
		place.entries = slot_entries(slot, s);
		return assign_entries(&place, w, err);
	}
	if (!strcmp(w->key, "listen")) {
		if (w->sign == SET)
			s->listener_count = 0;
		return each_piece(s, w, err, assign_listener);
	}
	if (!strcmp(w->key, "routing") || !strcmp(w->key, "routing.list")) {
		if (w->sign == SET)
			clear_routes(s);
		return each_piece(s, w, err, assign_route);
	}
	*known = false;
	return true;
}

/* --- invariants -------------------------------------------------------- */

static bool
take_text(struct texts *texts, const char *text, size_t len, struct err *err)
{
	char *copy = mem_textn(text, len);
	bool ok = texts_remove(texts, copy);

	free(copy);
	return ok || fail(err, "%.*s is not named",
	    (int)(len > 80 ? 80 : len), text);
}

static bool
assign_judged(void *object, const struct word *w, const char *text, size_t len,
    struct err *err)
{
	struct invariant *i = object;

	return w->sign == REMOVE ? take_text(&i->servers, text, len, err)
	                         : invariant_add_server(i, text, len, err);
}

static bool
assign_domain(void *object, const struct word *w, const char *text, size_t len,
    struct err *err)
{
	struct invariant *i = object;

	return w->sign == REMOVE ? take_text(&i->domains, text, len, err)
	                         : invariant_add_domain(i, text, len, err);
}

static bool
assign_invariant(struct invariant *i, const struct policy *policy,
    const struct word *w, bool *known, struct err *err)
{
	struct place place = { &i->clients, invariant_slots, policy };

	if (!strcmp(w->key, "clients"))
		return assign_entries(&place, w, err);
	if (!strcmp(w->key, "servers")) {
		if (w->sign == SET)
			texts_free(&i->servers);
		return each_piece(i, w, err, assign_judged);
	}
	if (!strcmp(w->key, "domains")) {
		if (w->sign == SET)
			texts_free(&i->domains);
		return each_piece(i, w, err, assign_domain);
	}
	*known = false;
	return true;
}

static bool
assign_special(enum object_kind kind, void *object,
    const struct policy *policy, const struct word *w, bool *known,
    struct err *err)
{
	struct list *list = object;
	struct place place = { NULL, NULL, policy };

	*known = true;
	if (kind == OBJECT_SERVER)
		return assign_server(object, policy, w, known, err);
	if (kind == OBJECT_INVARIANT)
		return assign_invariant(object, policy, w, known, err);
	if (kind == OBJECT_GATEWAY && !strcmp(w->key, "servers")) {
		if (w->sign == SET)
			clear_carried(object);
		return each_piece(object, w, err, assign_carried);
	}
	if (kind == OBJECT_LIST && !strcmp(w->key, "entries")) {
		place.entries = &list->entries;
		return assign_entries(&place, w, err);
	}
	*known = false;
	return true;
}

bool
assign_word(enum object_kind kind, void *object, const struct policy *policy,
    const char *text, struct err *err)
{
	const struct field *field;
	struct word w;
	bool known;

	if (!cut_word(&w, text, err))
		return false;
	if (!assign_special(kind, object, policy, &w, &known, err))
		return fail_in(err, "%s", w.key);
	if (known)
		return true;
	field = field_find(assign_fields(kind), w.key);
	if (!field)
		return fail_as(err, ERR_USAGE,
		    "%s: %s %s has no such key; %s show NAME lists them",
		    w.key, kind == OBJECT_INVARIANT ? "an" : "a",
		    object_words[kind], object_words[kind]);
	if (w.sign != SET)
		return fail_as(err, ERR_USAGE,
		    "%s is one value: write %s=VALUE", w.key, w.key);
	return field_parse(field, object, w.value, err);
}

static size_t
key_length(const char *word)
{
	return strcspn(word, "+-=");
}

static bool
check_key(const struct shape *shape, const void *object, const char *word,
    struct err *err)
{
	char *key = mem_textn(word, key_length(word));
	bool ok = shape->uses(object, key) || fail_as(err, ERR_USAGE,
	    "%s: an %s of this kind has no such key; see relayadm-policy(7)",
	    key, shape->word);

	free(key);
	return ok;
}

bool
assign_settle(enum object_kind kind, void *object, bool fresh, char **words,
    int count, struct err *err)
{
	const struct shape *shape = &shapes[kind];
	struct buf said = { 0 };
	bool ok = true;

	for (int i = 0; ok && i < count; i++) {
		ok = !shape->uses || check_key(shape, object, words[i], err);
		buf_addf(&said, "\n%.*s\n", (int)key_length(words[i]),
		    words[i]);
	}
	if (ok && shape->settle)
		shape->settle(object, fresh ? buf_text(&said) : NULL);
	buf_free(&said);
	return ok;
}

bool
assign_ssh_url(struct gateway *gateway, const char *url, struct err *err)
{
	static const char scheme[] = "ssh://";
	const char *p = url + sizeof(scheme) - 1;
	const char *at = strchr(p, '@');
	struct route hop = { 0 };
	char user[40];
	bool ok = true;

	if (at) {
		ok = (size_t)(at - p) < sizeof(user) ||
		    fail(err, "a user of more than 32 characters");
		if (ok) {
			memcpy(user, p, (size_t)(at - p));
			user[at - p] = '\0';
			ok = field_parse(field_find(gateway_fields, "ssh.user"),
			    gateway, user, err);
		}
		p = at + 1;
	}
	ok = ok && route_parse_next_hop(&hop, p, strlen(p), err);
	if (ok && !hop.next_hop)
		ok = fail(err, "the host is missing");
	ok = ok && field_parse(field_find(gateway_fields, "ssh.host"), gateway,
	               hop.next_hop, err);
	if (ok && hop.port)
		gateway->port = hop.port;
	route_free(&hop);
	return ok ? true : fail_in(err, "%.200s", url);
}
