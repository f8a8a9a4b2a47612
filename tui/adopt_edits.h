/* A gateway of ours that was changed by hand: the changes into the draft. */
#ifndef TUI_ADOPT_EDITS_H
#define TUI_ADOPT_EDITS_H

#include "command.h"
#include "remote/push.h"

struct edits_asked {
	struct session *session;
	const struct gateway *gateway; /* of the draft */
	const struct host_keys *pins;
	const struct policy *draft;
	int64_t head;
	bool dry_run;
};

/* Is there anything that was changed by hand? */
bool edits_find(const struct edits_asked *asked,
    struct gateway_status *status, struct err *err);
/* Takes what is understood of it into the draft, and prints. */
bool edits_take(const struct edits_asked *asked,
    const struct gateway_status *status, struct err *err);

#endif
