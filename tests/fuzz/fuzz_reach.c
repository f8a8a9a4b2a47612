/* Files as a gateway may send them back, read as its mail server would: the
 * first byte says which one, then come files, each after a line "--- PATH".
 * Whatever they say, they are understood or refused with a reason. */
#include "config.h"

#include <string.h>

#include "policy/buf.h"
#include "policy/mem.h"
#include "policy/policy.h"
#include "policy/set.h"
#include "remote/dialect.h"

#include "fuzz.h"

static void
add_files(struct rendering *rendering, const char *text)
{
	while (text && *text) {
		const char *next = strstr(text, "\n--- ");
		const char *end = next ? next + 1 : text + strlen(text);
		const char *line = strchr(text, '\n');
		struct buf content = { 0 };
		char *path;

		if (strncmp(text, "--- ", 4) || !line)
			return;
		path = mem_textn(text + 4, (size_t)(line - text) - 4);
		if (end > line + 1)
			buf_addn(&content, line + 1, (size_t)(end - line) - 1);
		rendering_add(rendering, path, &content);
		free(path);
		text = next ? end : NULL;
	}
}

static void
check_reach(const struct dialect *dialect, const struct rendering *rendering,
    const struct listener *listener)
{
	for (int reach = REACH_CONNECT; reach <= REACH_RELAY_AUTH; reach++) {
		struct set set = { 0 };
		struct err err = { 0 };

		if (dialect->reach(rendering, listener, (enum reach)reach,
		    &set, &err))
			set_free(&set);
		else
			demand(err.text[0]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char letters[] = "peo";
	const char *letter = size ? strchr(letters, data[0]) : NULL;
	struct listener listener = { 4, 0xc0000201u, 25 };
	struct rendering rendering = { 0 };
	char *text;

	if (!letter || !*letter)
		return 0;
	text = mem_textn((const char *)data + 1, size - 1);
	add_files(&rendering, text);
	check_reach(dialect_find(MTA_POSTFIX + (int)(letter - letters)),
	    &rendering, &listener);
	rendering_free(&rendering);
	free(text);
	return 0;
}
