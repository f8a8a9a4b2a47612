#include "config.h"

#include "policy/mem.h"
#include "tests/remote/rendered.h"
#include "tests/policy/unit.h"

#define EXIM GATEWAY "set mta exim\n"

/* --- what the files say -------------------------------------------------------- */

static const struct {
	const char *row, *lines, *path, *wanted;
} files[] = {
	{ "fewest blocks",
	    "server s\nlisten 192.0.2.1:25\nentry relay 10.0.0.0/9\n"
	    "entry relay 10.128.0.0/9\nentry relay 10.1.2.3\n" EXIM,
	    "server/s/relay.list", "10.0.0.0/8 yes\n", },
	{ "a range",
	    "server s\nlisten 192.0.2.1:25\n"
	    "entry relay 192.0.2.10-192.0.2.12\n" EXIM,
	    "server/s/relay.list", "192.0.2.10/31 yes\n192.0.2.12 yes\n", },
	{ "keys with colons in quotes",
	    "server s\nlisten 192.0.2.1:25\nentry relay 2001:db8::/32\n"
	    "entry relay 2001:db8:1::7\nentry relay 192.0.2.7\n"
	    "entry relay 2001:db9::7\n" EXIM,
	    "server/s/relay.list",
	    "192.0.2.7 yes\n\"2001:db8::/32\" yes\n\"2001:db9::7\" yes\n", },
	{ "everything",
	    "server s\nlisten 192.0.2.1:25\nentry relay 0.0.0.0/0\n"
	    "entry relay ::/0\n" EXIM,
	    "server/s/relay.list", "0.0.0.0/0 yes\n\"::/0\" yes\n", },
	{ "an empty list has no file",
	    "server s\nlisten 192.0.2.1:25\n" EXIM,
	    "server/s/relay.list", "(none)", },
	{ "names of included lists",
	    "list l\nmember 192.0.2.7\nmember domain:corp.example\n"
	    "server s\nlisten 192.0.2.1:25\nentry relay list:l\n" EXIM,
	    "server/s/relay.names.list", "corp.example: yes\n", },
	{ "exact rows, covering rows and the rest",
	    "server s\nlisten 192.0.2.1:25\nroute #a.example inbound\n"
	    "route a.example reject\nroute . relay\n" EXIM,
	    "server/s/routes.list",
	    "a.example: inbound\n.a.example: reject\n*: relay\n", },
	{ "next hops",
	    "server s\nlisten 192.0.2.1:25\n"
	    "route #a.example inbound mail.hop.example:2525\n"
	    "route #b.example relay [2001:db8::1]\n"
	    "route #c.example relay\nroute d.example reject\n"
	    "route . inbound 192.0.2.25\n" EXIM,
	    "delivery",
	    "*: <+192.0.2.25:25\n"
	    "a.example: <+mail.hop.example:2525\n"
	    "b.example: <+[2001:db8::1]:25\nc.example: mx\n", },
	{ "delivered here",
	    "server s\nlisten 192.0.2.1:25\nroute a.example inbound\n" EXIM,
	    "inbound", ".a.example\na.example\n", },
	{ "what is listened on",
	    "server s\nlisten 0.0.0.0:25\nlisten 192.0.2.1:587\n"
	    "set authentication.basic true\n"
	    "server off\nlisten 192.0.2.9:25\nset enabled false\n"
	    "server t\nlisten [2001:db8::1]:25\nset authentication.tls none\n"
	    EXIM "carry off\ncarry t\n",
	    "listeners",
	    "192.0.2.1 p587=1 t587=offered b587=yes p25=1 t25=offered b25=yes\n"
	    "\"2001:db8::1\" p25=2 t25=none\n"
	    "0.0.0.0/0 p25=1 t25=offered b25=yes\n", },
	{ "the services",
	    "server s\nlisten 192.0.2.1:25\nlisten [2001:db8::1]:587\n" EXIM,
	    "services", "4 192.0.2.1 25 s\n6 2001:db8::1 587 s\n", },
};

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(files); i++) {
		struct rendering rendering;

		set_policy(files[i].lines);
		check_render(&rendering);
		check_same(text_of(&rendering, files[i].path), files[i].wanted,
		    files[i].row);
		rendering_free(&rendering);
		forget();
	}
}

/* --- what cannot be expressed ----------------------------------------------------- */

