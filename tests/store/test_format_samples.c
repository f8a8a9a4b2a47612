/* Files as others write them: each is recognised, and what becomes of it. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

static const struct sample {
	const char *file;
	const char *format; /* that it is taken for */
	size_t entries, left, bad;
	const char *service, *column;
} samples[] = {
	{ "aws.json", "aws", 13, 0, 0, NULL, NULL, },
	{ "azure.json", "azure", 6, 0, 0, NULL, NULL, },
	{ "exchange-list.txt", "exchange", 5, 0, 0, "Relay for printers", NULL, },
	{ "exchange.csv", "exchange", 5, 0, 0, "EX01\\Relay for printers", NULL, },
	{ "exchange.json", "exchange", 2, 0, 0, "Client Frontend EX01", NULL, },
	{ "exchange5-v5.reg", "registry", 2, 0, 0, NULL, "RelayAllowList", },
	{ "exchange5.reg", "registry", 2, 0, 0, NULL, "RelayDenyList", },
	{ "google-cloud.json", "google", 4, 0, 0, NULL, NULL, },
	{ "google-goog.json", "google", 3, 0, 0, NULL, NULL, },
	{ "m365.json", "m365", 6, 5, 0, NULL, NULL, },
	{ "smtpsvc.txt", "adsi", 4, 0, 0, NULL, "RelayIpList", },
	{ "spf.txt", "spf", 3, 2, 0, NULL, NULL, },
	{ "spf.zone", "spf", 4, 2, 0, NULL, NULL, },
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
