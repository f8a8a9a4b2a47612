#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "policy/mem.h"

#define MOST_SERVERS 1000

static const struct {
	const char *name;
	const char *separators; /* NULL: one value */
} keys[EXCHANGE_KEYS] = {
	[EXCHANGE_NAME] = { "Name", NULL, },
	[EXCHANGE_IDENTITY] = { "Identity", NULL, },
	[EXCHANGE_BINDINGS] = { "Bindings", ",;| \t\r\n", },
	[EXCHANGE_RANGES] = { "RemoteIPRanges", ",;| \t\r\n", },
	[EXCHANGE_GROUPS] = { "PermissionGroups", ",;| \t\r\n", },
	[EXCHANGE_MECHANISMS] = { "AuthMechanism", ",;| \t\r\n", },
	[EXCHANGE_TLS] = { "RequireTLS", NULL, },
	[EXCHANGE_ENABLED] = { "Enabled", NULL, },
	[EXCHANGE_ROLE] = { "TransportRole", NULL, },
	[EXCHANGE_USER] = { "User", NULL, },
	[EXCHANGE_DENY] = { "Deny", NULL, },
	[EXCHANGE_RIGHTS] = { "ExtendedRights", ",;| \t\r\n", },
};

enum exchange_key
exchange_key(struct span name)
{
	int key = 0;

	while (key < EXCHANGE_KEYS && !span_is(name, keys[key].name))
		key++;
	return (enum exchange_key)key;
}

bool
exchange_is_list(enum exchange_key key)
{
	return keys[key].separators != NULL;
}

void
exchange_begin(struct exchange *x, const char *place)
{
	struct item item = spot_item(&x->spot,
	    (size_t)(place - x->source->text), 0);

	x->objects = mem_grow(x->objects, x->count, &x->cap,
	    sizeof(*x->objects));
	x->objects[x->count++] = (struct exchange_object){ .line = item.line };
}

/* --- values ------------------------------------------------------------- */

#define FULL_LIST "$FormatEnumerationLimit = -1; Get-ReceiveConnector | " \
	"Format-List Name,Identity,Enabled,Bindings,RemoteIPRanges," \
	"PermissionGroups,AuthMechanism,RequireTLS | " \
	"Out-File -Width 4096 connectors.txt"
#define JOINED_CSV "Get-ReceiveConnector | Select-Object Name,Identity," \
	"Enabled,PermissionGroups,AuthMechanism,RequireTLS," \
	"@{n='Bindings';e={$_.Bindings -join ' '}}," \
	"@{n='RemoteIPRanges';e={$_.RemoteIPRanges -join ' '}} | " \
	"Export-Csv -NoTypeInformation connectors.csv"

static bool
ends_with(struct span s, const char *end)
{
	size_t n = strlen(end);

	return s.len >= n && !memcmp(s.text + s.len - n, end, n);
}

/* "{a, b}" without its braces; PowerShell ends what it left out by dots. */
static struct span
unbrace(struct span value, const char **wrong)
{
	*wrong = NULL;
	if (value.len && value.text[0] == '{') {
		value = span_from(value, 1);
		if (ends_with(value, "}"))
			value.len--;
		else
			*wrong = "has no closing '}'";
	}
	if (ends_with(value, "...") || ends_with(value, "\xe2\x80\xa6"))
		*wrong = "is cut short by '...'";
	return span_trim(value);
}

static bool
is_type(struct span value)
{
	return span_starts(value, "System.") || span_starts(value, "@{") ||
	    span_starts(value, "Microsoft.Exchange.");
}

bool
exchange_put(struct exchange *x, enum exchange_key key, struct err *err)
{
	struct stated_list *p =
	    &x->objects[x->count - 1].properties[key];
	struct span rest = span_trim(joined_span(&x->value)), value;
	const char *wrong;
	struct item item;

	p->there = true;
	if (!rest.len)
		return true;
	item = joined_item(&x->value, &x->spot, rest);
	if (is_type(rest))
		return fail(err, "line %zu: %s holds the name of a type, not "
		    "values; export it so: " JOINED_CSV, item.line,
		    keys[key].name);
	if (!keys[key].separators) {
		stated_add(p, &x->value, &x->spot, rest);
		return true;
	}
	rest = unbrace(rest, &wrong);
	if (wrong)
		return fail(err, "line %zu: %s %s; export it in full: "
		    FULL_LIST, item.line, keys[key].name, wrong);
	while (span_cut(&rest, keys[key].separators, &value))
		if (value.len)
			stated_add(p, &x->value, &x->spot, value);
	return true;
}

/* --- objects ------------------------------------------------------------ */

bool
exchange_is_connector(const struct exchange_object *o)
{
	return o->properties[EXCHANGE_RANGES].there ||
	    o->properties[EXCHANGE_BINDINGS].there ||
	    o->properties[EXCHANGE_GROUPS].there;
}

