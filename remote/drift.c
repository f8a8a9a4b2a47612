#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "drift.h"
#include "policy/difference.h"
#include "site.h"

#define MOST_RANGES 10

void
drift_rendering(struct rendering *rendering, const struct fetched_files *files)
{
	*rendering = (struct rendering){ 0 };
	for (size_t i = 0; i < files->count; i++) {
		struct buf text = { 0 };

		buf_add(&text, buf_text(&files->items[i].text));
		rendering_add(rendering, files->items[i].path, &text);
	}
	rendering_settle(rendering);
}

static void
free_sets(struct difference_sets *sets)
{
	for (int i = 0; i < REACHES; i++) {
		set_free(&sets->gains[i]);
		set_free(&sets->loses[i]);
	}
}

/* There against here. */
bool
drift_find_sets(struct difference_sets *sets, const struct site *site,
    const struct server *server, const struct listener *listener,
    const struct rendering *there, struct err *err)
{
	const struct ruleset *rules = relay_ruleset(site->compiled,
	    server->name);
	const struct dialect *dialect = dialect_find(site->gateway->mta);
	static const enum reach asked[] = { REACH_CONNECT, REACH_RELAY,
		REACH_RELAY_AUTH };

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct set theirs, ours;

		if (!dialect->reach(there, listener, asked[i], &theirs, err))
			return false;
		reach_set(rules, asked[i], listener, &ours);
		set_subtract(&sets->gains[asked[i]], &theirs, &ours);
		set_subtract(&sets->loses[asked[i]], &ours, &theirs);
		set_free(&theirs);
		set_free(&ours);
	}
	return true;
}

static void
add_indented(struct buf *buf, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		buf_addf(buf, "    %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static bool
add_listener(struct buf *buf, const struct site *site,
    const struct server *server, const struct listener *listener,
    const struct rendering *there, struct err *err)
{
	struct difference_sets sets = { .gains = { { 0 } } };
	struct buf lines = { 0 };
	bool ok = drift_find_sets(&sets, site, server, listener, there, err);

	if (ok) {
		difference_sets_add_text(&lines, &sets, MOST_RANGES);
		if (lines.len) {
			buf_addf(buf, "    server %s at ", server->name);
			listener_add(buf, listener);
			buf_add(buf, ":\n");
			add_indented(buf, buf_text(&lines));
		}
	}
	buf_free(&lines);
	free_sets(&sets);
	return ok || fail_in(err, "server %s", server->name);
}

bool
drift_add_text(struct buf *buf, const struct site *site,
    const struct fetched_files *files, struct err *err)
{
	struct rendering there;
	bool ok = true;

	drift_rendering(&there, files);
	for (size_t i = 0; ok && i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		for (size_t n = 0; ok && server &&
		    n < server->listener_count; n++)
			ok = add_listener(buf, site, server,
			    &server->listeners[n], &there, err);
	}
	rendering_free(&there);
	return ok;
}
