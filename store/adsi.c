#include "config.h"

#include <string.h>

#include "adsi.h"

static const char *const key_names[ADSI_KEYS] = {
	[ADSI_GRANT] = "IPGrant",
	[ADSI_DENY] = "IPDeny",
	[ADSI_DOMAIN_GRANT] = "DomainGrant",
	[ADSI_DOMAIN_DENY] = "DomainDeny",
	[ADSI_BY_DEFAULT] = "GrantByDefault",
	[ADSI_RELAY] = "RelayIpList",
	[ADSI_CONNECTION] = "IPSecurity",
	[ADSI_RELAY_FOR_AUTH] = "RelayForAuth",
	[ADSI_ANONYMOUS] = "AuthAnonymous",
	[ADSI_BASIC] = "AuthBasic",
	[ADSI_BINDINGS] = "ServerBindings",
	[ADSI_COMMENT] = "ServerComment",
};

struct reading {
	struct adsi *adsi;
	struct spot spot;
	struct joined value;
	struct adsi_list *list; /* that is being read */
	enum adsi_key key;      /* whose values follow; ADSI_KEYS: none yet */
	bool foreign;           /* a key that is of no interest is read */
};

/* --- values ------------------------------------------------------------- */

static struct stated_list *
stated_of(struct reading *r)
{
	return r->key < ADSI_LIST_KEYS ? &r->list->stated[r->key]
	                               : &r->adsi->stated[r->key];
}

static bool
says_yes(struct span text)
{
	static const char *const words[] = { "-1", "1", "True", "Yes", NULL };

	return span_is_any(text, words);
}

static bool
says_nothing(struct span text)
{
	static const char *const words[] = { "null", "(null)", "<null>",
		"nothing", "none", "*nil*", "nil", "empty", "(empty)", "{}",
		"()", "\"\"", NULL };

	return !text.len || span_is_any(text, words);
}

static struct span
unquote(struct span s)
{
	if (s.len > 1 && s.text[0] == '"' && s.text[s.len - 1] == '"')
		return span_trim(span_of(s.text + 1, s.len - 2));
	return s;
}

static void
take_value(struct reading *r, struct span text)
{
	if (says_nothing(text) || says_nothing(text = unquote(text)))
		return;
	if (r->key == ADSI_BY_DEFAULT) {
		r->list->by_default =
		    says_yes(text) ? ADSI_ALL_EXCEPT : ADSI_ONLY;
		r->key = says_yes(text) ? ADSI_DENY : ADSI_GRANT;
		return;
	}
	joined_clear(&r->value);
	joined_add_span(&r->value, text);
	stated_add(stated_of(r), &r->value, &r->spot,
	    joined_span(&r->value));
}

/* --- lines -------------------------------------------------------------- */

static void
begin_list(struct reading *r, struct adsi_list *list, struct span line)
{
	struct item item = spot_item(&r->spot,
	    (size_t)(line.text - r->spot.source->text), line.len);

	r->list = list;
	r->key = ADSI_GRANT;
	if (!list->there)
		list->line = item.line;
	list->there = true;
}

static enum adsi_key
find_key(struct span line, struct span *rest)
{
	size_t n = 0;
	int key = 0;

	while (n < line.len && ((line.text[n] | 0x20) >= 'a' &&
	    (line.text[n] | 0x20) <= 'z'))
		n++;
	while (key < ADSI_KEYS && !span_is(span_of(line.text, n),
	    key_names[key]))
		key++;
	*rest = span_trim(span_from(line, n));
	return (enum adsi_key)key;
}

/* "(0) = x", ": (STRING) "x"", ": (LIST) (2 Items)". */
static struct span
skip_signs(struct span rest)
{
	for (;;) {
		size_t close = span_find(rest, ')');

		if (rest.len && rest.text[0] == '(' && close < rest.len &&
		    !says_nothing(rest))
			rest = span_trim(span_from(rest, close + 1));
		else if (rest.len && (rest.text[0] == ':' ||
		    rest.text[0] == '='))
			rest = span_trim(span_from(rest, 1));
		else
			return rest;
	}
}

/* As the dialogs have it. */
static bool
take_heading(struct reading *r, struct span line)
{
	bool only = span_starts(line, "Only the list below");

	if (!only && !span_starts(line, "All except the list below"))
		return false;
	if (!r->list->there)
		begin_list(r, r->list, line);
	r->list->by_default = only ? ADSI_ONLY : ADSI_ALL_EXCEPT;
	r->key = only ? ADSI_GRANT : ADSI_DENY;
	return true;
}

static bool
is_pair(struct span line)
{
	line = unquote(line);
	return span_only(line, "0123456789., \t") &&
	    memchr(line.text, '.', line.len);
}

