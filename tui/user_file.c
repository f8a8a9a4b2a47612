#include "config.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "policy/buf.h"
#include "user_file.h"

/* below: folders under the home folder, each with its slash. */
static char *
find(const char *variable, const char *const *below, const char *name,
    bool make)
{
	const char *given = secure_getenv(variable);
	const char *home = secure_getenv("HOME");
	struct buf path = { 0 };

	if (given && given[0] == '/') {
		buf_add(&path, given);
	} else {
		buf_add(&path, home && home[0] == '/' ? home : ".");
		for (; *below; below++) {
			buf_add(&path, *below);
			if (make)
				mkdir(buf_text(&path), 0700);
		}
	}
	if (make)
		mkdir(buf_text(&path), 0700);
	buf_add(&path, "/relayadm");
	if (make)
		mkdir(buf_text(&path), 0700);
	buf_addf(&path, "/%s", name);
	return buf_take(&path);
}

char *
user_state_file(const char *name)
{
	static const char *const below[] = { "/.local", "/state", NULL };

	return find("XDG_STATE_HOME", below, name, true);
}

char *
user_config_file(const char *name)
{
	static const char *const below[] = { "/.config", NULL };

	return find("XDG_CONFIG_HOME", below, name, false);
}
