#include "config.h"

#include <string.h>

#include "invariant_text.h"

const char *const invariant_state_words[] = { "...", "holds", "idle",
	"FAULTY", "BROKEN" };

static bool
is_about(const struct finding *finding, const char *name)
{
	return !strncmp(finding->object, "invariant:", 10) &&
	    !strcmp(finding->object + 10, name);
}

static enum invariant_state
state_by(const struct finding *finding)
{
	if (finding->level != LEVEL_ERROR)
		return INVARIANT_IDLE;
	return finding->server ? INVARIANT_BROKEN : INVARIANT_FAULTY;
}

enum invariant_state
invariant_state_of(const struct findings *findings, const char *name)
{
	enum invariant_state worst = INVARIANT_HOLDS;
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (is_about(finding, name) && state_by(finding) > worst)
			worst = state_by(finding);
	}
	return worst;
}

enum invariant_state
invariant_state(struct app *app, const char *name)
{
	const struct findings *findings = app_known_findings(app);

	return findings ? invariant_state_of(findings, name)
	                : INVARIANT_UNKNOWN;
}

char
invariant_mark(struct app *app, const char *name)
{
	return invariant_state(app, name) >= INVARIANT_FAULTY
	    ? 'X'
	    : app_mark(app, OBJECT_INVARIANT, name);
}

void
invariant_judge(struct app *app, struct invariant *invariant,
    struct findings *findings)
{
	struct policy with = *app->draft; /* which borrows */

	with.invariants = &invariant;
	with.invariant_count = 1;
	findings_ask_invariants(&with, app_compiled(app), findings);
}

const struct finding *
invariant_finding(const struct findings *findings, const char *name)
{
	const struct finding *fault = NULL;
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (!is_about(finding, name) || finding->level != LEVEL_ERROR)
			continue;
		if (finding->has_witness)
			return finding;
		fault = fault ? fault : finding;
	}
	return fault;
}

static void
add_finding(struct buf *out, const struct finding *finding)
{
	buf_addf(out, "\n%s%c %s: %s\n",
	    finding->level == LEVEL_ERROR ? "\4" : "",
	    finding->level == LEVEL_ERROR ? 'X' : 'i', finding->code,
	    finding->sentence);
	if (finding->has_witness) {
		buf_addf(out, "Shown by    relayadm decide %s ",
		    finding_server(finding));
		finding_add_witness(out, finding);
		buf_addc(out, '\n');
	}
	if (finding->advice)
		buf_addf(out, "What to do  %s\n", finding->advice);
}

void
invariant_add_detail(struct buf *out, struct app *app,
    const struct invariant *invariant)
{
	static const char *const roles[] = { "", "\2", "", "\4", "\4" };
	const struct findings *findings = app_known_findings(app);
	enum invariant_state state = invariant_state(app, invariant->name);
	size_t i;

	if (invariant->comment)
		buf_addf(out, "%s\n\n", invariant->comment);
	buf_add(out, "Says        ");
	invariant_add_words(out, invariant);
	buf_addf(out, "\n%sState       %s\n", roles[state],
	    invariant_state_words[state]);
	for (i = 0; findings && i < findings->count; i++)
		if (is_about(&findings->items[i], invariant->name))
			add_finding(out, &findings->items[i]);
}