static const struct gap_row gap_rows[] = {
	{ "local addresses behind a wildcard",
	    "server s\nlisten 0.0.0.0:25\nentry local 192.0.2.1\n"
	    "set routing.restrictions.local.enabled true\n" EXIM, NULL, },
	{ "two next hops for a domain",
	    "server s\nlisten 192.0.2.1:25\nroute a.example relay x.example\n"
	    "server t\nlisten 192.0.2.2:25\n"
	    "route a.example relay x.example:2525\n" EXIM "carry t\n",
	    "gateway:gw: Exim delivers a.example to one place, but server s "
	    "sends it to [x.example]:25 and server t sends it to "
	    "[x.example]:2525; give both rows the same next hop", },
	{ "here and away",
	    "server s\nlisten 192.0.2.1:25\nroute . inbound 192.0.2.25\n"
	    "server t\nlisten 192.0.2.2:25\nroute . inbound [2001:db8::1]\n"
	    EXIM "carry t\n",
	    "gateway:gw: Exim delivers every other domain to one place", },
	{ "the same next hop",
	    "server s\nlisten 192.0.2.1:25\nroute a.example relay x.example\n"
	    "server t\nlisten 192.0.2.2:25\nroute a.example inbound x.example\n"
	    EXIM "carry t\n", NULL, },
};

static void
test_gaps(void **state)
{
	(void)state;
	check_gaps(gap_rows, ROWS(gap_rows));
}

/* --- reading back -------------------------------------------------------------------- */

static const char full[] =
    "list l\nmember 192.0.2.0/24\n"
    "server s\nlisten 192.0.2.1:25\nlisten [2001:db8::1]:25\n"
    "listen 0.0.0.0:587\n"
    "set authentication.basic true\nset authentication.tls required\n"
    "entry relay 10.0.0.0/8\nentry relay list:l\n"
    "entry relay domain:corp.example\nentry relay 2001:db8::/32\n"
    "entry connection 198.51.100.0/24\n"
    "set routing.restrictions.clients.enabled true\n"
    "set routing.restrictions.local.enabled true\n"
    "entry local 192.0.2.4-192.0.2.6\n"
    "entry clients 0.0.0.0/1\nentry clients ::/0\nentry never 10.9.0.0/16\n"
    "route a.example inbound\nroute #b.a.example reject\n"
    "route c.example relay mail.example\nroute d.example reject\n"
    "server t\nlisten 192.0.2.2:25\nset authentication.anonymous false\n"
    "set connection.mode only\nentry connection 0.0.0.0/1\n"
    "entry connection ::/0\n"
    "set relay.mode all-except\nset relay.authenticated false\n"
    "entry relay 2001:db8::/32\n"
    "set routing.restrictions.authenticated true\nroute . reject\n"
    "route a.example inbound\n"
    EXIM "carry t\n";

/* A change of one file, and it must be noticed. */
static const struct change_row changes[] = {
	{ "server/s/relay.list", "10.0.0.0/8", "10.0.0.0/7", },
	{ "server/s/relay.list", "10.0.0.0/8 yes\n", "", },
	{ "server/s/relay.list", "10.0.0.0/8", "!10.0.0.0/8", },
	{ "server/s/relay.list", "10.0.0.0/8", " 10.0.0.0/8", },
	{ "server/s/relay.list", "10.0.0.0/8 yes", "*", },
	{ "server/s/relay.list", "\"2001:db8::/32\"", "2001:db8::/32", },
	{ "server/s/relay.list", "db8", "db9", },
	{ "server/s/connection.list", "/24", "/25", },
	{ "server/s/clients.list", "0.0.0.0/1", "0.0.0.0/0", },
	{ "server/s/never.list", "10.9.0.0/16", "10.9.0.0/17", },
	{ "server/s/local.list", "192.0.2.6", "192.0.2.7", },
	{ "server/s/routes.list", ".a.example: inbound", ".a.example: relax", },
	{ "server/s/routes.list", ".c.example: relay", ".x.example: relay", },
	{ "server/s/routes.list", "\n.d.example: reject", "", },
	{ "server/s/routes.list", "\nb.a.example", "\nb.b.example", },
	{ "server/t/routes.list", "*: reject", "*: inbound", },
	{ "server/t/routes.list", ".a.example: inbound\n", "", },
	{ "delivery", ".c.example: <+mail.example:25", ".c.example: mx", },
	{ "delivery", "c.example: <+mail.example:25", "x.example: mx", },
	{ "inbound", "a.example", "b.example", },
	{ "listeners", "\"2001:db8::1\"", "2001:db8::1", },
	{ "listeners", "192.0.2.1", "192.0.2.9", },
	{ "listeners", "192.0.2.1 p25=1", "192.0.2.1 p25=2", },
	{ "listeners", "192.0.2.2 p25=2", "192.0.2.2 p25=1", },
	{ "listeners", "t25=required", "t25=none", },
	{ "listeners", " b25=yes", "", },
	{ "exim/acl", "relayadm_access_1:", "relayadm_acces_1:", },
	{ "exim/acl", "  accept ! acl = relayadm_listed_1",
	    "  accept acl = relayadm_listed_1", },
	{ "exim/acl", "  accept acl = relayadm_listed_2",
	    "  accept ! acl = relayadm_listed_2", },
	{ "exim/acl", "\n    ! acl = relayadm_routing_1", "", },
	{ "exim/acl", "    ! acl = relayadm_routing_1",
	    "    acl = relayadm_routing_1", },
	{ "exim/acl", "    ! acl = relayadm_access_1",
	    "    ! acl = relayadm_routing_1", },
	{ "exim/acl", "  deny condition = ${lookup{$sender_host_address}"
	    "iplsearch{/var/lib/relayadm/current/server/s/never.list}",
	    "  deny condition = ${lookup{$sender_host_address}"
	    "iplsearch{/var/lib/relayadm/current/server/s/relay.list}", },
	{ "exim/acl", "$received_ip_address", "$sender_host_address", },
	{ "exim/acl", "{yes}{no}}", "{no}{yes}}", },
	{ "exim/acl", "  accept authenticated = *", "  accept", },
	{ "exim/acl", "    ! authenticated = *\n", "", },
	{ "exim/acl", "RELAYADM_DOMAIN", "RELAYADM_PLAIN", },
	{ "exim/acl", "RELAYADM_PLAIN", "RELAYADM_DOMAIN", },
	{ "exim/acl", "RELAYADM_NAME", "RELAYADM_PLAIN", },
	{ "exim/acl", "{reject}{yes}", "{inbound}{yes}", },
	{ "exim/acl", "server/s/routes.list", "server/t/routes.list", },
	{ "exim/acl", "deny message = 550 5.7.1 Unable to relay\n    ! acl",
	    "warn message = 550 5.7.1 Unable to relay\n    ! acl", },
	{ "exim/acl", "message = 5", "message = 2", },
};

