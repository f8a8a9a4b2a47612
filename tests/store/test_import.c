/* Lists as others wrote them, and lists as we write them. */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/mem.h"
#include "store/import.h"
#include "tests/policy/unit.h"

struct row {
	const char *name;
	const char *text;
	const char *entries; /* that are taken, as exported */
	const char *bad;     /* "LINE reason" of each bad line, cut short by
	                        '\n'; or how the refusal of all begins */
	bool refused;
	bool widen;
};

#define TEXT(name, text, entries) { name, text, entries, "", false, false, }
#define BAD(name, text, bad) { name, text, "", bad, false, false, }
#define REFUSED(name, text, why) { name, text, "", why, true, false, }
#define WIDE(name, text, entries) { name, text, entries, "", false, true, }
#define WIDE_BAD(name, text, bad) { name, text, "", bad, false, true, }

static const struct row rows[] = {
	/* ends of lines */
	TEXT("LF", "192.0.2.1\n192.0.2.2\n", "192.0.2.1\n192.0.2.2\n"),
	TEXT("no end", "192.0.2.1\n192.0.2.2", "192.0.2.1\n192.0.2.2\n"),
	TEXT("CRLF", "192.0.2.1\r\n192.0.2.2\r\n", "192.0.2.1\n192.0.2.2\n"),
	TEXT("CR", "192.0.2.1\r192.0.2.2\r", "192.0.2.1\n192.0.2.2\n"),
	TEXT("CRCRLF", "192.0.2.1\r\r\n192.0.2.2\r\r\n",
	    "192.0.2.1\n192.0.2.2\n"),
	BAD("CR inside", "192.0.2.1\r192.0.2.2\n192.0.2.3\n",
	    "1 the byte 0x0d at column 10"),
	TEXT("blank lines", "\n\n \t\n192.0.2.1\n\n", "192.0.2.1\n"),
	TEXT("blanks around", " \t192.0.2.1 \t\n", "192.0.2.1\n"),
	/* marks and encodings */
	TEXT("BOM", "\xef\xbb\xbf" "192.0.2.1\n", "192.0.2.1\n"),
	TEXT("BOM and comment", "\xef\xbb\xbf# x\n192.0.2.1\n",
	    "192.0.2.1\n"),
	BAD("BOM later", "192.0.2.1\n\xef\xbb\xbf" "192.0.2.2\n",
	    "2 a byte order mark (U+FEFF) at column 1"),
	REFUSED("half of UTF-16", "\xff\xfe" "1",
	    "is UTF-16 that ends within a character, at byte 3"),
	REFUSED("gzip", "\x1f\x8b\x08", "is compressed by gzip; unpack it"),
	REFUSED("zip", "PK\x03\x04", "is compressed by zip; unpack it"),
	REFUSED("xz", "\xfd" "7zXZ", "is compressed by xz; unpack it"),
	REFUSED("bzip2", "BZh91AY", "is compressed by bzip2; unpack it"),
	REFUSED("zstd", "\x28\xb5\x2f\xfd", "is compressed by zstd; unpack"),
	REFUSED("PDF", "%PDF-1.4\n", "is a PDF, not a list"),
	REFUSED("HTML", "<!DOCTYPE html>\n", "is HTML or XML, not a list"),
	REFUSED("HTML later", "\xef\xbb\xbf\n\n <html>\n",
	    "is HTML or XML, not a list"),
	REFUSED("JSON", "{\n  \"some\": 1\n}\n",
	    "is JSON of no kind that is known here"),
	REFUSED("JSON array", "[ {} ]\n",
	    "is JSON of no kind that is known here"),
	BAD("bracket", "[2001:db8::1]x\n", "1 '[2001:db8::1]x'"),
	REFUSED("empty", "", "is empty"),
	REFUSED("BOM alone", "\xef\xbb\xbf", "is empty"),
	REFUSED("blank", " \n\t\n", "holds no entry, only comments"),
	REFUSED("only comments", "# a\n; b\n", "holds no entry, only"),
	/* comments */
	TEXT("comment behind", "192.0.2.1 # x\n192.0.2.2;y\n",
	    "192.0.2.1  # x\n192.0.2.2  # y\n"),
	TEXT("marks in comment", "192.0.2.1 ### x # y ; z\n",
	    "192.0.2.1  # x # y ; z\n"),
	TEXT("empty comment", "192.0.2.1 #\n", "192.0.2.1\n"),
	TEXT("UTF-8 comment", "192.0.2.1 # Z\xc3\xbcrich\n",
	    "192.0.2.1  # Z\xc3\xbcrich\n"),
	BAD("bad UTF-8 comment", "192.0.2.1 # Z\xfcrich\n",
	    "1 a comment that is not UTF-8"),
	BAD("escape in comment", "192.0.2.1 # \033[31mred\n",
	    "1 a control character (0x1b) in a comment"),
	TEXT("Latin-1 in a comment line", "# Z\xfcrich\n192.0.2.1\n",
	    "192.0.2.1\n"),
	/* characters that look right */
	BAD("no-break space", "192.0.2.1\xc2\xa0\n",
	    "1 a no-break space (U+00A0) at column 10"),
	BAD("en dash", "192.0.2.1\xe2\x80\x93" "192.0.2.9\n",
	    "1 a dash (U+2013) where '-' belongs at column 10; "
	    "192.0.2.1-192.0.2.9 was probably meant"),
	BAD("minus", "192.0.2.1\xe2\x88\x92" "192.0.2.9\n",
	    "1 a minus sign (U+2212)"),
	BAD("zero width", "\xe2\x80\x8b" "192.0.2.1\n",
	    "1 a zero width space (U+200B) at column 1"),
	BAD("full width", "\xef\xbc\x91.2.3.4\n\xef\xbc\x91\xef\xbc\x8e"
	    "2.3.4\n",
	    "1 a full-width character at column 1; 1.2.3.4 was probably meant\n"
	    "2 a full-width character at column 1; 1.2.3.4 was"),
	BAD("curly quotes", "\xe2\x80\x9c" "192.0.2.1\xe2\x80\x9d\n",
	    "1 a quotation mark (U+201C) at column 1; 192.0.2.1 was probably"),
	BAD("thin space", "10.0.0.0\xe2\x80\x89/8\n",
	    "1 a thin space (U+2009) at column 9"),
	BAD("override", "\xe2\x80\xae" "192.0.2.1\n",
	    "1 a direction mark (U+202E) at column 1; 192.0.2.1 was"),
	BAD("cut off in full width", "1.2.3.4\xef\xbc\n",
	    "1 a full-width character at column 8"),
	BAD("Latin-1", "192.0.2.1\xa0\n", "1 the byte 0xa0 at column 10"),
	/* numbers */
	BAD("leading zero", "192.0.2.010\n", "1 an octet with a leading zero"),
	BAD("/33", "192.0.2.0/33\n", "1 '/33' is not a prefix length"),
	BAD("/129", "2001:db8::/129\n", "1 '/129' is not a prefix length"),
	BAD("/08", "10.0.0.0/08\n", "1 '/08' is not a prefix length"),
	BAD("/+8", "10.0.0.0/+8\n", "1 '/+8' is not a prefix length"),
	BAD("/-1", "10.0.0.0/-1\n", "1 "),
	BAD("/ 8", "10.0.0.0/ 8\n", "1 '/ 8' is not a prefix length"),
	BAD("huge prefix", "10.0.0.0/4294967304\n", "1 '/4294967304' is not"),
	BAD("no prefix", "10.0.0.0/\n", "1 '/' is not a prefix length"),
	BAD("host bits", "10.0.0.1/8\n",
	    "1 10.0.0.1/8 has bits set behind the prefix; write 10.0.0.0/8"),
	BAD("256", "192.0.2.256\n", "1 256 is over 255"),
	BAD("three octets", "192.0.2\n", "1 '192.0.2' is not an IPv4 address"),
	BAD("five octets", "192.0.2.1.1\n", "1 more than four octets"),
	BAD("hex", "0x0a.0.0.1\n", "1 '0x0a.0.0.1' is not an IP address"),
	BAD("number", "167772161\n", "1 167772161 is over 255"),
	BAD("letters", "10.0.0.l\n", "1 '10.0.0.l' is not an IP address"),
	BAD("name", "mail.example.com\n", "1 'mail.example.com' is not an IP "
	    "address; for the verified name of a client write "
	    "domain:mail.example.com"),
	/* masks */
	TEXT("mask", "192.0.2.0 255.255.255.0\n10.0.0.0/255.0.0.0\n",
	    "10.0.0.0/8\n192.0.2.0/24\n"),
	BAD("mask with holes", "10.0.0.0 255.0.255.0\n",
	    "1 the mask 255.0.255.0 has holes"),
	BAD("wildcard mask", "10.0.0.0 0.255.255.255\n10.0.0.0/0.0.0.255\n",
	    "1 the mask 0.255.255.255 is the other way round, as routers write "
	    "it; 10.0.0.0/8 was probably meant\n2 the mask 0.0.0.255 is the "
	    "other way round, as routers write it; 10.0.0.0/24 was"),
	BAD("mask with few holes", "10.0.0.0 255.255.255.250\n",
	    "1 the mask 255.255.255.250 has holes; only a run of ones from the "
	    "left is a subnet; its 2 blocks are taken with --expand"),
	BAD("mask with many holes", "10.0.0.0 255.0.1.0\n",
	    "1 the mask 255.0.1.0 has holes and means more than 256"),
	BAD("bits in the holes", "10.0.0.5 255.255.255.250\n",
	    "1 the address has bits set that the mask 255.255.255.250 leaves"),
	BAD("wildcard with bits", "10.0.0.5 0.0.0.255\n",
	    "1 the address has bits set that the mask 0.0.0.255 leaves"),
	BAD("mask leaves host bits", "10.0.0.1 255.0.0.0\n",
	    "1 10.0.0.1/8 has bits set"),
	/* ranges */
	TEXT("range", "192.0.2.1-192.0.2.5\n192.0.2.8 - 192.0.2.15\n",
	    "192.0.2.1-192.0.2.5\n192.0.2.8/29\n"),
	BAD("reversed", "192.0.2.9-192.0.2.1\n",
	    "1 the range 192.0.2.9-192.0.2.1 is reversed"),
	BAD("mixed range", "192.0.2.1-2001:db8::1\n",
	    "1 a range from IPv4 to IPv6"),
	TEXT("short range", "192.0.2.1-9\n198.51.100.0 - 255\n10.0.0.7-7\n",
	    "10.0.0.7\n192.0.2.1-192.0.2.9\n198.51.100.0/24\n"),
	BAD("short range, reversed", "192.0.2.9-1\n",
	    "1 the range 192.0.2.9-1 is reversed"),
	BAD("short range, too far", "192.0.2.9-256\n", "1 256 is over 255"),
	BAD("short range, leading zero", "192.0.2.9-010\n", "1 an octet with"),
	BAD("short range of IPv6", "2001:db8::1-9\n",
	    "1 '9' is not an IPv4"),
	/* IPv6 */
	TEXT("IPv6", "2001:DB8::1\n[2001:db8::2]\n2001:db8:1::/48\n",
	    "2001:db8::1\n2001:db8::2\n2001:db8:1::/48\n"),
	TEXT("mapped", "::ffff:192.0.2.1\n::ffff:10.0.0.0/104\n",
	    "10.0.0.0/8\n192.0.2.1\n"),
	BAD("zone", "fe80::1%eth0\n", "1 'fe80::1%eth0' has a zone"),
	BAD("two gaps", "2001::db8::1\n", "1 '2001::db8::1' is not an IPv6"),
	/* what belongs elsewhere */
	BAD("port", "192.0.2.1:25\n", "1 '192.0.2.1:25' has a port; leave out "
	    "the ':25'"),
	BAD("port of IPv6", "[2001:db8::1]:25\n", "1 '[2001:db8::1]:25' has a "
	    "port; leave out the ':25'"),
	BAD("two on a line", "192.0.2.1 192.0.2.2\n",
	    "1 several entries on a line; write one a line"),
	BAD("comma", "192.0.2.1,192.0.2.2\n",
	    "1 several entries with commas between"),
	BAD("at the end", "192.0.2.1,\n192.0.2.1.\n10.0.0.0/8,\n",
	    "1 '192.0.2.1,' ends in a comma; leave it out\n"
	    "2 '192.0.2.1.' ends in a dot\n3 '10.0.0.0/8,' ends in a comma"),
	TEXT("semicolon at the end", "192.0.2.1;\n", "192.0.2.1\n"),
	BAD("spreadsheet", "1,10\n192,0,2,1\n192.0.2,1\n10,5\n",
	    "1 '1,10' is what a spreadsheet makes of an address\n"
	    "2 '192,0,2,1' has commas where dots belong, as spreadsheets write "
	    "numbers; 192.0.2.1 was probably meant\n3 '192.0.2,1' has commas\n"
	    "4 '10,5' is what"),
	BAD("URL", "http://192.0.2.1/x\n", "1 'http://192.0.2.1/x' is a URL"),
	BAD("exclamation", "!192.0.2.1\n", "1 '!192.0.2.1' is not an IP"),
	BAD("verb", "192.0.2.1 OK\n", "1 'OK' stands behind the address"),
	BAD("quoted", "\"192.0.2.1\"\n'10.0.0.1'\n",
	    "1 \"192.0.2.1\" has quotes around it; leave them out\n"
	    "2 '10.0.0.1' has quotes"),
	/* names */
	TEXT("domain", "domain:Example.COM\nlist:office\n",
	    "domain:example.com\nlist:office\n"),
	TEXT("domain in UTF-8", "domain:b\xc3\xbc" "cher.example\n",
	    "domain:xn--bcher-kva.example\n"),
	BAD("bad domain", "domain:a_b.example\n", "1 "),
	BAD("bad list", "list:a b\n", "1 the name 'a b' may hold"),
	BAD("empty domain", "domain:\n", "1 "),
	/* several */
	TEXT("order and doubles", "10.0.0.2\n10.0.0.1\n10.0.0.2\n10.0.0.1/32\n",
	    "10.0.0.1\n10.0.0.2\n"),
	TEXT("first comment stays", "10.0.0.1 # a\n10.0.0.1 # b\n",
	    "10.0.0.1  # a\n"),
	BAD("each bad one is named", "x\n10.0.0.1\n\n# c\ny\n10.0.0.256\n",
	    "1 'x' is not an IP address\n5 'y' is not an IP address\n"
	    "6 256 is over 255"),
	/* what people meant, when asked for */
	WIDE("host bits", "10.0.0.1/8\n", "10.0.0.0/8\n"),
	WIDE("octets", "10.\n172.16\n192.0.2\n192.0.3.\n198.51.100.*\n"
	    "203.*.*.*\n",
	    "10.0.0.0/8\n172.16.0.0/16\n192.0.2.0/24\n192.0.3.0/24\n"
	    "198.51.100.0/24\n203.0.0.0/8\n"),
	WIDE("mask", "10.0.0.1 255.0.0.0\n", "10.0.0.0/8\n"),
	WIDE("IPv6", "2001:db8::1/32\n", "2001:db8::/32\n"),
	WIDE_BAD("star inside", "10.*.1.2\n", "1 "),
	WIDE_BAD("star alone", "*\n", "1 "),
	WIDE_BAD("leading zero", "010.\n", "1 an octet with a leading zero"),
	WIDE_BAD("/33", "10.0.0.1/33\n", "1 '/33' is not a prefix length"),
	WIDE_BAD("holes", "10.0.0.0 255.0.255.0\n", "1 the mask"),
	BAD("octets unasked", "10.\n", "1 '10.' is not an IPv4 address"),
	BAD("star unasked", "10.0.0.*\n", "1 '10.0.0.*' is not an IP address"),
};

