/* What changes by hand on a gateway mean: who gains and who loses by them, and
 * which domains are treated otherwise. */
#ifndef REMOTE_DRIFT_H
#define REMOTE_DRIFT_H

#include "dialect.h"
#include "fetch.h"

/* Adds lines, indented by four: for each listener of each server of the site
 * what the files there let clients do and the policy does not, or the other way
 * round.  Nothing for changes that alter nothing for anybody.  False when the
 * files cannot be understood any more; the lines before stay. */
bool drift_add_text(struct buf *buf, const struct site *site,
    const struct fetched_files *files, struct err *err);

struct difference_sets;

/* What one listener lets clients do there and not in the policy, or the other
 * way round. */
bool drift_find_sets(struct difference_sets *sets, const struct site *site,
    const struct server *server, const struct listener *listener,
    const struct rendering *there, struct err *err);

#endif
