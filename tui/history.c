#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history.h"
#include "policy/buf.h"
#include "policy/mem.h"
#include "user_file.h"

#define LINES_MOST 500
#define FILE_MOST (256 * 1024)

static void
remember(struct history *history, const char *line)
{
	if (history->count == LINES_MOST) {
		free(history->lines[0]);
		memmove(history->lines, history->lines + 1,
		    --history->count * sizeof(*history->lines));
	}
	history->lines = mem_grow(history->lines, history->count,
	    &history->cap, sizeof(*history->lines));
	history->lines[history->count++] = mem_text(line);
}

/* A regular file of ours, or nothing: the path may lead anywhere. */
static int
open_file(const char *path, int flags)
{
	int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	struct stat stat;

	if (fd < 0)
		return -1;
	if (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) &&
	    stat.st_uid == geteuid())
		return fd;
	close(fd);
	return -1;
}

static void
read_lines(struct history *history, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		if (*line)
			remember(history, line);
}

void
history_load(struct history *history, const char *name)
{
	char *text = mem_new(FILE_MOST + 1, 1);
	size_t len = 0;
	ssize_t n = 1;
	int fd;

	history->path = user_state_file(name);
	fd = open_file(history->path, O_RDONLY);
	while (fd >= 0 && n > 0 && len < FILE_MOST) {
		n = read(fd, text + len, FILE_MOST - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	read_lines(history, text);
	free(text);
}

static void
write_text(int fd, const char *text, size_t len)
{
	ssize_t n = 0;

	while (len && n >= 0) {
		n = write(fd, text, len);
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

/* The last lines alone, once the file has grown; other consoles may add to it
 * meanwhile and lose a line. */
static void
shorten(const struct history *history, int fd)
{
	struct buf text = { 0 };
	size_t i;

	for (i = history->count / 2; i < history->count; i++)
		buf_addf(&text, "%s\n", history->lines[i]);
	if (ftruncate(fd, 0) == 0)
		write_text(fd, buf_text(&text), text.len);
	buf_free(&text);
}

void
history_add(struct history *history, const char *line)
{
	struct buf text = { 0 };
	off_t size;
	int fd;

	if (!*line || *line == ' ' || (history->count &&
	        !strcmp(history->lines[history->count - 1], line)))
		return;
	remember(history, line);
	fd = history->path
	    ? open_file(history->path, O_WRONLY | O_CREAT | O_APPEND)
	    : -1;
	if (fd < 0)
		return;
	fchmod(fd, 0600);
	size = lseek(fd, 0, SEEK_END);
	buf_addf(&text, "%s\n", line);
	if (size > FILE_MOST / 2)
		shorten(history, fd);
	else
		write_text(fd, buf_text(&text), text.len);
	buf_free(&text);
	close(fd);
}

void
history_free(struct history *history)
{
	while (history->count)
		free(history->lines[--history->count]);
	free(history->lines);
	free(history->path);
	memset(history, 0, sizeof(*history));
}
