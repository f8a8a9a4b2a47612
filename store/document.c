#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "names.h"
#include "policy/mem.h"
#include "shape.h"

#define DOCUMENT_VERSION 1

struct reading {
	struct policy *policy;
	const struct policy *base; /* of a merge: what was there */
	bool versioned;        /* "relayadm" was there */
	bool seen[KIND_COUNT]; /* the array was there */
	enum object_kind kind; /* of the array being read */
	struct names old;      /* objects that a merge may change */
	char **found;          /* names in the array, in order; ours */
	size_t found_count, found_cap;
	size_t line; /* where reading stopped */
};

struct peeking {
	struct buf name;
	bool found;
};

/* Stops the reading as soon as the name is known. */
static bool
find_name(struct reader *json, const char *key, void *context)
{
	struct peeking *p = context;
	const char *text;

	if (strcmp(key, "name") != 0 || reader_peek(json) != '"')
		return reader_skip(json);
	if (!reader_text(json, &text))
		return false;
	buf_add(&p->name, text);
	p->found = true;
	return false;
}

/* Looks ahead for the name and comes back. */
static bool
peek_name(struct reader *json, char **name)
{
	struct peeking p = { .found = false };
	size_t pos = json->pos;
	int depth = json->depth;
	bool ok = reader_object(json, find_name, &p) || p.found;

	if (ok) {
		json->pos = pos;
		json->depth = depth;
	}
	*name = buf_take(&p.name);
	return ok;
}

static void
put_at(struct policy *policy, enum object_kind kind, size_t place,
    void *object)
{
	shapes[kind].free(shapes[kind].at(policy, place));
	switch (kind) {
	case OBJECT_LIST:
		policy->lists[place] = object;
		break;
	case OBJECT_SERVER:
		policy->servers[place] = object;
		break;
	case OBJECT_GATEWAY:
		policy->gateways[place] = object;
		break;
	case OBJECT_INVARIANT:
		policy->invariants[place] = object;
		break;
	}
}

/* A merge starts from the object that is there: what the document does not name
 * stays, and entries are added. */
static bool
read_object(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;
	const struct shape *shape = &shapes[r->kind];
	size_t place;
	char *name;
	void *object;

	(void)index;
	r->found = mem_grow(r->found, r->found_count, &r->found_cap,
	    sizeof(*r->found));
	if (!peek_name(json, &name)) {
		free(name);
		return false;
	}
	r->found[r->found_count++] = name;
	place = names_find(&r->old, name);
	object = place == NAMES_NOWHERE
	    ? shape->new()
	    : shape->copy(shape->at(r->policy, place));
	if (!shape_read(json, shape, object) ||
	    (!*shape_name(shape, object) &&
	        !reader_fail(json, "a name is missing"))) {
		shape->free(object);
		return false;
	}
	if (place == NAMES_NOWHERE)
		shape->put(r->policy, object);
	else
		put_at(r->policy, r->kind, place, object);
	return true;
}

static bool
check_names(struct reader *json, const struct reading *r)
{
	const struct named *again;
	struct names names = { 0 };

	for (size_t i = 0; i < r->found_count; i++)
		names_add(&names, r->found[i], i);
	names_sort(&names);
	again = names_repeated(&names);
	if (again)
		fail(json->err, "%s[%zu]: a second %s of the name %s",
		    shapes[r->kind].plural, again->place,
		    shapes[r->kind].word, again->name);
	names_free(&names);
	return !again;
}

static bool
read_kind(struct reader *json, struct reading *r, enum object_kind kind)
{
	bool ok;

	if (r->seen[kind])
		return reader_fail(json, "a second time");
	r->seen[kind] = true;
	r->kind = kind;
	if (r->base)
		names_of(&r->old, &shapes[kind], r->base);
	ok = reader_array(json, read_object, r) && check_names(json, r);
	names_free(&r->old);
	for (size_t i = 0; i < r->found_count; i++)
		free(r->found[i]);
	r->found_count = 0;
	return ok;
}

