#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>

#include "log_file.h"
#include "policy/mem.h"

#define BLOCK 262144

/* What is read: a plain stream of bytes, whatever it was compressed with.
 * *empty: there are none. */
static struct archive *
open_stream(int fd, const char *name, bool *empty, struct err *err)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	int code;

	if (!a) {
		fail_as(err, ERR_STORE, "%s: out of memory", name);
		return NULL;
	}
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_raw(a);
	archive_read_support_format_empty(a);
	code = archive_read_open_fd(a, fd, BLOCK);
	if (code == ARCHIVE_OK)
		code = archive_read_next_header(a, &entry);
	*empty = code == ARCHIVE_EOF;
	if (code != ARCHIVE_FATAL)
		return a;
	fail(err, "%s: %s", name, archive_error_string(a)
	        ? archive_error_string(a)
	        : "cannot be read");
	archive_read_free(a);
	return NULL;
}

static bool
feed_all(struct maillog *log, struct archive *a, const char *name,
    struct err *err)
{
	const void *bytes;
	size_t len;
	la_int64_t at;
	int code;

	while ((code = archive_read_data_block(a, &bytes, &len, &at)) ==
	    ARCHIVE_OK)
		maillog_feed(log, bytes, len);
	maillog_cut(log);
	return code == ARCHIVE_EOF || fail(err, "%s: %s", name,
	    archive_error_string(a) ? archive_error_string(a)
	                            : "cannot be read to its end");
}

bool
log_file_read(struct maillog *log, const char *name, struct err *err)
{
	bool in = !strcmp(name, "-");
	int fd = in ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	struct archive *a;
	struct stat st;
	bool ok, empty;

	if (fd < 0)
		return fail(err, "%s: %s", name, strerror(errno));
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		if (!in)
			close(fd);
		return fail(err, "%s: is a folder; name the logs in it", name);
	}
	name = in ? "standard input" : name;
	a = open_stream(fd, name, &empty, err);
	ok = a && (empty || feed_all(log, a, name, err));
	if (a)
		archive_read_free(a);
	if (!in)
		close(fd);
	return ok;
}

/* --- order ---------------------------------------------------------------- */

struct dated {
	char *name;
	struct timespec written;
	size_t place;
};

static int
compare_dated(const void *x, const void *y)
{
	const struct dated *a = x, *b = y;

	if (a->written.tv_sec != b->written.tv_sec)
		return a->written.tv_sec < b->written.tv_sec ? -1 : 1;
	if (a->written.tv_nsec != b->written.tv_nsec)
		return a->written.tv_nsec < b->written.tv_nsec ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

bool
log_files_sort(char **names, size_t count, struct err *err)
{
	struct dated *all = mem_new(count, sizeof(*all));
	struct stat st;
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++) {
		ok = !strcmp(names[i], "-")
		    ? !fstat(STDIN_FILENO, &st)
		    : !stat(names[i], &st);
		if (!ok)
			fail(err, "%s: %s", names[i], strerror(errno));
		else
			all[i] = (struct dated){ names[i], st.st_mtim, i };
	}
	if (ok)
		qsort(all, count, sizeof(*all), compare_dated);
	for (size_t i = 0; ok && i < count; i++)
		names[i] = all[i].name;
	free(all);
	return ok;
}