const char *
exchange_text(const struct exchange_object *o, enum exchange_key key)
{
	return stated_text(&o->properties[key]);
}

bool
exchange_has(const struct exchange_object *o, enum exchange_key key,
    const char *word)
{
	return stated_has(&o->properties[key], word);
}

const char *
exchange_title(const struct exchange_object *o)
{
	const char *identity = exchange_text(o, EXCHANGE_IDENTITY);

	return *identity ? identity : exchange_text(o, EXCHANGE_NAME);
}

struct item
exchange_item(const struct exchange_object *o)
{
	const char *title = exchange_title(o);

	return (struct item){ .line = o->line, .column = 1, .text = title,
		.len = strlen(title) };
}

/* "Relay", "EX01\Relay". */
static bool
is_called(const struct exchange_object *o, const char *asked)
{
	const char *identity = exchange_text(o, EXCHANGE_IDENTITY);
	const char *slash = strrchr(identity, '\\');

	return exchange_has(o, EXCHANGE_NAME, asked) ||
	    exchange_has(o, EXCHANGE_IDENTITY, asked) ||
	    (slash && span_is(span_of(slash + 1, strlen(slash + 1)), asked));
}

bool
exchange_is_asked_for(const struct exchange *x,
    const struct exchange_object *o)
{
	const char *asked = intake_rules(x->intake)->service;

	return exchange_is_connector(o) && (!asked || is_called(o, asked));
}

static void
add_titles(struct buf *buf, const struct exchange *x)
{
	size_t more = 0;

	for (size_t i = 0; i < x->count; i++) {
		if (!exchange_is_connector(&x->objects[i]))
			continue;
		if (buf->len > 400)
			more++;
		else
			buf_addf(buf, "%s'%.60s'", buf->len ? ", " : "",
			    exchange_title(&x->objects[i]));
	}
	if (more)
		buf_addf(buf, " and %zu more", more);
}

bool
exchange_check_asked(const struct exchange *x, bool one, struct err *err)
{
	const char *asked = intake_rules(x->intake)->service;
	struct buf titles = { 0 };
	size_t all = 0, found = 0;

	for (size_t i = 0; i < x->count; i++) {
		all += exchange_is_connector(&x->objects[i]);
		found += exchange_is_asked_for(x, &x->objects[i]);
	}
	if (!all)
		return fail(err, "has no receive connector; export it so: "
		    FULL_LIST);
	if (!one && found > MOST_SERVERS)
		return fail(err, "has %zu connectors, and more than %d are not "
		    "taken at once", found, MOST_SERVERS);
	if (found == 1 || (found && !one))
		return true;
	add_titles(&titles, x);
	if (!found)
		fail(err, "there is no connector '%.60s'; there are %s", asked,
		    buf_text(&titles));
	else
		fail(err, "has %zu connectors%s%.60s%s; name one by --service, "
		    "or import them as servers: %s", found,
		    asked ? " named '" : "", asked ? asked : "",
		    asked ? "'" : "", buf_text(&titles));
	buf_free(&titles);
	return false;
}

/* --- ranges ------------------------------------------------------------- */

void
exchange_spell(struct buf *spelled, const struct stated *value)
{
	buf_clear(spelled);
	for (const char *c = value->text; *c; c++)
		if (*c != ')')
			buf_addc(spelled, *c == '(' ? ' ' : *c);
}

/* --- the source --------------------------------------------------------- */

/* A header names keys between separators, and has no colon. */
static bool
is_table(const struct source *source)
{
	struct span text = span_of(source->text, source->len), line;

	do {
		size_t n = span_find(text, '\n');

		line = span_trim(span_of(text.text, n));
		text = span_from(text, n + (n < text.len));
	} while (!line.len && text.len);
	return span_starts(line, "#TYPE") ||
	    span_is(span_trim(line), "RemoteIPRanges") ||
	    (span_has(line, "RemoteIPRanges") && !span_has(line, ":") &&
	        (span_has(line, ",") || span_has(line, ";") ||
	            span_has(line, "\t")));
}

bool
exchange_open(struct exchange *x, struct intake *intake,
    const struct source *source, struct err *err)
{
	bool ok;

	*x = (struct exchange){ .intake = intake, .source = source,
		.spot = { .source = source } };
	if (!spot_check(source, err))
		return false;
	if (source_is_json(source))
		ok = exchange_read_json(x, err);
	else if (is_table(source))
		ok = exchange_read_csv(x, err);
	else
		ok = exchange_read_list(x, err);
	spot_end(&x->spot, intake);
	return ok;
}

void
exchange_close(struct exchange *x)
{
	for (size_t i = 0; i < x->count; i++)
		for (int key = 0; key < EXCHANGE_KEYS; key++)
			stated_free(&x->objects[i].properties[key]);
	free(x->objects);
	joined_free(&x->value);
}
