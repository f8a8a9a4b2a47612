#include "config.h"

#include <stdlib.h>

#include "entry_facts.h"
#include "filter_words.h"
#include "policy/expire.h"
#include "policy/mem.h"

/* --- where entries come from ------------------------------------------- */

static void
run(void *context)
{
	struct entry_facts *facts = context;
	struct store *store;

	if (!store_again(&store, facts->app->store, &facts->err))
		return;
	facts->ok = store_origins(store, facts->target, &facts->copy,
	    &facts->origins, &facts->err);
	store_close(store);
}

static void
on_ended(void *context)
{
	struct entry_facts *facts = context;

	entries_free(&facts->copy);
	facts->known = true;
	if (!facts->ok)
		app_fail(facts->app, &facts->err);
	facts->come(facts->context);
}

bool
facts_origins(struct entry_facts *facts)
{
	if (facts->known || !facts->target->name[0])
		return true;
	if (facts->beside.going)
		return false;
	facts->ok = false;
	facts->beside = (struct beside){ .run = run, .ended = on_ended,
		.context = facts };
	entries_copy(&facts->copy, facts->stored);
	facts->same = entries_equal(facts->stored, facts->shown);
	if (beside_start(&facts->beside, facts->app->loop, &facts->err))
		return false;
	app_fail(facts->app, &facts->err);
	entries_free(&facts->copy);
	facts->known = true;
	return true;
}

const struct origin *
facts_origin(const struct entry_facts *facts, const struct entry *entry,
    size_t place, bool *stored)
{
	if (!facts->same)
		place = entries_find(facts->stored, entry);
	*stored = place != ENTRY_NOWHERE && facts->target->name[0];
	return *stored ? origins_find(&facts->origins, place) : NULL;
}

static void
forget_origins(struct entry_facts *facts)
{
	beside_clear(&facts->beside);
	entries_free(&facts->copy);
	origins_free(&facts->origins);
	facts->known = false;
}

/* --- mail ---------------------------------------------------------------- */

static void
read_mail(void *context)
{
	struct entry_facts *facts = context;
	struct seen seen;

	seen_load(&seen);
	last_mail_make(&facts->mail.last, &seen, &facts->mail.scope);
	seen_free(&seen);
}

static void
on_mail(void *context)
{
	struct entry_facts *facts = context;

	mail_scope_free(&facts->mail.scope);
	facts->mail.known = true;
	facts->come(facts->context);
}

bool
facts_mail(struct entry_facts *facts)
{
	struct mail_facts *mail = &facts->mail;
	struct err ignored;

	if (mail->known)
		return true;
	if (mail->beside.going)
		return false;
	mail_scope_of(&mail->scope, facts->target, facts->app->draft);
	mail->beside = (struct beside){ .run = read_mail, .ended = on_mail,
		.context = facts };
	if (beside_start(&mail->beside, facts->app->loop, &ignored))
		return false;
	read_mail(facts);
	mail_scope_free(&mail->scope);
	return mail->known = true;
}

void
facts_use(const struct entry_facts *facts, const struct entry *entry,
    struct mail_use *use)
{
	last_mail_ask(&facts->mail.last, entry, use);
}

static void
forget_mail(struct entry_facts *facts)
{
	beside_clear(&facts->mail.beside);
	mail_scope_free(&facts->mail.scope);
	last_mail_free(&facts->mail.last);
	facts->mail.known = false;
}

/* --- problems ---------------------------------------------------------- */

static void
take_inside(size_t place, void *context)
{
	unsigned char *bits = context;

	bits[place / 8] |= (unsigned char)(1u << (place % 8));
}

/* Only where a listed client could relay does NEVER take something away. */
static void
find_never(struct entry_facts *facts)
{
	const struct target *target = facts->target;
	const struct server *server = target->slot && target->name[0]
	    ? policy_server(facts->app->draft, target->name)
	    : NULL;
	struct set listed;

	if (!server || (target->slot != slot_find("relay") &&
	        target->slot != slot_find("clients")))
		return;
	set_of_entries(&facts->never, &server->never);
	for (size_t i = 0; i < server->never.list_count; i++) {
		const struct list *list = policy_list(facts->app->draft,
		    server->never.lists[i]);

		if (!list)
			continue;
		set_of_entries(&listed, &list->entries);
		set_union(&facts->never, &facts->never, &listed);
		set_free(&listed);
	}
}

