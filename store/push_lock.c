#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "push_lock.h"
#include "state.h"

bool
push_lock_open(struct store *store)
{
	struct buf path = { 0 };

	if (store->locks)
		return true;
	buf_addf(&path, "%s-push", db_path(store->db));
	store->locks = open(buf_text(&path),
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	buf_free(&path);
	if (store->locks < 0)
		store->locks = 0;
	return store->locks > 0;
}

static bool
call(struct store *store, int command, struct flock *lock, int64_t generation)
{
	lock->l_whence = SEEK_SET;
	lock->l_start = (off_t)generation;
	lock->l_len = 1;
	return push_lock_open(store) && fcntl(store->locks, command, lock) == 0;
}

void
push_lock_take(struct store *store, int64_t generation)
{
	struct flock lock = { .l_type = F_WRLCK };

	(void)call(store, F_SETLK, &lock, generation);
}

void
push_lock_drop(struct store *store, int64_t generation)
{
	struct flock lock = { .l_type = F_UNLCK };

	if (store->locks)
		(void)call(store, F_SETLK, &lock, generation);
}

void
push_lock_close(struct store *store)
{
	if (store->locks)
		close(store->locks);
	store->locks = 0;
}

bool
store_push_alive(struct store *store, int64_t generation)
{
	struct flock lock = { .l_type = F_WRLCK };

	return call(store, F_GETLK, &lock, generation) &&
	    lock.l_type != F_UNLCK;
}