static const struct entries none;

/* Each bad line must begin as wanted. */
static void
check_bad(const struct import *import, const struct row *r)
{
	const char *p = r->bad;
	size_t i;

	for (i = 0; *p; i++) {
		size_t len = strcspn(p, "\n");
		struct buf got = { 0 };

		if (i == import->bad_count)
			fail_msg("row '%s': %zu bad lines", r->name, i);
		buf_addf(&got, "%zu %s", import->bad[i].number,
		    import->bad[i].reason);
		if (strncmp(buf_text(&got), p, len) != 0)
			fail_msg("row '%s': got '%s', wanted '%s'", r->name,
			    buf_text(&got), p);
		buf_free(&got);
		p += len + (p[len] == '\n');
	}
	if (i < import->bad_count)
		fail_msg("row '%s': line %zu: %s", r->name,
		    import->bad[i].number, import->bad[i].reason);
}

static char *
export(const struct entries *entries, bool merged)
{
	struct buf buf = { 0 };
	struct err err;

	assert_true(export_entries(&buf, entries, NULL, merged, &err));
	return buf_take(&buf);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct row *r = &rows[i];
		struct import_rules rules = {
			.format = r->refused ? NULL : "plain",
			.widen = r->widen };
		struct import import;
		struct err err = { ERR_NONE, "" };
		bool ok = import_judge(&import, r->text, strlen(r->text),
		    &rules, &none, &err);
		char *got;

		if (ok == r->refused || (r->refused &&
		        (strncmp(err.text, r->bad, strlen(r->bad)) != 0 ||
		            err.kind != ERR_INPUT)))
			fail_msg("row '%s': got '%s'", r->name,
			    ok ? "taken" : err.text);
		if (ok)
			check_bad(&import, r);
		if (ok && !r->bad[0]) {
			got = export(&import.entries, false);
			check_same(got, r->entries, r->name);
			free(got);
		}
		import_free(&import);
	}
}

