#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "registry.h"

const char *const registry_names[] = { "RelayFlags", "RelayAllowList",
	"RelayDenyList", "RelayLocalIPList", };

#define KEY "\\MSExchangeIMC\\Parameters"

struct reading {
	struct registry *registry;
	const struct source *source;
	struct spot spot;
	struct joined line;  /* a logical one */
	struct joined value; /* its text, with a NUL behind each item */
	bool wide;           /* hexadecimal texts are UTF-16 */
	bool ours;           /* within the key of the service */
	struct err *err;
};

static struct item
item_at(struct reading *r, struct span part)
{
	return joined_item(&r->line, &r->spot, part);
}

static bool
fail_at(struct reading *r, struct span part, const char *why)
{
	struct item item = item_at(r, part);

	return fail(r->err, "line %zu: '%.*s' %s", item.line, SPAN_SHOWN(part),
	    why);
}

/* --- values ------------------------------------------------------------- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
parse_hex(struct span text, unsigned long most, unsigned long *number)
{
	*number = 0;
	for (size_t i = 0; i < text.len; i++) {
		int digit = hex_digit(text.text[i]);

		if (digit < 0 || *number > most >> 4)
			return false;
		*number = *number << 4 | (unsigned long)digit;
	}
	return text.len && *number <= most;
}

/* "31,00,39,00": characters that are not ASCII become a byte that no address
 * has. */
static bool
read_bytes(struct reading *r, struct span text)
{
	const char *place = r->line.places[text.text - r->line.text.data];
	struct span piece;
	unsigned long byte, low = 0;
	size_t n = 0;

	while (span_cut(&text, ",", &piece)) {
		if (!piece.len && !text.len)
			break;
		if (!parse_hex(piece, 0xff, &byte))
			return fail_at(r, piece, "is not a byte of two "
			    "hexadecimal digits");
		if (!n || !r->wide || n % 2 == 0)
			place = r->line.places[piece.text -
			    r->line.text.data];
		if (!r->wide)
			joined_add(&r->value, (char)byte, place);
		else if (n % 2)
			joined_add(&r->value,
			    byte || low > 0x7e ? '\x7f' : (char)low, place);
		low = byte;
		n++;
	}
	return !r->wide || n % 2 == 0 || fail_at(r, span_of(text.text - 2, 2),
	    "ends within a character; the export was cut short");
}

/* Between quotes, with a backslash before each quote and backslash. */
static bool
read_quoted(struct reading *r, struct span text)
{
	size_t i = 1;

	for (; i < text.len && text.text[i] != '"'; i++) {
		if (text.text[i] == '\\' && i + 1 < text.len)
			i++;
		joined_add(&r->value, text.text[i],
		    r->line.places[text.text + i - r->line.text.data]);
	}
	return i + 1 == text.len ||
	    fail_at(r, text, "is not a text in quotes");
}

/* Of a REG_MULTI_SZ each ends with a NUL; a REG_SZ has them between blanks. */
static void
add_items(struct reading *r, struct stated_list *list, const char *ends)
{
	struct span rest = joined_span(&r->value), item;

	while (span_cut(&rest, ends, &item))
		if (item.len)
			stated_add(list, &r->value, &r->spot, item);
}

static bool
is_text_type(struct span type)
{
	static const char *const types[] = { "hex(7)", "hex(1)", "hex(2)",
		NULL };

	return span_is_any(type, types);
}

static bool
read_list(struct reading *r, struct stated_list *list, struct span text)
{
	size_t colon = span_find(text, ':');

	joined_clear(&r->value);
	if (text.text[0] == '"') {
		if (!read_quoted(r, text))
			return false;
		add_items(r, list, " ,\t");
		return true;
	}
	if (colon == text.len || !is_text_type(span_of(text.text, colon)))
		return fail_at(r, text, "is neither a text nor hex(7):");
	if (colon + 1 < text.len &&
	    !read_bytes(r, span_from(text, colon + 1)))
		return false;
	for (size_t i = 0; i < r->value.text.len; i++)
		if (!r->value.text.data[i])
			r->value.text.data[i] = '\n';
	add_items(r, list, "\n");
	return true;
}

static bool
read_flags(struct reading *r, struct stated_list *list, struct span text)
{
	if (!span_starts(text, "dword:") || !parse_hex(span_from(text, 6),
	        0xffffffff, &r->registry->flags))
		return fail_at(r, text, "is not dword: and hexadecimal "
		    "digits");
	stated_add(list, &r->line, &r->spot, text);
	return true;
}

