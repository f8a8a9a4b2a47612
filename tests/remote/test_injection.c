/* Whatever stands in a text of a policy: either it is refused, or what a push
 * places is made of the same kinds of lines as that of a harmless policy. */
#include "config.h"

#include <ctype.h>

#include <jansson.h>

#include "policy/mem.h"
#include "remote/dialect.h"
#include "store/document.h"
#include "tests/policy/unit.h"

enum kind { FREE, NAME, ADDRESS, DOMAIN_NAME, HOST };

/* A text of a policy: where "@" stands in it below. */
static const struct place {
	const char *path; /* keys and indices, by blanks */
	enum kind kind;
	const char *before, *after; /* what it stands in */
} places[] = {
	{ "lists 0 comment", FREE, "", "", },
	{ "lists 0 entries 0 comment", FREE, "", "", },
	{ "lists 0 entries 0 owner", FREE, "", "", },
	{ "lists 0 entries 0 ticket", FREE, "", "", },
	{ "lists 0 entries 0 entry", ADDRESS, "", "", },
	{ "lists 0 entries 1", DOMAIN_NAME, "domain:", "", },
	{ "servers 0 comment", FREE, "", "", },
	{ "servers 0 listen 0", ADDRESS, "", ":25", },
	{ "servers 0 connection entries 0", ADDRESS, "", "", },
	{ "servers 0 relay entries 0", ADDRESS, "", "", },
	{ "servers 0 relay entries 1", NAME, "list:", "", },
	{ "servers 0 relay entries 2", DOMAIN_NAME, "domain:", "", },
	{ "servers 0 routing list 0 domain", DOMAIN_NAME, "", "", },
	{ "servers 0 routing list 0 next_hop", HOST, "", "", },
	{ "servers 0 routing list 0 next_hop", HOST, "mail.example:", "", },
	{ "servers 0 routing restrictions never entries 0", ADDRESS, "", "", },
	{ "gateways 0 comment", FREE, "", "", },
	{ "gateways 0 group", NAME, "", "", },
	{ "gateways 0 ssh host", HOST, "", "", },
	{ "gateways 0 ssh user", NAME, "", "", },
	{ "gateways 0 ssh jump", HOST, "", "", },
	{ "servers 1 name", NAME, "", "", },
};

static const char base[] =
    "{ \"relayadm\": 1,"
    "  \"lists\": [ { \"name\": \"branches\", \"comment\": \"c\", \"entries\": ["
    "    { \"entry\": \"192.0.2.0/24\", \"comment\": \"c\", \"owner\": \"o\","
    "      \"ticket\": \"t\" }, \"domain:vpn.example\" ] } ],"
    "  \"servers\": [ { \"name\": \"internet\", \"comment\": \"c\","
    "      \"listen\": [ \"192.0.2.1:25\" ],"
    "      \"connection\": { \"mode\": \"all-except\","
    "        \"entries\": [ \"198.51.100.0/24\" ] },"
    "      \"relay\": { \"entries\": [ \"10.0.0.0/8\", \"list:branches\","
    "        \"domain:x.example\" ] },"
    "      \"routing\": { \"list\": [ { \"domain\": \"a.example\","
    "          \"action\": \"relay\", \"next_hop\": \"mail.example:25\" } ],"
    "        \"restrictions\": { \"never\": {"
    "          \"entries\": [ \"203.0.113.0/24\" ] } } } },"
    "    { \"name\": \"second\", \"listen\": [ \"192.0.2.2:25\" ] } ],"
    "  \"gateways\": [ { \"name\": \"mx1\", \"group\": \"g\","
    "      \"comment\": \"c\", \"mta\": \"postfix\", \"ssh\": {"
    "        \"host\": \"mx1.example\", \"user\": \"root\","
    "        \"jump\": \"j.example\" },"
    "      \"servers\": [ \"internet\" ] } ] }";

