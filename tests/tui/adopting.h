/* What the tests of adoption share. */
#ifndef TESTS_TUI_ADOPTING_H
#define TESTS_TUI_ADOPTING_H

#include "tui/adopt.h"

#define MOST_FILES 6

struct adopting {
	const char *row;
	struct {
		const char *path, *text;
	} files[MOST_FILES];
	const char *wanted[8]; /* in the document */
	const char *notes[5];  /* in what is said; none: nothing is said */
};

typedef bool (*adopt_reader)(struct adoption *adoption,
    const struct fetched_files *files, const char *gateway, struct err *err);

void adopting_add_file(struct fetched_files *files, const char *path,
    const char *text);
void adopting_check(const struct adopting *rows, size_t count,
    adopt_reader reader);
/* Each is ERR_NO: there is nothing to adopt. */
void adopting_check_nothing(const struct adopting *rows, size_t count,
    adopt_reader reader);

#endif
