#include "config.h"

#include <string.h>

#include "policy/expire.h"
#include "policy/invariant.h"
#include "report.h"
#include "site_check.h"

/* Is the code one of the words? */
static bool
has_code(const char *words, const char *code)
{
	size_t len = strlen(code);

	for (const char *at = words; at && *at; at += strcspn(at, " "),
	     at += strspn(at, " "))
		if (strcspn(at, " ") == len && !strncmp(at, code, len))
			return true;
	return false;
}

static bool
is_asked(const struct report_subject *s, const struct finding *f)
{
	const char *server = finding_server(f);
	const struct server *of = server ? policy_server(s->policy, server)
	                                 : NULL;
	const struct gateway *gateway;

	if (!s->name_count || !strncmp(f->object, "list:", 5))
		return true;
	if (of)
		return report_asks_server(s, of);
	gateway = policy_gateway(s->policy, strchr(f->object, ':') + 1);
	return gateway && report_asks_gateway(s, gateway);
}

static void
add_finding(struct report *r, const struct report_subject *s,
    const struct finding *f)
{
	buf_add(report_cell(r, COLUMN_CODE), f->code);
	buf_add(report_cell(r, COLUMN_LEVEL), level_words[f->level]);
	buf_add(report_cell(r, COLUMN_OBJECT), f->object);
	buf_add(report_cell(r, COLUMN_SENTENCE), f->sentence);
	if (has_code(s->overrides, f->code))
		buf_addf(report_cell(r, COLUMN_OVERRIDE),
		    "overridden by revision %lld", (long long)s->revision);
	if (f->has_witness) {
		buf_addf(report_cell(r, COLUMN_WITNESS), "relayadm decide %s ",
		    finding_server(f));
		finding_add_witness(report_cell(r, COLUMN_WITNESS), f);
	}
	buf_add(report_cell(r, COLUMN_ADVICE), f->advice ? f->advice : "");
	report_row(r);
}

static void
add_invariants(struct report *r, const struct policy *policy)
{
	static const struct report_table table = {
		"invariants", "What must always hold", "Nothing was said.",
		{ COLUMN_NAME, COLUMN_SENTENCE, COLUMN_COMMENT }, 3,
	};

	report_table(r, &table);
	for (size_t i = 0; i < policy->invariant_count; i++) {
		const struct invariant *v = policy->invariants[i];

		buf_add(report_cell(r, COLUMN_NAME), v->name);
		invariant_add_words(report_cell(r, COLUMN_SENTENCE), v);
		buf_add(report_cell(r, COLUMN_COMMENT),
		    v->comment ? v->comment : "");
		report_row(r);
	}
	report_table_end(r);
}

void
report_findings(struct report *r, const struct report_subject *s)
{
	static const struct report_table table = {
		"findings", "Findings of the check", "Nothing was found.",
		{ COLUMN_CODE, COLUMN_LEVEL, COLUMN_OBJECT, COLUMN_SENTENCE,
		    COLUMN_OVERRIDE, COLUMN_WITNESS, COLUMN_ADVICE }, 7,
	};
	struct findings findings = { 0 };

	add_invariants(r, s->policy);
	site_check(s->policy, s->compiled, &findings);
	findings_add_expiry(&findings, s->policy, s->now);
	report_table(r, &table);
	for (size_t i = 0; i < findings.count; i++)
		if (is_asked(s, &findings.items[i]))
			add_finding(r, s, &findings.items[i]);
	report_table_end(r);
	findings_free(&findings);
}
