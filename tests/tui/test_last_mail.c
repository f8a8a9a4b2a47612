/* When somebody in an entry last sent mail, against a plain look at each. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/err.h" /* before cmocka has its own fail() */

#include "policy/mem.h"
#include "tests/policy/unit.h"
#include "tui/last_mail.h"

#define DAY ((int64_t)86400)

static unsigned
draw(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}

static void
set_client(struct net *net, unsigned number, bool v6)
{
	*net = (struct net){ .family = v6 ? 6 : 4 };
	net->first = v6 ? (u128)0x20010db8 << 96 | number : number;
	net->last = net->first;
}

static void
scope_of(struct mail_scope *scope, const char *user)
{
	*scope = (struct mail_scope){ .kept_out = false };
	texts_add(&scope->senders, mem_text("a"));
	texts_add(&scope->senders, mem_text("b"));
	if (user)
		texts_add(&scope->users, mem_text(user));
}

/* --- the latest of a range ------------------------------------------------ */

static int64_t
look_at_each(const struct seen *seen, const struct net *net)
{
	int64_t last = 0;

	for (size_t i = 0; i < seen->count; i++) {
		const struct seen_client *c = &seen->items[i];

		if (strcmp(c->server, "c") != 0 && c->last > last &&
		    net_holds(net, c->family, c->addr))
			last = c->last;
	}
	return last;
}

static void
check_range(const struct last_mail *mail, const struct seen *seen,
    const struct net *net)
{
	struct entry entry = { .kind = ENTRY_NET, .net = *net };
	struct mail_use use;

	last_mail_ask(mail, &entry, &use);
	assert_int_equal(use.last, look_at_each(seen, net));
	assert_int_equal(use.since, 0);
	assert_int_equal(use.unused, -1);
}

static void
check_many(size_t clients, unsigned seed)
{
	static const char *const servers[] = { "a", "b", "c" };
	const struct net all[] = { { 4, 0, NET_LAST4 }, { 6, 0, NET_LAST6 } };
	struct seen seen = { 0 };
	struct mail_scope scope;
	struct last_mail mail;
	struct net net;

	for (size_t i = 0; i < clients; i++) {
		set_client(&net, draw(&seed) % 300, draw(&seed) % 3 == 0);
		seen_add(&seen, servers[draw(&seed) % 3], &net,
		    1 + draw(&seed) % 100000);
	}
	seen_settle(&seen);
	scope_of(&scope, NULL);
	last_mail_make(&mail, &seen, &scope);
	check_range(&mail, &seen, &all[0]);
	check_range(&mail, &seen, &all[1]);
	for (int i = 0; i < 400; i++) {
		set_client(&net, draw(&seed) % 300, i % 2);
		net.last += draw(&seed) % 40;
		check_range(&mail, &seen, &net);
	}
	last_mail_free(&mail);
	mail_scope_free(&scope);
	seen_free(&seen);
}

static void
test_ranges(void **state)
{
	(void)state;
	for (unsigned clients = 0; clients < 40; clients++)
		check_many(clients, clients + 1);
	check_many(1000, 99);
}

/* --- each once ------------------------------------------------------------- */

#define NUMBERS 300

/* What was added: the last of each server and client. */
struct added {
	int64_t last[3][2][NUMBERS];
	size_t count;
};

static void
add_any(struct seen *seen, struct added *added, unsigned *seed)
{
	static const char *const servers[] = { "b", "a", "c" };
	unsigned server = draw(seed) % 3, number = draw(seed) % NUMBERS;
	bool v6 = draw(seed) % 4 == 0;
	int64_t time = 1 + draw(seed) % 100000;
	int64_t *last = &added->last[server][v6][number];
	struct net net;

	set_client(&net, number, v6);
	seen_add(seen, servers[server], &net, time);
	added->count += !*last;
	if (time > *last)
		*last = time;
}

static void
check_added(const struct seen *seen, const struct added *added)
{
	assert_int_equal(seen->count, added->count);
	for (size_t i = 0; i < seen->count; i++) {
		const struct seen_client *c = &seen->items[i], *next = c + 1;
		const char *at = strchr("bac", *c->server);
		int order = i + 1 < seen->count
		    ? strcmp(c->server, next->server)
		    : -1;

		assert_int_equal(c->last, added->last[at - "bac"]
		    [c->family == 6][(unsigned)c->addr & 0xffff]);
		assert_true(order < 0 ||
		    (!order && seen_compare(c, next) < 0));
	}
}

