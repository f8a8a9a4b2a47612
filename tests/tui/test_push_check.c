/* What a push says before it: who gains and loses on the gateways that are
 * chosen, by what each of them has now. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/document.h"
#include "tests/store/scratch.h"
#include "tui/push_check.h"

/* After err.h, whose fail() it makes a macro. */
#include <cmocka.h>

#define SERVER(name, port, relay) \
	"{\"name\":\"" name "\",\"listen\":[\"0.0.0.0:" port "\"]," \
	"\"relay\":{\"entries\":[" relay "],\"authenticated\":false}}"

static const char first[] = "{\"relayadm\":1,\"servers\":["
    SERVER("one", "25", "\"10.0.0.0/24\"") ","
    SERVER("two", "26", "\"10.0.1.0/24\"") "],\"gateways\":["
    "{\"name\":\"mx1\",\"servers\":[\"one\"]},"
    "{\"name\":\"mx2\",\"servers\":[\"two\"]}]}";

/* One loses an address, two gains one. */
static const char second[] = "{\"relayadm\":1,\"servers\":["
    SERVER("one", "25", "\"10.0.0.0/25\"") ","
    SERVER("two", "26", "\"10.0.1.0/24\",\"10.9.9.9\"") "],\"gateways\":["
    "{\"name\":\"mx1\",\"servers\":[\"one\"]},"
    "{\"name\":\"mx2\",\"servers\":[\"two\"]}]}";

struct scene {
	char folder[SCRATCH_PATH];
	struct app app;
	struct push_record last[2];
};

static void
commit(struct scene *s, const char *text)
{
	struct policy *policy;
	struct err err;
	int64_t head;

	assert_true(document_read(&policy, text, strlen(text), &err));
	assert_true(store_head(s->app.store, &head, &err));
	assert_true(store_replace(s->app.store, "load", policy, &head, &err));
	if (!store_commit(s->app.store, "m", NULL, 0, &s->app.revision, &err))
		fail_msg("%s", err.text);
	policy_free(policy);
}

static void
pushed(struct scene *s, const char *gateway, int64_t revision)
{
	struct err err;
	int64_t generation;

	assert_true(store_push_begin(s->app.store, gateway, revision, "00",
	    &generation, &err));
	assert_true(store_push_end(s->app.store, generation, "OK", NULL,
	    &err));
}

static void
begin(struct scene *s)
{
	char path[SCRATCH_PATH];

	memset(s, 0, sizeof(*s));
	scratch_make(s->folder);
	scratch_join(path, s->folder, "p.db");
	s->app.store = scratch_open(path);
	commit(s, first);
	commit(s, second);
}

static void
end(struct scene *s)
{
	push_record_clear(&s->last[0]);
	push_record_clear(&s->last[1]);
	relay_free(s->app.base_compiled);
	policy_free(s->app.base);
	store_close(s->app.store);
	scratch_remove(s->folder);
}

/* What is said of these rows; details follow behind a line of dashes. */
static void
check(struct scene *s, const size_t *rows, size_t count, const char *wanted)
{
	static const char *const names[] = { "mx1", "mx2" };
	struct buf out = { 0 }, details = { 0 };
	struct err err;

	for (int i = 0; i < 2; i++) {
		push_record_clear(&s->last[i]);
		assert_true(store_push_last(s->app.store, names[i],
		    &s->last[i], &err));
	}
	push_check_add_effect(&out, &details, &s->app, s->last, rows, count);
	buf_addf(&out, "--\n%s", buf_text(&details));
	assert_string_equal(buf_text(&out), wanted);
	buf_free(&out);
	buf_free(&details);
}

#define LOSES \
	"\1Verdict: CLOSED before, CLOSED after\n" \
	"\1LOSES relay: 128 IPv4 addresses, on 1 gateway\n" \
	"\1LOSES relay after logging on: 128 IPv4 addresses, on 1 gateway\n"

#define LOSES_DETAILS \
	"\1From revision 1, on 1 gateway\n" \
	"\1server one, on 1 gateway: CLOSED before, CLOSED after\n" \
	"  LOSES relay: 128 IPv4 addresses\n" \
	"    - 10.0.0.128/25\n" \
	"  LOSES relay after logging on: 128 IPv4 addresses\n" \
	"    - 10.0.0.128/25\n"

/* The server that the gateway does not carry is not spoken of. */
static void
test_one(void **state)
{
	static const size_t rows[] = { 0 };
	struct scene s;

	(void)state;
	begin(&s);
	pushed(&s, "mx1", 1);
	check(&s, rows, 1, "On 1       revision 1 is replaced\n" LOSES "--\n"
	    LOSES_DETAILS);
	end(&s);
}

static void
test_several(void **state)
{
	static const size_t rows[] = { 0, 1 };
	struct scene s;

	(void)state;
	begin(&s);
	check(&s, rows, 2, "On 2       the first push that is known; what was "
	    "there is kept to go back to\n"
	    "server one: CLOSED, 128 IPv4 addresses relay without logging "
	    "on\n"
	    "server two: CLOSED, 257 IPv4 addresses relay without logging "
	    "on\n--\n");
	pushed(&s, "mx1", 1);
	check(&s, rows, 2, "On 1       revision 1 is replaced\n" LOSES
	    "On 1       the first push that is known; what was there is kept "
	    "to go back to\n"
	    "server two: CLOSED, 257 IPv4 addresses relay without logging "
	    "on\n--\n" LOSES_DETAILS);
	pushed(&s, "mx2", 2);
	check(&s, rows, 2, "On 1       this revision already: nothing changes "
	    "unless it has drifted\n"
	    "On 1       revision 1 is replaced\n" LOSES "--\n" LOSES_DETAILS);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_several),
	};

	return cmocka_run_group_tests_name("push_check", tests, NULL, NULL);
}
