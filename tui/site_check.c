#include "config.h"

#include <string.h>

#include "remote/dialect.h"

#include "site_check.h"

/* Two gateways may carry one server that neither can express. */
static bool
is_known(const struct findings *findings, size_t from, const struct gap *gap)
{
	for (size_t i = from; i < findings->count; i++)
		if (!strcmp(findings->items[i].object, gap->object) &&
		    !strcmp(findings->items[i].sentence, gap->sentence))
			return true;
	return false;
}

void
site_findings_add(const struct policy *policy, const struct compiled *compiled,
    struct findings *findings)
{
	size_t from = findings->count;

	for (size_t i = 0; i < policy->gateway_count; i++) {
		struct site site = { policy, compiled, policy->gateways[i] };
		struct gaps gaps = { 0 };

		site_find_gaps(&site, &gaps);
		for (size_t k = 0; k < gaps.count; k++) {
			struct finding finding = { .code = "dialect-gap",
				.level = LEVEL_ERROR,
				.object = gaps.items[k].object,
				.sentence = gaps.items[k].sentence,
				.advice = gaps.items[k].advice };

			if (!is_known(findings, from, &gaps.items[k]))
				findings_add(findings, &finding);
		}
		gaps_free(&gaps);
	}
}

void
site_check(const struct policy *policy, const struct compiled *compiled,
    struct findings *findings)
{
	findings_ask(policy, compiled, findings);
	site_findings_add(policy, compiled, findings);
}