static void
test_settle(void **state)
{
	static const unsigned parts[] = { 1, 2, 3, 50, 1, 400, 1000, 70, 2 };
	struct seen seen = { 0 };
	struct added *added = mem_new(1, sizeof(*added));
	unsigned seed = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		for (unsigned k = 0; k < parts[i]; k++)
			add_any(&seen, added, &seed);
		seen_settle(&seen);
		check_added(&seen, added);
		seen_settle(&seen);
		check_added(&seen, added);
	}
	seen_free(&seen);
	free(added);
}

/* --- what is not known ---------------------------------------------------- */

static void
ask(const struct last_mail *mail, const char *text, struct mail_use *use)
{
	struct entry entry;
	struct err err;

	assert_true(entry_parse(&entry, text, strlen(text), NET_STRICT, &err));
	last_mail_ask(mail, &entry, use);
}

static void
check_words(const struct last_mail *mail, const char *entry, const char *cell,
    int64_t unused)
{
	struct buf text = { 0 };
	struct mail_use use;

	ask(mail, entry, &use);
	mail_use_add(&text, &use);
	assert_string_equal(buf_text(&text), cell);
	assert_int_equal(use.unused, unused);
	buf_free(&text);
}

/* Days since 1970 are what it counts in here. */
static void
test_times(void **state)
{
	struct seen seen = { 0 };
	struct mail_scope scope;
	struct last_mail mail;
	struct net net;

	(void)state;
	set_client(&net, 0x0a000001, false);
	seen_add(&seen, "a", &net, 20 * DAY);
	set_client(&net, 0x0a000002, false);
	seen_add(&seen, "a", &net, 120 * DAY);
	seen_add_span(&seen, "a", 100 * DAY, 150 * DAY);
	seen_add_span(&seen, "a", 153 * DAY, 190 * DAY); /* goes on */
	seen_add_span(&seen, "a", 10 * DAY, 96 * DAY);   /* does not */
	seen_settle(&seen);
	scope_of(&scope, "a");
	last_mail_make(&mail, &seen, &scope);
	assert_int_equal(mail.from, 100 * DAY);
	assert_int_equal(mail.to, 190 * DAY);
	check_words(&mail, "10.0.0.0/8", "1970-05-01", 70 * DAY);
	check_words(&mail, "10.0.0.1", "1970-01-21", 90 * DAY);
	check_words(&mail, "10.0.0.3", "<1970-04-11", 90 * DAY);
	check_words(&mail, "domain:example.com", "?", -1);
	last_mail_free(&mail);
	/* One of those who use the list keeps out who is in it. */
	scope.kept_out = true;
	last_mail_make(&mail, &seen, &scope);
	check_words(&mail, "10.0.0.2", "1970-05-01", -1);
	check_words(&mail, "10.0.0.3", "?", -1);
	last_mail_free(&mail);
	scope.kept_out = false;
	/* Of one user nothing was read. */
	texts_add(&scope.users, mem_text("b"));
	last_mail_make(&mail, &seen, &scope);
	check_words(&mail, "10.0.0.2", "1970-05-01", -1);
	check_words(&mail, "10.0.0.3", "?", -1);
	last_mail_free(&mail);
	seen_add_span(&seen, "b", 140 * DAY, 180 * DAY);
	seen_settle(&seen);
	last_mail_make(&mail, &seen, &scope);
	check_words(&mail, "10.0.0.3", "<1970-05-21", 40 * DAY);
	last_mail_free(&mail);
	/* Too many clients: who is not there may have been. */
	seen.full = true;
	last_mail_make(&mail, &seen, &scope);
	check_words(&mail, "10.0.0.3", "?", -1);
	last_mail_free(&mail);
	mail_scope_free(&scope);
	seen_free(&seen);
}

/* --- whose ---------------------------------------------------------------- */

struct whose {
	const char *target;
	const char *senders, *users;
	bool kept_out, local;
};

