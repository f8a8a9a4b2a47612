#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "completing.h"
#include "policy/mem.h"

/* At the first, second and later places behind the command, and the verb where
 * one is named; of a command the rows with a verb come first. */
static const struct {
	const char *command, *verb;
	unsigned places[3];
} rows[] = {
	{ "approve", NULL, { REVISIONS }, },
	{ "backup", NULL, { FILES }, },
	{ "batch", NULL, { FILES }, },
	{ "check", NULL, { SERVERS | GATEWAYS | LISTS | INVARIANTS |
	    REPEATED }, },
	{ "decide", NULL, { SERVERS }, },
	{ "diff", NULL, { REVISIONS, REVISIONS }, },
	{ "draft", "list", { 0 }, },
	{ "draft", "park", { 0, OBJECTS | REPEATED }, },
	{ "draft", NULL, { VERBS, ASIDES }, },
	{ "dump", NULL, { REVISIONS }, },
	{ "export", NULL, { TARGETS }, },
	{ "gateway", "add", { 0, KEYS | REPEATED }, },
	{ "gateway", "compare", { GATEWAYS | GROUPS | REPEATED }, },
	{ "gateway", NULL, { VERBS, GATEWAYS, KEYS | REPEATED }, },
	{ "help", NULL, { COMMANDS }, },
	{ "import", NULL, { FILES }, },
	{ "imports", NULL, { TARGETS }, },
	{ "invariant", "add", { 0, KEYS | REPEATED }, },
	{ "invariant", NULL, { VERBS, INVARIANTS, KEYS | REPEATED }, },
	{ "keys", NULL, { SCREENS }, },
	{ "list", "add", { 0, KEYS | REPEATED }, },
	{ "list", NULL, { VERBS, LISTS, KEYS | REPEATED }, },
	{ "load", NULL, { FILES }, },
	{ "log", NULL, { KINDS, OF_KIND }, },
	{ "probe", NULL, { GATEWAYS }, },
	{ "push", NULL, { GATEWAYS | GROUPS | REPEATED }, },
	{ "render", NULL, { GATEWAYS }, },
	{ "replay", NULL, { FILES | REPEATED }, },
	{ "report", NULL, { SERVERS | GATEWAYS | REPEATED }, },
	{ "restore", NULL, { FILES }, },
	{ "revert", NULL, { REVISIONS }, },
	{ "rollback", NULL, { GATEWAYS, GENERATIONS }, },
	{ "server", "add", { 0, KEYS | REPEATED }, },
	{ "server", NULL, { VERBS, SERVERS, KEYS | REPEATED }, },
	{ "show", NULL, { REVISIONS }, },
	{ "status", NULL, { GATEWAYS | GROUPS | REPEATED }, },
	{ "verify", NULL, { FILES }, },
};

/* What the usage calls the value of an option, and of one option only where the
 * word alone does not say it. */
static const struct {
	const char *command, *option, *value;
	unsigned kinds;
} values[] = {
	{ "export", "--format", "F", FORMATS_WRITTEN, },
	{ "import", "--format", "F", FORMATS_READ, },
	{ "import", "--source", "NAME", SOURCES, },
	{ "server", "--preset", "P", PRESETS, },
	{ NULL, "--rev", "N", REVISIONS, },
	{ NULL, NULL, "CODE", CODES, },
	{ NULL, NULL, "DIR", FOLDERS, },
	{ NULL, NULL, "FILE", FILES, },
	{ NULL, NULL, "GATEWAY", GATEWAYS, },
	{ NULL, NULL, "KIND,", HELD_KINDS, },
	{ NULL, NULL, "SERVICE=", SERVERS, },
	{ NULL, NULL, "TARGET", TARGETS, },
};

/* --- options in a usage ------------------------------------------------- */

static bool
takes_value(const char *behind)
{
	if (behind[0] != ' ' || !behind[1])
		return false;
	return behind[1] == '[' ? behind[2] != '-'
	                        : behind[1] != '-' && behind[1] != '|';
}

bool
usage_option_next(const char **at, struct usage_option *option)
{
	const char *p = *at, *end;
	size_t len;

	for (;; p += len) {
		p += strspn(p, " []|");
		len = strcspn(p, " []|");
		if (!len)
			return false;
		if (*p == '-' && len > 1)
			break;
	}
	*option = (struct usage_option){ .name = p, .len = len };
	p += len;
	if (takes_value(p)) {
		option->value = p + 1;
		end = p + 1 + strcspn(p + 1, " ");
		option->again = end[-1] == '.';
	}
	*at = p;
	return true;
}

bool
usage_option_find(const char *usage, const char *word,
    struct usage_option *option)
{
	size_t len = strcspn(word, "=");

	while (usage_option_next(&usage, option))
		if (option->len == len && !memcmp(option->name, word, len))
			return true;
	return false;
}

static bool
same_word(const char *word, const char *begin, size_t len)
{
	return !word ||
	    (strlen(word) == len && !strncmp(word, begin, len));
}

