#include "config.h"

#include <string.h>

#include <jansson.h>

#include "out.h"
#include "show_sources.h"
#include "store/origin.h"

struct showing {
	struct session *session;
	struct policy *draft;
	json_t *all; /* NULL: in words */
};

static void
show_entry(const struct showing *s, const char *target,
    const struct entry *entry, const struct origin *origin)
{
	struct buf text = { 0 }, from = { 0 };

	entry_add(&text, entry);
	if (origin)
		origin_add(&from, origin);
	else
		buf_add(&from, "not known");
	if (s->all)
		json_array_append_new(s->all,
		    json_pack("{s:s,s:s,s:s,s:I,s:s?,s:s?}", "target", target,
		        "entry", buf_text(&text), "origin", buf_text(&from),
		        "import", (json_int_t)(origin ? origin->import : 0),
		        "source", origin ? origin->source : NULL, "author",
		        origin ? origin->author : NULL));
	else
		out_line("%-43s %s", buf_text(&text), buf_text(&from));
	buf_free(&text);
	buf_free(&from);
}

static bool
show_target(const struct showing *s, const struct target *target,
    struct err *err)
{
	const struct entries *entries = target_entries(target, s->draft);
	struct entries_walk walk = { .entries = entries };
	struct origins origins;
	struct entry entry;
	struct buf name = { 0 };

	if (!entries_count(entries))
		return true;
	if (!store_origins(s->session->store, target, entries, &origins, err))
		return false;
	target_add(&name, target);
	if (!s->all)
		out_line("%s", buf_text(&name));
	for (size_t i = 0; entries_next(&walk, &entry); i++)
		show_entry(s, buf_text(&name), &entry,
		    origins_find(&origins, i));
	buf_free(&name);
	origins_free(&origins);
	return true;
}

bool
show_sources(struct session *session, struct policy *draft,
    enum object_kind kind, const char *name, struct err *err)
{
	struct showing s = { session, draft,
		session->json ? json_array() : NULL };
	struct target target = { .is_list = kind == OBJECT_LIST };
	bool ok = true;

	memcpy(target.name, name, strlen(name) + 1);
	if (target.is_list)
		ok = show_target(&s, &target, err);
	for (const struct slot *slot = server_slots;
	     ok && !target.is_list && slot->name; slot++) {
		target.slot = slot;
		ok = show_target(&s, &target, err);
	}
	if (ok && s.all)
		out_json(s.all);
	else if (s.all)
		json_decref(s.all);
	return ok;
}
