#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import.h"

#define MOST_BYTES ((size_t)512 << 20)

/* Adds what can be read, to the end or until there are too many bytes. */
static bool
read_all(struct buf *text, int fd, struct err *err)
{
	char piece[65536];

	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, "%s", strerror(errno));
		if (n == 0)
			return true;
		if (text->len + (size_t)n > MOST_BYTES)
			return fail(err, "more than 512 MiB");
		buf_addn(text, piece, (size_t)n);
	}
}

static bool
check_kind(const struct stat *st, struct err *err)
{
	if (S_ISDIR(st->st_mode))
		return fail(err, "is a directory");
	if (!S_ISREG(st->st_mode))
		return fail(err,
		    "is a device, pipe or socket, not a file; to read from a "
		    "pipe name - and connect standard input");
	if ((unsigned long long)st->st_size > MOST_BYTES)
		return fail(err, "has more than 512 MiB");
	return true;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool
read_regular(struct buf *text, int fd, struct err *err)
{
	struct stat before, after;

	if (fstat(fd, &before) != 0)
		return fail(err, "%s", strerror(errno));
	if (!check_kind(&before, err) || !read_all(text, fd, err))
		return false;
	if (fstat(fd, &after) != 0 || !same_file(&before, &after) ||
	    text->len != (size_t)after.st_size)
		return fail(err, "changes while it is read; try again when "
		    "it is complete");
	return true;
}

bool
import_read_file(struct buf *text, const char *path, struct err *err)
{
	int fd;
	bool ok;

	if (!strcmp(path, "-"))
		return read_all(text, STDIN_FILENO, err) ||
		    fail_in(err, "standard input");
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP)
		return fail(err,
		    "%.200s: is a symbolic link; name the file itself", path);
	if (fd < 0)
		return fail(err, "%.200s: %s", path, strerror(errno));
	ok = read_regular(text, fd, err) || fail_in(err, "%.200s", path);
	close(fd);
	return ok;
}