/* The words that a usage names, "open|closed", or what it calls the value. */
static void
offer_value(struct completing *c, const struct usage_option *option)
{
	const char *p = option->value + (*option->value == '[');
	const char *command = c->command->name;
	size_t i, len;

	for (;; p += len + 1) {
		len = strcspn(p, " ]|[.");
		if (*p == '-' || !len)
			return;
		if (*p >= 'a' && *p <= 'z') {
			char *word = mem_textn(p, len);

			offer(c, word, NULL);
			free(word);
		}
		for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
			if (same_word(values[i].value, p, len) &&
			    same_word(values[i].option, option->name,
			        option->len) &&
			    same_word(values[i].command, command,
			        strlen(command)))
				offer_kinds(c, values[i].kinds);
		if (p[len] != '|')
			return;
	}
}

/* --- what stands behind some words -------------------------------------- */

/* What was said so far. */
struct said {
	const char *verb;
	size_t places; /* words that are no option, nor the value of one */
	bool awaits;   /* a value of this option */
	struct usage_option option;
};

static struct said
read_said(const struct completing *c)
{
	struct said said = { 0 };
	size_t i;

	for (i = 1; i < c->before->count; i++) {
		const char *word = c->before->items[i];

		if (said.awaits)
			said.awaits = false;
		else if (word[0] == '-' && word[1])
			said.awaits = !strchr(word, '=') &&
			    usage_option_find(c->command->usage, word,
			        &said.option) && said.option.value;
		else if (++said.places == 1)
			said.verb = word;
	}
	return said;
}

static unsigned
kinds_at(const unsigned *places, size_t place)
{
	size_t at = place > 2 ? 2 : place;

	while (at > 0 && !places[at])
		at--;
	if (at != place && !(places[at] & REPEATED))
		return OPTIONS;
	return places[at] | OPTIONS;
}

static unsigned
kinds_behind(const char *command, const struct said *said)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *verb = rows[i].verb;

		if (strcmp(rows[i].command, command) != 0)
			continue;
		if (verb && (!said->verb || strcmp(verb, said->verb) != 0))
			continue;
		return kinds_at(rows[i].places, said->places - (verb != NULL));
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

/* "--into=list:b". */
static bool
is_joined(struct completing *c, struct usage_option *option)
{
	const char *equals = strchr(c->begun, '=');

	if (*c->begun != '-' || !equals ||
	    !usage_option_find(c->command->usage, c->begun, option) ||
	    !option->value)
		return false;
	buf_addn(&c->kept, c->begun, (size_t)(equals + 1 - c->begun));
	return true;
}

void
complete_behind(struct offers *found, const struct words *before,
    const char *begun, const struct command *table,
    const struct known *known)
{
	struct completing c = { .found = found, .begun = begun,
		.commands = table, .command = table, .before = before,
		.known = known };
	struct said said;

	if (!before->count) {
		offer_kinds(&c, COMMANDS);
		offers_sort(found);
		return;
	}
	while (c.command->name &&
	    strcmp(c.command->name, before->items[0]) != 0)
		c.command++;
	if (!c.command->name)
		return;
	said = read_said(&c);
	if (said.awaits || is_joined(&c, &said.option))
		offer_value(&c, &said.option);
	else
		offer_kinds(&c, narrow_kinds(kinds_behind(c.command->name,
		    &said), *begun == '-'));
	buf_free(&c.kept);
	offers_sort(found);
}

void
complete_find(struct offers *found, size_t *begun, const char *text,
    const struct command *table, const struct known *known)
{
	struct words before = { 0 };
	char *head;
	struct err err;

	*begun = strlen(text);
	while (*begun && text[*begun - 1] != ' ')
		--*begun;
	head = mem_textn(text, *begun);
	if (words_split(&before, head, &err))
		complete_behind(found, &before, text + *begun, table, known);
	words_free(&before);
	free(head);
}

/* --- what is offered ----------------------------------------------------- */

void
complete_add(struct offers *found, const char *begun, const char *word,
    const char *what)
{
	if (strncmp(word, begun, strlen(begun)) != 0)
		return;
	found->items = mem_grow(found->items, found->count, &found->cap,
	    sizeof(*found->items));
	found->items[found->count++] = (struct offer){ mem_text(word),
		mem_text_or_null(what) };
}

static int
compare(const void *a, const void *b)
{
	const struct offer *one = a, *other = b;

	return strcmp(one->word, other->word);
}

void
offers_sort(struct offers *offers)
{
	size_t i, kept = 0;

	if (!offers->count)
		return;
	qsort(offers->items, offers->count, sizeof(*offers->items), compare);
	for (i = 1; i < offers->count; i++) {
		if (compare(&offers->items[kept], &offers->items[i]) != 0) {
			offers->items[++kept] = offers->items[i];
			continue;
		}
		free(offers->items[i].word);
		free(offers->items[i].what);
	}
	offers->count = kept + 1;
}

void
offers_free(struct offers *offers)
{
	while (offers->count) {
		free(offers->items[--offers->count].word);
		free(offers->items[offers->count].what);
	}
	free(offers->items);
	memset(offers, 0, sizeof(*offers));
}

size_t
complete_common(const struct offers *found, size_t len)
{
	size_t i, more = 0;

	if (!found->count)
		return 0;
	for (;; more++) {
		char c = found->items[0].word[len + more];

		for (i = 0; i < found->count; i++)
			if (!c || found->items[i].word[len + more] != c)
				return more;
	}
}
