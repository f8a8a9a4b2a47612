#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>

#include "log_file.h"
#include "policy/mem.h"

#define BLOCK 262144
#define MOST_THREADS 4

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

/* --- its bytes ------------------------------------------------------------ */

struct stream {
	int fd;
	struct archive *archive; /* NULL: the bytes are as they stand */
	const char *name;
	const char *bytes; /* what the archive gave, and was not taken */
	size_t len;
};

static bool
read_plain(struct stream *s, char *at, size_t cap, size_t *len,
    struct err *err)
{
	ssize_t got;

	do
		got = read(s->fd, at, cap);
	while (got < 0 && errno == EINTR);
	*len = got > 0 ? (size_t)got : 0;
	return got >= 0 || fail(err, "%s: %s", s->name, strerror(errno));
}

static bool
unpack(struct stream *s, struct err *err)
{
	const void *bytes;
	la_int64_t at;
	int code;

	do {
		s->len = 0;
		code = archive_read_data_block(s->archive, &bytes, &s->len,
		    &at);
	} while (code == ARCHIVE_OK && !s->len);
	s->bytes = bytes;
	if (code == ARCHIVE_OK)
		return true;
	s->len = 0;
	return code == ARCHIVE_EOF ||
	    fail(err, "%s: %s", s->name, archive_error_string(s->archive)
	            ? archive_error_string(s->archive)
	            : "cannot be read to its end");
}

static bool
read_stream(void *context, char *at, size_t cap, size_t *len, struct err *err)
{
	struct stream *s = context;

	if (!s->archive)
		return read_plain(s, at, cap, len, err);
	if (!s->len && !unpack(s, err))
		return false;
	*len = s->len < cap ? s->len : cap;
	if (*len)
		memcpy(at, s->bytes, *len);
	s->bytes += *len;
	s->len -= *len;
	return true;
}

/* The processors that are ours, but not more than have something to do. */
static unsigned
threads_of(void)
{
	cpu_set_t cpus;
	int count = 1;

	if (!sched_getaffinity(0, sizeof(cpus), &cpus))
		count = CPU_COUNT(&cpus);
	return count < MOST_THREADS ? (unsigned)count : MOST_THREADS;
}

static bool
read_all(struct maillog *log, struct stream *stream, off_t start,
    struct err *err)
{
	struct mail_source source = { read_stream, stream };

	/* From where it began, without anybody between. */
	if (start >= 0 && archive_filter_count(stream->archive) == 1 &&
	    lseek(stream->fd, start, SEEK_SET) == start)
		stream->archive = NULL;
	return maillog_read(log, &source,
	    (struct mail_ways){ threads_of(), MAIL_BLOCK }, err);
}

static bool
read_open(struct maillog *log, int fd, const char *name, struct err *err)
{
	off_t start = lseek(fd, 0, SEEK_CUR);
	struct stream stream = { .fd = fd, .name = name };
	bool ok, empty;
	struct archive *a = open_stream(fd, name, &empty, err);

	if (!a)
		return false;
	stream.archive = a;
	ok = empty || read_all(log, &stream, start, err);
	archive_read_free(a);
	return ok;
}

bool
log_file_read(struct maillog *log, const char *name, struct err *err)
{
	bool in = !strcmp(name, "-");
	int fd = in ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool ok;

	if (fd < 0)
		return fail(err, "%s: %s", name, strerror(errno));
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		if (!in)
			close(fd);
		return fail(err, "%s: is a folder; name the logs in it", name);
	}
	ok = read_open(log, fd, in ? "standard input" : name, err);
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
