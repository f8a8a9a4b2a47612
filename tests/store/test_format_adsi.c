/* Lists of SMTP virtual servers of IIS and Exchange 2000. */
#include "config.h"

#include "format_rows.h"
#include "server_rows.h"
#include "tests/policy/unit.h"

static const struct format_row rows[] = {
	{ "granted", "RelayIpList\r\n  GrantByDefault : False\r\n"
	    "  IPGrant : 127.0.0.1, 255.255.255.255\r\n"
	    "            10.0.0.0, 255.0.0.0\r\n  IPDeny :\r\n",
	    "10.0.0.0/8\n127.0.0.1\n", NULL, NULL, { 0 }, },
	{ "as a dialog", "====================\nComputer(s) that may relay.\n \n"
	    "Only the list below :\n192.168.1.0, 255.255.255.0\n10.0.0.5\n"
	    "===\n", "10.0.0.5\n192.168.1.0/24\n",
	    "2 neither a known property nor \"address, mask\"\n", NULL,
	    { 0 }, },
	{ "denied", "RelayIpList:\nAll except the list below :\n"
	    "192.168.1.0, 255.255.255.0\n", "",
	    "3 the source denies it\n", NULL, { 0 }, },
	{ "the denied side", "GrantByDefault = -1\nIPDeny(0) = "
	    "\"192.168.1.0, 255.255.255.0\"\nIPGrant(0) = \"10.0.0.1\"\n",
	    "192.168.1.0/24\n",
	    "3 GrantByDefault is on, so what is granted does not count\n",
	    NULL, { .denied = true }, },
	{ "grants alone count", "GrantByDefault : 0\nIPDeny : 10.0.0.1\n"
	    "IPGrant : 10.0.0.2\n", "10.0.0.2\n",
	    "2 GrantByDefault is off, so what is denied does not\n", NULL,
	    { 0 }, },
	{ "no default", "IPGrant : 10.0.0.2\nIPDeny : 10.0.0.1\n",
	    "10.0.0.2\n", "2 the source denies it\n", NULL, { 0 }, },
	{ "domains", "RelayIpList\nDomainGrant : a.example\nb.example\n"
	    "IPGrant : *NIL*\n", "domain:a.example\ndomain:b.example\n", NULL,
	    NULL, { 0 }, },
	{ "connection", "IPSecurity\nIPGrant: 10.0.0.1\nRelayIpList\n"
	    "IPGrant: 10.0.0.2\n", "10.0.0.1\n", NULL, NULL,
	    { .column = "ipsecurity" }, },
	{ "empty, and said so", "RelayIpList\nGrantByDefault : False\n"
	    "IPGrant :\nx\n", "", "4 neither a known property\n", NULL,
	    { 0 }, },
	{ "pairs of another property", "RelayIpList : 10.0.0.1\n"
	    "SmartHostList : (LIST) (1 Items)\n  10.0.0.2, 255.255.255.255\n"
	    "  \"x\"\n", "10.0.0.1\n", "3 neither a known property\n", NULL,
	    { 0 }, },
	{ "bad", "RelayIpList\n10.0.0.1, 255.0.0.0\n10.0.0.0, 255.0.255.0\n"
	    "IPGrant : x\n10.0.0.256\n", "", NULL, "2 10.0.0.1\n3 \n"
	    "4 'x' is not\n5 \n", { 0 }, },
};

#define NULL_LIST "RelayIpList has no addresses, and null (only the list, " \
	"empty: nobody may relay) is printed like an empty list (all except " \
	"the list: everybody may relay); look into the dialog Relay " \
	"Restrictions and say --null-means closed or --null-means open"

static const struct {
	const char *name, *text, *why;
	struct import_rules rules;
} refused[] = {
	{ "null", "x : 1\nRelayIpList : (null)\n", "line 2: " NULL_LIST,
	    { 0 }, },
	{ "empty", "RelayIpList : {}\n", "line 1: " NULL_LIST, { 0 }, },
	{ "nothing", "RelayIpList :\nIPGrant :\nIPDeny :\n",
	    "line 1: " NULL_LIST, { 0 }, },
	{ "two lists", "RelayIpList : 10.0.0.1\nIPSecurity : 10.0.0.2\n",
	    "has RelayIpList and IPSecurity (connection control); name one",
	    { 0 }, },
	{ "not there", "RelayIpList : 10.0.0.1\n", "there is no IPSecurity in",
	    { .column = "IPSecurity" }, },
	{ "unknown", "RelayIpList : 10.0.0.1\n", "there is no list 'x'; known",
	    { .column = "x" }, },
	{ "two servers", "RelayIpList : 10.0.0.1\n\nRelayIpList : 10.0.0.2\n",
	    "has RelayIpList twice, on lines 1 and 3; export one virtual",
	    { 0 }, },
	{ "neither", "AuthBasic : True\n", "has neither RelayIpList nor IPSec",
	    { 0 }, },
};

