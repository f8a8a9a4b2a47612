/* What an object of each kind is made of: the tables of policy/field.h and the
 * few arrays that are no entry lists.  Documents and the database are both
 * read and written through it. */
#ifndef STORE_SHAPE_H
#define STORE_SHAPE_H

#include "reader.h"
#include "policy/field.h"
#include "store.h"

/* "listen", "routing.list", "servers": arrays in the order of the person. */
struct row_array {
	const char *path;
	const char *after; /* the field that it follows in a document */
	bool long_rows;    /* a row is an object on its own line */
	bool bulk;         /* kept in chunks by the database, not in the body */
	bool (*read)(struct reader *json, void *object);
	size_t (*count)(const void *object);
	void (*add)(struct buf *buf, const void *object, size_t place);
	/* NULL, or of an array of texts, each once: where it is kept. */
	char ***(*texts)(void *object, size_t **count);
};

struct shape {
	const char *word;   /* "list" */
	const char *plural; /* "lists" */
	const struct field *fields;
	const struct slot *slots;       /* ended by name NULL */
	const struct row_array *arrays; /* ended by path NULL */
	void *(*new)(void);             /* with an empty name */
	void *(*copy)(const void *object);
	void (*free)(void *object);
	void *(*find)(const struct policy *policy, const char *name);
	void (*put)(struct policy *policy, void *object); /* owned from now */
	size_t (*count)(const struct policy *policy);
	void *(*at)(const struct policy *policy, size_t place);
	bool rare; /* a document that has none does not name them */
	/* NULL where all objects have all keys: has this one that key? */
	bool (*uses)(const void *object, const char *key);
	const char *needed; /* a key that must be said of a new one, or NULL */
	/* NULL, or: after all was set; said are the keys that were said of a
	 * new one, each between line ends, NULL of one that was there. */
	void (*settle)(void *object, const char *said);
};

#define KIND_COUNT 4

extern const struct shape shapes[KIND_COUNT]; /* by enum object_kind */

const char *shape_name(const struct shape *shape, const void *object);
struct entries *shape_entries(const struct slot *slot, const void *object);

/* One object as JSON; bulk: with entries and routing rows.  depth is that of
 * the object's own brace. */
void shape_add(struct buf *buf, const struct shape *shape, const void *object,
    int depth, bool bulk);

/* At an object; sets what is named there, adds entries and rows. */
bool shape_read(struct reader *json, const struct shape *shape, void *object);

#endif
