/* What one gateway's files let clients do, listener by listener. */
#ifndef REMOTE_REACHED_H
#define REMOTE_REACHED_H

#include "dialect.h"
#include "fetch.h"
#include "policy/difference.h"

/* What is asked of files, relaying first. */
extern const enum reach reached_order[];
#define REACHED 3

/* The files as a rendering; rendering_free(). */
void reached_rendering(struct rendering *rendering,
    const struct fetched_files *files);

/* Calls back with each listener of each server of the site until one says
 * false. */
struct listening {
	bool (*each)(void *context, const struct server *server,
	    const struct listener *listener, struct err *err);
	void *context;
};
bool reached_each(const struct site *site, const struct listening *listening,
    struct err *err);

/* The clients of a listener by reach, as the files say and as the policy core
 * does; free each set. */
bool reached_there(struct set reach[REACHES], const struct site *site,
    const struct listener *listener, const struct rendering *there,
    struct err *err);
void reached_by_policy(struct set reach[REACHES], const struct site *site,
    const struct server *server, const struct listener *listener);
void reached_free(struct set reach[REACHES]);

/* One against the other. */
void reached_subtract(struct difference_sets *sets,
    const struct set more[REACHES], const struct set less[REACHES]);
bool reached_differ(const struct difference_sets *sets);
void reached_free_sets(struct difference_sets *sets);

#endif
