#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "main_tree.h"
#include "policy/invariant.h"
#include "policy/mem.h"

static bool
same(const struct main_row *a, const struct main_row *b)
{
	return a->kind == b->kind && !strcmp(a->name, b->name) &&
	    !strcmp(a->gateway, b->gateway);
}

static bool
is_turned(const struct main_tree *tree, const struct main_row *row)
{
	size_t i;

	for (i = 0; i < tree->turned_count; i++)
		if (same(&tree->turned[i], row))
			return true;
	return false;
}

static bool
passes(const struct main_tree *tree, const char *name)
{
	return !tree->filter[0] || strcasestr(name, tree->filter);
}

/* Adds a row; says whether what hangs on it shows. */
static bool
add(struct main_tree *tree, const struct main_row *row)
{
	struct main_row *new;

	tree->rows =
	    mem_grow(tree->rows, tree->count, &tree->cap, sizeof(*tree->rows));
	new = &tree->rows[tree->count++];
	*new = *row;
	if (row->branch)
		new->open = (row->kind != ROW_GATEWAY) != is_turned(tree, row);
	return new->open;
}

static void
set_name(struct main_row *row, const char *name)
{
	snprintf(row->name, sizeof(row->name), "%s", name);
}

static bool
add_heading(struct main_tree *tree, enum row_kind kind, size_t inside)
{
	struct main_row row = { .kind = kind, .branch = true,
		.inside = inside, };

	return add(tree, &row);
}

static void
add_servers(struct main_tree *tree, const struct policy *policy)
{
	size_t i;

	if (!add_heading(tree, ROW_SERVERS, policy->server_count))
		return;
	for (i = 0; i < policy->server_count; i++) {
		struct main_row row = { .kind = ROW_SERVER, .depth = 1, };

		set_name(&row, policy->servers[i]->name);
		if (passes(tree, row.name))
			add(tree, &row);
	}
}

static void
add_gateway(struct main_tree *tree, const struct gateway *gateway, int depth)
{
	struct main_row row = { .kind = ROW_GATEWAY, .depth = depth,
		.branch = gateway->server_count > 0,
		.inside = gateway->server_count, };
	size_t i;

	set_name(&row, gateway->name);
	if (!passes(tree, row.name) || !add(tree, &row))
		return;
	for (i = 0; i < gateway->server_count; i++) {
		struct main_row carried = { .kind = ROW_CARRIED,
			.depth = depth + 1, };

		set_name(&carried, gateway->servers[i]);
		snprintf(carried.gateway, sizeof(carried.gateway), "%s",
		    gateway->name);
		add(tree, &carried);
	}
}

static const char *
group_of(const struct gateway *gateway)
{
	return gateway->group ? gateway->group : "";
}

static void
add_group(struct main_tree *tree, const struct policy *policy,
    const char *group)
{
	struct main_row row = { .kind = ROW_GROUP, .depth = 1,
		.branch = true, };
	size_t i;

	for (i = 0; i < policy->gateway_count; i++)
		row.inside += !strcmp(group_of(policy->gateways[i]), group);
	set_name(&row, group);
	if (*group && !add(tree, &row))
		return;
	for (i = 0; i < policy->gateway_count; i++)
		if (!strcmp(group_of(policy->gateways[i]), group))
			add_gateway(tree, policy->gateways[i], *group ? 2 : 1);
}

static int
compare_groups(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
add_gateways(struct main_tree *tree, const struct policy *policy)
{
	const char **groups;
	size_t count = policy->gateway_count, i;

	if (!add_heading(tree, ROW_GATEWAYS, count) || !count)
		return;
	groups = mem_new(count, sizeof(*groups));
	for (i = 0; i < count; i++)
		groups[i] = group_of(policy->gateways[i]);
	qsort(groups, count, sizeof(*groups), compare_groups);
	for (i = 0; i < count; i++)
		if (i == 0 || strcmp(groups[i], groups[i - 1]) != 0)
			add_group(tree, policy, groups[i]);
	free(groups);
}

static void
add_lists(struct main_tree *tree, const struct policy *policy)
{
	size_t i;

	if (!add_heading(tree, ROW_LISTS, policy->list_count))
		return;
	for (i = 0; i < policy->list_count; i++) {
		struct main_row row = { .kind = ROW_LIST, .depth = 1, };

		set_name(&row, policy->lists[i]->name);
		row.inside = entries_count(&policy->lists[i]->entries);
		if (passes(tree, row.name))
			add(tree, &row);
	}
}

static void
add_invariants(struct main_tree *tree, const struct policy *policy)
{
	size_t i;

	if (!add_heading(tree, ROW_INVARIANTS, policy->invariant_count))
		return;
	for (i = 0; i < policy->invariant_count; i++) {
		struct main_row row = { .kind = ROW_INVARIANT, .depth = 1, };

		set_name(&row, policy->invariants[i]->name);
		if (passes(tree, row.name))
			add(tree, &row);
	}
}

bool
main_row_object(const struct main_row *row, enum object_kind *kind)
{
	static const int kinds[] = {
		[ROW_SERVERS] = OBJECT_SERVER,
		[ROW_SERVER] = OBJECT_SERVER,
		[ROW_GATEWAYS] = OBJECT_GATEWAY,
		[ROW_GROUP] = -1,
		[ROW_GATEWAY] = OBJECT_GATEWAY,
		[ROW_CARRIED] = OBJECT_SERVER,
		[ROW_INVARIANTS] = OBJECT_INVARIANT,
		[ROW_INVARIANT] = OBJECT_INVARIANT,
		[ROW_LISTS] = OBJECT_LIST,
		[ROW_LIST] = OBJECT_LIST,
	};

	if (kinds[row->kind] < 0)
		return false;
	*kind = (enum object_kind)kinds[row->kind];
	return true;
}

void
main_tree_build(struct main_tree *tree, const struct policy *policy)
{
	tree->count = 0;
	add_servers(tree, policy);
	add_gateways(tree, policy);
	add_invariants(tree, policy);
	add_lists(tree, policy);
}

void
main_tree_fold(struct main_tree *tree, size_t place, bool open)
{
	struct main_row row = tree->rows[place];
	bool turned = open != (row.kind != ROW_GATEWAY);
	size_t i;

	for (i = 0; i < tree->turned_count; i++)
		if (same(&tree->turned[i], &row))
			tree->turned[i--] = tree->turned[--tree->turned_count];
	if (!turned)
		return;
	tree->turned = mem_grow(tree->turned, tree->turned_count,
	    &tree->turned_cap, sizeof(*tree->turned));
	tree->turned[tree->turned_count++] = row;
}

size_t
main_tree_find(const struct main_tree *tree, const struct main_row *row)
{
	size_t i;

	for (i = 0; i < tree->count; i++)
		if (same(&tree->rows[i], row))
			return i;
	return tree->count;
}

void
main_tree_free(struct main_tree *tree)
{
	free(tree->rows);
	free(tree->turned);
}
