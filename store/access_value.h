/* What the results of access tables mean. */
#ifndef STORE_ACCESS_VALUE_H
#define STORE_ACCESS_VALUE_H

#include "format.h"
#include "span.h"

enum verdict {
	VERDICT_UNKNOWN, /* a name of something that the table does not say */
	VERDICT_ALLOW,
	VERDICT_DENY,
	VERDICT_NONE, /* the search ends, and nothing is decided */
};

struct access_word {
	const char *word; /* NULL ends a table; case does not matter */
	enum verdict verdict;
	const char *why; /* of VERDICT_NONE: what it does */
};

/* Of Postfix (access(5)) and of sendmail (cf/README, "Anti-spam configuration
 * control"), for the first word of a result. */
extern const struct access_word access_postfix[], access_sendmail[];

enum verdict access_verdict(const struct access_word *words,
    struct span value);
/* Sets what the item says; false, and a bad line, when it is unknown. */
bool access_judge(struct intake *intake, struct item *item,
    const struct access_word *words, struct span value);

#endif
