#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "completing.h"
#include "key_names.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "store/aside.h"
#include "store/format.h"
#include "store/origin.h"
#include "store/shape.h"

/* Codes of findings that keep a commit from being made. */
static const char *const codes[] = { "addresses-only", "dialect-gap",
	"duplicate-row", "invariant-broken", "listener-conflict",
	"no-listener", "no-server", "open-relay", "relay-any-domain",
	"route-loop", "unknown-list", NULL };

void
offer(struct completing *c, const char *word, const char *what)
{
	struct buf whole = { 0 };

	buf_addf(&whole, "%s%s", buf_text(&c->kept), word);
	complete_add(c->found, c->begun, buf_text(&whole), what);
	buf_free(&whole);
}

static void
offer_words(struct completing *c, const char *const *words)
{
	for (; *words; words++)
		offer(c, *words, NULL);
}

/* All of the word up to the last of these stays. */
static void
keep(struct completing *c, const char *marks)
{
	size_t len = strlen(c->begun);

	while (len && !strchr(marks, c->begun[len - 1]))
		len--;
	if (len > c->kept.len) {
		buf_clear(&c->kept);
		buf_addn(&c->kept, c->begun, len);
	}
}

/* --- names --------------------------------------------------------------- */

static void
offer_names(struct completing *c, enum object_kind kind, const char *before)
{
	const struct shape *shape = &shapes[kind];
	const struct policy *policy = c->known->policy;
	struct buf word = { 0 };
	size_t i, count = policy ? shape->count(policy) : 0;

	for (i = 0; i < count; i++) {
		buf_clear(&word);
		buf_addf(&word, "%s%s", before,
		    shape_name(shape, shape->at(policy, i)));
		offer(c, buf_text(&word), NULL);
	}
	buf_free(&word);
}

static void
offer_groups(struct completing *c)
{
	const struct policy *policy = c->known->policy;
	struct buf word = { 0 };
	size_t i;

	for (i = 0; policy && i < policy->gateway_count; i++) {
		if (!policy->gateways[i]->group)
			continue;
		buf_clear(&word);
		buf_addf(&word, "@%s", policy->gateways[i]->group);
		offer(c, buf_text(&word), NULL);
	}
	buf_free(&word);
}

static void
offer_targets(struct completing *c)
{
	const struct policy *policy = c->known->policy;
	const struct slot *slot;
	struct buf word = { 0 };
	size_t i;

	offer_names(c, OBJECT_LIST, "list:");
	for (i = 0; policy && i < policy->server_count; i++) {
		const char *name = policy->servers[i]->name;

		for (slot = server_slots; slot->name; slot++) {
			buf_clear(&word);
			buf_addf(&word, "server:%s/%s", name, slot->name);
			offer(c, buf_text(&word), slot->label);
		}
		buf_clear(&word);
		buf_addf(&word, "server:%s/routing", name);
		offer(c, buf_text(&word), "Routing list");
	}
	buf_free(&word);
}

static void
offer_objects(struct completing *c)
{
	char before[40];

	for (int kind = 0; kind < KIND_COUNT; kind++) {
		snprintf(before, sizeof(before), "%s:", object_words[kind]);
		offer_names(c, (enum object_kind)kind, before);
	}
}

static void
offer_of_kind(struct completing *c)
{
	const char *said = c->before->count > 1 ? c->before->items[1] : "";
	int kind = word_find(object_words, said);

	if (kind >= 0)
		offer_names(c, (enum object_kind)kind, "");
}

/* --- what the database has beside the draft ------------------------------ */

static void
offer_number(struct completing *c, int64_t number, const char *what)
{
	char word[24];

	snprintf(word, sizeof(word), "%" PRId64, number);
	offer(c, word, what);
}

static void
offer_revisions(struct completing *c)
{
	struct revision *all;
	struct err err;
	size_t i, count;

	if (!c->known->store ||
	    !store_log(c->known->store, &all, &count, &err))
		return;
	for (i = 0; i < count; i++)
		offer_number(c, all[i].number, all[i].message);
	revisions_free(all, count);
}