/* Harmless texts of each kind that make each kind of line. */
static const char *const harmless[][8] = {
	[FREE] = { "text", "", NULL, },
	[NAME] = { "branches", "a", "a.b-c_d", "root", NULL, },
	[ADDRESS] = { "192.0.2.7", "192.0.2.0/25", "10.0.0.1-10.0.0.9",
	    "2001:db8::/48", "0.0.0.0", "[::]", "list:branches", NULL, },
	[DOMAIN_NAME] = { "b.example", "#b.example", ".", "com", NULL, },
	[HOST] = { "h.example", "192.0.2.9", "[2001:db8::9]", "h.example:26",
	    "26", NULL, },
};

static const char *const words[] = { "permit", "OK", "REJECT", "DUNNO",
	"static:all", "include", ".include", "match from any", "match", "if",
	"endif", "if /./", "${run{/usr/bin/touch /tmp/x}}", "${lookup",
	"begin acl", "accept", "+include_unknown", "+caseful", "!0.0.0.0/0",
	"0.0.0.0/0 OK", "/etc/passwd", "/^.*$/", "^.*", "*", "*.*", "*@*",
	"$mydomain", "$$", "$(id)", "`id`", "; id", "| id", "&& id",
	"-oProxyCommand=id", "-F/dev/null", "--", "-", "..", ".", "../../etc",
	"a/../b", "regexp:/etc/x", "pcre:/etc/x", "hash:/etc/x",
	"cidr:/etc/x", "proxy:unix:passwd", "lmtp:unix:/x", "discard:",
	"error:", "smtp:[x]:25", "pipe:", "local:", "table x { }", "} pass",
	"\" ; id", "' ; id", "# comment", "<; 0.0.0.0/0", "+relay_hosts", "@",
	"@[]", "\\N^.*\\N", "%", "%s%n", "localhost", "NULL", "<", ">",
	"root@x", "a b", "a\tb", "domain:", "list:", "list:branches", "domain:*",
	"\xef\xbb\xbf", "\xe2\x80\xae", "\xe2\x80\xa8", "\xc2\x85",
	"xn--pple-43d.com", "\xd0\xb0pple.com", "010.0.0.1", "0x7f.1",
	"::ffff:0.0.0.0/96", "0.0.0.0/00", "1.2.3", "fe80::1%eth0", };

static json_t *
json_place(json_t *root, char *path, char **last)
{
	json_t *at = root;
	char *rest = path, *key = strsep(&rest, " ");

	for (; rest; key = strsep(&rest, " "))
		at = isdigit((unsigned char)*key)
		    ? json_array_get(at, (size_t)(*key - '0'))
		    : json_object_get(at, key);
	*last = key;
	return at;
}

/* The document with the text in its place; false when JSON cannot hold it. */
static bool
write_with(const struct place *place, const char *mta, const char *text,
    size_t len, struct buf *out)
{
	json_t *root = json_loads(base, 0, NULL), *at, *value;
	struct buf all = { 0 };
	char path[80], *last, *dumped;

	snprintf(path, sizeof(path), "%s", place->path);
	buf_add(&all, place->before);
	buf_addn(&all, text, len);
	buf_add(&all, place->after);
	at = json_place(root, path, &last);
	value = json_stringn(buf_text(&all), all.len);
	buf_free(&all);
	json_object_set_new(json_array_get(json_object_get(root, "gateways"),
	    0), "mta", json_string(mta));
	if (value && isdigit((unsigned char)*last))
		json_array_set_new(at, (size_t)(*last - '0'), value);
	else if (value)
		json_object_set_new(at, last, value);
	dumped = value ? json_dumps(root, 0) : NULL;
	json_decref(root);
	buf_add(out, dumped ? dumped : "");
	free(dumped);
	return out->len > 0;
}

/* --- what kinds of lines there are ---------------------------------------------- */

struct kinds {
	char **items;
	size_t count, cap;
};

static bool
is_known(const struct kinds *kinds, const char *kind)
{
	for (size_t i = 0; i < kinds->count; i++)
		if (!strcmp(kinds->items[i], kind))
			return true;
	return false;
}

/* The line with "w" for each word of letters, digits, ".", ":", "/", "-" and
 * "_": these alone can come from a policy.  A dot may be an escaped one, as in
 * a regular expression. */