static void
test_nul(void **state)
{
	static const char text[] = "192.0.2.1\n192.0.2.2\0\n192.0.2.3 # \0\n"
	    "#\0\n\0\n";
	static const char *const reasons[] = {
		"the byte 0x00 at column 10",
		"a control character (0x00) in a comment",
		"the byte 0x00 at column 1", };
	struct import_rules rules = { .widen = false };
	struct import import;
	struct err err;

	(void)state;
	assert_true(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &none, &err));
	assert_int_equal(import.bad_count, ROWS(reasons));
	for (size_t i = 0; i < ROWS(reasons); i++)
		check_row(strstr(import.bad[i].reason, reasons[i]),
		    import.bad[i].reason);
	assert_int_equal(entries_count(&import.entries), 1);
	import_free(&import);
}

static void
test_long_lines(void **state)
{
	struct import_rules rules = { .widen = false };
	struct buf text = { 0 };
	struct import import;
	struct err err;

	(void)state;
	buf_add(&text, "192.0.2.1 # ");
	while (text.len < 1012)
		buf_addc(&text, 'x');
	buf_add(&text, "\n192.0.2.2 # ");
	while (text.len < 1013 + 1025)
		buf_addc(&text, 'x');
	buf_addc(&text, '\n');
	for (int i = 0; i < 10000000; i++)
		buf_addc(&text, '1');
	buf_add(&text, "\n192.0.2.4 # ");
	for (int i = 0; i < 1001; i++)
		buf_addc(&text, 'x');
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_int_equal(entries_count(&import.entries), 1);
	assert_int_equal(import.bad_count, 3);
	assert_string_equal(import.bad[0].reason,
	    "a line of more than 1,024 bytes");
	assert_string_equal(import.bad[1].reason,
	    "a line of more than 1,024 bytes");
	assert_string_equal(import.bad[2].reason,
	    "a comment of more than 1,000 bytes");
	assert_int_equal(strlen(import.bad[1].text), 200);
	import_free(&import);
	buf_free(&text);
}