static void
offer_asides(struct completing *c)
{
	struct aside *all;
	struct err err;
	size_t i, count;

	if (!c->known->store ||
	    !store_asides(c->known->store, &all, &count, &err))
		return;
	for (i = 0; i < count; i++)
		offer(c, all[i].name, all[i].note);
	asides_free(all, count);
}

static void
offer_sources(struct completing *c)
{
	struct import_record *all;
	struct err err;
	size_t i, count;

	if (!c->known->store ||
	    !store_imports(c->known->store, NULL, &all, &count, &err))
		return;
	for (i = 0; i < count; i++)
		offer(c, all[i].source, all[i].target);
	import_records_free(all, count);
}

/* Of the gateway that was named. */
static void
offer_generations(struct completing *c)
{
	struct push_record *all;
	char what[60];
	struct err err;
	size_t i, count;

	if (!c->known->store || c->before->count < 2 ||
	    !store_pushes(c->known->store, c->before->items[1], &all, &count,
	        &err))
		return;
	for (i = 0; i < count; i++) {
		snprintf(what, sizeof(what), "revision %" PRId64 ": %s",
		    all[i].revision, all[i].state);
		offer_number(c, all[i].generation, what);
	}
	push_records_free(all, count);
}

/* --- options, verbs, keys ------------------------------------------------ */

static bool
said_already(const struct completing *c, const char *word)
{
	size_t i, len = strlen(word);

	for (i = 1; i < c->before->count; i++)
		if (!strncmp(c->before->items[i], word, len) &&
		    (!c->before->items[i][len] ||
		        c->before->items[i][len] == '='))
			return true;
	return false;
}

/* "--json" and what of the usage begins with a hyphen. */
static void
offer_options(struct completing *c)
{
	const char *at = c->command->usage;
	struct usage_option option;

	if (!said_already(c, "--json"))
		offer(c, "--json", NULL);
	while (usage_option_next(&at, &option)) {
		char *word = mem_textn(option.name, option.len);

		if (option.again || !said_already(c, word))
			offer(c, word, NULL);
		free(word);
	}
}

/* The "add|set|remove" of the usage. */
static void
offer_verbs(struct completing *c)
{
	const char *at = c->command->usage + strlen(c->command->name);

	while (*at++ && *at != ' ') {
		size_t len = strcspn(at, "| ");
		char *word = mem_textn(at, len);

		offer(c, word, NULL);
		free(word);
		at += len;
		if (*at != '|')
			break;
	}
}

static void
offer_key(struct completing *c, const char *name, const char *sign,
    const char *what)
{
	struct buf word = { 0 };

	buf_addf(&word, "%s%s", name, sign);
	offer(c, buf_text(&word), what);
	buf_free(&word);
}

/* What a field may be: "mta=". */
static void
offer_field(struct completing *c, const struct field *field)
{
	static const char *const truths[] = { "false", "true", NULL };

	if (field->kind == FIELD_BOOL)
		offer_words(c, truths);
	else if (field->words)
		offer_words(c, field->words);
}

/* "relay+=", "servers=": lists of what has a name, with commas between. */
static void
offer_items(struct completing *c, const struct shape *shape, const char *key,
    size_t len)
{
	const struct slot *slot;

	keep(c, "=,");
	if (len == 7 && !memcmp(key, "servers", len))
		offer_names(c, OBJECT_SERVER, "");
	for (slot = shape->slots; slot->name; slot++)
		if ((strlen(slot->path) == len &&
		        !memcmp(slot->path, key, len)) ||
		    (strlen(slot->name) == len &&
		        !memcmp(slot->name, key, len)))
			offer_names(c, OBJECT_LIST, "list:");
}

static void
offer_values_of(struct completing *c, const struct shape *shape)
{
	size_t len = strcspn(c->begun, "+-=");
	const struct field *field;

	buf_clear(&c->kept);
	buf_addn(&c->kept, c->begun,
	    (size_t)(strchr(c->begun, '=') + 1 - c->begun));
	for (field = shape->fields; field->name; field++)
		if (strlen(field->name) == len &&
		    !memcmp(field->name, c->begun, len))
			offer_field(c, field);
	offer_items(c, shape, c->begun, len);
}

