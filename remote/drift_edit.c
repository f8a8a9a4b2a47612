#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "domain_drift.h"
#include "drift.h"
#include "drift_edit.h"
#include "policy/difference.h"
#include "policy/mem.h"
#include "reached.h"
#include "site.h"

/* --- entries ----------------------------------------------------------- */

struct adding {
	struct entries *to;
	const char *comment;
};

static void
add_block(const struct net *block, void *context)
{
	const struct adding *a = context;
	struct entry entry;

	entry_clear(&entry);
	entry.kind = ENTRY_NET;
	entry.net = *block;
	entry.comment = a->comment;
	entries_append(a->to, &entry);
}

static void
add_clients(struct entries *to, const struct set *clients,
    const char *comment)
{
	struct adding adding = { to, comment };

	set_blocks(clients, add_block, &adding);
	entries_settle(to);
}

/* Entries that are not meant stay as they are, the others in part. */
static void
cut_clients(struct entries *from, const struct set *clients)
{
	struct entries_walk walk = { .entries = from };
	struct entries left = { 0 };
	struct adding adding = { &left, NULL };
	struct entry entry;

	while (entries_next(&walk, &entry)) {
		struct set rest;

		if (entry.kind != ENTRY_NET ||
		    !set_meets(clients, &entry.net)) {
			entries_append(&left, &entry);
			continue;
		}
		set_of_net(&rest, &entry.net);
		set_subtract(&rest, &rest, clients);
		adding.comment = entry.comment;
		set_blocks(&rest, add_block, &adding);
		set_free(&rest);
	}
	entries_settle(&left);
	entries_free(from);
	*from = left;
}

/* A list that names those who may, or those who may not. */
static void
edit_list(struct entries *list, int mode, const struct set *gains,
    const struct set *loses, const char *comment)
{
	bool only = mode == MODE_ONLY;

	cut_clients(list, only ? loses : gains);
	add_clients(list, only ? gains : loses, comment);
}

/* --- one server -------------------------------------------------------- */

static void
edit_connection(struct server *s, const struct difference_sets *d,
    const char *comment)
{
	edit_list(&s->connection, s->connection_mode,
	    &d->gains[REACH_CONNECT], &d->loses[REACH_CONNECT], comment);
}

static void
edit_relay(struct server *s, const struct difference_sets *d,
    const char *comment)
{
	edit_list(&s->relay, s->relay_mode, &d->gains[REACH_RELAY],
	    &d->loses[REACH_RELAY], comment);
}

/* What is left then lies in the routing restrictions. */
static void
edit_routing(struct server *s, const struct difference_sets *d,
    const char *comment)
{
	cut_clients(&s->never, &d->gains[REACH_RELAY]);
	cut_clients(&s->never, &d->gains[REACH_RELAY_AUTH]);
	if (s->clients.enabled) {
		add_clients(&s->clients.entries, &d->gains[REACH_RELAY],
		    comment);
		add_clients(&s->clients.entries, &d->gains[REACH_RELAY_AUTH],
		    comment);
	}
	add_clients(&s->never, &d->loses[REACH_RELAY_AUTH], comment);
}

static void (*const passes[])(struct server *server,
    const struct difference_sets *sets, const char *comment) = {
	edit_connection, edit_relay, edit_routing,
};

struct editing {
	const struct site *site; /* what was pushed */
	const struct rendering *there;
	struct policy *policy; /* a copy of it that follows the edits */
	const struct policy *draft;
	struct drift_edit *edit;
	char comment[100];
};

/* The first listener whose clients the files treat otherwise. */
static bool
find_difference(const struct editing *e, const struct server *server,
    struct difference_sets *sets, struct err *err)
{
	struct compiled *compiled = relay_compile(e->policy);
	struct site site = { e->policy, compiled, e->site->gateway };
	bool ok = true, any = false;

	*sets = (struct difference_sets){ .gains = { { 0 } } };
	for (size_t i = 0; ok && !any && i < server->listener_count; i++) {
		reached_free_sets(sets);
		ok = drift_find_sets(sets, &site, server,
		    &server->listeners[i], e->there, err);
		any = ok && reached_differ(sets);
	}
	relay_free(compiled);
	return ok;
}

/* The same edits to what was pushed and to the draft. */
static bool
edit_server(struct editing *e, struct server *pushed, struct server *draft,
    bool *changed, struct err *err)
{
	for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		struct difference_sets sets;
		bool ok = find_difference(e, pushed, &sets, err);

		if (ok && reached_differ(&sets)) {
			passes[i](pushed, &sets, e->comment);
			if (draft)
				passes[i](draft, &sets, e->comment);
			*changed = true;
		}
		reached_free_sets(&sets);
		if (!ok)
			return false;
	}
	return true;
}