void
facts_judge(struct entry_facts *facts)
{
	if (facts->judged)
		return;
	facts->judged = true;
	facts->inside = mem_new(entries_count(facts->shown) / 8 + 1, 1);
	redundant_each(app_compiled(facts->app), facts->shown, take_inside,
	    facts->inside);
	find_never(facts);
	set_routable(&facts->routable);
	arrival_rules(&facts->rules, facts->target, facts->app->draft);
	facts->rules.holds = HOLD_WIDE | HOLD_PRIVATE | HOLD_EVERYBODY;
}

static bool
is_held(const struct entry_facts *facts, const struct entry *entry,
    unsigned hold)
{
	return entry->kind == ENTRY_NET &&
	    (hold_net(&facts->rules, &facts->routable, &entry->net) & hold);
}

/* The very entry, in a list that is included. */
static bool
is_duplicate(const struct entry_facts *facts, const struct entry *entry)
{
	const struct entries *shown = facts->shown;
	const struct list *list;

	for (size_t i = 0; i < shown->list_count; i++) {
		list = policy_list(facts->app->draft, shown->lists[i]);
		if (list && entries_find(&list->entries, entry) !=
		    ENTRY_NOWHERE)
			return true;
	}
	return false;
}

static bool
is_any(const struct entry_facts *facts, const struct entry *entry,
    size_t place)
{
	for (int i = 0; i < PROBLEMS; i++)
		if (facts_is(facts, entry, place, i))
			return true;
	return false;
}

bool
facts_is(const struct entry_facts *facts, const struct entry *entry,
    size_t place, int problem)
{
	switch (problem) {
	case PROBLEM_WIDE:
		return is_held(facts, entry, HOLD_WIDE);
	case PROBLEM_PRIVATE:
		return is_held(facts, entry, HOLD_PRIVATE);
	case PROBLEM_EVERYBODY:
		return is_held(facts, entry, HOLD_EVERYBODY);
	case PROBLEM_DOMAIN:
		return entry->kind == ENTRY_DOMAIN;
	case PROBLEM_UNKNOWN:
		return entry->kind == ENTRY_LIST &&
		    !policy_list(facts->app->draft, entry->name);
	case PROBLEM_EXPIRED:
		return entry_expired(entry, store_now());
	case PROBLEM_INSIDE:
		return facts->inside[place / 8] >> (place % 8) & 1;
	case PROBLEM_DUPLICATE:
		return is_duplicate(facts, entry);
	case PROBLEM_SHADOWED:
		return entry->kind == ENTRY_NET &&
		    set_meets(&facts->never, &entry->net);
	default:
		return is_any(facts, entry, place);
	}
}

static void
forget_problems(struct entry_facts *facts)
{
	free(facts->inside);
	facts->inside = NULL;
	set_free(&facts->never);
	set_free(&facts->routable);
	facts->never = facts->routable = (struct set){ 0 };
	facts->judged = false;
}

/* --- the last revision -------------------------------------------------- */

bool
facts_committed(const struct entry_facts *facts, const struct entry *entry)
{
	const struct policy *base = app_base(facts->app);
	struct policy *was = (struct policy *)(uintptr_t)base;
	const struct entries *entries = base && facts->target->name[0]
	    ? target_entries(facts->target, was) /* only finds them */
	    : NULL;

	return entries && entries_find(entries, entry) != ENTRY_NOWHERE;
}

void
facts_edited(struct entry_facts *facts)
{
	forget_problems(facts);
	facts->same = entries_equal(facts->stored, facts->shown);
}

void
facts_forget(struct entry_facts *facts)
{
	forget_origins(facts);
	forget_mail(facts);
	forget_problems(facts);
}
