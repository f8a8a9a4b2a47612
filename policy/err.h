/* Why something failed, on the caller's stack.  Messages are lower case, have
 * no full stop, name the value and say what is allowed. */
#ifndef POLICY_ERR_H
#define POLICY_ERR_H

#include <stdbool.h>

/* The values are the program's exit statuses. */
enum err_kind {
	ERR_NONE = 0,
	ERR_NO = 1,      /* the answer is no */
	ERR_USAGE = 2,   /* wrong command line */
	ERR_STORE = 3,   /* the database */
	ERR_REACH = 4,   /* a gateway could not be reached or trusted */
	ERR_REFUSED = 5, /* a gateway refused the change or rolled it back */
	ERR_INPUT = 6,   /* bad input */
};

struct err {
	enum err_kind kind;
	char text[600];
};

/* Sets the text; the kind is ERR_INPUT.  Always returns false. */
bool fail(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with a kind. */
bool fail_as(struct err *err, enum err_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "where: " before the text, on the way up.  Always returns false. */
bool fail_in(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
