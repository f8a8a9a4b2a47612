#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "key_names.h"
#include "policy/buf.h"
#include "used.h"

static void
add_line(const struct buf *line)
{
	const char *path = getenv("RELAYADM_TEST_USED");
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	ssize_t n;

	if (fd < 0)
		return;
	n = write(fd, line->data, line->len);
	(void)n;
	close(fd);
}

static bool
is_wanted(void)
{
	const char *path = getenv("RELAYADM_TEST_USED");

	return path && *path;
}

void
used_dialog(const struct dialog_type *type)
{
	struct buf line = { 0 };
	struct key_table table;

	if (!is_wanted())
		return;
	key_table_name(&table, type->title);
	buf_addf(&line, "dialog %s\n", table.name);
	add_line(&line);
	buf_free(&line);
}

void
used_key(const char *title, const struct key_row *row)
{
	struct buf line = { 0 };
	struct key_table table;
	char name[16];

	if (!row || !is_wanted())
		return;
	key_table_name(&table, title);
	buf_addf(&line, "key %s %s\n", table.name, key_name(row->key, name));
	add_line(&line);
	buf_free(&line);
}
