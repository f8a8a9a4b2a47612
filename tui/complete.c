#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "complete.h"
#include "policy/field.h"
#include "store/shape.h"

/* What a word can be, as bits. */
enum kind_of_word {
	COMMANDS = 1,
	VERBS = 2,
	SERVERS = 4,
	GATEWAYS = 8,
	GROUPS = 16,
	LISTS = 32,
	INVARIANTS = 64,
	TARGETS = 128,
	OPTIONS = 256,
	PRESETS = 512,
	KEYS = 1024,
	REPEATED = 2048, /* the last place of a row stands for all later ones */
};

/* At the first, second and later places behind the command. */
static const struct {
	const char *command;
	unsigned places[3];
} rows[] = {
	{ "check", { SERVERS | GATEWAYS | LISTS | REPEATED }, },
	{ "decide", { SERVERS }, },
	{ "draft", { VERBS }, },
	{ "export", { TARGETS }, },
	{ "gateway", { VERBS, GATEWAYS, KEYS | REPEATED }, },
	{ "help", { COMMANDS }, },
	{ "imports", { TARGETS }, },
	{ "invariant", { VERBS, INVARIANTS, KEYS | REPEATED }, },
	{ "list", { VERBS, LISTS, KEYS | REPEATED }, },
	{ "probe", { GATEWAYS }, },
	{ "push", { GATEWAYS | GROUPS | REPEATED }, },
	{ "render", { GATEWAYS }, },
	{ "report", { SERVERS | GATEWAYS | REPEATED }, },
	{ "rollback", { GATEWAYS }, },
	{ "server", { VERBS, SERVERS, KEYS | REPEATED }, },
	{ "status", { GATEWAYS | GROUPS | REPEATED }, },
};

static const struct {
	const char *option;
	unsigned kinds;
} values[] = {
	{ "--into", TARGETS, },
	{ "--preset", PRESETS, },
	{ "--via", GATEWAYS, },
};

struct completion {
	struct words *found;
	const char *begun;
	size_t len;
	const struct command *commands, *command;
	const struct policy *policy;
};

static void
offer(struct completion *c, const char *word)
{
	size_t i;

	if (strncmp(word, c->begun, c->len) != 0)
		return;
	for (i = 0; i < c->found->count; i++)
		if (!strcmp(c->found->items[i], word))
			return;
	words_add(c->found, word);
}

static void
offer_names(struct completion *c, enum object_kind kind)
{
	const struct shape *shape = &shapes[kind];
	size_t count = shape->count(c->policy), i;

	for (i = 0; i < count; i++)
		offer(c, shape_name(shape, shape->at(c->policy, i)));
}

static void
offer_groups(struct completion *c)
{
	struct buf word = { 0 };
	size_t i;

	for (i = 0; i < c->policy->gateway_count; i++) {
		if (!c->policy->gateways[i]->group)
			continue;
		buf_clear(&word);
		buf_addf(&word, "@%s", c->policy->gateways[i]->group);
		offer(c, buf_text(&word));
	}
	buf_free(&word);
}

static void
offer_targets(struct completion *c)
{
	const struct slot *slot;
	struct buf word = { 0 };
	size_t i;

	for (i = 0; i < c->policy->list_count; i++) {
		buf_clear(&word);
		buf_addf(&word, "list:%s", c->policy->lists[i]->name);
		offer(c, buf_text(&word));
	}
	for (i = 0; i < c->policy->server_count; i++) {
		const char *name = c->policy->servers[i]->name;

		for (slot = server_slots; slot->name; slot++) {
			buf_clear(&word);
			buf_addf(&word, "server:%s/%s", name, slot->name);
			offer(c, buf_text(&word));
		}
		buf_clear(&word);
		buf_addf(&word, "server:%s/routing", name);
		offer(c, buf_text(&word));
	}
	buf_free(&word);
}

/* "--json" and what of the usage begins with two hyphens. */
static void
offer_options(struct completion *c)
{
	const char *at = c->command->usage;
	struct buf word = { 0 };

	offer(c, "--json");
	while ((at = strstr(at, "--"))) {
		size_t len = 2 + strcspn(at + 2, " ]|[");

		buf_clear(&word);
		buf_addn(&word, at, len);
		offer(c, buf_text(&word));
		at += len;
	}
	buf_free(&word);
}

/* The "add|set|remove" of the usage. */
static void
offer_verbs(struct completion *c)
{
	const char *at = c->command->usage + strlen(c->command->name);
	struct buf word = { 0 };

	while (*at++ && *at != ' ') {
		size_t len = strcspn(at, "| ");

		buf_clear(&word);
		buf_addn(&word, at, len);
		offer(c, buf_text(&word));
		at += len;
		if (*at != '|')
			break;
	}
	buf_free(&word);
}

