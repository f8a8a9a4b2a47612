#include "config.h"

#include <stdlib.h>

#include "policy/mem.h"
#include "state.h"

bool
store_steps(struct store *store, struct step **steps, size_t *count,
    struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT id, time, author, label, state FROM step"
	    " WHERE state < 2 AND"
	    " id > (SELECT coalesce(max(step), 0) FROM revision) ORDER BY id");
	struct step *all = NULL;
	size_t n = 0, cap = 0;
	bool row, ok;

	while ((ok = query_next(q, &row, err)) && row) {
		all = mem_grow(all, n, &cap, sizeof(*all));
		all[n++] = (struct step){ column_int(q, 0), column_int(q, 1),
			mem_text(column_text(q, 2)),
			mem_text(column_text(q, 3)), column_int(q, 4) == 1 };
	}
	query_end(q);
	if (!ok) {
		steps_free(all, n);
		return false;
	}
	*steps = all;
	*count = n;
	return true;
}

void
steps_free(struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(steps[i].author);
		free(steps[i].label);
	}
	free(steps);
}
