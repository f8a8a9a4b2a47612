#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "here.h"
#include "state.h"

#define SLOT 512 /* bytes: SINCE, CHANGING, AUTHOR, WHAT, parted by tabs */

static bool
open_file(struct store *store)
{
	struct buf path = { 0 };
	bool readonly = store->mode == DB_READ;

	if (store->here)
		return true;
	buf_addf(&path, "%s-here", db_path(store->db));
	store->here = open(buf_text(&path), readonly
	        ? O_RDONLY | O_NOFOLLOW | O_CLOEXEC
	        : O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	buf_free(&path);
	if (store->here < 0)
		store->here = 0;
	return store->here > 0;
}

static bool
lock_slot(struct store *store, int slot)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = (off_t)(slot - 1) * SLOT, .l_len = SLOT };

	return fcntl(store->here, F_SETLK, &lock) == 0;
}

static bool
take_slot(struct store *store)
{
	int slot;

	if (store->here_slot)
		return true;
	for (slot = 1; slot <= HERE_MOST && !store->here_slot; slot++)
		if (lock_slot(store, slot))
			store->here_slot = slot;
	store->here_since = store_now();
	return store->here_slot > 0;
}

void
store_here_tell(struct store *store, bool changing, const char *what)
{
	char text[SLOT] = "";
	ssize_t n;

	if (store->mode == DB_READ || !open_file(store) ||
	    !take_slot(store))
		return;
	snprintf(text, sizeof(text), "%lld\t%d\t%.60s\t%.150s",
	    (long long)store->here_since, changing, store_author(), what);
	n = pwrite(store->here, text, sizeof(text),
	    (off_t)(store->here_slot - 1) * SLOT);
	(void)n;
}

/* Nothing but what can be shown; written by another process. */
static void
take_text(char *to, size_t size, const char *from)
{
	size_t i = 0;

	for (; from && *from && i + 1 < size; from++)
		to[i++] = (unsigned char)*from < ' ' || *from == 127
		    ? '?' : *from;
	to[i] = '\0';
}

static bool
read_slot(struct store *store, off_t start, struct here *here)
{
	char text[SLOT + 1] = "", *rest = text, *fields[4];
	int i;

	if (pread(store->here, text, SLOT, start) <= 0)
		return false;
	for (i = 0; i < 4; i++)
		fields[i] = strsep(&rest, "\t");
	if (!fields[3])
		return false;
	here->since = strtoll(fields[0], NULL, 10);
	here->changing = *fields[1] == '1';
	take_text(here->author, sizeof(here->author), fields[2]);
	take_text(here->what, sizeof(here->what), fields[3]);
	return true;
}

size_t
store_here_others(struct store *store, struct here *others)
{
	struct flock lock;
	size_t count = 0;
	off_t at = 0;

	while (count < HERE_MOST && at < HERE_MOST * SLOT &&
	    open_file(store)) {
		/* A read lock asks the same, and is allowed in any mode. */
		lock = (struct flock){ .l_type = F_RDLCK,
			.l_whence = SEEK_SET, .l_start = at,
			.l_len = HERE_MOST * SLOT - at };
		if (fcntl(store->here, F_GETLK, &lock) != 0 ||
		    lock.l_type == F_UNLCK)
			break;
		at = lock.l_start - lock.l_start % SLOT;
		count += read_slot(store, at, &others[count]);
		at += SLOT;
	}
	return count;
}

void
here_close(struct store *store)
{
	if (store->here)
		close(store->here);
	store->here = 0;
	store->here_slot = 0;
}
