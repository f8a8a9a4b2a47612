#include "config.h"

#include <string.h>

#include "document.h"
#include "shape.h"

#define DOCUMENT_VERSION 1

struct reading {
	struct policy *policy;
	bool merge;
	bool versioned;            /* "relayadm" was there */
	bool seen[KIND_COUNT];     /* the array was there */
	const struct shape *shape; /* of the array being read */
};

/* The object that a merge changes, by the name in the document. */
static bool
find_name(struct reader *json, const char *key, void *context)
{
	struct buf *name = context;
	const char *text;

	if (strcmp(key, "name") != 0 || reader_peek(json) != '"' || name->len)
		return reader_skip(json);
	if (!reader_text(json, &text))
		return false;
	buf_add(name, text);
	return true;
}

/* Looks ahead for the name and comes back. */
static bool
peek_name(struct reader *json, struct buf *name)
{
	size_t pos = json->pos;
	bool ok = reader_object(json, find_name, name);

	if (ok)
		json->pos = pos;
	return ok;
}

static void
replace_object(struct reading *r, void *old, void *new)
{
	const struct shape *shape = r->shape;
	void **all = shape == &shapes[OBJECT_LIST] ? (void **)r->policy->lists
	    : shape == &shapes[OBJECT_SERVER]
	    ? (void **)r->policy->servers
	    : (void **)r->policy->gateways;

	while (*all != old)
		all++;
	*all = new;
	shape->free(old);
}

/* A merge starts from the object that is there: what the document does not name
 * stays, and entries are added. */
static void *
begin_object(const struct reading *r, const char *name, void **old)
{
	*old = r->merge && *name ? r->shape->find(r->policy, name) : NULL;
	return *old ? r->shape->copy(*old) : r->shape->new();
}

static bool
read_object(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;
	struct buf name = { 0 };
	void *object, *old = NULL;
	bool ok;

	(void)index;
	if (!peek_name(json, &name)) {
		buf_free(&name);
		return false;
	}
	object = begin_object(r, buf_text(&name), &old);
	ok = shape_read(json, r->shape, object);
	if (ok && !*shape_name(r->shape, object))
		ok = reader_fail(json, "a name is missing");
	if (ok && !old && r->shape->find(r->policy, buf_text(&name)))
		ok = reader_fail(json, "a second %s of the name %s",
		    r->shape->word, buf_text(&name));
	buf_free(&name);
	if (!ok)
		r->shape->free(object);
	else if (old)
		replace_object(r, old, object);
	else
		r->shape->put(r->policy, object);
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
	for (int i = 0; i < KIND_COUNT; i++) {
		if (strcmp(key, shapes[i].plural) != 0)
			continue;
		if (r->seen[i])
			return reader_fail(json, "a second time");
		r->seen[i] = true;
		r->shape = &shapes[i];
		return reader_array(json, read_object, r);
	}
	return reader_fail(json, "unknown key");
}

static bool
read_all(struct reading *r, const char *text, size_t len, struct err *err)
{
	struct reader json;
	bool ok;

	reader_open(&json, text, len, err);
	ok = reader_object(&json, read_top, r) && reader_end(&json);
	if (ok && !r->versioned)
		ok = reader_fail_key(&json, "relayadm",
		    "is missing; a policy document begins with "
		    "\"relayadm\": 1");
	reader_close(&json);
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
	struct reading r = { .policy = policy_copy(policy), .merge = true };
	struct policy swap;
	bool ok = read_all(&r, text, len, err);

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
		add_kind(buf, &shapes[i], policy);
	buf_add(buf, "\n}\n");
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
