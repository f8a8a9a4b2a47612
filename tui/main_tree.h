/* The rows of the main screen's tree. */
#ifndef TUI_MAIN_TREE_H
#define TUI_MAIN_TREE_H

#include "app.h"
#include "policy/name.h"

enum row_kind {
	ROW_SERVERS, /* a heading */
	ROW_SERVER,
	ROW_GATEWAYS,
	ROW_GROUP,
	ROW_GATEWAY,
	ROW_CARRIED, /* a server under its gateway */
	ROW_INVARIANTS,
	ROW_INVARIANT,
	ROW_LISTS,
	ROW_LIST,
};

struct main_row {
	enum row_kind kind;
	int depth;
	bool branch, open;
	size_t inside; /* how many it holds, folded or not */
	char name[NAME_SIZE];    /* of the object or group */
	char gateway[NAME_SIZE]; /* ROW_CARRIED */
};

struct main_tree {
	struct main_row *rows;
	size_t count, cap;
	/* Branches that are not as they begin: gateways begin closed, all
	 * others open. */
	struct main_row *turned;
	size_t turned_count, turned_cap;
	char filter[128]; /* only objects whose name holds it */
};

/* The kind of object that stands there or, of a heading, below it; false: a
 * group. */
bool main_row_object(const struct main_row *row, enum object_kind *kind);

void main_tree_build(struct main_tree *tree, const struct policy *policy);
void main_tree_fold(struct main_tree *tree, size_t row, bool open);
/* The place of an equal row, or the count. */
size_t main_tree_find(const struct main_tree *tree,
    const struct main_row *row);
void main_tree_free(struct main_tree *tree);

#endif
