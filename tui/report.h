/* A report for auditors: who may relay through what, and why.  One walk over
 * the policy tells a form, which writes it as text, CSV, JSON or HTML.  The
 * same policy gives the same bytes. */
#ifndef TUI_REPORT_H
#define TUI_REPORT_H

#include "policy/field.h"
#include "policy/finding.h"
#include "policy/set.h"
#include "store/store.h"
#include "store/target.h"

enum report_column {
	COLUMN_RANGE,
	COLUMN_SLOT,
	COLUMN_ENTRY,
	COLUMN_IPV4,
	COLUMN_IPV6,
	COLUMN_WHY,
	COLUMN_ENTRIES,
	COLUMN_DOMAIN,
	COLUMN_ACTION,
	COLUMN_NEXT_HOP,
	COLUMN_NAME,
	COLUMN_LEVEL,
	COLUMN_CODE,
	COLUMN_OBJECT,
	COLUMN_SENTENCE,
	COLUMN_OVERRIDE,
	COLUMN_WITNESS,
	COLUMN_ADVICE,
	COLUMN_OWNER,
	COLUMN_TICKET,
	COLUMN_EXPIRES,
	COLUMN_COMMENT,
	COLUMN_LAST,
	COLUMNS,
};

struct report_column_row {
	const char *key, *label;
	bool number; /* digits, at most 2^53 */
};

extern const struct report_column_row report_columns[]; /* by the enum */

#define REPORT_WIDEST 10

struct report_table {
	const char *key, *title;
	const char *none; /* what it means that there is no row */
	enum report_column columns[REPORT_WIDEST];
	size_t count; /* of columns */
};

struct report_fact {
	const char *key, *label, *value;
	bool plain; /* true, false or a number; else a text */
};

struct report;

/* What a form does at each event, in this order: begin, facts, parts of
 * objects that have facts and tables, tables, end. */
struct report_form {
	const char *name;
	bool exact; /* large numbers of addresses have all their digits */
	void (*begin)(struct report *report, const char *title);
	void (*part_begin)(struct report *report, const char *key,
	    const char *title);
	void (*object_begin)(struct report *report, const char *name);
	void (*fact)(struct report *report, const struct report_fact *fact);
	void (*table_begin)(struct report *report);
	void (*row)(struct report *report);
	void (*table_end)(struct report *report);
	void (*object_end)(struct report *report);
	void (*part_end)(struct report *report);
	void (*end)(struct report *report);
};

extern const struct report_form report_text, report_csv, report_json,
    report_html;
/* By its name, or NULL. */
const struct report_form *report_form_find(const char *name);

struct report {
	const struct report_form *form;
	struct buf out; /* what is not written yet */
	const struct report_table *table;
	size_t rows; /* of the table, so far */
	struct buf cells[COLUMNS];
	const char *part, *object; /* where it is, or NULL */
	bool first[8]; /* nothing yet at this depth */
	int depth;
	bool facts; /* the last event was one */
};

void report_begin(struct report *report, const struct report_form *form,
    const char *title);
void report_end(struct report *report);
void report_part(struct report *report, const char *key, const char *title);
void report_part_end(struct report *report);
void report_object(struct report *report, const char *name);
void report_object_end(struct report *report);
/* No value is no fact. */
void report_fact(struct report *report, const char *key, const char *label,
    const char *value);
void report_number(struct report *report, const char *key, const char *label,
    unsigned long long number);
/* Every scalar attribute of the object but its name. */
void report_fields(struct report *report, const struct field *fields,
    const void *object);
void report_table(struct report *report, const struct report_table *table);
/* Cells of the row to come; empty at first. */
struct buf *report_cell(struct report *report, enum report_column column);
void report_row(struct report *report);
void report_table_end(struct report *report);

/* --- the parts ------------------------------------------------------------ */

/* What a report is of. */
struct report_subject {
	struct store *store;
	const struct policy *policy;
	const struct compiled *compiled;
	int64_t revision;   /* 0: the draft */
	const char *overrides; /* codes, blank-separated, or NULL */
	int64_t now;        /* what expires is judged as of this */
	const struct seen *seen; /* who sent mail */
	char **names;       /* servers and gateways; none: all */
	int name_count;
};

/* Is the object asked for? */
bool report_asks_server(const struct report_subject *subject,
    const struct server *server);
bool report_asks_gateway(const struct report_subject *subject,
    const struct gateway *gateway);

bool report_gateways(struct report *report,
    const struct report_subject *subject, struct err *err);
void report_servers(struct report *report,
    const struct report_subject *subject);
void report_lists(struct report *report,
    const struct report_subject *subject);
void report_findings(struct report *report,
    const struct report_subject *subject);
/* Who may relay through a server, as the fewest ranges, each with what decides
 * about it. */
void report_reach(struct report *report, const struct report_subject *subject,
    const struct server *server, bool authenticated);
/* How many addresses of each family the set has. */
void report_counts(struct report *report, const struct set *set);
/* The entries of a list or slot as rows of the table that is begun. */
void report_entries(struct report *report,
    const struct report_subject *subject, const struct entries *entries,
    const struct target *target);

#endif
