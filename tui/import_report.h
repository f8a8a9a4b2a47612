/* What an import would do, or did: in words, problems first, and as JSON. */
#ifndef TUI_IMPORT_REPORT_H
#define TUI_IMPORT_REPORT_H

#include "store/arrival.h"

struct import_report {
	const char *file, *into;
	const struct import *import;
	const struct import_rules *rules;
	const struct entries *present; /* of the target before */
	const struct arrival *arrival; /* NULL: it was not made */
	const struct policy *after;    /* NULL: who gains is not asked */
	bool applied;
	int64_t id; /* of the import that was stored; 0: none */
};

/* "read as plain because ...; say --format to override". */
void import_report_guess(struct buf *out, const struct import *import);

/* Lines that are wrong or held, on standard error; the first of them. */
void import_report_problems(const struct import_report *report);

void import_report_print(const struct import_report *report);

struct json_t;
struct json_t *import_report_json(const struct import_report *report);

#endif