static void
offer_keys(struct completing *c)
{
	int kind = word_find(object_words, c->command->name);
	const struct row_array *array;
	const struct shape *shape;
	const struct field *field;
	const struct slot *slot;

	if (kind < 0)
		return;
	shape = &shapes[kind];
	if (strchr(c->begun, '=')) {
		offer_values_of(c, shape);
		return;
	}
	for (field = shape->fields; field->name; field++)
		offer_key(c, field->name, "=", field->label);
	for (slot = shape->slots; slot->name; slot++)
		offer_key(c, slot->path, "+=", slot->label);
	for (array = shape->arrays; array->path; array++)
		offer_key(c, array->path, "+=", NULL);
}

/* --- tables of the program ------------------------------------------------ */

static void
offer_commands(struct completing *c)
{
	const struct command *command;

	for (command = c->commands; command->name; command++)
		offer(c, command->name, command->summary);
}

static void
offer_presets(struct completing *c)
{
	const struct preset *preset;

	for (preset = presets; preset->name; preset++)
		offer(c, preset->name, preset->title);
}

static void
offer_formats_read(struct completing *c)
{
	offer(c, "auto", "what it looks like");
	for (size_t i = 0; formats[i]; i++)
		if (formats[i]->read || formats[i]->read_policy)
			offer(c, formats[i]->name, formats[i]->title);
}

static void
offer_formats_written(struct completing *c)
{
	for (size_t i = 0; formats[i]; i++)
		if (formats[i]->write)
			offer(c, formats[i]->name, formats[i]->title);
}

static void
offer_screens(struct completing *c)
{
	size_t i, count;
	const struct key_table *tables = key_tables(&count);

	for (i = 0; i < count; i++)
		offer(c, tables[i].name, NULL);
}

static void
offer_holds(struct completing *c)
{
	keep(c, "=,");
	offer_words(c, hold_words);
}

static void
offer_codes(struct completing *c)
{
	offer_words(c, codes);
}

static void
offer_kind_words(struct completing *c)
{
	offer_words(c, object_words);
}

static void
offer_files(struct completing *c)
{
	c->found->files = true;
}

static void
offer_folders(struct completing *c)
{
	c->found->folders = true;
}

static void
offer_servers(struct completing *c)
{
	keep(c, "=");
	offer_names(c, OBJECT_SERVER, "");
}

static void
offer_gateways(struct completing *c)
{
	offer_names(c, OBJECT_GATEWAY, "");
}

static void
offer_lists(struct completing *c)
{
	offer_names(c, OBJECT_LIST, "");
}

static void
offer_invariants(struct completing *c)
{
	offer_names(c, OBJECT_INVARIANT, "");
}

void
offer_kinds(struct completing *c, unsigned kinds)
{
	static const struct {
		unsigned kind;
		void (*offer)(struct completing *c);
	} kinds_of_words[] = {
		{ COMMANDS, offer_commands, },
		{ VERBS, offer_verbs, },
		{ SERVERS, offer_servers, },
		{ GATEWAYS, offer_gateways, },
		{ GROUPS, offer_groups, },
		{ LISTS, offer_lists, },
		{ INVARIANTS, offer_invariants, },
		{ TARGETS, offer_targets, },
		{ OPTIONS, offer_options, },
		{ PRESETS, offer_presets, },
		{ KEYS, offer_keys, },
		{ REVISIONS, offer_revisions, },
		{ ASIDES, offer_asides, },
		{ SOURCES, offer_sources, },
		{ FORMATS_READ, offer_formats_read, },
		{ FORMATS_WRITTEN, offer_formats_written, },
		{ CODES, offer_codes, },
		{ HELD_KINDS, offer_holds, },
		{ SCREENS, offer_screens, },
		{ KINDS, offer_kind_words, },
		{ OF_KIND, offer_of_kind, },
		{ OBJECTS, offer_objects, },
		{ GENERATIONS, offer_generations, },
		{ FILES, offer_files, },
		{ FOLDERS, offer_folders, },
	};

	for (size_t i = 0; i < sizeof(kinds_of_words) /
	         sizeof(kinds_of_words[0]); i++)
		if (kinds & kinds_of_words[i].kind)
			kinds_of_words[i].offer(c);
}
