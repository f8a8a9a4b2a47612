#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import_rows.h"

static void
add_line(struct buf *out, struct line_finder *finder, size_t number)
{
	const char *text;
	size_t len;

	if (line_finder_go(finder, number, &text, &len))
		buf_addn(out, text, len);
	buf_addc(out, '\n');
}

/* As they stand in the source, so that they can be mended and read again. */
static void
add_rejects(struct buf *out, const struct import *m,
    const struct import_rules *rules)
{
	struct line_finder finder = { .import = m };
	uint32_t *held;
	size_t count;

	for (size_t n = 0; n < m->bad_count; n++) {
		buf_addf(out, "# line %zu: %s\n", m->bad[n].number,
		    m->bad[n].reason);
		add_line(out, &finder, m->bad[n].number);
	}
	held = import_judged(m, 1 << LINE_HELD, &count);
	for (size_t i = 0; i < count; i++) {
		const struct judged_line *line = &m->judged[held[i]];
		struct entry entry;

		entries_at(&m->held, line->place, &entry);
		buf_addf(out, "# line %u: held: ", (unsigned)line->line);
		hold_add_reasons(out, rules, line->holds, &entry.net);
		buf_addc(out, '\n');
		add_line(out, &finder, line->line);
	}
	free(held);
}

bool
import_rejects_write(const struct import *import,
    const struct import_rules *rules, const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct buf text = { 0 };
	size_t done = 0;
	ssize_t n = 0;
	bool ok;

	if (fd < 0)
		return fail_as(err, ERR_INPUT, "%s: %s", path,
		    strerror(errno));
	add_rejects(&text, import, rules);
	while (done < text.len &&
	    (n = write(fd, text.data + done, text.len - done)) > 0)
		done += (size_t)n;
	ok = done == text.len;
	buf_free(&text);
	if (close(fd) != 0 || !ok)
		return fail_as(err, ERR_INPUT, "%s: %s", path,
		    strerror(errno));
	return true;
}
