/* Exports of the registry, of Exchange 5.5. */
#include "config.h"

#include "format_rows.h"
#include "server_rows.h"
#include "tests/policy/unit.h"

#define KEY "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\" \
	"MSExchangeIMC\\Parameters]\r\n"
#define OLD "REGEDIT4\r\n\r\n" KEY
#define NEW "Windows Registry Editor Version 5.00\r\n\r\n" KEY

/* 10.0.0.1 and 10.0.0.0;255.0.0.0 */
#define OLD_ITEMS "hex(7):31,30,2e,30,2e,30,2e,31,00,31,30,2e,30,2e,30,2e,\\\r\n" \
	"  30,3b,32,35,35,2e,30,2e,30,2e,30,00,00\r\n"
/* 1.2.3.4 */
#define NEW_ITEM "hex(7):31,00,2e,00,32,00,2e,00,33,00,2e,00,\\\r\n" \
	"  34,00,00,00,00,00\r\n"

static const struct format_row rows[] = {
	{ "old", OLD "\"RelayFlags\"=dword:00000002\r\n\"RelayAllowList\"="
	    OLD_ITEMS, "10.0.0.0/8  # RelayAllowList\n"
	    "10.0.0.1  # RelayAllowList\n", NULL, NULL, { 0 }, },
	{ "new", NEW "\"RelayAllowList\"=" NEW_ITEM,
	    "1.2.3.4  # RelayAllowList\n", NULL, NULL, { 0 }, },
	{ "text", OLD "\"RelayDenyList\"=\"10.0.0.1 192.168.0.0;255.255.0.0\""
	    "\r\n", "10.0.0.1  # RelayDenyList\n"
	    "192.168.0.0/16  # RelayDenyList\n", NULL, NULL, { 0 }, },
	{ "of several", OLD "\"RelayDenyList\"=\"10.0.0.1\"\n"
	    "\"RelayAllowList\"=\"10.0.0.2\"\n\"RelayLocalIPList\"=\"10.0.0.3\"",
	    "10.0.0.3  # RelayLocalIPList\n", NULL, NULL,
	    { .column = "relaylocaliplist" }, },
	{ "other values and comments", "REGEDIT4\n; x\n\n[HKEY_CURRENT_USER\\X]\n"
	    "\"RelayAllowList\"=\"10.9.9.9\"\n@=\"x\"\n" KEY "\"Other\"=hex:00\n"
	    "\"relayallowlist\" = \"10.0.0.1\"\n[-HKEY_LOCAL_MACHINE\\Y]\n",
	    "10.0.0.1  # RelayAllowList\n",
	    "5 stands in the key of another service\n", NULL, { 0 }, },
	{ "two control sets", OLD "\"RelayAllowList\"=\"10.0.0.1\"\n"
	    "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet002\\Services\\MSExchangeIMC"
	    "\\Parameters]\n\"RelayAllowList\"=\"10.0.0.2\"\n",
	    "10.0.0.1  # RelayAllowList\n",
	    "6 stands in another control set, too\n", NULL, { 0 }, },
	{ "empty", OLD "\"RelayAllowList\"=hex(7):\n\"RelayDenyList\"=\"1.2.3.4"
	    "\"\n", "1.2.3.4  # RelayDenyList\n", NULL, NULL, { 0 }, },
	{ "bad nets", OLD "\"RelayAllowList\"=\"10.0.0.1;255.0.0.0 x "
	    "10.0.0.0;255.0.255.0 10.0.0.1; 1.2.3.4;0.0.0.255\"\n", "", NULL,
	    "4 10.0.0.1\n4 'x' is not an IP address\n4 \n"
	    "4 '/' is not a prefix length\n4 \n", { 0 }, },
	{ "no ASCII", NEW "\"RelayAllowList\"=hex(7):31,00,2e,20,00,00\n", "",
	    NULL, "4 the byte 0x7f at column\n", { 0 }, },
};

static const struct {
	const char *name, *text, *why;
	struct import_rules rules;
} refused[] = {
	{ "several", OLD "\"RelayDenyList\"=\"10.0.0.1\"\n"
	    "\"RelayAllowList\"=\"10.0.0.2 10.0.0.3\"\n",
	    "has RelayAllowList (2), RelayDenyList (1); name one by --column",
	    { 0 }, },
	{ "not there", OLD "\"RelayDenyList\"=\"10.0.0.1\"\n", "there is no "
	    "list 'RelayAllowList'; there are: RelayDenyList (1)",
	    { .column = "RelayAllowList" }, },
	{ "flags alone", OLD "\"RelayFlags\"=dword:8\n",
	    "has no relay list, only RelayFlags", { 0 }, },
	{ "nothing", OLD "\"RelayDenyList\"=-\n", "has neither RelayFlags nor "
	    "relay lists; export the key HKEY_LOCAL_MACHINE\\SYSTEM\\", { 0 }, },
	{ "no export", "x\n" KEY, "does not begin as an export of the regi",
	    { 0 }, },
	{ "no byte", OLD "\"RelayDenyList\"=hex(7):31,100\n",
	    "line 4: '100' is not a byte of two hexadecimal digits", { 0 }, },
	{ "empty byte", OLD "\"RelayDenyList\"=hex(7):31,,31\n",
	    "line 4: '' is not a byte", { 0 }, },
	{ "half", NEW "\"RelayDenyList\"=hex(7):31,00,\\\n 31\n",
	    "line 5: '31' ends within a character; the export was cut short",
	    { 0 }, },
	{ "type", OLD "\"RelayDenyList\"=hex(b):31\n",
	    "line 4: 'hex(b):31' is neither a text nor hex(7):", { 0 }, },
	{ "number", OLD "\"RelayDenyList\"=dword:1\n",
	    "line 4: 'dword:1' is neither a text nor", { 0 }, },
	{ "flags", OLD "\"RelayFlags\"=\"3\"\n",
	    "line 4: '\"3\"' is not dword: and hexadecimal", { 0 }, },
	{ "big flags", OLD "\"RelayFlags\"=dword:100000000\n",
	    "line 4: 'dword:100000000' is not dword:", { 0 }, },
	{ "no value", OLD "\"RelayFlags\"=\n", "line 4: 'RelayFlags' has no "
	    "value", { 0 }, },
	{ "quote", OLD "\"RelayDenyList\"=\"10.0.0.1\n",
	    "line 4: '\"10.0.0.1' is not a text in quotes", { 0 }, },
};

