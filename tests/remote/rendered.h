/* A policy in lines, rendered for its gateway "gw", for tests of dialects. */
#ifndef TESTS_REMOTE_RENDERED_H
#define TESTS_REMOTE_RENDERED_H

#include "remote/dialect.h"

#define GATEWAY "gateway gw\nset ssh.host gw.example\ncarry s\n"

extern struct policy *policy;
extern struct site site;

/* The lines are those of tests/lab/plain.h. */
void set_policy(const char *lines);
void forget(void);

void check_render(struct rendering *rendering);
const char *text_of(const struct rendering *rendering, const char *path);

/* Replaces the first of these words in a file; false when it has none. */
bool change_text(struct rendering *rendering, const char *path,
    const char *from, const char *to);

/* A policy, and how the message begins that refuses it; NULL: it is taken. */
struct gap_row {
	const char *row, *lines, *wanted;
};
void check_gaps(const struct gap_row *rows, size_t count);

/* A change of one file of what the policy's gateway gets: the dialect's reader
 * must notice it, and say what it is. */
struct change_row {
	const char *path, *from, *to;
};
void check_changes(const struct change_row *rows, size_t count);

#endif