static bool
read_version(struct reader *json, struct reading *r)
{
	uint32_t version;

	if (!reader_number(json, &version))
		return false;
	if (version != DOCUMENT_VERSION)
		return reader_fail(json,
		    "version %u of the policy document; this relayadm reads "
		    "version %d", version, DOCUMENT_VERSION);
	r->versioned = true;
	return true;
}

static bool
read_top(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;

	if (!strcmp(key, "relayadm"))
		return !r->versioned ? read_version(json, r)
		                     : reader_fail(json, "a second time");
	for (int i = 0; i < KIND_COUNT; i++)
		if (!strcmp(key, shapes[i].plural))
			return read_kind(json, r, (enum object_kind)i);
	return reader_fail(json, "unknown key");
}

static size_t
line_of(const char *text, size_t pos)
{
	size_t line = 1;

	for (size_t i = 0; i < pos; i++)
		line += text[i] == '\n';
	return line;
}

static bool
read_all(struct reading *r, const char *text, size_t len, struct err *err)
{
	struct reader json;
	bool ok;

	/* Some editors put a byte order mark in front. */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		text += 3, len -= 3;
	reader_open(&json, text, len, err);
	ok = reader_object(&json, read_top, r) && reader_end(&json);
	if (ok && !r->versioned)
		ok = reader_fail_key(&json, "relayadm",
		    "is missing; a policy document begins with "
		    "\"relayadm\": 1");
	r->line = line_of(text, json.pos);
	reader_close(&json);
	free(r->found);
	return ok;
}

bool
document_read(struct policy **policy, const char *text, size_t len,
    struct err *err)
{
	struct reading r = { .policy = policy_new() };

	if (read_all(&r, text, len, err)) {
		*policy = r.policy;
		return true;
	}
	policy_free(r.policy);
	return false;
}

bool
document_merge(struct policy *policy, const char *text, size_t len,
    struct err *err)
{
	size_t line;

	return document_merge_line(policy, text, len, &line, err);
}

bool
document_merge_line(struct policy *policy, const char *text, size_t len,
    size_t *line, struct err *err)
{
	struct reading r = { .policy = policy_copy(policy), .base = policy };
	struct policy swap;
	bool ok = read_all(&r, text, len, err);

	*line = r.line;
	if (ok) {
		swap = *policy;
		*policy = *r.policy;
		*r.policy = swap;
	}
	policy_free(r.policy);
	return ok;
}

static void
add_kind(struct buf *buf, const struct shape *shape,
    const struct policy *policy)
{
	size_t count = shape->count(policy);

	buf_addf(buf, ",\n  \"%s\": [", shape->plural);
	for (size_t i = 0; i < count; i++) {
		buf_add(buf, i ? ",\n    " : "\n    ");
		shape_add(buf, shape, shape->at(policy, i), 2, true);
	}
	buf_add(buf, count ? "\n  ]" : "]");
}

void
document_add(struct buf *buf, const struct policy *policy)
{
	buf_addf(buf, "{\n  \"relayadm\": %d", DOCUMENT_VERSION);
	for (int i = 0; i < KIND_COUNT; i++)
		if (!shapes[i].rare || shapes[i].count(policy))
			add_kind(buf, &shapes[i], policy);
	buf_add(buf, "\n}\n");
}

bool
document_same(const struct policy *a, const struct policy *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool same;

	document_add(&x, a);
	document_add(&y, b);
	same = x.len == y.len && !memcmp(x.data, y.data, x.len);
	buf_free(&x);
	buf_free(&y);
	return same;
}

void
document_add_list(struct buf *buf, const struct list *list)
{
	shape_add(buf, &shapes[OBJECT_LIST], list, 0, true);
}

void
document_add_server(struct buf *buf, const struct server *server)
{
	shape_add(buf, &shapes[OBJECT_SERVER], server, 0, true);
}

void
document_add_gateway(struct buf *buf, const struct gateway *gateway)
{
	shape_add(buf, &shapes[OBJECT_GATEWAY], gateway, 0, true);
}
