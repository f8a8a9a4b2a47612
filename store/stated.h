/* Values that a source states for a key, and where they stood. */
#ifndef STORE_STATED_H
#define STORE_STATED_H

#include "joined.h"

struct stated {
	char *text;
	size_t line, column;
};

/* {0} is empty. */
struct stated_list {
	bool there; /* the key was, with a value or without */
	struct stated *values;
	size_t count, cap;
};

/* part is a part of the joined text. */
void stated_add(struct stated_list *list, const struct joined *joined,
    struct spot *spot, struct span part);
void stated_free(struct stated_list *list);

/* For a message; its text is the value's. */
struct item stated_item(const struct stated *value);
/* The first value, or "". */
const char *stated_text(const struct stated_list *list);
/* Takes the value as addresses, spelled as an entry is. */
void stated_take(struct intake *intake, const struct item *item,
    struct span spelled);
/* The same for whoever keeps it himself. */
bool stated_net(struct intake *intake, const struct stated *value,
    struct span spelled, struct net *net, struct err *err);
/* Is the word among the values, whatever its case? */
bool stated_has(const struct stated_list *list, const char *word);

#endif
