/* Entries that count up to a day.  The core has no clock: now is seconds since
 * 1970, UTC. */
#ifndef POLICY_EXPIRE_H
#define POLICY_EXPIRE_H

#include "finding.h"

bool entry_expired(const struct entry *entry, int64_t now);
bool policy_has_expired(const struct policy *policy, int64_t now);

/* Removes what has expired and says how many there were; a line for each is
 * added: "list:x: 192.0.2.7 expired on 2026-11-01".  lines may be NULL. */
size_t list_drop_expired(struct list *list, int64_t now, struct buf *lines);
size_t server_drop_expired(struct server *server, int64_t now,
    struct buf *lines);
size_t policy_drop_expired(struct policy *policy, int64_t now,
    struct buf *lines);

/* Adds expired-entry and expires-soon. */
void findings_add_expiry(struct findings *findings,
    const struct policy *policy, int64_t now);

/* Lines for what one policy holds, the other no more, and had expired. */
size_t expired_add_gone(struct buf *lines, const struct policy *from,
    const struct policy *to, int64_t now);

#endif