static const struct whose whose[] = {
	{ "server:a/relay", "a", "a", false, false },
	{ "server:a/clients", "a", "a", false, false },
	{ "server:a/never", "a", "", true, false },
	{ "server:a/connection", "a", "", true, false },
	{ "server:b/connection", "b", "b", false, false },
	{ "server:b/relay", "b", "", true, false },
	{ "server:a/local", "a", "", false, true },
	{ "list:both", "a b", "a b", false, false },
	{ "list:mixed", "a b", "a", true, false },
	{ "list:own", "a b", "", true, true },
	{ "list:idle", "a b", "", false, false },
	{ NULL, NULL, NULL, false, false },
};

static void
include(struct entries *entries, const char *list)
{
	struct entry entry = { .kind = ENTRY_LIST };

	snprintf(entry.name, sizeof(entry.name), "%s", list);
	entries_add(entries, &entry);
}

static struct policy *
make_policy(void)
{
	struct policy *policy = policy_new();
	struct server *a = server_new("a"), *b = server_new("b");

	b->connection_mode = MODE_ONLY;
	b->relay_mode = MODE_ALL_EXCEPT;
	include(&a->relay, "both");
	include(&b->connection, "both");
	include(&a->relay, "mixed");
	include(&b->never, "mixed");
	include(&a->local.entries, "own");
	policy_add_server(policy, a);
	policy_add_server(policy, b);
	return policy;
}

static void
check_texts(const struct texts *texts, const char *wanted)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < texts->count; i++)
		buf_addf(&text, "%s%s", i ? " " : "", texts->items[i]);
	assert_string_equal(buf_text(&text), wanted);
	buf_free(&text);
}

static void
test_scope(void **state)
{
	struct policy *policy = make_policy();

	(void)state;
	for (const struct whose *row = whose; row->target; row++) {
		struct mail_scope scope;
		struct target target;
		struct err err;

		assert_true(target_parse(&target, row->target, &err));
		mail_scope_of(&scope, &target, policy);
		check_texts(&scope.senders, row->senders);
		check_texts(&scope.users, row->users);
		if (scope.kept_out != row->kept_out ||
		    scope.local != row->local)
			fail_msg("%s: %d %d", row->target, scope.kept_out,
			    scope.local);
		mail_scope_free(&scope);
	}
	policy_free(policy);
}

/* --- the file ------------------------------------------------------------- */

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static const struct {
	const char *text;
	size_t clients, spans;
} files[] = {
	{ "relayadm-mail 1\na 10.0.0.1 7\n", 1, 0 },
	{ "relayadm-mail 2\n+ a 5 9\na 10.0.0.1 7\n", 1, 1 },
	{ "relayadm-mail 2\n+ a 5 9\n+ a 8 12\n", 0, 1 },
	{ "relayadm-mail 2\n+ a 9 5\na 10.0.0.1 7\n", 0, 0 },
	{ "relayadm-mail 2\n+ a 9\na 10.0.0.1 7\n", 0, 0 },
	{ "relayadm-mail 2\n+ a 5 9 \na 10.0.0.1 7\n", 0, 0 },
	{ "relayadm-mail 2\na 10.0.0.1 7 \n", 0, 0 },
	{ "relayadm-mail 2\na 10.0.0.1 7", 0, 0 },
	{ "relayadm-mail 2\na 10.0.0.1 -7\n", 0, 0 },
	{ "relayadm-mail 2\na 10.0.0.1 99999999999999999999\n", 0, 0 },
	{ "relayadm-mail 2\na 10.0.0.1\n", 0, 0 },
	{ "relayadm-mail 2\n10.0.0.1 7\n", 0, 0 },
	{ "relayadm-mail 2\na 10.0.0 7\n", 0, 0 },
	{ "relayadm-mail 3\na 10.0.0.1 7\n", 0, 0 },
};

static void
test_file(void **state)
{
	char database[] = "/tmp/last_mail.XXXXXX";
	struct buf path = { 0 };
	struct seen seen;
	struct err err;
	int fd = mkstemp(database);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	seen_place(database);
	buf_addf(&path, "%s.mail", database);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		write_file(buf_text(&path), files[i].text);
		for (int again = 0; again < 2; again++) {
			seen_load(&seen);
			assert_int_equal(seen.count, files[i].clients);
			assert_int_equal(seen.span_count, files[i].spans);
			assert_true(seen_save(&seen, &err));
			seen_free(&seen);
		}
	}
	unlink(buf_text(&path));
	unlink(database);
	buf_free(&path);
}

