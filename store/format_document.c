/* Entries out of another policy document: of a list, of a server's part. */
#include "config.h"

#include <string.h>

#include "document.h"
#include "format_list.h"
#include "policy/mem.h"
#include "reader.h"
#include "spot.h"
#include "target.h"

static int
sniff(const struct source *source, struct buf *why)
{
	if (!source_is_json(source) || !source_has_key(source, "relayadm"))
		return 0;
	buf_add(why, "a policy document of relayadm");
	return 98;
}

/* --- which of them ------------------------------------------------------ */

static void
add_there(struct buf *buf, const char *kind, const char *name,
    const char *part, size_t count)
{
	if (!count || buf->len > 400)
		return;
	buf_addf(buf, "%s%s:%s%s%s (%zu)", buf->len ? ", " : "", kind, name,
	    *part ? "/" : "", part, count);
}

static void
add_all_there(struct buf *buf, const struct policy *policy)
{
	for (size_t i = 0; i < policy->list_count; i++)
		add_there(buf, "list", policy->lists[i]->name, "",
		    entries_count(&policy->lists[i]->entries));
	for (size_t i = 0; i < policy->server_count; i++) {
		const struct server *s = policy->servers[i];

		for (const struct slot *p = server_slots; p->name; p++)
			add_there(buf, "server", s->name, p->name,
			    entries_count(slot_entries_const(p, s)));
		add_there(buf, "server", s->name, "routing", s->route_count);
	}
}

static bool
is_there(const struct target *target, const struct policy *policy)
{
	return target->is_list ? policy_list(policy, target->name) != NULL
	                       : policy_server(policy, target->name) != NULL;
}

static bool
choose(struct target *target, const struct policy *policy, const char *column,
    struct err *err)
{
	struct buf there = { 0 };
	bool ok = column && target_parse(target, column, err);

	if (column && !ok)
		return false;
	if (ok && is_there(target, policy))
		return true;
	add_all_there(&there, policy);
	if (!there.len)
		fail(err, "is a policy document without entries");
	else if (column)
		fail(err, "there is no %.80s in it; there are: %s", column,
		    buf_text(&there));
	else
		fail(err, "is a policy document; say by --column whose "
		    "entries are meant: %s; load reads the whole policy",
		    buf_text(&there));
	buf_free(&there);
	return false;
}

/* --- its entries, with their places ------------------------------------- */

struct row {
	struct item item; /* of the text that names it */
	char *text, *comment, *action, *next_hop;
};

struct reading {
	struct intake *intake;
	struct spot spot;
	const struct target *target;
	const char *path; /* what is left of it: "relay.entries" */
	bool is_it;       /* the object has the name */
	struct row row;
};

static bool
read_text(struct reader *json, struct reading *r, char **text,
    struct item *item)
{
	const char *found;
	size_t at;

	reader_peek(json);
	at = json->pos + 1;
	if (!reader_text(json, &found))
		return false;
	mem_drop(text);
	*text = mem_text(found);
	if (item)
		*item = spot_item(&r->spot, at, json->pos - 1 - at);
	return true;
}

static bool
read_part(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;
	struct row *row = &r->row;

	if (reader_peek(json) != '"')
		return reader_skip(json);
	if (!strcmp(key, "entry") || !strcmp(key, "domain"))
		return read_text(json, r, &row->text, &row->item);
	if (!strcmp(key, "comment"))
		return read_text(json, r, &row->comment, NULL);
	if (!strcmp(key, "action"))
		return read_text(json, r, &row->action, NULL);
	if (!strcmp(key, "next_hop"))
		return read_text(json, r, &row->next_hop, NULL);
	return reader_skip(json);
}

static void
take_row(struct reading *r)
{
	struct row *row = &r->row;
	int action = row->action ? word_find(action_words, row->action) : -1;

	if (!row->text)
		return;
	row->item.comment = row->comment;
	row->item.comment_len = row->comment ? strlen(row->comment) : 0;
	if (!r->target->is_routing)
		intake_entry(r->intake, &row->item, row->text,
		    strlen(row->text));
	else if (action >= 0)
		intake_route(r->intake, &row->item, row->text,
		    strlen(row->text), (enum route_action)action,
		    row->next_hop);
}

static void
clear_row(struct row *row)
{
	mem_drop(&row->text);
	mem_drop(&row->comment);
	mem_drop(&row->action);
	mem_drop(&row->next_hop);
}

static bool
read_row(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;
	bool ok;

	if (index % 4096 == 4095 && !intake_go_on(r->intake, json->pos))
		return false;
	ok = reader_peek(json) == '{'
	    ? reader_object(json, read_part, r)
	    : read_text(json, r, &r->row.text, &r->row.item);
	if (ok)
		take_row(r);
	clear_row(&r->row);
	return ok;
}

/* Down the path, key by key. */
static bool
read_member(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;
	const char *path = r->path;
	size_t n = strcspn(path, ".");
	bool ok;

	if (strncmp(key, path, n) != 0 || key[n])
		return reader_skip(json);
	if (!path[n])
		return reader_array(json, read_row, r);
	r->path = path + n + 1;
	ok = reader_object(json, read_member, r);
	r->path = path;
	return ok;
}

static bool
read_name(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;
	const char *name;

	if (strcmp(key, "name") != 0)
		return reader_skip(json);
	if (!reader_text(json, &name))
		return false;
	r->is_it = !strcmp(name, r->target->name);
	return true;
}

/* The name may stand behind the entries. */
static bool
read_object(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;
	size_t pos = json->pos;

	(void)index;
	r->is_it = false;
	if (!reader_object(json, read_name, r))
		return false;
	if (!r->is_it)
		return true;
	json->pos = pos;
	return reader_object(json, read_member, r);
}

static bool
read_top(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;

	return strcmp(key, r->target->is_list ? "lists" : "servers") != 0
	    ? reader_skip(json)
	    : reader_array(json, read_object, r);
}

static bool
read_entries(struct intake *intake, const struct source *source,
    const struct target *target, struct err *err)
{
	struct reading r = { .intake = intake, .target = target,
		.spot = { .source = source } };
	struct reader json;
	bool ok;

	r.path = target->is_list ? "entries"
	    : target->is_routing ? "routing.list"
	                         : target->slot->path;
	reader_open(&json, source->text, source->len, err);
	ok = reader_object(&json, read_top, &r);
	if (intake->stopped)
		*err = intake->stop;
	reader_close(&json);
	spot_end(&r.spot, intake);
	return ok;
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct policy *policy;
	struct target target;
	bool ok;

	if (!document_read(&policy, source->text, source->len, err))
		return false;
	ok = choose(&target, policy, intake_rules(intake)->column, err);
	policy_free(policy);
	return ok && read_entries(intake, source, &target, err);
}

const struct format format_document = {
	.name = "relayadm",
	.title = "policy document of relayadm",
	.sniff = sniff,
	.read = read,
};
