#include "config.h"

#include "reached.h"
#include "site.h"

const enum reach reached_order[] = { REACH_RELAY, REACH_CONNECT,
	REACH_RELAY_AUTH };

void
reached_rendering(struct rendering *rendering,
    const struct fetched_files *files)
{
	*rendering = (struct rendering){ 0 };
	for (size_t i = 0; i < files->count; i++) {
		struct buf text = { 0 };

		buf_add(&text, buf_text(&files->items[i].text));
		rendering_add(rendering, files->items[i].path, &text);
	}
	rendering_settle(rendering);
}

bool
reached_each(const struct site *site, const struct listening *listening,
    struct err *err)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		for (size_t n = 0; server && n < server->listener_count; n++)
			if (!listening->each(listening->context, server,
			        &server->listeners[n], err))
				return fail_in(err, "server %s",
				    server->name);
	}
	return true;
}

bool
reached_there(struct set reach[REACHES], const struct site *site,
    const struct listener *listener, const struct rendering *there,
    struct err *err)
{
	const struct dialect *dialect = dialect_find(site->gateway->mta);

	for (int i = 0; i < REACHES; i++)
		reach[i] = (struct set){ 0 };
	for (int i = 0; i < REACHED; i++) {
		enum reach r = reached_order[i];

		if (!dialect->reach(there, listener, r, &reach[r], err)) {
			reach[r] = (struct set){ 0 };
			reached_free(reach);
			return false;
		}
	}
	return true;
}

void
reached_by_policy(struct set reach[REACHES], const struct site *site,
    const struct server *server, const struct listener *listener)
{
	const struct ruleset *rules = relay_ruleset(site->compiled,
	    server->name);

	for (int i = 0; i < REACHES; i++)
		reach[i] = (struct set){ 0 };
	for (int i = 0; i < REACHED; i++)
		reach_set(rules, reached_order[i], listener,
		    &reach[reached_order[i]]);
}

void
reached_free(struct set reach[REACHES])
{
	for (int i = 0; i < REACHES; i++)
		set_free(&reach[i]);
}

void
reached_subtract(struct difference_sets *sets, const struct set more[REACHES],
    const struct set less[REACHES])
{
	for (int i = 0; i < REACHED; i++) {
		enum reach r = reached_order[i];

		set_subtract(&sets->gains[r], &more[r], &less[r]);
		set_subtract(&sets->loses[r], &less[r], &more[r]);
	}
}

bool
reached_differ(const struct difference_sets *sets)
{
	for (int i = 0; i < REACHES; i++)
		if (!set_empty(&sets->gains[i]) || !set_empty(&sets->loses[i]))
			return true;
	return false;
}

void
reached_free_sets(struct difference_sets *sets)
{
	for (int i = 0; i < REACHES; i++) {
		set_free(&sets->gains[i]);
		set_free(&sets->loses[i]);
	}
}
