/* "relayadm doctor": what has to be right before anything else can be, looked at
 * without changing any of it.  One function a check; each says one thing or
 * more. */
#ifndef TUI_DOCTOR_H
#define TUI_DOCTOR_H

#include "command.h"
#include "remote/ssh_look.h"

enum verdict {
	VERDICT_OK,
	VERDICT_WARNING, /* it works, or will be wanted later */
	VERDICT_FAULT,
};

struct json_t;

struct doctor {
	struct session *session;
	char *path;           /* of the database */
	bool there;           /* it is */
	bool sound;           /* session->store is open */
	struct policy *draft; /* or NULL */
	int64_t jobs;
	/* What the present check is about to say. */
	const char *check;
	enum verdict verdict;
	char *object;
	struct buf found, fix;
	size_t counts[VERDICT_FAULT + 1];
	struct json_t *json; /* NULL: lines are printed */
};

/* Said when the next one begins, or the check ends.  object: "gateway mx1", or
 * NULL. */
void doctor_find(struct doctor *d, enum verdict verdict, const char *object,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* What to do about it: a sentence without its end. */
void doctor_fix(struct doctor *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_say(struct doctor *d);

/* What fails, and what to do behind the semicolon, if the message has one. */
void doctor_fault(struct doctor *d, const char *object,
    const struct err *err);

/* --- the checks ----------------------------------------------------------- */

void doctor_terminal(struct doctor *d);
void doctor_locale(struct doctor *d);
void doctor_versions(struct doctor *d);

/* Opens what the later ones look at. */
void doctor_database(struct doctor *d);
void doctor_mode(struct doctor *d);
void doctor_space(struct doctor *d);
void doctor_journal(struct doctor *d);
void doctor_schema(struct doctor *d);
void doctor_integrity(struct doctor *d);
void doctor_history(struct doctor *d);
void doctor_consoles(struct doctor *d);
void doctor_logs(struct doctor *d);
void doctor_policy(struct doctor *d);

void doctor_key(struct doctor *d);
void doctor_agent(struct doctor *d);
void doctor_algorithms(struct doctor *d);
void doctor_program(struct doctor *d);
void doctor_host_keys(struct doctor *d);

/* Contacts each gateway; says all about one after the other. */
bool doctor_gateways(struct doctor *d, struct err *err);

#endif