/* Ten million lines are read, one more is not. */
static void
test_most_lines(void **state)
{
	struct import_rules rules = { .format = "plain" };
	size_t most = 10000000;
	char *text = mem_new(most + 9, 1);
	struct import import;
	struct err err;

	(void)state;
	memset(text, '\n', most + 9);
	memcpy(text, "10.0.0.1", 8);
	assert_true(import_judge(&import, text, most + 8, &rules, &none,
	    &err));
	assert_int_equal(import.lines, most);
	import_free(&import);
	assert_false(import_judge(&import, text, most + 9, &rules, &none,
	    &err));
	check_same(err.text, "has more than 10,000,000 lines", "err");
	import_free(&import);
	free(text);
}

/* Each within all before, and each twice: no more work than other lines. */
static void
test_nested(void **state)
{
	struct import_rules rules = { .format = "plain" };
	unsigned count = 200000;
	struct buf text = { 0 };
	struct import import;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 2 * count; i++) {
		uint32_t n = i / 2, last = ~n;

		buf_addf(&text, "10.%u.%u.%u-10.%u.%u.%u\n", n >> 16,
		    n >> 8 & 255, n & 255, last >> 16 & 255, last >> 8 & 255,
		    last & 255);
	}
	assert_true(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_int_equal(import.added, count);
	assert_int_equal(import.repeated, count);
	assert_int_equal(import.inside, count - 1);
	import_free(&import);
	buf_free(&text);
}

