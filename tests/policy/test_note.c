/* What is noted beside an entry, and the day on which it ends. */
#include "config.h"

#include "policy/expire.h"
#include "policy/mem.h"
#include "policy/note.h"
#include "unit.h"

static const struct {
	const char *text;
	int32_t day; /* 0: refused */
} days[] = {
	/* date -ud 2000-03-01 +%s, divided by 86400 */
	{ "1971-01-01", 365, }, { "2000-02-29", 11016, },
	{ "2000-03-01", 11017, }, { "2026-12-31", 20818, },
	{ "2100-03-01", 47541, }, { "9999-12-31", 2932896, },
	{ "2026-02-29", 0, }, { "2100-02-29", 0, }, { "1970-12-31", 0, },
	{ "2026-13-01", 0, }, { "2026-00-10", 0, }, { "2026-01-00", 0, },
	{ "2026-01-32", 0, }, { "2026-1-01", 0, }, { "2026-01-1", 0, },
	{ "2026/01/01", 0, }, { " 2026-01-01", 0, }, { "2026-01-01Z", 0, },
	{ "0000-01-01", 0, }, { "", 0, },
};

static void
test_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(days); i++) {
		struct buf text = { 0 };
		int32_t day = 0;
		struct err err;
		bool ok = day_parse(&day, days[i].text, strlen(days[i].text),
		    &err);

		check_row(ok == (days[i].day != 0), days[i].text);
		if (!ok)
			continue;
		check_row(day == days[i].day, days[i].text);
		day_add(&text, day);
		check_same(buf_text(&text), days[i].text, days[i].text);
		buf_free(&text);
	}
	assert_int_equal(day_of(20818 * (int64_t)86400 + 86399), 20818);
}

static struct entry
entry_of(const char *text, const char *owner, int32_t expires)
{
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, text, strlen(text), 0, &err));
	entry.owner = owner;
	entry.expires = expires;
	return entry;
}

static void
add(struct entries *entries, const char *text, int32_t expires)
{
	struct entry entry = entry_of(text, NULL, expires);

	entries_append(entries, &entry);
}

static void
test_entries(void **state)
{
	struct entries a = { 0 }, b = { 0 };
	struct entry entry = entry_of("domain:a.example", "ana", 5), got;

	(void)state;
	entry.ticket = "T-1";
	entries_add(&a, &entry);
	entry = entry_of("10.0.0.1", NULL, 0);
	entries_add(&a, &entry);
	entries_at(&a, 1, &got);
	assert_string_equal(got.owner, "ana");
	assert_string_equal(got.ticket, "T-1");
	assert_null(got.comment);
	assert_int_equal(got.expires, 5);
	entries_copy(&b, &a);
	assert_true(entries_equal(&a, &b));
	entry = entry_of("domain:a.example", "ana", 6);
	entry.ticket = "T-1";
	entries_add(&b, &entry);
	assert_false(entries_equal(&a, &b));
	entry = entry_of("domain:a.example", NULL, 0);
	entries_add(&b, &entry);
	entries_at(&b, 1, &got);
	assert_null(got.owner);
	assert_int_equal(b.note_count, 0);
	entries_free(&a);
	entries_free(&b);
}

static struct policy *
policy_made(void)
{
	struct policy *policy = policy_new();
	struct server *server = server_new("s");
	struct list *list = list_new("x");

	add(&list->entries, "10.0.0.1", 100);
	add(&list->entries, "10.0.0.2", 0);
	add(&list->entries, "domain:a.example", 99);
	entries_settle(&list->entries);
	add(&server->never, "10.0.0.3", 99);
	entries_settle(&server->never);
	policy_add_list(policy, list);
	policy_add_server(policy, server);
	return policy;
}

#define DAY(n) ((int64_t)86400 * (n))

static void
test_expiry(void **state)
{
	struct policy *policy = policy_made(), *before = policy_made();
	struct findings findings = { 0 };
	struct buf lines = { 0 };

	(void)state;
	assert_false(policy_has_expired(policy, DAY(100) - 1));
	assert_true(policy_has_expired(policy, DAY(100)));
	findings_add_expiry(&findings, policy, DAY(100));
	assert_int_equal(findings.count, 3);
	findings_free(&findings);
	assert_int_equal(policy_drop_expired(policy, DAY(100), &lines), 2);
	assert_string_equal(buf_text(&lines),
	    "list:x: domain:a.example expired on 1970-04-10\n"
	    "server:s/never: 10.0.0.3 expired on 1970-04-10\n");
	assert_int_equal(entries_count(&policy->lists[0]->entries), 2);
	buf_clear(&lines);
	assert_int_equal(expired_add_gone(&lines, before, policy, DAY(100)),
	    2);
	assert_int_equal(expired_add_gone(&lines, before, before, DAY(100)),
	    0);
	assert_int_equal(policy_drop_expired(policy, DAY(101), NULL), 1);
	buf_free(&lines);
	policy_free(policy);
	policy_free(before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_expiry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