static void
test_entries(void **state)
{
	(void)state;
	check_format_rows("adsi", rows, ROWS(rows));
	check_format_rows(NULL, rows, ROWS(rows));
	for (size_t i = 0; i < ROWS(refused); i++)
		check_format_refused("adsi", refused[i].name, refused[i].text,
		    &refused[i].rules, refused[i].why);
}

#define SMTP "smtp 0.0.0.0:25 [::]:25 anonymous tls=offered "
#define UNSAID_AUTH "1 is not there; those who log in may not relay\n"
#define UNSAID_PORT "1 is not there; the server listens on port 25\n"
#define UNSAID_CONNECTION "1 has no addresses; everybody may connect\n"

static const struct server_row server_rows[] = {
	{ "all of it", "ServerComment                   : (STRING) \"Internet "
	    "Mail\"\nServerBindings                  : (LIST) (2 Items)\n"
	    "  \":25:\"\n  \"192.0.2.9:587:\"\nMaxRecipients : (INTEGER) 100\n"
	    "AuthAnonymous                   : (BOOLEAN) False\n"
	    "AuthBasic : (BOOLEAN) True\nRelayForAuth : (INTEGER) -1\n"
	    "IPSecurity\n  GrantByDefault : True\n  IPDeny : 192.0.2.66\n"
	    "RelayIpList\n  GrantByDefault : False\n"
	    "  IPGrant : 10.0.0.0, 255.0.0.0\n  DomainGrant : a.example\n",
	    "Internet-Mail 0.0.0.0:25 192.0.2.9:587 basic tls=offered "
	    "connection:all-except relay:only auth reroute "
	    "connection=192.0.2.66 relay=10.0.0.0/8,domain:a.example\n", NULL,
	    NULL, false, { 0 }, },
	{ "null closed", "RelayIpList : null\n", SMTP
	    "connection:all-except relay:only reroute\n",
	    UNSAID_PORT UNSAID_CONNECTION UNSAID_AUTH, NULL, false,
	    { .null_means = "closed" }, },
	{ "null open", "RelayIpList : null\n", SMTP
	    "connection:all-except relay:all-except reroute\n",
	    UNSAID_PORT UNSAID_CONNECTION UNSAID_AUTH, NULL, false,
	    { .null_means = "open" }, },
	{ "null unsaid", "RelayIpList : null\n", "line 1: RelayIpList has no "
	    "addresses", NULL, NULL, true, { 0 }, },
	{ "all except nobody", "RelayForAuth : 0\nServerBindings : \":25:\"\n"
	    "RelayIpList\nAll except the list below :\n*NIL*\nIPSecurity\n"
	    "Only the list below :\n10.0.0.1\n",
	    "smtp 0.0.0.0:25 anonymous tls=offered connection:only "
	    "relay:all-except reroute connection=10.0.0.1\n", NULL, NULL, false,
	    { 0 }, },
	{ "no relay list", "IPSecurity : 10.0.0.1\nRelayForAuth : 1\n", SMTP
	    "connection:only relay:only auth reroute connection=10.0.0.1\n",
	    UNSAID_PORT "1 is not there; nobody may relay by address\n", NULL,
	    false, { 0 }, },
	{ "what does not count", "RelayForAuth : 1\nServerBindings : \":25:\"\n"
	    "IPSecurity : {}\nRelayIpList\nGrantByDefault : 0\nIPDeny : 10.0.0.1"
	    "\n", "smtp 0.0.0.0:25 anonymous tls=offered connection:all-except "
	    "relay:only auth reroute\n", UNSAID_CONNECTION
	    "6 GrantByDefault is off, so what is denied does not\n", NULL,
	    false, { 0 }, },
	{ "bad", "RelayForAuth : 1\nServerBindings : \"x:25:\"\n"
	    "IPSecurity : {}\nRelayIpList\nIPGrant : 10.0.0.1, 255.0.0.0\n"
	    "DomainGrant : *x\n", "smtp anonymous tls=offered connection:"
	    "all-except relay:only auth reroute\n", UNSAID_CONNECTION,
	    "2 'x'\n5 10.0.0.1\n6 label '*x'\n", false, { 0 }, },
};

/* Nothing is cut at a NUL and then taken. */
static void
test_nul(void **state)
{
	static const char *const formats[] = { "adsi", "exchange", "registry",
		NULL };
	static const char text[] = "RelayIpList : x\nIPGrant : 10.0.0.1\0, "
	    "255.0.0.0\n";
	static const struct entries none;

	(void)state;
	for (size_t i = 0; formats[i]; i++) {
		struct import_rules rules = { .format = formats[i] };
		struct import import;
		struct err err;

		assert_false(import_judge(&import, text, sizeof(text) - 1,
		    &rules, &none, &err));
		check_same(err.text, "line 2: a NUL byte at column 19; the "
		    "file is damaged, or not text", formats[i]);
		import_free(&import);
	}
}

static void
test_servers(void **state)
{
	(void)state;
	check_server_rows("adsi", server_rows, ROWS(server_rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
