/* What is said of each line of an import, once all of them are read. */
#ifndef STORE_JUDGE_H
#define STORE_JUDGE_H

#include "intake.h"
#include "policy/set.h"

/* A line that is wrong after all. */
void import_bad(struct import *import, uint32_t line, const char *text,
    const char *reason);

/* Something is to be said of a line. */
void import_note(struct import *import, const struct judged_line *line);

bool line_set_holds(const struct line_set *set, uint32_t line);

/* Fills in the entries and the counts from what was found, which is freed.
 * cloud: its addresses can be rented by anybody. */
void judge_found(struct import *import, struct found *found,
    const struct import_rules *rules, const struct entries *present,
    bool cloud);

/* The same for rows of a routing list: one that is there already, or stands
 * twice, in another way is wrong. */
void judge_rows(struct import *import, const struct server *present);

/* By first, then last, then line. */
void found_sort(struct found *found);

#endif
