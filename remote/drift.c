#include "config.h"

#include <string.h>

#include "domain_drift.h"
#include "drift.h"
#include "reached.h"

#define MOST_RANGES 10

struct telling {
	struct buf *buf;
	const struct site *site;
	const struct rendering *there, *here;
	const struct server *told; /* whose domains were said already */
};

static void
add_indented(struct buf *buf, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		buf_addf(buf, "    %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

bool
drift_find_sets(struct difference_sets *sets, const struct site *site,
    const struct server *server, const struct listener *listener,
    const struct rendering *there, struct err *err)
{
	struct set theirs[REACHES], ours[REACHES];

	if (!reached_there(theirs, site, listener, there, err))
		return false;
	reached_by_policy(ours, site, server, listener);
	reached_subtract(sets, theirs, ours);
	reached_free(theirs);
	reached_free(ours);
	return true;
}

static bool
add_domains(struct telling *t, const struct server *server, struct err *err)
{
	struct domain_changes changes;
	bool ok = domain_changes_find(&changes, t->site, server, t->there,
	    t->here, err);

	if (ok && (changes.count || changes.unasked)) {
		buf_addf(t->buf, "    server %s, domains:\n", server->name);
		domain_changes_add(t->buf, &changes, "      ");
	}
	domain_changes_free(&changes);
	return ok;
}

static bool
add_clients(struct telling *t, const struct server *server,
    const struct listener *listener, struct err *err)
{
	struct difference_sets sets = { .gains = { { 0 } } };
	struct buf lines = { 0 };
	bool ok = drift_find_sets(&sets, t->site, server, listener, t->there,
	    err);

	if (ok)
		difference_sets_add_text(&lines, &sets, MOST_RANGES);
	if (lines.len) {
		buf_addf(t->buf, "    server %s at ", server->name);
		listener_add(t->buf, listener);
		buf_add(t->buf, ":\n");
		add_indented(t->buf, buf_text(&lines));
	}
	buf_free(&lines);
	reached_free_sets(&sets);
	return ok;
}

/* The domains of a server are the same at each of its listeners. */
static bool
add_listener(void *context, const struct server *server,
    const struct listener *listener, struct err *err)
{
	struct telling *t = context;
	bool first = t->told != server;

	t->told = server;
	return add_clients(t, server, listener, err) &&
	    (!first || add_domains(t, server, err));
}

bool
drift_add_text(struct buf *buf, const struct site *site,
    const struct fetched_files *files, struct err *err)
{
	struct rendering there, here = { 0 };
	struct telling telling = { .buf = buf, .site = site, .there = &there,
		.here = &here };
	const struct listening listening = { add_listener, &telling };
	bool ok;

	reached_rendering(&there, files);
	ok = site_render(site, &here, err) &&
	    reached_each(site, &listening, err);
	rendering_free(&there);
	rendering_free(&here);
	return ok;
}
