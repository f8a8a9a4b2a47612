/* What a mail server lets relay today, as virtual servers of a policy. */
#ifndef TUI_ADOPT_H
#define TUI_ADOPT_H

#include "policy/policy.h"
#include "remote/fetch.h"

struct adoption {
	const struct fetched_files *files;
	const char *gateway; /* the servers' names begin with it */
	struct policy *policy; /* the servers that were found */
	struct buf notes; /* a line for each thing that was not understood, or
	                     comes out otherwise */
};

/* From "settings", "services" and "overrides" of Postfix (postconf -x, -M and
 * -P) and the files that they name.  ERR_NO when there is nothing that relays
 * mail but what was pushed from here.  adoption_free() in any case. */
bool adopt_postfix(struct adoption *adoption,
    const struct fetched_files *files, const char *gateway, struct err *err);
/* From "settings" and "config" (exim -bP), and the files that they name. */
bool adopt_exim(struct adoption *adoption, const struct fetched_files *files,
    const char *gateway, struct err *err);
/* From "config" (smtpd.conf), "addresses", "hostname", "names" and the files
 * that it names. */
bool adopt_smtpd(struct adoption *adoption, const struct fetched_files *files,
    const char *gateway, struct err *err);
void adoption_free(struct adoption *adoption);

/* --- parts of it -------------------------------------------------------- */

/* One smtpd of master.cf. */
struct service {
	struct adoption *adoption;
	char name[128]; /* "smtp", "192.0.2.1:25" */
	struct server *server;
};

/* What is in force for the service: "" when it is not set.  The caller frees
 * it. */
char *service_setting(const struct service *service, const char *name);

void adopt_note(const struct service *service, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The next item of a list of settings, between commas and blanks; false at the
 * end.  { } around many words are left out. */
bool setting_word(const char **at, char *word, size_t size);

/* The entries of the file or table that an item names ("cidr:/etc/x"), those
 * that are let through or those that are denied. */
void adopt_table(const struct service *service, const char *item, bool denied,
    struct entries *to);

void adopt_restrictions(const struct service *service);
void adopt_domains(const struct service *service);

#endif
