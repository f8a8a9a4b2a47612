#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "smtpd_walk.h"

/* Of long routing lists only some rows are asked for, so here the rows that the
 * expressions hold are compared with those of the policy, each with each. */

#define COVERING ".*\\.)?("

struct row {
	char *domain;
	bool exact, passes; /* the filter lets its recipients pass */
};

struct row_list {
	struct row *items;
	size_t count, cap;
};

static void
add_row(struct row_list *list, const char *domain, size_t len, bool exact,
    bool passes)
{
	list->items = mem_grow(list->items, list->count, &list->cap,
	    sizeof(*list->items));
	list->items[list->count++] = (struct row){
		mem_textn(domain, len), exact, passes };
}

static void
free_rows(struct row_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].domain);
	free(list->items);
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->domain, y->domain);

	return order ? order : x->exact != y->exact ? x->exact - y->exact
	                                            : x->passes - y->passes;
}

/* "a\.example|b\.example)$", with the dots as they were. */
static void
read_names(struct row_list *list, const char *at, bool exact, bool passes)
{
	while (*at && *at != '\n') {
		size_t len = strcspn(at, "|)\n");
		struct buf name = { 0 };

		for (size_t i = 0; i < len; i++)
			if (at[i] != '\\')
				buf_addc(&name, at[i]);
		add_row(list, buf_text(&name), name.len, exact, passes);
		buf_free(&name);
		at += len;
		if (*at != '|')
			return;
		at++;
	}
}

/* Rows stand behind the part that is about the local part. */
static void
read_filter_rows(struct row_list *list, const struct read_filter *filter)
{
	const char *at = filter->table->file->data;

	while ((at = strstr(at, "@("))) {
		bool covering = !strncmp(at + 2, COVERING, strlen(COVERING));

		at += 2 + (covering ? strlen(COVERING) : 0);
		read_names(list, at, !covering, filter->bypass);
	}
}

static void
add_policy_rows(struct row_list *list, const struct server *server)
{
	for (size_t i = 0; i < server->route_count; i++) {
		const struct route *route = &server->routes[i];
		bool passes = route->action == ROUTE_INBOUND ||
		    (route->action == ROUTE_RELAY && server->reroute);

		if (strcmp(route->domain, "."))
			add_row(list, route->domain, strlen(route->domain),
			    route->exact, passes);
	}
}

static void
sort_rows(struct row_list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items),
		    compare_rows);
}

bool
chain_has_rows(const struct read_chain *chain, const struct server *server,
    struct err *err)
{
	struct row_list mine = { 0 }, policy = { 0 };
	size_t same = 0;
	bool ok;

	for (size_t i = 0; i < chain->count; i++)
		if (chain->filters[i]->test == TEST_RCPT_REGEX)
			read_filter_rows(&mine, chain->filters[i]);
	add_policy_rows(&policy, server);
	sort_rows(&mine);
	sort_rows(&policy);
	while (same < mine.count && same < policy.count &&
	    !compare_rows(&mine.items[same], &policy.items[same]))
		same++;
	ok = same == mine.count && same == policy.count;
	if (!ok)
		fail(err, "%s: the routing list has other rows",
		    same < policy.count ? policy.items[same].domain
		                        : mine.items[same].domain);
	free_rows(&mine);
	free_rows(&policy);
	return ok;
}