static char *
kind_of(const char *line, size_t len)
{
	struct buf kind = { 0 };

	for (size_t i = 0; i < len; i++) {
		bool dot = line[i] == '\\' && i + 1 < len && line[i + 1] == '.';
		bool word = dot || isalnum((unsigned char)line[i]) ||
		    memchr(".:/-_", line[i], 5);

		if (!word || !kind.len || kind.data[kind.len - 1] != 'w')
			buf_addc(&kind, word ? 'w' : line[i]);
		/* A row of quoted words is as long as it needs to be. */
		if (kind.len >= 8 &&
		    !memcmp(kind.data + kind.len - 8, "\"w\", \"w\"", 8))
			kind.data[kind.len -= 5] = '\0';
	}
	return buf_take(&kind);
}

static void
each_line(const struct rendering *r, void (*call)(void *context,
    const char *path, const char *line, size_t len), void *context)
{
	for (size_t i = 0; i < r->count; i++) {
		const char *at = r->files[i].data;
		const char *end = at + r->files[i].len;

		while (at < end) {
			const char *stop = memchr(at, '\n', (size_t)(end - at));
			size_t len = (size_t)((stop ? stop : end) - at);

			call(context, r->files[i].path, at, len);
			at += len + 1;
		}
	}
}

static void
learn(void *context, const char *path, const char *line, size_t len)
{
	struct kinds *kinds = context;
	char *kind = kind_of(line, len);

	(void)path;
	if (is_known(kinds, kind)) {
		free(kind);
		return;
	}
	kinds->items = mem_grow(kinds->items, kinds->count, &kinds->cap,
	    sizeof(*kinds->items));
	kinds->items[kinds->count++] = kind;
}

struct seen {
	const struct kinds *kinds;
	const char *text; /* for the message */
	const char *where;
};

