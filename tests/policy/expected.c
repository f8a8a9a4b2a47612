#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "policy/relay.h"

#include "claims.h"
#include "expected.h"
#include "unit.h"

void
expect(struct expected *e, const char *code, const char *kind,
    const char *name, const char *format, ...)
{
	va_list args;

	assert_true(e->count < EXPECTED_MOST);
	e->items[e->count].code = code;
	snprintf(e->items[e->count].object, sizeof(e->items[0].object),
	    "%s:%s", kind, name);
	va_start(args, format);
	vsnprintf(e->items[e->count].begin, sizeof(e->items[0].begin), format,
	    args);
	va_end(args);
	e->count++;
}

void
expect_item(struct expected *e, bool wanted, const char *code,
    const char *server, const char *where, const struct m_item *item)
{
	if (wanted)
		expect(e, code, "server", server, "%s: %s ", where,
		    item->canonical);
}

/* --- the codes -------------------------------------------------------- */

/* What a witness of the code must be decided by: a row from low to high; 0:
 * the code has no witness. */
static const struct {
	const char *code;
	int low, high;
} codes[] = {
	{ "relay-any-domain", 6, 6, },
	{ "listener-conflict", 0, 0, },
	{ "no-listener", 0, 0, },
	{ "no-server", 0, 0, },
	{ "unknown-list", 0, 0, },
	{ "addresses-only", 0, 0, },
	{ "duplicate-row", 0, 0, },
	{ "cleartext-auth", 0, 0, },
	{ "auth-unoffered", 0, 0, },
	{ "domain-entry-cost", 0, 0, },
	{ "domain-entry-escape", 0, 0, },
	{ "unreachable-relay", 1, 10, },
	{ "never-overlap", 1, 7, },
	{ "redundant-entry", 0, 0, },
	{ "family-gap", 0, 0, },
	{ "local-address-unbound", 0, 0, },
	{ "shadowed-row", 0, 0, },
	{ "route-loop", 0, 0, },
};

static unsigned long seen[ROWS(codes)];

/* Openness is a claim of its own. */
static bool
is_elsewhere(const char *code)
{
	return !strcmp(code, "open-relay") || !strcmp(code, "wide-relay");
}

static bool
witness_holds(struct pair *p, const struct finding *f)
{
	const char *server = strchr(f->object, ':') + 1;
	struct decision d;
	size_t i = 0;

	while (i < ROWS(codes) && strcmp(codes[i].code, f->code))
		i++;
	if (i == ROWS(codes))
		return pair_denies(p, "%s is no code", f->code);
	seen[i]++;
	p->checks++;
	if (!f->has_witness)
		return true;
	relay_decide(relay_ruleset(p->ca, server), &f->witness, &d);
	if (d.row >= codes[i].low && d.row <= codes[i].high &&
	    (d.row < 9 || (d.kind == DENY_RELAY &&
	        strncmp(f->sentence, "relay:", 6))))
		return true;
	return pair_denies(p, "the witness of %s on %s is decided by row %d",
	    f->code, f->object, d.row);
}

/* Every finding has one place among the expected; what is left is missing. */
static bool
finding_holds(struct expected *e, const struct finding *f)
{
	for (size_t i = 0; i < e->count; i++)
		if (!strcmp(e->items[i].code, f->code) &&
		    !strcmp(e->items[i].object, f->object) &&
		    !strncmp(e->items[i].begin, f->sentence,
		        strlen(e->items[i].begin))) {
			e->items[i] = e->items[--e->count];
			return witness_holds(e->pair, f);
		}
	return pair_denies(e->pair, "%s of %s should not be there: %s",
	    f->code, f->object, f->sentence);
}

bool
findings_hold(struct pair *p)
{
	struct expected *e = calloc(1, sizeof(*e));
	struct findings all;
	bool hold = true;

	assert_non_null(e);
	e->pair = p;
	expect_entry_findings(e);
	expect_object_findings(e);
	findings_ask(p->pa, p->ca, &all);
	for (size_t i = 0; hold && i < all.count; i++)
		if (!is_elsewhere(all.items[i].code))
			hold = finding_holds(e, &all.items[i]);
	p->checks++;
	if (hold && e->count)
		hold = pair_denies(p, "%s of %s is missing: %s",
		    e->items[0].code, e->items[0].object, e->items[0].begin);
	findings_free(&all);
	free(e);
	return hold;
}

void
findings_seen(void)
{
	for (size_t i = 0; i < ROWS(codes); i++)
		check_row(seen[i] > 10, codes[i].code);
}