/* --- lines -------------------------------------------------------------- */

static enum registry_value
find_value(struct span name)
{
	int i = 0;

	while (i < REGISTRY_VALUES && !span_is(name, registry_names[i]))
		i++;
	return (enum registry_value)i;
}

/* "Name"=value; those of other keys and those that come again are named. */
static bool
take_value(struct reading *r, struct span line)
{
	struct span rest = span_from(line, 1), name, text;
	struct stated_list *list;
	enum registry_value value;
	struct item item;

	name = span_of(rest.text, span_find(rest, '"'));
	value = find_value(name);
	rest = span_trim(span_from(rest, name.len + (name.len < rest.len)));
	if (value == REGISTRY_VALUES || !rest.len || rest.text[0] != '=')
		return true;
	text = span_trim(span_from(rest, 1));
	list = &r->registry->values[value];
	item = item_at(r, name);
	if (!r->ours || list->there) {
		intake_left(r->registry->intake, &item, !r->ours
		    ? "stands in the key of another service"
		    : "stands in another control set, too; the first counts");
		return true;
	}
	if (!text.len)
		return fail_at(r, name, "has no value");
	if (span_is(text, "-"))
		return true;
	list->there = true;
	return value == REGISTRY_FLAGS ? read_flags(r, list, text)
	                               : read_list(r, list, text);
}

static bool
take_line(struct reading *r)
{
	struct span line = span_trim(joined_span(&r->line));
	size_t key = strlen(KEY);

	if (!line.len || line.text[0] == ';')
		return true;
	if (line.text[0] == '[') {
		if (line.text[line.len - 1] == ']')
			line.len--;
		r->ours = line.len > key &&
		    span_is(span_from(line, line.len - key), KEY);
	}
	return line.text[0] != '"' || take_value(r, line);
}

/* A backslash at the end: the line goes on, indented, on the next. */
static void
join_line(struct reading *r, struct span *rest)
{
	bool more = true;

	joined_clear(&r->line);
	while (more && rest->len) {
		size_t n = span_find(*rest, '\n');
		struct span line = span_trim(span_of(rest->text, n));

		*rest = span_from(*rest, n + (n < rest->len));
		more = line.len && line.text[line.len - 1] == '\\';
		line.len -= more;
		joined_add_span(&r->line, line);
	}
}

static bool
read_all(struct reading *r)
{
	struct span rest = span_of(r->source->text, r->source->len);
	bool ok = true;

	join_line(r, &rest);
	r->wide = span_starts(span_trim(joined_span(&r->line)),
	    "Windows Registry Editor Version 5");
	if (!r->wide && !span_is(span_trim(joined_span(&r->line)), "REGEDIT4"))
		return fail(r->err, "does not begin as an export of the "
		    "registry does, with REGEDIT4 or Windows Registry Editor "
		    "Version 5.00");
	while (ok && rest.len) {
		ok = intake_go_on(r->registry->intake,
		    (size_t)(rest.text - r->source->text));
		if (!ok)
			return true;
		join_line(r, &rest);
		ok = take_line(r);
	}
	return ok;
}

bool
registry_open(struct registry *registry, struct intake *intake,
    const struct source *source, struct err *err)
{
	struct reading r = { .registry = registry, .source = source,
		.spot = { .source = source }, .err = err };
	bool ok, any = false;

	*registry = (struct registry){ .intake = intake };
	ok = spot_check(source, err) && read_all(&r);
	spot_end(&r.spot, intake);
	joined_free(&r.line);
	joined_free(&r.value);
	for (int i = 0; i < REGISTRY_VALUES; i++)
		any |= registry->values[i].there;
	return ok && (any || intake->stopped || fail(err, "has neither "
	    "RelayFlags nor relay lists; export the key "
	    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services" KEY));
}

void
registry_close(struct registry *registry)
{
	for (int i = 0; i < REGISTRY_VALUES; i++)
		stated_free(&registry->values[i]);
}

void
registry_spell(struct buf *spelled, const struct stated *value)
{
	size_t n = strcspn(value->text, ";");

	buf_clear(spelled);
	buf_addn(spelled, value->text, n);
	if (value->text[n])
		buf_addf(spelled, "%c%s", value->text[n + 1] ? ' ' : '/',
		    value->text + n + 1);
}