/* What is new, what is there already, what stands twice. */
static void
test_counts(void **state)
{
	static const char text[] = "# head\n10.0.0.1\n\n10.0.0.2 # two\n"
	    "10.0.0.1\nbad\n10.0.0.3\n10.0.0.1 # again\n2001:db8::1\n"
	    "domain:a.example\n";
	static const char *const there[] = { "10.0.0.2", "10.0.0.9",
		"2001:db8::1", "domain:b.example", };
	struct import_rules rules = { .comment = "from a test" };
	struct entries present = { 0 };
	struct import import;
	struct entry entry;
	struct err err;
	char *got;

	(void)state;
	for (size_t i = 0; i < ROWS(there); i++) {
		assert_true(entry_parse(&entry, there[i], strlen(there[i]), 0,
		    &err));
		entries_add(&present, &entry);
	}
	assert_true(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &present, &err));
	assert_int_equal(import.lines, 10);
	assert_int_equal(import.blank, 2);
	assert_int_equal(import.bad_count, 1);
	assert_int_equal(import.repeated, 2);
	assert_int_equal(import.known, 2);
	assert_int_equal(import.added, 3);
	assert_string_equal(import.format, "plain");
	got = export(&import.entries, false);
	assert_string_equal(got, "10.0.0.1  # from a test\n10.0.0.2  # two\n"
	    "10.0.0.3  # from a test\n2001:db8::1  # from a test\n"
	    "domain:a.example  # from a test\n");
	free(got);
	import_free(&import);
	rules.comment = "a\nb";
	assert_false(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &present, &err));
	assert_non_null(strstr(err.text, "a control character (0x0a)"));
	import_free(&import);
	entries_free(&present);
}

