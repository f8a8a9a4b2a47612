#include "config.h"

#include "editing.h"
#include "policy/field.h"

static bool
take_edits(struct editing *e, const struct entry_edits *edits)
{
	const struct holder *where = &edits->where;
	struct change change = { OBJECT_LIST, where->list, NULL };
	struct object_change c = { .kind = OBJECT_LIST };

	if (!where->list) {
		change.old_name = where->server;
		c.kind = change.kind = OBJECT_SERVER;
	}
	if (!editing_old(e, &change, &c.old))
		return false;
	c.new = c.old;
	if (!version_edit(e->store->db,
	        where->list ? "entries" : where->slot->name, edits,
	        &c.new.version, e->err))
		return false;
	if (c.old.version != c.new.version)
		editing_add(e, &c);
	return true;
}

bool
store_edit_entries(struct store *store, const char *label,
    const struct entry_edits *edits, int64_t *head, struct err *err)
{
	struct editing e = { .store = store, .label = label, .seen = *head,
		.err = err };

	return editing_begin(&e) &&
	    editing_finish(&e, take_edits(&e, edits), head);
}
