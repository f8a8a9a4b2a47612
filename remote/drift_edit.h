/* Changes by hand on a gateway, taken into the servers of a policy. */
#ifndef REMOTE_DRIFT_EDIT_H
#define REMOTE_DRIFT_EDIT_H

#include "dialect.h"
#include "fetch.h"

struct drift_edit {
	struct server **servers; /* of the draft, edited; the changed ones */
	size_t count;
	struct buf taken; /* what was changed, as drift_add_text() says it */
	struct buf notes; /* a line for each thing that is not taken over */
};

/* site is what was pushed.  Its servers as the draft has them get what the files
 * there let clients do beyond it, and lose what the files do not; whether that
 * is all that the files say is found out by reading them back against the
 * outcome.  drift_edit_free() in any case. */
bool drift_edit_make(struct drift_edit *edit, const struct site *site,
    const struct policy *draft, const struct fetched_files *files,
    struct err *err);
void drift_edit_free(struct drift_edit *edit);

#endif