/* The domains that the files treat otherwise than the policy as it is now. */
static bool
find_domains(const struct editing *e, const struct server *server,
    struct domain_changes *changes, struct err *err)
{
	struct compiled *compiled = relay_compile(e->policy);
	struct site site = { e->policy, compiled, e->site->gateway };
	struct rendering here = { 0 };
	bool ok;

	*changes = (struct domain_changes){ 0 };
	ok = site_render(&site, &here, err) && domain_changes_find(changes,
	    &site, server, e->there, &here, err);
	rendering_free(&here);
	relay_free(compiled);
	return ok;
}

static bool
edit_domains(struct editing *e, struct server *pushed, struct server *draft,
    bool *changed, struct err *err)
{
	bool ok = true, more = true;

	/* A row that goes may have been that of subdomains, too. */
	for (int i = 0; ok && more && i < DOMAIN_PASSES; i++) {
		struct domain_changes changes;

		ok = find_domains(e, pushed, &changes, err);
		more = ok &&
		    domain_changes_take(&changes, pushed, e->comment);
		if (more && draft)
			domain_changes_take(&changes, draft, e->comment);
		*changed |= more;
		domain_changes_free(&changes);
	}
	return ok;
}

/* Domains that no rows of a routing list treat so. */
static void
note_domains(struct editing *e, const struct server *server)
{
	struct domain_changes changes;
	struct buf before = { 0 };
	struct err err;

	buf_addf(&before, "not taken over: server %s: ", server->name);
	if (find_domains(e, server, &changes, &err))
		domain_changes_add(&e->edit->notes, &changes,
		    buf_text(&before));
	else
		buf_addf(&e->edit->notes, "%s%s\n", buf_text(&before),
		    err.text);
	buf_free(&before);
	domain_changes_free(&changes);
}

static bool
take_server(struct editing *e, const char *name, struct err *err)
{
	struct drift_edit *edit = e->edit;
	const struct server *present = policy_server(e->draft, name);
	struct server *draft = present ? server_copy(present) : NULL;
	struct server *pushed = policy_server(e->policy, name);
	bool changed = false;
	bool ok = edit_server(e, pushed, draft, &changed, err) &&
	    edit_domains(e, pushed, draft, &changed, err);

	if (ok)
		note_domains(e, pushed);
	if (ok && changed && draft) {
		edit->servers = mem_resize(edit->servers, edit->count + 1,
		    sizeof(*edit->servers));
		edit->servers[edit->count++] = draft;
		return true;
	}
	if (ok && changed)
		buf_addf(&edit->notes, "server %s is not in the draft any "
		    "more; its changes are left out\n", name);
	server_free(draft);
	return ok;
}

/* Is there more in the files than now is in the policy? */
static void
note_rest(struct editing *e)
{
	struct compiled *compiled = relay_compile(e->policy);
	struct site site = { e->policy, compiled, e->site->gateway };
	struct err err;

	if (!dialect_find(site.gateway->mta)->reread(&site, e->there, &err))
		buf_addf(&e->edit->notes, "not all of it is taken over: %s\n",
		    err.text);
	relay_free(compiled);
}

bool
drift_edit_make(struct drift_edit *edit, const struct site *site,
    const struct policy *draft, const struct fetched_files *files,
    struct err *err)
{
	struct editing e = { .site = site, .draft = draft, .edit = edit };
	struct rendering there;
	bool ok;

	*edit = (struct drift_edit){ .count = 0 };
	snprintf(e.comment, sizeof(e.comment), "by hand on %s",
	    site->gateway->name);
	e.policy = policy_copy(site->policy);
	reached_rendering(&there, files);
	e.there = &there;
	ok = drift_add_text(&edit->taken, site, files, err);
	for (size_t i = 0; ok && i < site->gateway->server_count; i++)
		if (site_server(site, i))
			ok = take_server(&e, site->gateway->servers[i], err);
	if (ok)
		note_rest(&e);
	rendering_free(&there);
	policy_free(e.policy);
	return ok;
}

void
drift_edit_free(struct drift_edit *edit)
{
	for (size_t i = 0; i < edit->count; i++)
		server_free(edit->servers[i]);
	free(edit->servers);
	buf_free(&edit->taken);
	buf_free(&edit->notes);
}