static void
offer_keys(struct completion *c)
{
	const struct field *field;
	const struct slot *slot;
	struct buf word = { 0 };
	size_t kind = 0;

	while (kind < KIND_COUNT &&
	    strcmp(shapes[kind].word, c->command->name) != 0)
		kind++;
	if (kind == KIND_COUNT)
		return;
	for (field = shapes[kind].fields; field->name; field++) {
		buf_clear(&word);
		buf_addf(&word, "%s=", field->name);
		offer(c, buf_text(&word));
	}
	for (slot = shapes[kind].slots; slot->name; slot++) {
		buf_clear(&word);
		buf_addf(&word, "%s+=", slot->path);
		offer(c, buf_text(&word));
	}
	buf_free(&word);
}

static void
offer_commands(struct completion *c)
{
	const struct command *command;

	for (command = c->commands; command->name; command++)
		offer(c, command->name);
}

static void
offer_presets(struct completion *c)
{
	const struct preset *preset;

	for (preset = presets; preset->name; preset++)
		offer(c, preset->name);
}

static void
offer_kinds(struct completion *c, unsigned kinds)
{
	static const struct {
		unsigned kind;
		enum object_kind object;
	} objects[] = {
		{ SERVERS, OBJECT_SERVER, },
		{ GATEWAYS, OBJECT_GATEWAY, },
		{ LISTS, OBJECT_LIST, },
		{ INVARIANTS, OBJECT_INVARIANT, },
	};
	static const struct {
		unsigned kind;
		void (*offer)(struct completion *c);
	} others[] = {
		{ COMMANDS, offer_commands, },
		{ VERBS, offer_verbs, },
		{ GROUPS, offer_groups, },
		{ TARGETS, offer_targets, },
		{ OPTIONS, offer_options, },
		{ PRESETS, offer_presets, },
		{ KEYS, offer_keys, },
	};
	size_t i;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (kinds & objects[i].kind)
			offer_names(c, objects[i].object);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (kinds & others[i].kind)
			others[i].offer(c);
}

/* What can stand behind these words. */
static unsigned
kinds_behind(const struct words *words)
{
	const char *last;
	size_t i, place = 0;

	if (!words->count)
		return COMMANDS;
	last = words->items[words->count - 1];
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!strcmp(values[i].option, last))
			return values[i].kinds;
	for (i = 1; i < words->count; i++)
		place += words->items[i][0] != '-';
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const unsigned *places = rows[i].places;
		size_t at = place > 2 ? 2 : place;

		if (strcmp(rows[i].command, words->items[0]) != 0)
			continue;
		while (at > 0 && !places[at])
			at--;
		if (at != place && !(places[at] & REPEATED))
			return OPTIONS;
		return places[at] | OPTIONS;
	}
	return OPTIONS;
}

/* Options are many: where another word may stand they come after a hyphen. */
static unsigned
narrow_kinds(unsigned kinds, bool hyphen)
{
	if (hyphen)
		return kinds & OPTIONS;
	return kinds == OPTIONS ? kinds : kinds & ~(unsigned)OPTIONS;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
complete_find(struct words *found, size_t *begun, const char *text,
    const struct command *table, const struct policy *policy)
{
	size_t len = strlen(text);
	struct completion c = { .found = found, .commands = table,
		.policy = policy };
	struct words before = { 0 };
	char *head;
	struct err err;

	*begun = len;
	while (*begun && text[*begun - 1] != ' ')
		--*begun;
	c.begun = text + *begun;
	c.len = len - *begun;
	head = strndup(text, *begun);
	if (head && words_split(&before, head, &err)) {
		c.command = table;
		while (before.count && c.command->name &&
		    strcmp(c.command->name, before.items[0]) != 0)
			c.command++;
		if (c.command->name)
			offer_kinds(&c, narrow_kinds(kinds_behind(&before),
			    *c.begun == '-'));
	}
	if (found->count)
		qsort(found->items, found->count, sizeof(*found->items),
		    compare);
	words_free(&before);
	free(head);
}

size_t
complete_common(const struct words *found, size_t len)
{
	size_t i, more = 0;

	if (!found->count)
		return 0;
	for (;; more++) {
		char c = found->items[0][len + more];

		for (i = 0; i < found->count; i++)
			if (!c || found->items[i][len + more] != c)
				return more;
	}
}
