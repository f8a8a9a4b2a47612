/* Names of servers, lists, gateways and groups: 1 to 63 letters, digits, dots,
 * hyphens and underscores, beginning with a letter or digit, so that they can
 * be typed in a command and name a file as they are. */
#ifndef POLICY_NAME_H
#define POLICY_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define NAME_SIZE 64

bool name_check(const char *text, size_t len, struct err *err);

/* A user name as useradd(8) makes them. */
bool name_check_user(const char *text, size_t len, struct err *err);

/* A comment: UTF-8 without control characters, at most 1,000 bytes. */
bool name_check_comment(const char *text, size_t len, struct err *err);

/* The length of the valid UTF-8 sequence at p (RFC 3629), or 0. */
size_t utf8_length(const unsigned char *p, size_t left);

#endif