static bool
take_key(struct reading *r, struct span line, struct err *err)
{
	struct span rest;
	enum adsi_key key = find_key(line, &rest);
	struct adsi_list *list;

	if (key == ADSI_KEYS && rest.text > line.text && rest.len &&
	    memchr(":=", rest.text[0], 2)) {
		r->foreign = true;
		return true;
	}
	if (key == ADSI_KEYS)
		return false;
	r->key = key;
	r->foreign = false;
	if (key == ADSI_RELAY || key == ADSI_CONNECTION) {
		list = key == ADSI_RELAY ? &r->adsi->relay
		                         : &r->adsi->connection;
		if (list->there)
			fail(err, "has %s twice, on lines %zu and %zu; export "
			    "one virtual server at a time", key_names[key],
			    list->line, r->spot.line + 1);
		begin_list(r, list, line);
	} else if (key < ADSI_LIST_KEYS && !r->list->there) {
		begin_list(r, r->list, line);
		r->key = key;
	}
	if (r->key >= ADSI_LIST_KEYS)
		r->adsi->stated[r->key].there = true;
	take_value(r, skip_signs(rest));
	return true;
}

static void
leave(struct reading *r, struct span line)
{
	struct item item = spot_item(&r->spot,
	    (size_t)(line.text - r->spot.source->text), line.len);

	intake_left(r->adsi->intake, &item, "neither a known property nor "
	    "\"address, mask\"");
}

static bool
take_line(struct reading *r, struct span line, struct err *err)
{
	err->text[0] = '\0';
	/* Where the line is, for messages. */
	spot_item(&r->spot, (size_t)(line.text - r->spot.source->text), 0);
	if (!line.len || span_only(line, "=-*_ ") || take_heading(r, line))
		return true;
	if (take_key(r, line, err))
		return !err->text[0];
	if (r->foreign) {
		if (is_pair(line))
			leave(r, line);
		return true;
	}
	if (is_pair(line) && r->key >= ADSI_LIST_KEYS)
		begin_list(r, r->list, line);
	if (is_pair(line) || r->key == ADSI_BINDINGS ||
	    r->key == ADSI_DOMAIN_GRANT || r->key == ADSI_DOMAIN_DENY)
		take_value(r, line);
	else if (!says_nothing(line))
		leave(r, line);
	return true;
}

bool
adsi_open(struct adsi *adsi, struct intake *intake,
    const struct source *source, struct err *err)
{
	struct span rest = span_of(source->text, source->len);
	struct reading r = { .adsi = adsi, .spot = { .source = source },
		.list = &adsi->relay, .key = ADSI_KEYS };
	size_t lines = 0;
	bool ok = true;

	*adsi = (struct adsi){ .intake = intake };
	if (!spot_check(source, err))
		return false;
	while (ok && rest.len) {
		size_t n = span_find(rest, '\n');

		if (++lines % 8192 == 0 && !intake_go_on(intake,
		        (size_t)(rest.text - source->text)))
			break;
		ok = take_line(&r, span_trim(span_of(rest.text, n)), err);
		rest = span_from(rest, n + (n < rest.len));
	}
	spot_end(&r.spot, intake);
	joined_free(&r.value);
	if (ok && !intake->stopped && !adsi->relay.there &&
	    !adsi->connection.there)
		return fail(err, "has neither RelayIpList nor IPSecurity");
	return ok;
}

void
adsi_close(struct adsi *adsi)
{
	for (int key = 0; key < ADSI_LIST_KEYS; key++) {
		stated_free(&adsi->relay.stated[key]);
		stated_free(&adsi->connection.stated[key]);
	}
	for (int key = 0; key < ADSI_KEYS; key++)
		stated_free(&adsi->stated[key]);
}

bool
adsi_is_null(const struct adsi_list *list)
{
	size_t count = 0;

	for (int key = 0; key < ADSI_LIST_KEYS; key++)
		count += list->stated[key].count;
	return list->there && list->by_default == ADSI_UNSAID && !count;
}

bool
adsi_flag(const struct adsi *adsi, enum adsi_key key, bool usual)
{
	const char *text = stated_text(&adsi->stated[key]);

	return *text ? says_yes(span_of(text, strlen(text))) : usual;
}

void
adsi_spell(struct buf *spelled, const struct stated *value)
{
	struct span rest = span_of(value->text, strlen(value->text));
	struct span addr = rest, mask;

	buf_clear(spelled);
	span_cut(&rest, ",", &addr);
	mask = span_trim(rest);
	buf_addn(spelled, addr.text, addr.len);
	if (mask.len) {
		buf_addc(spelled, ' ');
		buf_addn(spelled, mask.text, mask.len);
	}
}
