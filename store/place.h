/* Where the database is, and whether it may be there. */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "policy/err.h"

/* The path with the links of its folder resolved; the caller frees it.
 * Refuses links, folders, devices, files that everybody may write, network
 * file systems.  *missing: there is no such file yet. */
bool place_resolve(char **real, const char *path, bool *missing,
    struct err *err);

/* For a new file at this place: 0600, or 0660 in a shared folder. */
mode_t place_mode(const char *real);

/* A new, empty file of this very mode, whatever the umask. */
bool place_make(const char *path, mode_t mode, struct err *err);
/* The file and what SQLite may have left beside it. */
void place_remove(const char *path);

/* Has it a write-ahead log, so that not all of it is in the file? */
bool place_has_wal(const char *path);

/* Makes a directory entry durable after the file was made. */
bool place_sync_folder(const char *real, struct err *err);

#endif
