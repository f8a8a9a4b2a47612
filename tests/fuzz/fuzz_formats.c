/* All formats: nothing is taken that does not come back from each export that
 * can hold it, and all that is said has its place.  The first line of an
 * input names the format and may name more: "aws service=EC2 port=25". */
#include "config.h"

#include <string.h>

#include "policy/set.h"
#include "store/dns.h"
#include "store/document.h"
#include "store/format.h"

#include "fuzz.h"

#define WORDS 8

/* What the first line says; its texts are in line. */
struct wish {
	char line[256];
	bool servers; /* it is read for whole servers */
	struct import_rules rules;
};

/* A DNS with the worst of records: each line of the input itself. */
static const char *zone;
static size_t zone_size;

static void
ask(void *context, const char *name, enum dns_kind kind,
    struct dns_answer *answer)
{
	static const char *const texts[] = { "192.0.2.1", "2001:db8::1",
		"mail.example", };
	const char *at = zone, *eol;

	(void)context;
	demand(name[0] && strlen(name) < 254);
	if (kind != DNS_TXT)
		dns_answer_add(answer, texts[kind], strlen(texts[kind]));
	for (; kind == DNS_TXT && at < zone + zone_size; at = eol + 1) {
		eol = memchr(at, '\n', (size_t)(zone + zone_size - at));
		if (!eol)
			eol = zone + zone_size;
		dns_answer_add(answer, at, (size_t)(eol - at));
	}
	answer->outcome = answer->count ? DNS_FOUND : DNS_NOTHING;
}

static void
take_word(struct wish *wish, char *word)
{
	static const struct dns dns = { ask, NULL };
	struct import_rules *r = &wish->rules;

	if (!strncmp(word, "service=", 8))
		r->service = word + 8;
	else if (!strncmp(word, "region=", 7))
		r->region = word + 7;
	else if (!strncmp(word, "column=", 7))
		r->column = word + 7;
	else if (!strncmp(word, "port=", 5))
		r->port = (unsigned char)word[5];
	else if (!strcmp(word, "dns"))
		r->dns = &dns;
	else if (!strcmp(word, "denied"))
		r->denied = true;
	else if (!strcmp(word, "servers"))
		wish->servers = true;
	else if (!strcmp(word, "widen"))
		r->widen = true;
	else if (!strcmp(word, "expand"))
		r->expand = true;
	else if (format_find(word) && format_find(word)->read)
		r->format = word;
}

/* The length of the first line with its end. */
static size_t
read_wish(struct wish *wish, const char *text, size_t size)
{
	const char *eol = memchr(text, '\n', size);
	size_t len = eol ? (size_t)(eol - text) : size;
	char *word = wish->line, *end;

	if (len >= sizeof(wish->line))
		len = sizeof(wish->line) - 1;
	memcpy(wish->line, text, len);
	wish->line[len] = '\0';
	for (int i = 0; word && i < WORDS; i++) {
		end = strchr(word, ' ');
		if (end)
			*end++ = '\0';
		take_word(wish, word);
		word = end;
	}
	return eol ? (size_t)(eol - text) + 1 : size;
}

static void
check_lines(const struct bad_line *lines, size_t count, size_t most)
{
	for (size_t i = 0; i < count; i++)
		demand(lines[i].number && lines[i].number <= most &&
		    lines[i].reason[0]);
}

static bool
same_set(const struct entries *a, const struct entries *b)
{
	struct set x, y;
	bool same;

	set_of_entries(&x, a);
	set_of_entries(&y, b);
	same = set_equal(&x, &y);
	set_free(&x);
	set_free(&y);
	return same;
}

/* A format holds the entries or says which it cannot; what it holds comes
 * back: as it was, or at least the same addresses. */
static void
check_written(const struct format *format, const struct entries *entries)
{
	struct import_rules rules = { .format = format->name };
	static const struct entries none;
	struct err err = { ERR_NONE, "" };
	struct buf text = { 0 };
	struct import again;

	if (!export_entries(&text, entries, format->name, false, &err)) {
		/* Plain lines are short, and notes stand in brackets. */
		demand(err.text[0] && (!strcmp(format->name, "plain") ||
		    (!format->round_trip && (entries->domain_count ||
		        entries->list_count))));
	} else if (format->round_trip || format->keeps_set) {
		demand(import_judge(&again, buf_text(&text), text.len, &rules,
		    &none, &err));
		demand(!again.bad_count && !again.left_count);
		demand(format->round_trip
		    ? entries_equal(&again.entries, entries)
		    : same_set(&again.entries, entries));
		import_free(&again);
	}
	buf_free(&text);
}

static void
check_again(const struct entries *entries)
{
	/* A list of none is refused when it is read. */
	for (size_t i = 0; formats[i] && entries_count(entries); i++)
		if (formats[i]->write)
			check_written(formats[i], entries);
}

/* What comes of it is a policy like any other. */
static void
check_servers(const char *text, size_t len, const struct import_rules *rules)
{
	struct policy *policy = policy_new(), *again = NULL;
	struct err err = { ERR_NONE, "" };
	struct buf document = { 0 };
	struct import notes;

	if (import_servers(policy, text, len, rules, &notes, &err)) {
		check_lines(notes.bad, notes.bad_count, notes.lines);
		check_lines(notes.left, notes.left_count, notes.lines);
		document_add(&document, policy);
		demand(document_read(&again, buf_text(&document),
		    document.len, &err));
		demand(document_same(policy, again));
	} else {
		demand(err.text[0] && err.kind == ERR_INPUT);
	}
	buf_free(&document);
	import_free(&notes);
	policy_free(policy);
	policy_free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct entries none;
	const char *text = size ? (const char *)data : "";
	struct wish wish = { .rules = { .format = NULL } };
	size_t at = size ? read_wish(&wish, text, size) : 0;
	struct err err = { ERR_NONE, "" };
	struct import import;

	zone = text + at;
	zone_size = size - at;
	if (wish.servers) {
		check_servers(text + at, size - at, &wish.rules);
		return 0;
	}
	if (import_judge(&import, text + at, size - at, &wish.rules, &none,
	        &err)) {
		check_lines(import.bad, import.bad_count, import.lines);
		check_lines(import.left, import.left_count, import.lines);
		if (entries_count(&import.entries))
			check_again(&import.entries);
	} else {
		demand(err.text[0] && err.kind == ERR_INPUT);
	}
	import_free(&import);
	return 0;
}
