#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "expire.h"
#include "mem.h"
#include "note.h"

#define SOON 30 /* days */

/* A list of entries, and whose it is. */
struct held {
	const char *kind, *name;
	const struct slot *slot; /* NULL: of a list */
	const struct server *server;
	struct entries *entries;
};

typedef void each_held(const struct held *held, void *context);

static void
each_of_server(struct server *server, each_held *each, void *context)
{
	for (const struct slot *s = server_slots; s->name; s++) {
		struct held held = { "server", server->name, s, server,
			slot_entries(s, server) };

		each(&held, context);
	}
}

static void
each_of_list(struct list *list, each_held *each, void *context)
{
	struct held held = { "list", list->name, NULL, NULL, &list->entries };

	each(&held, context);
}

static void
each_of_policy(const struct policy *policy, each_held *each, void *context)
{
	for (size_t i = 0; i < policy->list_count; i++)
		each_of_list(policy->lists[i], each, context);
	for (size_t i = 0; i < policy->server_count; i++)
		each_of_server(policy->servers[i], each, context);
}

bool
entry_expired(const struct entry *entry, int64_t now)
{
	return entry->expires && entry->expires < day_of(now);
}

static void
add_where(struct buf *buf, const struct held *held)
{
	buf_addf(buf, "%s:%s%s%s", held->kind, held->name,
	    held->slot ? "/" : "", held->slot ? held->slot->name : "");
}

static void
add_expired(struct buf *lines, const struct held *held,
    const struct entry *entry)
{
	if (!lines)
		return;
	add_where(lines, held);
	buf_add(lines, ": ");
	entry_add(lines, entry);
	buf_add(lines, " expired on ");
	day_add(lines, entry->expires);
	buf_addc(lines, '\n');
}

/* --- dropping ---------------------------------------------------------- */

struct dropping {
	int64_t now;
	struct buf *lines;
	size_t count;
};

static void
drop(const struct held *held, void *context)
{
	struct dropping *d = context;
	struct entries *e = held->entries;
	size_t i = 0;

	while (i < e->note_count) {
		const struct entry *noted = e->notes[i].entry;
		struct entry gone;

		if (!entry_expired(noted, d->now)) {
			i++;
			continue;
		}
		add_expired(d->lines, held, noted);
		d->count++;
		entry_clear(&gone);
		gone.kind = noted->kind;
		gone.net = noted->net;
		memcpy(gone.name, noted->name, strlen(noted->name) + 1);
		entries_remove(e, &gone);
	}
}

size_t
list_drop_expired(struct list *list, int64_t now, struct buf *lines)
{
	struct dropping d = { now, lines, 0 };

	each_of_list(list, drop, &d);
	return d.count;
}

size_t
server_drop_expired(struct server *server, int64_t now, struct buf *lines)
{
	struct dropping d = { now, lines, 0 };

	each_of_server(server, drop, &d);
	return d.count;
}

size_t
policy_drop_expired(struct policy *policy, int64_t now, struct buf *lines)
{
	struct dropping d = { now, lines, 0 };

	each_of_policy(policy, drop, &d);
	return d.count;
}

static void
count(const struct held *held, void *context)
{
	struct dropping *d = context;

	for (size_t i = 0; i < held->entries->note_count; i++)
		d->count += entry_expired(held->entries->notes[i].entry,
		    d->now);
}

bool
policy_has_expired(const struct policy *policy, int64_t now)
{
	struct dropping d = { now, NULL, 0 };

	each_of_policy(policy, count, &d);
	return d.count > 0;
}

/* --- what went --------------------------------------------------------- */

struct leaving {
	const struct policy *to;
	int64_t now;
	struct buf *lines;
	size_t count;
};

static const struct entries *
same_place(const struct policy *policy, const struct held *held)
{
	const struct list *list;
	const struct server *server;

	if (!held->slot) {
		list = policy_list(policy, held->name);
		return list ? &list->entries : NULL;
	}
	server = policy_server(policy, held->name);
	return server ? slot_entries_const(held->slot, server) : NULL;
}

static void
leave(const struct held *held, void *context)
{
	struct leaving *l = context;
	const struct entries *there = NULL;

	for (size_t i = 0; i < held->entries->note_count; i++) {
		const struct entry *noted = held->entries->notes[i].entry;

		if (!entry_expired(noted, l->now))
			continue;
		/* Looking for it takes long where there are very many. */
		if (!there)
			there = same_place(l->to, held);
		if (!there)
			return;
		if (entries_find(there, noted) != ENTRY_NOWHERE)
			continue;
		add_expired(l->lines, held, noted);
		l->count++;
	}
}

size_t
expired_add_gone(struct buf *lines, const struct policy *from,
    const struct policy *to, int64_t now)
{
	struct leaving l = { to, now, lines, 0 };

	each_of_policy(from, leave, &l);
	return l.count;
}

/* --- findings ---------------------------------------------------------- */

struct asking {
	struct findings *findings;
	int64_t now;
};

/* Does being listed here keep somebody out? */
static bool
shuts_out(const struct held *held)
{
	return held->slot && (!strcmp(held->slot->name, "never") ||
	    slot_mode(held->slot, held->server) == MODE_ALL_EXCEPT);
}

static void
say_expiry(struct asking *a, const struct held *held,
    const struct entry *entry, bool expired)
{
	struct buf object = { 0 }, text = { 0 };
	struct finding finding = { .level = LEVEL_INFO,
		.code = "expires-soon" };

	buf_addf(&object, "%s:%s", held->kind, held->name);
	entry_add(&text, entry);
	if (held->slot)
		buf_addf(&text, " (%s)", held->slot->name);
	buf_add(&text, expired ? " expired on " : " counts until ");
	day_add(&text, entry->expires);
	if (expired) {
		finding.code = "expired-entry";
		finding.level = LEVEL_WARNING;
		buf_add(&text, " and goes at the next commit");
		if (shuts_out(held))
			buf_add(&text, "; it kept somebody out, who is let in "
			    "then");
	}
	finding.object = buf_take(&object);
	finding.sentence = buf_take(&text);
	finding.advice = mem_text(expired
	    ? "if it is still meant, give it a later day or none"
	    : "give it a later day if it is needed longer");
	findings_add(a->findings, &finding);
	free(finding.object);
	free(finding.sentence);
	free(finding.advice);
}

static void
ask(const struct held *held, void *context)
{
	struct asking *a = context;
	int32_t today = day_of(a->now);
	size_t reported = 0;

	for (size_t i = 0; i < held->entries->note_count &&
	     reported < ENTRIES_REPORTED; i++) {
		const struct entry *noted = held->entries->notes[i].entry;

		if (!noted->expires || noted->expires > today + SOON)
			continue;
		say_expiry(a, held, noted, noted->expires < today);
		reported++;
	}
}

void
findings_add_expiry(struct findings *findings, const struct policy *policy,
    int64_t now)
{
	struct asking a = { findings, now };

	each_of_policy(policy, ask, &a);
}