static void
test_entries(void **state)
{
	(void)state;
	check_format_rows("registry", rows, ROWS(rows));
	check_format_rows(NULL, rows, ROWS(rows));
	for (size_t i = 0; i < ROWS(refused); i++)
		check_format_refused("registry", refused[i].name,
		    refused[i].text, &refused[i].rules, refused[i].why);
}

#define LISTS "\"RelayAllowList\"=\"10.1.0.0;255.255.0.0\"\n" \
	"\"RelayDenyList\"=\"10.2.0.1\"\n\"RelayLocalIPList\"=\"10.3.0.1\"\n"
#define IMS "ims 0.0.0.0:25 [::]:25 anonymous tls=offered " \
	"connection:all-except relay:all-except auth"
#define REROUTE "4 whether it reroutes, where it listens and for which\n"

static const struct server_row server_rows[] = {
	{ "all", OLD "\"RelayFlags\"=dword:0000000f\n" LISTS, IMS
	    " only-authenticated only-clients only-local clients=10.1.0.0/16 "
	    "local=10.3.0.1 never=10.2.0.1\n", REROUTE, NULL, false, { 0 }, },
	{ "deny alone", OLD "\"RelayFlags\"=dword:1\n" LISTS,
	    IMS " never=10.2.0.1\n",
	    "4 RelayFlags is 1 alone: all who are not denied may relay\n"
	    "5 RelayFlags has not 2, so the allow list does not count\n"
	    "7 RelayFlags has not 4, so the local addresses do not count\n"
	    REROUTE, NULL, false, { 0 }, },
	{ "allow", OLD "\"RelayFlags\"=dword:2\n" LISTS,
	    IMS " only-clients clients=10.1.0.0/16\n",
	    "6 RelayFlags has not 1, so the deny list does not count\n"
	    "7 RelayFlags has not 4\n" REROUTE, NULL, false, { 0 }, },
	{ "authenticated", OLD "\"RelayFlags\"=dword:8\n",
	    IMS " only-authenticated\n", REROUTE, NULL, false, { 0 }, },
	{ "allow nobody", OLD "\"RelayFlags\"=dword:2\n", IMS " only-clients\n",
	    REROUTE, NULL, false, { 0 }, },
	{ "no flags", OLD LISTS, IMS "\n", "1 is not there, so no list\n"
	    "5 RelayFlags has not 1\n4 RelayFlags has not 2\n"
	    "6 RelayFlags has not 4\n1 whether it reroutes\n", NULL, false,
	    { 0 }, },
	{ "unknown flags", OLD "\"RelayFlags\"=dword:42\n" LISTS, IMS
	    " only-clients clients=10.1.0.0/16\n",
	    "6 RelayFlags has not 1\n7 RelayFlags has not 4\n" REROUTE,
	    "4 RelayFlags has bits that are not documented: 0x40; known are\n",
	    false, { 0 }, },
	{ "bad", OLD "\"RelayFlags\"=dword:2\n\"RelayAllowList\"=\"10.0.0.1;x\"",
	    IMS " only-clients\n", REROUTE, "5 \n", false, { 0 }, },
	{ "no export", "x\n", "does not begin", NULL, NULL, true, { 0 }, },
};

static void
test_columns(void **state)
{
	static const char old[] = OLD "\"RelayAllowList\"=hex(7):31,00,\\\n"
	    "  78,79,00,31,2e,32,00,00\n", new[] = NEW "\"RelayAllowList\"="
	    "hex(7):31,00,2e,00,\\\n  32,00,00,00,78,00,00,00\n";
	static const char *const texts[] = { old, new };
	static const size_t columns[2][3][2] = {
		{ { 4, 25, }, { 5, 3, }, { 5, 12, }, },
		{ { 4, 25, }, { 5, 15, }, },
	};
	struct import_rules rules = { .format = "registry" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct import import;
		struct err err;

		assert_true(import_judge(&import, texts[i], strlen(texts[i]),
		    &rules, &(struct entries){ 0 }, &err));
		assert_int_equal(import.bad_count, 3 - i);
		for (size_t k = 0; k < import.bad_count; k++) {
			assert_int_equal(import.bad[k].number,
			    columns[i][k][0]);
			assert_int_equal(import.bad[k].column,
			    columns[i][k][1]);
		}
		import_free(&import);
	}
}

static void
test_servers(void **state)
{
	(void)state;
	check_server_rows("registry", server_rows, ROWS(server_rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
