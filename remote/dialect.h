/* Dialects: a policy as the files and settings of one kind of mail server.
 *
 * Everything in a rendering is printed from numbers, A-labels, names of servers
 * (letters, digits, dots, hyphens, underscores) and constant text; no comment or
 * other free text of a policy ever reaches a gateway. */
#ifndef REMOTE_DIALECT_H
#define REMOTE_DIALECT_H

#include "policy/reach.h"

#define DIGEST_SIZE 65 /* SHA-256 as lower-case hex, and a NUL */

struct rendered_file {
	char *path; /* below the folder of a generation: "server/x/relay.cidr" */
	char *data;
	size_t len;
	char digest[DIGEST_SIZE];
};

/* What a push places on one gateway.  The digest is that of the manifest, a
 * line "SHA256 LENGTH PATH" for each file in order of path, so equal policies
 * have equal digests and the gateway can work it out by itself. */
struct rendering {
	struct rendered_file *files;
	size_t count, cap;
	char digest[DIGEST_SIZE];
};

void rendering_free(struct rendering *rendering);
/* NULL when there is none of that path. */
const struct rendered_file *rendering_find(const struct rendering *rendering,
    const char *path);
void rendering_add_manifest(struct buf *buf, const struct rendering *rendering);

/* For dialects: takes the text out of buf; then, once, the order and digests. */
void rendering_add(struct rendering *rendering, const char *path,
    struct buf *text);
void rendering_settle(struct rendering *rendering);

/* What a gateway's mail server cannot express exactly (finding dialect-gap). */
struct gap {
	char *object;   /* "server:internet", "gateway:mx1" */
	char *sentence; /* what */
	char *advice;   /* what to change */
};

struct gaps {
	struct gap *items;
	size_t count, cap;
};

void gaps_free(struct gaps *gaps);
/* For dialects: takes both texts out of the buffers. */
void gaps_add(struct gaps *gaps, const char *kind, const char *name,
    struct buf *sentence, struct buf *advice);

/* One gateway of a policy.  compiled is of that policy. */
struct site {
	const struct policy *policy;
	const struct compiled *compiled;
	const struct gateway *gateway;
};

struct recipients;
struct treatment;

struct dialect {
	/* Adds what cannot be expressed; nothing when all can. */
	void (*find_gaps)(const struct site *site, struct gaps *gaps);
	/* Only for a site without gaps. */
	void (*render)(const struct site *site, struct rendering *rendering);
	/* Reads the rendering back, by code that shares nothing with render,
	 * and compares it as sets with what the policy core says. */
	bool (*reread)(const struct site *site,
	    const struct rendering *rendering, struct err *err);
	/* The clients that files let through on a listener, as the mail server
	 * would read them: connect, relay, relay having logged on. */
	bool (*reach)(const struct rendering *rendering,
	    const struct listener *listener, enum reach reach,
	    struct set *set, struct err *err);
	/* What becomes of recipients of these domains there: one treatment
	 * for each (treatment.h). */
	bool (*treat)(const struct rendering *rendering,
	    const struct listener *listener,
	    const struct recipients *recipients, struct treatment *found,
	    struct err *err);
};

extern const struct dialect dialect_postfix;
extern const struct dialect dialect_exim;
extern const struct dialect dialect_smtpd;

/* mta: enum mta_kind. */
const struct dialect *dialect_find(int mta);

void site_find_gaps(const struct site *site, struct gaps *gaps);

/* Renders and reads back.  Fails (ERR_NO) when there are gaps, naming the
 * first. */
bool site_render(const struct site *site, struct rendering *rendering,
    struct err *err);

#endif