static void
test_reread(void **state)
{
	(void)state;
	set_policy(full);
	check_changes(changes, ROWS(changes));
	forget();
}

/* --- large lists ------------------------------------------------------------------------ */

static const struct change_row large_changes[] = {
	{ "server/s/relay.key", "10.3.7.2/32", "10.3.7.3/32", },
	{ "server/s/relay.key", "/33 yes", "/34 yes", },
	{ "server/s/relay.key", "2001.0db8", "2001.0DB8", },
	{ "exim/acl", "{<; 22 ; 32}", "{<; 32}", },
	{ "exim/acl", "{<; 33}", "{}", },
	{ "exim/acl", "relay.key.dbm", "relay.key", },
};

static void
test_large(void **state)
{
	struct rendering rendering;
	struct buf lines = { 0 };

	(void)state;
	buf_add(&lines, "server s\nlisten 192.0.2.1:25\n"
	    "entry relay 172.16.0.0/22\nentry relay 2001:db8::/33\n");
	for (int i = 0; i < 3000; i++)
		buf_addf(&lines, "entry relay 10.%d.%d.2\n", i / 200, i % 200);
	buf_add(&lines, EXIM);
	set_policy(lines.data);
	check_render(&rendering);
	assert_string_equal(text_of(&rendering, "server/s/relay.list"),
	    "(none)");
	assert_non_null(strstr(text_of(&rendering, "server/s/relay.key"),
	    "\n10.14.199.2/32 yes\n172.16.0.0/22 yes\n"
	    "2001.0db8.0000.0000.0000.0000.0000.0000/33 yes\n"));
	assert_non_null(strstr(text_of(&rendering, "exim/acl"),
	    "{<; 22 ; 32}{<; 33}"));
	rendering_free(&rendering);
	check_changes(large_changes, ROWS(large_changes));
	forget();
	buf_free(&lines);
}

/* --- nothing of a policy's free text gets out ------------------------------------------ */

static void
test_free_text(void **state)
{
	static const char nasty[] = "${run{x}}\n yes\n!#;`'\"\\ \xe2\x80\xae";
	struct rendering plain, commented;

	(void)state;
	set_policy(full);
	check_render(&plain);
	policy->servers[0]->comment = mem_text(nasty);
	policy->servers[0]->routes[0].comment = mem_text(nasty);
	policy->lists[0]->comment = mem_text(nasty);
	policy->gateways[0]->comment = mem_text(nasty);
	check_render(&commented);
	assert_string_equal(plain.digest, commented.digest);
	rendering_free(&plain);
	rendering_free(&commented);
	forget();
}

/* What a policy names besides its servers is in no text that Exim expands. */
static void
test_expanded(void **state)
{
	static const char *const words[] = { "example", "10.", "192.", "198.",
		"2001", "0.0.0.0" };
	static const char *const expanded[] = { "exim/acl", "exim/main",
		"exim/routers", "exim/transports" };
	struct rendering rendering;

	(void)state;
	set_policy(full);
	check_render(&rendering);
	for (size_t i = 0; i < ROWS(expanded); i++)
		for (size_t k = 0; k < ROWS(words); k++)
			check_row(!strstr(text_of(&rendering, expanded[i]),
			    words[k]), words[k]);
	rendering_free(&rendering);
	forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_reread),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_free_text),
		cmocka_unit_test(test_expanded),
	};

	return cmocka_run_group_tests_name("exim", tests, NULL, NULL);
}
