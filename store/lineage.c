#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lineage.h"
#include "policy/mem.h"

const char *
target_part(const struct target *target)
{
	return target->is_list ? "entries"
	    : target->slot     ? target->slot->name
	                       : "routing.list";
}

enum object_kind
target_kind(const struct target *target)
{
	return target->is_list ? OBJECT_LIST : OBJECT_SERVER;
}

void
lineage_free(struct lineage *lineage)
{
	free(lineage->steps);
	*lineage = (struct lineage){ 0 };
}

/* Takes the row if it made what is called *name; *name becomes what it was
 * called before, NULL when it was not there. */
static void
take_row(struct query *q, struct lineage *l, char **name)
{
	struct lineage_step step = { column_int(q, 0), column_int(q, 1),
		column_int(q, 2) };

	if (l->count && l->steps[l->count - 1].step == step.step)
		return;
	if (!column_text(q, 4) || strcmp(column_text(q, 4), *name) != 0)
		return;
	l->steps = mem_grow(l->steps, l->count, &l->cap, sizeof(*l->steps));
	l->steps[l->count++] = step;
	free(*name);
	*name = column_text(q, 3) ? mem_text(column_text(q, 3)) : NULL;
}

bool
lineage_of(struct db *db, enum object_kind kind, const char *name,
    struct lineage *lineage, struct err *err)
{
	struct query *q = query_begin(db,
	    "SELECT c.step, c.old_version, c.new_version, o.name, n.name"
	    " FROM change AS c JOIN step AS s ON s.id = c.step"
	    " LEFT JOIN version AS o ON o.id = c.old_version"
	    " LEFT JOIN version AS n ON n.id = c.new_version"
	    " WHERE s.state = 0 AND c.kind = ?"
	    " ORDER BY c.step DESC, c.number DESC");
	char *called = mem_text(name);
	bool row, ok;

	*lineage = (struct lineage){ 0 };
	bind_int(q, kind);
	while ((ok = query_next(q, &row, err)) && row && called)
		take_row(q, lineage, &called);
	query_end(q);
	free(called);
	if (!ok)
		lineage_free(lineage);
	return ok;
}
