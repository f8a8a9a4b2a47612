/* librelaypolicy: may this SMTP client relay to this recipient?
 *
 * A policy is read from a policy document (relayadm(1), "relayadm dump") and
 * asked by the rules of relayadm-policy(7).  relaypolicy(3) says it all.
 *
 * Nothing here prints, ends the program, or keeps state outside of a policy.
 * Any number of threads may ask one policy at once. */
#ifndef RELAYPOLICY_H
#define RELAYPOLICY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sockaddr;

/* Room for every text that is given back, with its NUL. */
#define RELAYPOLICY_TEXT 640

enum relaypolicy_status {
	RELAYPOLICY_OK = 0,
	RELAYPOLICY_BAD_QUESTION = 1, /* the text says what is wrong */
	RELAYPOLICY_NO_SERVER = 2,    /* the policy has none of this name */
	RELAYPOLICY_NO_MEMORY = 3
};

enum relaypolicy_decision {
	RELAYPOLICY_REFUSE_CONNECTION = 1,
	RELAYPOLICY_REQUIRE_AUTHENTICATION = 2,
	RELAYPOLICY_REJECT_RECIPIENT = 3,
	RELAYPOLICY_ACCEPT_INBOUND = 4,
	RELAYPOLICY_DENY_RELAY = 5,
	RELAYPOLICY_ACCEPT_RELAY = 6
};

/* Set size to sizeof(struct relaypolicy_question), what is not known to NULL
 * or 0.  Of each pair of text and socket address at most one is given: IPv4
 * or IPv6; IPv4-mapped IPv6 is IPv4; the scope of an address does not count. */
struct relaypolicy_question {
	size_t size;
	const char *server;    /* name of a virtual server; needed */
	const char *client;    /* "192.0.2.1", "2001:db8::1"; one is needed */
	const struct sockaddr *client_addr;
	size_t client_addr_len;
	const char *client_name; /* only when verified: the PTR name that
	                            resolves back to the address */
	int authenticated;       /* 0 or 1 */
	const char *local;       /* "192.0.2.1:25", "[2001:db8::1]:25" */
	const struct sockaddr *local_addr;
	size_t local_addr_len;
	const char *recipient;   /* of RCPT TO, with or without <>; needed */
};

/* Set size to sizeof(struct relaypolicy_answer). */
struct relaypolicy_answer {
	size_t size;
	enum relaypolicy_decision decision;
	int row; /* of relayadm-policy(7) that decided, 1 to 10 */
	/* The entry or routing row that decided ("192.0.2.0/24",
	 * "list:branches 192.0.2.0/24", "#example.com"), or "-"; when there
	 * is no answer, why. */
	char text[RELAYPOLICY_TEXT];
};

struct relaypolicy;

/* NULL when the document is refused or memory is short; then error, unless it
 * is NULL or error_size 0, says why, cut to its size.  The text need not
 * outlive the call. */
struct relaypolicy *relaypolicy_load(const char *text, size_t len,
    char *error, size_t error_size);
struct relaypolicy *relaypolicy_load_file(const char *path, char *error,
    size_t error_size);

/* When nobody asks it any more.  NULL is allowed. */
void relaypolicy_free(struct relaypolicy *policy);

/* The servers in the document's order; NULL from the count on.  Names live as
 * long as the policy. */
size_t relaypolicy_server_count(const struct relaypolicy *policy);
const char *relaypolicy_server_name(const struct relaypolicy *policy,
    size_t place);

enum relaypolicy_status relaypolicy_decide(const struct relaypolicy *policy,
    const struct relaypolicy_question *question,
    struct relaypolicy_answer *answer);

/* "accept-relay"; "" for what is no decision. */
const char *relaypolicy_decision_word(enum relaypolicy_decision decision);
/* "NEVER list"; "" for what is no row. */
const char *relaypolicy_row_title(int row);
/* Of the library: "0.1.0". */
const char *relaypolicy_version(void);

#ifdef __cplusplus
}
#endif

#endif
