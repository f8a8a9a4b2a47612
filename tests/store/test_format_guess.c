/* Lists line by line as others write them: each is recognised, with the
 * reason, and what becomes of it. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

static const struct sample {
	const char *file;
	const char *format; /* that it is taken for */
	size_t entries, left, bad;
	const char *why; /* what is said of it holds this; NULL: anything */
	size_t routes;
	const char *service, *column; /* that must be named, or NULL */
} samples[] = {
	{ "access", "postfix-access", 12, 4, 0, "a part of one or a name", 0,
	    NULL, NULL, },
	{ "client_access.cidr", "postfix-cidr", 12, 3, 0,
	    "such as OK or REJECT", 0,
	    NULL, NULL, },
	{ "delegated-sample-extended-latest", "rir", 2, 1, 0,
	    "registry|country|ipv4", 0,
	    NULL, NULL, },
	{ "delegated-sample-latest", "rir", 4, 1, 0, "registry|country", 0,
	    NULL, NULL, },
	{ "drop.txt", "drop", 2, 0, 0, "a number of the SBL", 0,
	    NULL, NULL, },
	{ "drop_v4.json", "drop-json", 2, 0, 0, "cidr or sblid", 0,
	    NULL, NULL, },
	{ "entries.json", "json", 4, 0, 0, "a JSON array", 0,
	    NULL, NULL, },
	{ "exim.conf", "exim", 11, 3, 0, "hostlist NAME =", 0,
	    NULL, NULL, },
	{ "firehol_sample.netset", "netset", 3, 0, 0,
	    "sample_level1, category attacks, of Mon Nov 23", 0,
	    NULL, NULL, },
	{ "inventory.csv", "csv", 4, 1, 0, "column 3 (IP Address)", 0,
	    NULL, NULL, },
	{ "main.cf", "postfix-mynetworks", 7, 3, 0, "mynetworks =", 0,
	    NULL, NULL, },
	{ "mynetworks.txt", "postfix-mynetworks", 4, 0, 0,
	    "several addresses stand on a line", 0,
	    NULL, NULL, },
	{ "plain.txt", "plain", 8, 0, 0, "one entry a line", 0,
	    NULL, NULL, },
	{ "ranges.csv", "csv", 3, 0, 0, "ranges are in columns 1 and 2", 0,
	    NULL, NULL, },
	{ "relay-hosts.exim", "exim", 3, 0, 0, "a separator such as <;", 0,
	    NULL, NULL, },
	{ "relay_domains.txt", "domains", 0, 0, 0, "every line is a domain",
	    3, NULL, NULL, },
	{ "relays.table", "opensmtpd", 2, 0, 0, "@list", 0,
	    NULL, NULL, },
	{ "sendmail-access", "sendmail-access", 11, 6, 0, "Connect:", 0,
	    NULL, NULL, },
	{ "smtpd.conf", "opensmtpd", 5, 0, 0, "table NAME { ... }", 0,
	    NULL, NULL, },
	{ "subnets.tsv", "tsv", 2, 0, 0, "column 1 (network)", 0,
	    NULL, NULL, },
	{ "transport", "domains", 0, 2, 0, "what becomes of its mail", 4,
	    NULL, NULL, },
	{ "aws.json", "aws", 13, 0, 0, NULL, 0, NULL, NULL, },
	{ "azure.json", "azure", 6, 0, 0, NULL, 0, NULL, NULL, },
	{ "exchange-list.txt", "exchange", 5, 0, 0, NULL, 0,
	    "Relay for printers", NULL, },
	{ "exchange.csv", "exchange", 5, 0, 0, NULL, 0,
	    "EX01\\Relay for printers", NULL, },
	{ "exchange.json", "exchange", 2, 0, 0, NULL, 0,
	    "Client Frontend EX01", NULL, },
	{ "exchange5-v5.reg", "registry", 2, 0, 0, NULL, 0,
	    NULL, "RelayAllowList", },
	{ "exchange5.reg", "registry", 2, 0, 0, NULL, 0,
	    NULL, "RelayDenyList", },
	{ "google-cloud.json", "google", 4, 0, 0, NULL, 0, NULL, NULL, },
	{ "google-goog.json", "google", 3, 0, 0, NULL, 0, NULL, NULL, },
	{ "m365.json", "m365", 6, 5, 0, NULL, 0, NULL, NULL, },
	{ "smtpsvc.txt", "adsi", 4, 0, 0, NULL, 0, NULL, "RelayIpList", },
	{ "spf.txt", "spf", 3, 2, 0, NULL, 0, NULL, NULL, },
	{ "spf.zone", "spf", 4, 2, 0, NULL, 0, NULL, NULL, },
};