/* What others wrote in any order is read, and what is written is always the
 * same. */
static void
test_form(void **state)
{
	static const char given[] = "relayadm-mail 2\n+ b 700 800\n"
	    "b 2001:db8::1 1790848800\nb 10.0.0.1 9\na 255.255.255.255 8\n"
	    "+ a 5 1790848800\na 10.0.0.2 7\nb 10.0.0.1 10\n";
	static const char wanted[] = "relayadm-mail 2\n+ a 5 1790848800\n"
	    "+ b 700 800\na 10.0.0.2 7\na 255.255.255.255 8\n"
	    "b 10.0.0.1 10\nb 2001:db8::1 1790848800\n";
	char database[] = "/tmp/last_mail.XXXXXX", got[sizeof(wanted) + 1];
	struct buf path = { 0 };
	struct seen seen;
	struct err err;
	FILE *file;
	size_t len;
	int fd = mkstemp(database);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	seen_place(database);
	buf_addf(&path, "%s.mail", database);
	write_file(buf_text(&path), given);
	seen_load(&seen);
	assert_true(seen_save(&seen, &err));
	seen_free(&seen);
	file = fopen(buf_text(&path), "r");
	assert_non_null(file);
	len = fread(got, 1, sizeof(got), file);
	fclose(file);
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(got, wanted, len);
	unlink(buf_text(&path));
	unlink(database);
	buf_free(&path);
}

/* --- what changed --------------------------------------------------------- */

static const struct {
	const char *client; /* of server a; or NULL, and */
	const char *server; /* a span of it */
	int64_t from, to;   /* from: the client's time, too */
	bool changes;
} changes[] = {
	{ "10.0.0.1", NULL, 70, 0, false },
	{ "10.0.0.1", NULL, 69, 0, false },
	{ "10.0.0.1", NULL, 71, 0, true },
	{ "10.0.0.2", NULL, 1, 0, true },
	{ "255.0.0.1", NULL, 1, 0, true },
	{ "2001:db8::1", NULL, 80, 0, false },
	{ "2001:db8::1", NULL, 81, 0, true },
	{ "2001:db8::2", NULL, 1, 0, true },
	{ NULL, "a", 500, 900, false },
	{ NULL, "a", 600, 700, false },
	{ NULL, "a", 499, 700, true },
	{ NULL, "a", 600, 901, true },
	{ NULL, "a", 30 * DAY, 30 * DAY, false },
	{ NULL, "a", 20 * DAY, 20 * DAY, true },
	{ NULL, "b", 600, 700, true },
	{ NULL, "A", 600, 700, true },
};

/* Is the file another one afterwards? */
static bool
writes(const char *path, size_t i)
{
	struct stat before, after;
	struct seen seen;
	struct net net;
	struct err err;

	write_file(path, "relayadm-mail 2\n+ a 500 900\n+ a 2592000 2592000\n"
	    "a 10.0.0.1 70\na 10.0.0.9 70\na 2001:db8::1 80\n");
	assert_int_equal(stat(path, &before), 0);
	seen_load(&seen);
	assert_int_equal(seen.count, 3);
	if (changes[i].client) {
		assert_true(net_parse_addr(&net, changes[i].client,
		    strlen(changes[i].client), &err));
		seen_add(&seen, "a", &net, changes[i].from);
	} else {
		seen_add_span(&seen, changes[i].server, changes[i].from,
		    changes[i].to);
	}
	seen_settle(&seen);
	assert_true(seen_save(&seen, &err));
	seen_free(&seen);
	assert_int_equal(stat(path, &after), 0);
	return before.st_ino != after.st_ino;
}

static void
test_changes(void **state)
{
	char database[] = "/tmp/last_mail.XXXXXX";
	struct buf path = { 0 };
	int fd = mkstemp(database);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	seen_place(database);
	buf_addf(&path, "%s.mail", database);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (writes(buf_text(&path), i) != changes[i].changes)
			fail_msg("change %zu: it is %s", i, changes[i].changes
			        ? "not written" : "written");
	unlink(buf_text(&path));
	unlink(database);
	buf_free(&path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_scope),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_changes),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
