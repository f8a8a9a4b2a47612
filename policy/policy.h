/* The nouns of a policy.  Plain values in a plain tree: policy_free() frees
 * everything.  What may not be there is NULL; texts that are there are not
 * "". */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entries.h"

enum list_mode {
	MODE_ONLY,       /* only the list below */
	MODE_ALL_EXCEPT, /* all except the list below */
};

enum tls_mode {
	TLS_NONE,
	TLS_OFFERED,
	TLS_REQUIRED,
};

enum route_action {
	ROUTE_INBOUND,
	ROUTE_RELAY,
	ROUTE_REJECT,
};

enum mta_kind {
	MTA_POSTFIX,
	MTA_EXIM,
	MTA_OPENSMTPD,
};

enum become_kind {
	BECOME_NONE, /* log in as root */
	BECOME_SUDO,
};

enum transport_kind {
	TRANSPORT_LIBRARY, /* libssh2 in the program itself */
	TRANSPORT_PROGRAM, /* the system's ssh(1) */
};

struct listener {
	uint8_t family; /* 4 or 6 */
	u128 addr;      /* 0 is every address of the family */
	uint16_t port;  /* 1 to 65535 */
};

struct route {
	char *domain; /* A-label; "." covers every domain */
	bool exact;   /* written "#domain": no subdomains (KB Q217217) */
	enum route_action action;
	char *next_hop; /* host, address or [v6]; NULL: by the domain's MX */
	uint16_t port;  /* of the next hop; 0: 25 */
	char *comment;
};

struct box {
	bool enabled;
	struct entries entries;
};

struct server {
	char *name;
	char *comment;
	bool enabled;
	struct listener *listeners;
	size_t listener_count;
	bool anonymous, basic;
	int tls;             /* enum tls_mode */
	int connection_mode; /* enum list_mode */
	struct entries connection;
	int relay_mode; /* enum list_mode */
	struct entries relay;
	bool relay_authenticated; /* "regardless of the list above" */
	bool reroute;
	struct route *routes;
	size_t route_count;
	bool only_authenticated; /* routing restrictions, box 1 */
	struct box clients;      /* box 2 */
	struct box local;        /* box 3 */
	struct entries never;
};

struct list {
	char *name;
	char *comment;
	struct entries entries;
};

struct gateway {
	char *name;
	char *group;
	char *comment;
	char *hold; /* why nothing is pushed to it; NULL: it is pushed to */
	int mta; /* enum mta_kind */
	char *host;
	uint16_t port;
	char *user;
	char *jump; /* [user@]host[:port] */
	int transport; /* enum transport_kind */
	int become; /* enum become_kind */
	char **servers; /* names, in order */
	size_t server_count;
};

struct invariant; /* invariant.h */

struct policy {
	struct list **lists;
	struct server **servers;
	struct gateway **gateways;
	struct invariant **invariants;
	size_t list_count, server_count, gateway_count, invariant_count;
};

extern const char *const mode_words[];   /* by enum list_mode, then NULL */
extern const char *const tls_words[];
extern const char *const action_words[];
extern const char *const mta_words[];
extern const char *const become_words[];
extern const char *const transport_words[];

struct policy *policy_new(void);
struct policy *policy_copy(const struct policy *policy);
void policy_free(struct policy *policy);

/* NULL when there is none; that is no error. */
struct list *policy_list(const struct policy *policy, const char *name);
struct server *policy_server(const struct policy *policy, const char *name);
struct gateway *policy_gateway(const struct policy *policy, const char *name);
struct invariant *policy_invariant(const struct policy *policy,
    const char *name);

/* The policy owns the object from now on.  The name must be free. */
void policy_add_list(struct policy *policy, struct list *list);
void policy_add_server(struct policy *policy, struct server *server);
void policy_add_gateway(struct policy *policy, struct gateway *gateway);
void policy_add_invariant(struct policy *policy,
    struct invariant *invariant);

/* Frees the object of that name; false when there is none. */
bool policy_remove_list(struct policy *policy, const char *name);
bool policy_remove_server(struct policy *policy, const char *name);
bool policy_remove_gateway(struct policy *policy, const char *name);
bool policy_remove_invariant(struct policy *policy, const char *name);

/* With the defaults of a new object (semantics: Exchange 2000's). */
struct list *list_new(const char *name);
struct server *server_new(const char *name);
struct gateway *gateway_new(const char *name);
struct invariant *invariant_new(const char *name);
struct list *list_copy(const struct list *list);
struct server *server_copy(const struct server *server);
struct gateway *gateway_copy(const struct gateway *gateway);
struct invariant *invariant_copy(const struct invariant *invariant);
void list_free(struct list *list);
void server_free(struct server *server);
void gateway_free(struct gateway *gateway);
void invariant_free(struct invariant *invariant);

/* "192.0.2.1:25", "[2001:db8::1]:25". */
bool listener_parse(struct listener *listener, const char *text, size_t len,
    struct err *err);
void listener_add(struct buf *buf, const struct listener *listener);
bool server_add_listener(struct server *server, const struct listener *l,
    struct err *err);

/* "example.com", "#example.com", "."; sets domain and exact only. */
bool route_parse(struct route *route, const char *text, size_t len,
    struct err *err);
void route_add(struct buf *buf, const struct route *route);
/* "host", "host:25", "[2001:db8::1]:25"; "" clears. */
bool route_parse_next_hop(struct route *route, const char *text, size_t len,
    struct err *err);
void route_add_next_hop(struct buf *buf, const struct route *route);
struct route route_copy(const struct route *route);
void route_free(struct route *route);
/* Takes the route's texts.  Rows keep their order. */
void server_add_route(struct server *server, struct route route);
void server_remove_route(struct server *server, size_t place);

/* A host name in A-label form, an IPv4 address, or "[v6]". */
bool host_parse(char host[DOMAIN_SIZE], const char *text, size_t len,
    struct err *err);

/* The place of the word in the table (ended by NULL), or -1. */
int word_find(const char *const *words, const char *text);

#endif
