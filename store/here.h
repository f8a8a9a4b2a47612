/* Who has the database open in a console, and what he is at.  Each has a slot
 * in a file beside the database and keeps it locked; the system takes the lock
 * away when the process ends, however it does.  Without that file (read-only, a
 * foreign file system) nobody is seen, and nothing else is different. */
#ifndef STORE_HERE_H
#define STORE_HERE_H

#include "store.h"

struct here {
	char author[64];
	int64_t since;   /* seconds since 1970 */
	bool changing;   /* something that is not stored yet */
	char what[160];  /* "Virtual server internet > Relay Restrictions" */
};

#define HERE_MOST 64

/* What this process is at; "": nothing. */
void store_here_tell(struct store *store, bool changing, const char *what);
/* The others; at most HERE_MOST. */
size_t store_here_others(struct store *store, struct here *others);
void here_close(struct store *store);

#endif
