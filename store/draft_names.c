#include "config.h"

#include <string.h>

#include "policy/name.h"
#include "shape.h"
#include "state.h"

/* The whole of a gateway, or a new object of that name. */
static void
put_object(struct policy *policy, struct db *db, enum object_kind kind,
    const char *name, int64_t version)
{
	enum object_kind loaded;
	struct err err;
	void *object;

	if (kind == OBJECT_GATEWAY &&
	    version_load(db, version, &loaded, &object, &err)) {
		shapes[loaded].put(policy, object);
		return;
	}
	object = shapes[kind].new();
	if (field_parse(field_find(shapes[kind].fields, "name"), object, name,
	        &err))
		shapes[kind].put(policy, object);
	else
		shapes[kind].free(object);
}

bool
store_draft_names(struct store *store, struct policy **policy,
    struct err *err)
{
	struct query *q = query_begin(store->db,
	    "SELECT kind, name, version FROM draft ORDER BY kind, place");
	struct policy *names = policy_new();
	bool row, ok;

	while ((ok = query_next(q, &row, err)) && row) {
		const char *name = column_text(q, 1);
		struct err why;

		if (name && name_check(name, strlen(name), &why))
			put_object(names, store->db,
			    (enum object_kind)column_int(q, 0), name,
			    column_int(q, 2));
	}
	query_end(q);
	if (ok)
		*policy = names;
	else
		policy_free(names);
	return ok;
}