static void
compare(void *context, const char *path, const char *line, size_t len)
{
	const struct seen *seen = context;
	char *kind = kind_of(line, len);

	if (!is_known(seen->kinds, kind))
		fail_msg("'%s' at %s makes a new kind of line in %s: %.*s",
		    seen->text, seen->where, path, (int)len, line);
	free(kind);
	for (const char *p = path; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._/-", *p))
			fail_msg("'%s' at %s: path %s", seen->text,
			    seen->where, path);
	if (strstr(path, "..") || *path == '/')
		fail_msg("'%s' at %s: path %s", seen->text, seen->where, path);
}

/* --- one text in one place -------------------------------------------------------- */

static unsigned long tried, taken;

/* Renders the document for its gateway; false: it was refused. */
static bool
render(const struct buf *document, struct rendering *rendering)
{
	struct policy *policy;
	struct site site = { 0 };
	struct err err = { 0 };
	bool ok = document_read(&policy, buf_text(document), document->len,
	    &err);

	if (!ok)
		return false;
	site.policy = policy;
	site.gateway = policy_gateway(policy, "mx1");
	site.compiled = relay_compile(policy);
	ok = site_render(&site, rendering, &err);
	relay_free((struct compiled *)(uintptr_t)site.compiled);
	policy_free(policy);
	return ok;
}

static const char *const mtas[] = { "postfix", "exim", "opensmtpd" };
static struct kinds known[ROWS(mtas)];
static struct rendering plain[ROWS(mtas)];

static void
try_text(const struct place *place, const char *text, size_t len)
{
	for (size_t m = 0; m < ROWS(mtas); m++) {
		struct buf document = { 0 };
		struct rendering rendering = { 0 };
		struct seen seen = { &known[m], text, place->path };

		tried++;
		if (write_with(place, mtas[m], text, len, &document) &&
		    render(&document, &rendering)) {
			taken++;
			each_line(&rendering, compare, &seen);
			if (place->kind == FREE)
				check_same(rendering.digest, plain[m].digest,
				    place->path);
		}
		rendering_free(&rendering);
		buf_free(&document);
	}
}

/* Alone, first, in the middle and last in a harmless text. */
static void
try_around(const struct place *place, const char *text, size_t len)
{
	const char *in = harmless[place->kind][0];
	size_t cuts[] = { 0, strlen(in) / 2, strlen(in) };

	try_text(place, text, len);
	for (size_t c = 0; c < ROWS(cuts); c++) {
		struct buf buf = { 0 };

		buf_addn(&buf, in, cuts[c]);
		buf_addn(&buf, text, len);
		buf_add(&buf, in + cuts[c]);
		try_text(place, buf_text(&buf), buf.len);
		buf_free(&buf);
	}
}

static int
learn_all(void **state)
{
	struct buf document = { 0 };

	(void)state;
	for (size_t m = 0; m < ROWS(mtas); m++)
		for (size_t p = 0; p < ROWS(places); p++)
			for (size_t i = 0; harmless[places[p].kind][i]; i++) {
				const char *text = harmless[places[p].kind][i];
				struct rendering r = { 0 };

				buf_clear(&document);
				if (write_with(&places[p], mtas[m], text,
				    strlen(text), &document) &&
				    render(&document, &r))
					each_line(&r, learn, &known[m]);
				rendering_free(&r);
			}
	for (size_t m = 0; m < ROWS(mtas); m++) {
		buf_clear(&document);
		write_with(&places[0], mtas[m], "c", 1, &document);
		if (!render(&document, &plain[m]))
			return -1;
	}
	buf_free(&document);
	return 0;
}

static int
forget_all(void **state)
{
	(void)state;
	for (size_t m = 0; m < ROWS(mtas); m++) {
		for (size_t i = 0; i < known[m].count; i++)
			free(known[m].items[i]);
		free(known[m].items);
		rendering_free(&plain[m]);
	}
	printf("# %lu documents, %lu taken\n", tried, taken);
	return 0;
}

static void
test_bytes(void **state)
{
	(void)state;
	for (size_t p = 0; p < ROWS(places); p++)
		for (int byte = 0; byte < 256; byte++) {
			char text[] = { (char)byte, '\0' };

			try_around(&places[p], text, 1);
		}
}

static void
test_pairs(void **state)
{
	static const char special[] = "\n\r\t#!$%'\"\\;:,{}()[]<>|&*?~^@/-= ";

	(void)state;
	for (size_t p = 0; p < ROWS(places); p++)
		for (size_t a = 0; special[a]; a++)
			for (size_t b = 0; special[b]; b++) {
				char text[] = { special[a], special[b], '\0' };

				try_text(&places[p], text, 2);
			}
}

static void
test_words(void **state)
{
	static const char *const before[] = { "", "\n", " ", "x\n ", };

	(void)state;
	for (size_t p = 0; p < ROWS(places); p++)
		for (size_t w = 0; w < ROWS(words); w++)
			for (size_t b = 0; b < ROWS(before); b++) {
				struct buf text = { 0 };

				buf_add(&text, before[b]);
				buf_add(&text, words[w]);
				try_text(&places[p], buf_text(&text), text.len);
				buf_free(&text);
			}
}

/* What ssh(1), when it carries a gateway's connection, would take for an
 * option. */
static void
test_options(void **state)
{
	(void)state;
	for (size_t p = 0; p < ROWS(places); p++) {
		struct buf document = { 0 };
		struct rendering r = { 0 };

		if (strstr(places[p].path, "ssh") &&
		    write_with(&places[p], "postfix", "-oProxyCommand=id", 17,
		    &document))
			check_row(!render(&document, &r), places[p].path);
		rendering_free(&r);
		buf_free(&document);
	}
}

/* The test itself: what would be an injection is a new kind of line. */
static void
test_control(void **state)
{
	static const char *const lines[] = { "!10.0.0.0/8 OK",
		"${run{/usr/bin/touch /tmp/x}}", "10.0.0.0/8 OK # note",
		"*", "^.*", "match from any for any action \"relay\"",
		"\tpermit", };

	(void)state;
	for (size_t i = 0; i < ROWS(lines); i++) {
		char *kind = kind_of(lines[i], strlen(lines[i]));

		check_row(!is_known(&known[0], kind), lines[i]);
		free(kind);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, learn_all, forget_all);
}
