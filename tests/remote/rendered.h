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

#endif
