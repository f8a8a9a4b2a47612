/* The relay lists of Exchange 5.5 out of the registry, and all of them with
 * RelayFlags as a server that works by its routing restrictions. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "format_list.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "registry.h"

static int
sniff(const struct source *source, struct buf *why)
{
	struct span text = span_trim(span_of(source->text, source->len));

	if (!span_starts(text, "REGEDIT4") &&
	    !span_starts(text, "Windows Registry Editor Version 5"))
		return 0;
	buf_add(why, "it begins as an export of the registry does");
	return 97;
}

/* --- entries ------------------------------------------------------------ */

/* The list that is named, or the only one that has something. */
static bool
choose(const struct registry *r, enum registry_value *chosen, struct err *err)
{
	const char *column = intake_rules(r->intake)->column;
	struct buf there = { 0 };
	size_t count = 0;

	for (int i = REGISTRY_ALLOW; i < REGISTRY_VALUES; i++) {
		const char *name = registry_names[i];

		if (column ? span_is(span_of(column, strlen(column)), name)
		           : r->values[i].count > 0) {
			*chosen = (enum registry_value)i;
			count++;
		}
		if (r->values[i].there)
			buf_addf(&there, "%s%s (%zu)", there.len ? ", " : "",
			    name, r->values[i].count);
	}
	if (count == 1 && r->values[*chosen].there) {
		buf_free(&there);
		return true;
	}
	if (!there.len)
		fail(err, "has no relay list, only RelayFlags");
	else if (column)
		fail(err, "there is no list '%.40s'; there are: %s", column,
		    buf_text(&there));
	else
		fail(err, "has %s; name one by --column, or import all as a "
		    "server", buf_text(&there));
	buf_free(&there);
	return false;
}

static void
take_list(const struct registry *r, enum registry_value chosen)
{
	const struct stated_list *list = &r->values[chosen];
	struct buf spelled = { 0 };

	for (size_t i = 0; i < list->count; i++) {
		struct item item = stated_item(&list->values[i]);

		item.comment = registry_names[chosen];
		item.comment_len = strlen(item.comment);
		registry_spell(&spelled, &list->values[i]);
		stated_take(r->intake, &item,
		    span_of(buf_text(&spelled), spelled.len));
	}
	buf_free(&spelled);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct registry r;
	enum registry_value chosen = REGISTRY_VALUES;
	bool ok = registry_open(&r, intake, source, err) &&
	    (intake->stopped || choose(&r, &chosen, err));

	if (ok && chosen < REGISTRY_VALUES)
		take_list(&r, chosen);
	registry_close(&r);
	return ok;
}

/* --- a server ----------------------------------------------------------- */

static void
leave(const struct registry *r, enum registry_value value, const char *text)
{
	const struct stated_list *list = &r->values[value];
	struct item item = { .line = 1, .column = 1,
		.text = registry_names[value],
		.len = strlen(registry_names[value]) };

	if (list->count) {
		item.line = list->values[0].line;
		item.column = list->values[0].column;
	}
	intake_left(r->intake, &item, "%s", text);
}

static void
add_entries(const struct registry *r, enum registry_value value,
    struct entries *entries)
{
	const struct stated_list *list = &r->values[value];
	struct buf spelled = { 0 };
	struct entry entry;
	struct err err;

	entry_clear(&entry);
	entry.kind = ENTRY_NET;
	for (size_t i = 0; i < list->count; i++) {
		struct item item = stated_item(&list->values[i]);

		registry_spell(&spelled, &list->values[i]);
		if (stated_net(r->intake, &list->values[i],
		        span_of(buf_text(&spelled), spelled.len), &entry.net,
		        &err))
			entries_append(entries, &entry);
		else
			intake_bad(r->intake, &item, "%s", err.text);
	}
	entries_settle(entries);
	buf_free(&spelled);
}

static const struct {
	unsigned long flag;
	enum registry_value value;
	const char *unused;
} lists[] = {
	{ RELAY_FLAG_DENY, REGISTRY_DENY,
	    "RelayFlags has not 1, so the deny list does not count", },
	{ RELAY_FLAG_ALLOW, REGISTRY_ALLOW,
	    "RelayFlags has not 2, so the allow list does not count", },
	{ RELAY_FLAG_LOCAL, REGISTRY_LOCAL,
	    "RelayFlags has not 4, so the local addresses do not count", },
};

static void
set_lists(const struct registry *r, struct server *s)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		enum registry_value value = lists[i].value;
		struct entries *entries = value == REGISTRY_DENY ? &s->never
		    : value == REGISTRY_ALLOW ? &s->clients.entries
		                              : &s->local.entries;

		if (r->flags & lists[i].flag)
			add_entries(r, value, entries);
		else if (r->values[value].count)
			leave(r, value, lists[i].unused);
	}
	s->clients.enabled = r->flags & RELAY_FLAG_ALLOW;
	s->local.enabled = r->flags & RELAY_FLAG_LOCAL;
	s->only_authenticated = r->flags & RELAY_FLAG_AUTHENTICATED;
}

static void
check_flags(const struct registry *r)
{
	const struct stated_list *list = &r->values[REGISTRY_FLAGS];
	struct item item;

	if (!list->there) {
		leave(r, REGISTRY_FLAGS, "is not there, so no list counts");
		return;
	}
	item = stated_item(&list->values[0]);
	if (r->flags & ~(unsigned long)RELAY_FLAGS)
		intake_bad(r->intake, &item, "RelayFlags has bits that are "
		    "not documented: 0x%lx; known are 1, 2, 4 and 8",
		    r->flags & ~(unsigned long)RELAY_FLAGS);
	if (r->flags == RELAY_FLAG_DENY)
		intake_left(r->intake, &item, "RelayFlags is 1 alone: all who "
		    "are not denied may relay, once it reroutes");
}

static bool
read_policy(struct policy *policy, struct intake *notes,
    const struct source *source, struct err *err)
{
	struct registry r;
	struct server *server;
	bool ok = registry_open(&r, notes, source, err);

	if (ok && !notes->stopped) {
		server = preset_server(preset_find("ims"), "ims");
		server->comment = mem_text("Internet Mail Service");
		check_flags(&r);
		set_lists(&r, server);
		leave(&r, REGISTRY_FLAGS, "whether it reroutes, where it "
		    "listens and for which domains is not in the registry: it "
		    "relays nothing until reroute is on");
		policy_add_server(policy, server);
	}
	registry_close(&r);
	return ok;
}

const struct format format_registry = {
	.name = "registry",
	.title = "registry export of Exchange 5.5",
	.sniff = sniff,
	.read = read,
	.read_policy = read_policy,
};
