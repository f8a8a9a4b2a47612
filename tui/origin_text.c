#include "config.h"

#include <stdio.h>

#include "origin_text.h"
#include "store/origin.h"

bool
origin_text_add(struct buf *out, struct store *store, const char *server,
    const struct decision *decision, struct err *err)
{
	struct target target = { .is_list = decision->list != NULL,
		.slot = decision->list ? NULL : decision->slot };
	struct entries one = { 0 };
	struct origins origins;
	struct entry entry;
	bool ok;

	if (!decision->in)
		return true;
	snprintf(target.name, sizeof(target.name), "%s",
	    decision->list ? decision->list : server);
	entries_at(decision->in, decision->place, &entry);
	entries_add(&one, &entry);
	ok = store_origins(store, &target, &one, &origins, err);
	if (ok && origins_find(&origins, 0))
		origin_add(out, origins_find(&origins, 0));
	if (ok)
		origins_free(&origins);
	entries_free(&one);
	return ok;
}
