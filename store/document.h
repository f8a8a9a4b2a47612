/* The policy document: JSON as relayadm(1) describes it.  Written byte-stable:
 * reading what was written and writing it again gives the same bytes. */
#ifndef STORE_DOCUMENT_H
#define STORE_DOCUMENT_H

#include "policy/policy.h"

/* Refuses what is not known, of a wrong type or twice, with its JSON path
 * ("servers[2].relay.mode"). */
bool document_read(struct policy **policy, const char *text, size_t len,
    struct err *err);

/* Adds and changes in the policy only what the document names. */
bool document_merge(struct policy *policy, const char *text, size_t len,
    struct err *err);

/* The same; *line is where reading stopped, from 1. */
bool document_merge_line(struct policy *policy, const char *text, size_t len,
    size_t *line, struct err *err);

void document_add(struct buf *buf, const struct policy *policy);

/* Would the two be written alike? */
bool document_same(const struct policy *a, const struct policy *b);

/* One object, as in the arrays of the document. */
void document_add_list(struct buf *buf, const struct list *list);
void document_add_server(struct buf *buf, const struct server *server);
void document_add_gateway(struct buf *buf, const struct gateway *gateway);

#endif