static void
check_sample(const struct sample *s)
{
	const struct import_rules rules = { .service = s->service,
		.column = s->column };
	static const struct entries none;
	const char *srcdir = getenv("srcdir");
	struct buf text = { 0 };
	struct import import;
	struct err err = { ERR_NONE, "" };
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/store/formats/%s",
	    srcdir ? srcdir : ".", s->file);
	if (!import_read_file(&text, path, &err) ||
	    !import_judge(&import, buf_text(&text), text.len, &rules, &none,
	        &err))
		fail_msg("%s: %s", s->file, err.text);
	check_same(import.format, s->format, s->file);
	if (s->why && !strstr(import.why, s->why))
		fail_msg("%s: taken for it because: %s", s->file, import.why);
	if (import.route_count != s->routes)
		fail_msg("%s: %zu routes", s->file, import.route_count);
	if (entries_count(&import.entries) != s->entries ||
	    import.left_count != s->left || import.bad_count != s->bad)
		fail_msg("%s: %zu entries, %zu left, %zu bad (%s)", s->file,
		    entries_count(&import.entries), import.left_count,
		    import.bad_count,
		    import.bad_count ? import.bad[0].reason : "");
	import_free(&import);
	buf_free(&text);
}

static void
test_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(samples); i++)
		check_sample(&samples[i]);
}

/* --- what could be several ------------------------------------------------ */

static void
judge(struct import *import, const char *text, const char *format)
{
	struct import_rules rules = { .format = format };
	static const struct entries none;
	struct err err;

	if (!import_judge(import, text, strlen(text), &rules, &none, &err))
		fail_msg("%s: %s", format ? format : "auto", err.text);
	if (import->bad_count)
		fail_msg("%s: line %zu: %s", import->format,
		    import->bad[0].number, import->bad[0].reason);
}

/* Whichever is chosen, it comes to the same. */
static const struct {
	const char *text;
	const char *guess; /* what is chosen */
	const char *formats[6];
} ambiguous[] = {
	{ "# list\n10.0.0.0/8\n192.0.2.1\n2001:db8::/32\n", "plain",
	    { "netset", "opensmtpd", "exim", "postfix-mynetworks", "csv", }, },
	{ "192.0.2.1\n", "plain", { "netset", "opensmtpd", "exim",
	    "postfix-mynetworks", "csv", }, },
	{ "192.0.2.0/24 ; SBL1\n198.51.100.0/24 ; SBL2\n", "drop",
	    { "plain", "csv", "netset", }, },
	{ "192.0.2.1;printer\n192.0.2.2;scanner\n", "csv",
	    { "plain", "netset", }, },
	{ "10.0.0.0/8, 192.0.2.0/24\n", "postfix-mynetworks", { NULL, }, },
	{ "192.0.2.1 OK\n192.0.2.2 REJECT\n", "postfix-cidr",
	    { "postfix-access", }, },
	{ "10.1 RELAY\n192.0.2.1 RELAY\n", "sendmail-access",
	    { "postfix-access", }, },
	{ "10.0.0.0 255.0.0.0\n192.0.2.0\t255.255.255.0\n", "plain",
	    { NULL, }, },
	{ "10.0.0.0\t255.0.0.0\n192.0.2.0\t255.255.255.0\n", "tsv",
	    { "plain", }, },
	{ "192.0.2.1 - 192.0.2.9\n10.0.0.1-10.0.0.6\n", "plain", { NULL, }, },
	{ "2001:db8::1\n2001:db8::2\n", "plain", { "exim", "opensmtpd", }, },
	{ "[2001:db8::1]\n[2001:db8::]/32\n", "plain",
	    { "postfix-mynetworks", "opensmtpd", }, },
	{ "domain:example.com\n192.0.2.1 # a, b\n", "plain", { NULL, }, },
};

static void
test_ambiguous(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(ambiguous); i++) {
		const char *text = ambiguous[i].text;
		struct import guess, other;

		judge(&guess, text, NULL);
		check_same(guess.format, ambiguous[i].guess, text);
		assert_true(entries_count(&guess.entries) > 0);
		for (int k = 0; ambiguous[i].formats[k]; k++) {
			judge(&other, text, ambiguous[i].formats[k]);
			if (!entries_equal(&other.entries, &guess.entries))
				fail_msg("'%s' as %s is not what it is as %s",
				    text, ambiguous[i].formats[k],
				    guess.format);
			import_free(&other);
		}
		import_free(&guess);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_ambiguous),
	};

	return cmocka_run_group_tests_name("guesses", tests, NULL, NULL);
}
