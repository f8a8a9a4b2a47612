#include "config.h"

#include "approval_text.h"

bool
approval_is_enough(const struct approvals *approvals, int64_t revision)
{
	return (int64_t)approvals_of(approvals, revision, NULL) >=
	    approvals->needed;
}

void
approval_add_state(struct buf *out, const struct approvals *approvals,
    int64_t revision, const struct making *making)
{
	int64_t count = (int64_t)approvals_of(approvals, revision, NULL);
	int64_t needed = approvals->needed;

	if (count) {
		buf_add(out, "approved by ");
		approvals_add_names(out, approvals, revision);
		if (needed)
			buf_addf(out, " (%lld of %lld)", (long long)count,
			    (long long)needed);
	} else if (!needed) {
		buf_add(out, "not approved");
	}
	if (count >= needed)
		return;
	buf_addf(out, "%s%lld %sperson%s, not ",
	    count ? "; needs " : "needs approval of ",
	    (long long)(needed - count), count ? "more " : "other ",
	    needed - count == 1 ? "" : "s");
	making_add_names(out, making);
}

void
approval_add_rule(struct buf *out, const struct approvals *approvals)
{
	if (approvals->needed)
		buf_addf(out, "a push needs the approval of %lld other "
		    "person%s\n", (long long)approvals->needed,
		    approvals->needed == 1 ? "" : "s");
	else
		buf_add(out, "a push needs no approval\n");
	for (size_t i = 0; i < approvals->wish_count; i++) {
		const struct approval *wish = &approvals->wishes[i];

		buf_addf(out, "%s wants %lld%s%s: relayadm approve --need "
		    "%lld, by %lld in all\n", wish->author,
		    (long long)wish->number, *wish->comment ? ", " : "",
		    wish->comment, (long long)wish->number,
		    (long long)approvals->needed + 1);
	}
}