static bool
stop_later(size_t done, size_t total, void *context)
{
	int *calls = context;

	assert_true(done <= total);
	return ++*calls < 3;
}

static void
test_progress(void **state)
{
	int calls = 0;
	struct import_rules rules = { .progress = stop_later,
		.context = &calls };
	struct buf text = { 0 };
	struct import import;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		buf_addf(&text, "10.%u.%u.%u\n", i >> 16, i >> 8 & 255,
		    i & 255);
	assert_false(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_int_equal(calls, 3);
	assert_int_equal(err.kind, ERR_NO);
	import_free(&import);
	rules = (struct import_rules){ .format = "nonsense" };
	assert_false(import_judge(&import, buf_text(&text), text.len, &rules,
	    &none, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	import_free(&import);
	buf_free(&text);
}

/* What was exported is imported as it was, comments and all. */
static void
test_round_trip(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct import_rules rules = { .widen = false };
		struct entries entries = { 0 };
		struct import import;
		struct err err;
		char *text;

		for (int k = 0; k < 40; k++) {
			struct entry entry = { .kind = ENTRY_NET };
			char comment[40];
			u128 first, size;

			seed = seed * 6364136223846793005u +
			    1442695040888963407u;
			first = seed >> 32;
			size = seed >> 8 & (k % 3 ? 0 : 0xfff);
			if (k % 4 == 3)
				entry.net = (struct net){ 6,
					(u128)0x20010db8 << 96 | first,
					((u128)0x20010db8 << 96 | first) +
					    size };
			else
				entry.net = (struct net){ 4,
					first & ~(u128)0xfff,
					(first & ~(u128)0xfff) + size };
			snprintf(comment, sizeof(comment), "no %d # ; \"x\"",
			    k);
			entry.comment = k % 5 ? NULL : comment;
			entries_append(&entries, &entry);
		}
		entries_settle(&entries);
		text = export(&entries, false);
		assert_true(import_judge(&import, text, strlen(text), &rules,
		    &entries, &err));
		assert_int_equal(import.bad_count, 0);
		assert_int_equal(import.added, 0);
		assert_true(entries_equal(&import.entries, &entries));
		import_free(&import);
		entries_free(&entries);
		free(text);
	}
}

static const struct {
	const char *text, *merged;
} merges[] = {
	{ "10.0.0.0/25\n10.0.0.128/25\n", "10.0.0.0/24\n", },
	{ "10.0.0.0/24\n10.0.0.7\n10.0.0.9 # x\n", "10.0.0.0/24\n", },
	{ "10.0.0.1-10.0.0.6\n",
	    "10.0.0.1\n10.0.0.2/31\n10.0.0.4/31\n10.0.0.6\n", },
	{ "0.0.0.0/1\n128.0.0.0/1\n", "0.0.0.0/0\n", },
	{ "255.255.255.255\n0.0.0.0\n", "0.0.0.0\n255.255.255.255\n", },
	{ "::/1\n8000::/1\n10.0.0.1\n", "10.0.0.1\n::/0\n", },
	{ "2001:db8::/33\n2001:db8:8000::/33\ndomain:a.example # y\nlist:b\n",
	    "2001:db8::/32\ndomain:a.example  # y\nlist:b\n", },
};

static void
test_merged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(merges); i++) {
		struct import_rules rules = { .widen = false };
		struct import import;
		struct buf buf = { 0 };
		struct err err;
		char *got;

		assert_true(import_judge(&import, merges[i].text,
		    strlen(merges[i].text), &rules, &none, &err));
		got = export(&import.entries, true);
		check_same(got, merges[i].merged, merges[i].text);
		assert_false(export_entries(&buf, &import.entries, "nonsense",
		    false, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		import_free(&import);
		free(got);
	}
}

/* --- files ------------------------------------------------------------------------ */

static void
check_file(const char *path, const char *wanted)
{
	struct buf text = { 0 };
	struct err err = { ERR_NONE, "" };
	bool ok = import_read_file(&text, path, &err);

	if (ok ? wanted != NULL : !wanted || !strstr(err.text, wanted))
		fail_msg("%s: got '%s'", path, ok ? "read" : err.text);
	buf_free(&text);
}

static void
test_files(void **state)
{
	char folder[] = "/tmp/relayadm-XXXXXX", path[64], link[64];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	check_file(folder, "is a directory");
	check_file("/dev/zero", "is a device, pipe or socket");
	snprintf(path, sizeof(path), "%s/f", folder);
	check_file(path, "No such file");
	assert_int_equal(mkfifo(path, 0600), 0);
	check_file(path, "is a device, pipe or socket");
	unlink(path);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "10.0.0.1\n", 9), 9);
	check_file(path, NULL);
	snprintf(link, sizeof(link), "%s/l", folder);
	assert_int_equal(symlink("f", link), 0);
	check_file(link, "is a symbolic link");
	assert_int_equal(ftruncate(fd, ((off_t)512 << 20) + 1), 0);
	check_file(path, "more than 512 MiB");
	close(fd);
	unlink(link);
	unlink(path);
	rmdir(folder);
}

/* Another process goes on writing into it. */
static void
write_on(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	while (fd >= 0 && write(fd, "10.0.0.1\n", 9) == 9)
		continue;
	_exit(0);
}

static void
test_growing(void **state)
{
	char path[] = "/tmp/relayadm-XXXXXX";
	int fd = mkstemp(path);
	struct buf text = { 0 };
	struct stat st;
	struct err err;
	pid_t child;
	bool ok;

	(void)state;
	assert_int_equal(ftruncate(fd, 30 << 20), 0);
	child = fork();
	if (child == 0)
		write_on(path);
	do
		assert_int_equal(fstat(fd, &st), 0);
	while (st.st_size == 30 << 20);
	ok = import_read_file(&text, path, &err);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	unlink(path);
	close(fd);
	assert_false(ok);
	assert_non_null(strstr(err.text, "changes while it is read"));
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_most_lines),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_growing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
