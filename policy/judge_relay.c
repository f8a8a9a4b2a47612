/* Invariants on who relays: over all clients, never a sample. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "court.h"
#include "mem.h"

static void
add_family(struct buf *buf, const struct set *set, uint8_t family)
{
	u128 all = net_top(family);
	struct net whole = { family, 0, all };

	if (set_covers(set, &whole)) {
		buf_addf(buf, "every IPv%d address", family);
		return;
	}
	count_add(buf, set_count(set, family));
	buf_addf(buf, set_count(set, family).low == 1
	        ? " IPv%d address"
	        : " IPv%d addresses", family);
}

static void
add_amount(struct buf *buf, const struct set *set)
{
	if (set->v4_count)
		add_family(buf, set, 4);
	if (set->v4_count && set->v6_count)
		buf_add(buf, " and ");
	if (set->v6_count)
		add_family(buf, set, 6);
}

static void
add_blocks(struct buf *buf, const struct set *set)
{
	buf_add(buf, " (");
	buf_add(buf, set_add_largest(buf, set) ? " and more)" : ")");
}

static const char *const how_words[] = { "without logging on",
	"after logging on" };

/* By kind, never-relays to must-relay. */
static const struct {
	const char *may;   /* "clients ..." */
	const char *which; /* "256 IPv4 addresses ..." */
	const char *advice;
} relay_words[] = {
	{ "may relay", "that must never relay",
	    "put them on the NEVER list, or take away what lets them relay", },
	{ "may relay", "outside the clients that alone may relay",
	    "take away what lets them relay, or name them in the invariant", },
	{ "cannot relay", "that must be able to relay",
	    "let them connect and relay, or take them out of the invariant", },
};

static void
report_relay(struct court *court, const struct invariant *i,
    const struct culprit *culprit, const struct set *set)
{
	const char *how = how_words[culprit->authenticated];
	struct finding *f = broken_new(court, i);
	struct buf text = { 0 };

	buf_addf(&text, "server %s: ", court->view->server->name);
	if (culprit->name)
		buf_addf(&text, "clients with a verified name in %s, whatever "
		    "their address, %s %s: that is true of ", culprit->name,
		    relay_words[i->kind].may, how);
	add_amount(&text, set);
	buf_addf(&text, " %s", relay_words[i->kind].which);
	if (!culprit->name)
		buf_addf(&text, " %s %s", relay_words[i->kind].may, how);
	add_blocks(&text, set);
	f->sentence = buf_take(&text);
	f->advice = mem_text(relay_words[i->kind].advice);
	broken_witness(court, f, culprit);
}

/* --- the kinds -------------------------------------------------------- */

/* Those of the clients that do what they must not, or do not what they must:
 * of the families that the server listens on. */
static void
breaking(struct court *court, int kind, const struct set *clients,
    const struct set *relays, struct set *set)
{
	*set = (struct set){ 0 };
	if (kind == INVARIANT_NEVER)
		set_intersect(set, clients, relays);
	else if (kind == INVARIANT_ONLY)
		set_subtract(set, relays, clients);
	else
		set_subtract(set, clients, relays);
	if (!reach_listens(court->view->server, 4))
		set_keep_family(set, 6);
	if (!reach_listens(court->view->server, 6))
		set_keep_family(set, 4);
}

/* Whoever the client is by name, and logged on or not as far as that is asked;
 * the plainest that breaks it is told. */
void
judge_relay(struct court *court, const struct invariant *i,
    const struct set *clients)
{
	for (size_t n = 0; n < court->naming_count; n++)
		for (int how = 0; how < 2; how++) {
			struct culprit culprit = { .authenticated = how,
				.name = court->namings[n].name };
			struct set set;

			if (i->when == (how ? WHEN_ANONYMOUS
			                    : WHEN_AUTHENTICATED))
				continue;
			breaking(court, i->kind, clients,
			    court_relays(court, how, n), &set);
			if (!set_empty(&set)) {
				culprit.net = culprit_choose(&set);
				report_relay(court, i, &culprit, &set);
				set_free(&set);
				return;
			}
		}
}

struct wide {
	const struct invariant *invariant;
	struct entries blocks; /* that are too wide */
};

static void
gather_wide(const struct net *block, void *context)
{
	struct wide *w = context;
	int prefix = block->family == 4 ? w->invariant->prefix4
	                                : w->invariant->prefix6;
	struct entry entry = { .kind = ENTRY_NET, .net = *block };

	if (prefix && block->last - block->first >
	        net_block_last(block->family, 0, prefix))
		entries_append(&w->blocks, &entry);
}

static void
report_widest(struct court *court, const struct invariant *i,
    const struct set *set)
{
	struct culprit culprit = { .net = culprit_choose(set) };
	struct finding *f = broken_new(court, i);
	struct buf text = { 0 };

	buf_addf(&text, "server %s: ", court->view->server->name);
	add_amount(&text, set);
	buf_add(&text, " relay without logging on in blocks wider than ");
	if (set->v4_count)
		buf_addf(&text, "/%d", i->prefix4);
	buf_add(&text, set->v4_count && set->v6_count ? " and " : "");
	if (set->v6_count)
		buf_addf(&text, "/%d", i->prefix6);
	add_blocks(&text, set);
	f->sentence = buf_take(&text);
	f->advice = mem_text("list only the addresses that have to relay");
	broken_witness(court, f, &culprit);
}

/* Of the merged set, so that a block that is listed in pieces counts as the
 * block that it is. */
void
judge_widest(struct court *court, const struct invariant *i,
    const struct set *ignored)
{
	struct wide w = { .invariant = i };
	struct set set;

	(void)ignored;
	set_blocks(court_relays(court, 0, 0), gather_wide, &w);
	entries_settle(&w.blocks);
	set_of_entries(&set, &w.blocks);
	if (!set_empty(&set))
		report_widest(court, i, &set);
	set_free(&set);
	entries_free(&w.blocks);
}
