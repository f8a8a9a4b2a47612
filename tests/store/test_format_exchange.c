/* Receive connectors of Exchange: text, CSV, JSON; as entries and as servers. */
#include "config.h"

#include "format_rows.h"
#include "server_rows.h"
#include "store/server_name.h"
#include "tests/policy/unit.h"

#define ALL "{::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, " \
	"0.0.0.0-255.255.255.255}"

/* As PowerShell prints it on 80 columns. */
static const char relay[] =
    "\r\n\r\nRunspaceId       : 3f2504e0-4f89-11d3-9a0c-0305e82c3301\r\n"
    "AuthMechanism    : Tls\r\n"
    "Bindings         : {0.0.0.0:25}\r\n"
    "RemoteIPRanges   : {192.0.2.10, 192.0.2.16-192.0.2.31, 198.51.100.0/24,\r\n"
    "                   203.0.113.0(255.255.255.0), 2001:db8::/64, 2001:db8:1\r\n"
    "                   ::1}\r\n"
    "PermissionGroups : AnonymousUsers\r\n"
    "Enabled          : True\r\n"
    "Identity         : EX01\\App Relay\r\n"
    "Name             : App Relay\r\n\r\n\r\n";

#define TWO "Name : A\nRemoteIPRanges : {192.0.2.1}\n\n" \
	"Name : B\nIdentity : EX\\B\nRemoteIPRanges : 192.0.2.2\n"

#define RELAYED "192.0.2.10  # EX01\\App Relay\n" \
	"192.0.2.16/28  # EX01\\App Relay\n198.51.100.0/24  # EX01\\App Relay\n" \
	"203.0.113.0/24  # EX01\\App Relay\n2001:db8::/64  # EX01\\App Relay\n" \
	"2001:db8:1::1  # EX01\\App Relay\n"

static const struct format_row list_rows[] = {
	{ "wrapped", relay, RELAYED, NULL, NULL, { 0 }, },
	{ "by identity", TWO, "192.0.2.2  # EX\\B\n", NULL, NULL,
	    { .service = "ex\\b" }, },
	{ "by name", TWO, "192.0.2.1  # A\n", NULL, NULL,
	    { .service = "A" }, },
	{ "no empty line", "Name : A\nRemoteIPRanges : {192.0.2.1}\n"
	    "Name : B\nRemoteIPRanges : {192.0.2.2}\n", "192.0.2.2  # B\n",
	    NULL, NULL, { .service = "b" }, },
	{ "transcript", "[PS] C:\\>Get-ReceiveConnector | fl\n\n"
	    "RemoteIPRanges : {192.0.2.1}\n\nPS C:\\> exit\nbye\n",
	    "192.0.2.1\n", "6 neither \"Key : value\" of Format-List\n", NULL,
	    { 0 }, },
	{ "bad ranges", "RemoteIPRanges : {192.0.2.1/24, x,\n"
	    "   10.0.0.9-10.0.0.1, fe80::1%12}\n", "", NULL,
	    "1 192.0.2.1/24 has bits set\n1 'x' is not\n2 \n2 \n",
	    { 0 }, },
	{ "words of ours", "RemoteIPRanges : {list:x, 192.0.2.1, "
	    "DOMAIN:a.example}\n", "192.0.2.1\n", NULL,
	    "1 'list:x' is not an IP address\n"
	    "1 'DOMAIN:a.example' is not an IP address\n", { 0 }, },
	{ "a long name", "Name : A very\n       long name\n"
	    "RemoteIPRanges : 192.0.2.1\n", "192.0.2.1  # A very long name\n",
	    NULL, NULL, { .service = "a very long name" }, },
	{ "everybody", "RemoteIPRanges : " ALL "\n", "0.0.0.0/0\n::/0\n", NULL,
	    NULL, { 0 }, },
};

static const struct format_row other_rows[] = {
	{ "CSV", "#TYPE Selected.Microsoft.Exchange.ReceiveConnector\n"
	    "\"Name\",\"RemoteIPRanges\",\"Banner\"\n"
	    "\"A\",\"192.0.2.1 192.0.2.2-192.0.2.3\n2001:db8::1\",\"x,y\"\n",
	    "192.0.2.1  # A\n192.0.2.2/31  # A\n2001:db8::1  # A\n", NULL,
	    NULL, { 0 }, },
	{ "CSV with semicolons", "Identity;RemoteIPRanges\r\n"
	    "EX\\A;192.0.2.1|192.0.2.2\r\nEX\\B;192.0.2.3, 192.0.2.4\r\n",
	    "192.0.2.3  # EX\\B\n192.0.2.4  # EX\\B\n", NULL, NULL,
	    { .service = "B" }, },
	{ "CSV, blank lines first", "\n#TYPE a,b,c\n\nIdentity;"
	    "RemoteIPRanges\nA;192.0.2.1,192.0.2.2\n",
	    "192.0.2.1  # A\n192.0.2.2  # A\n", NULL, NULL, { 0 }, },
	{ "CSV, bad", "Identity,RemoteIPRanges\nA,192.0.2.256\n", "", NULL,
	    "2 \n", { 0 }, },
	{ "JSON object", "{\"Name\": \"A\", \"MaxHopCount\": 60, \"Ticks\": "
	    "6000000000.5, \"RemoteIPRanges\": [\"192.0.2.1\",\n"
	    "\"192.0.2.0(255.255.255.254)\"]}",
	    "192.0.2.0/31  # A\n192.0.2.1  # A\n", NULL, NULL, { 0 }, },
	{ "JSON array", "[{\"Name\":\"A\",\"RemoteIPRanges\":\"192.0.2.1 "
	    "192.0.2.2\"},{\"Name\":\"B\",\"RemoteIPRanges\":null}]",
	    "192.0.2.1  # A\n192.0.2.2  # A\n", NULL, NULL,
	    { .service = "A" }, },
	{ "JSON wrapped", "{\"value\":[{\"RemoteIPRanges\":[\"192.0.2.1\"]}],"
	    "\"Count\":1}", "192.0.2.1\n", NULL, NULL, { 0 }, },
	{ "JSON ranges", "{\"RemoteIPRanges\":[{\"LowerBound\":\"192.0.2.1\","
	    "\"UpperBound\":\"192.0.2.2\",\"Size\":2,\"Expression\":"
	    "\"192.0.2.1-192.0.2.2\"},\n{\"LowerBound\":\"192.0.2.8\","
	    "\"UpperBound\":\"192.0.2.9\",\"Expression\":null}]}",
	    "192.0.2.1-192.0.2.2\n192.0.2.8/31\n", NULL, NULL, { 0 }, },
	{ "JSON, bad", "{\"RemoteIPRanges\":\n[\"192.0.2.0/33\"]}", "", NULL,
	    "2 \n", { 0 }, },
};

static const struct {
	const char *name, *text, *why;
	struct import_rules rules;
} refused[] = {
	{ "several", TWO, "has 2 connectors; name one by --service, or import "
	    "them as servers: 'A', 'EX\\B'", { 0 }, },
	{ "unknown", TWO, "there is no connector 'C'; there are 'A', 'EX\\B'",
	    { .service = "C" }, },
	{ "two of a name", "Name : A\nIdentity : X\\A\nRemoteIPRanges : {}\n\n"
	    "Name : A\nIdentity : Y\\A\nRemoteIPRanges : {}\n",
	    "has 2 connectors named 'a'; name one by", { .service = "a" }, },
	{ "none", "Name : A\nSize : 5\n", "has no receive connector; export it "
	    "so: $FormatEnumerationLimit = -1; Get-ReceiveConnector | ",
	    { 0 }, },
	{ "cut short", "Name : A\n\nRemoteIPRanges : {192.0.2.1, 192.0.2.2...}",
	    "line 3: RemoteIPRanges is cut short by '...'; export it in full: "
	    "$FormatEnumerationLimit = -1; Get-ReceiveConnector | Format-List "
	    "Name,", { 0 }, },
	{ "cut by one character", "RemoteIPRanges : {192.0.2.1\xe2\x80\xa6}",
	    "line 1: RemoteIPRanges is cut short by '...'", { 0 }, },
	{ "not closed", "RemoteIPRanges : {192.0.2.1,\n192.0.2.2}",
	    "line 1: RemoteIPRanges has no closing '}'", { 0 }, },
	{ "table", "Identity   RemoteIPRanges\n--------   --------------\n"
	    "EX\\A       {192.0.2.1...\n", "is a table of Format-Table, which",
	    { 0 }, },
	{ "type", "Name,RemoteIPRanges\nA,System.Collections.ArrayList\n",
	    "line 2: RemoteIPRanges holds the name of a type, not values; "
	    "export it so: Get-ReceiveConnector | Select-Object Name,",
	    { 0 }, },
	{ "another type", "Name,RemoteIPRanges\nA,\"Microsoft.Exchange.Data."
	    "MultiValuedProperty`1[Microsoft.Exchange.Data.IPRange]\"\n",
	    "line 2: RemoteIPRanges holds the name of a type", { 0 }, },
	{ "number", "{\"Name\":\"A\",\"PermissionGroups\":13,"
	    "\"RemoteIPRanges\":[]}", "PermissionGroups: a number in place of "
	    "a name; add -EnumsAsStrings", { 0 }, },
	{ "object", "{\"RemoteIPRanges\":[{\"LowerBound\":{\"Address\":1}}]}",
	    "RemoteIPRanges[0]: an object in place of a text; select it by",
	    { 0 }, },
	{ "twice", "{\"Name\":\"A\",\"Name\":\"B\"}", "Name: a second time",
	    { 0 }, },
	{ "cells", "Name,RemoteIPRanges\nA,192.0.2.1,192.0.2.2\n",
	    "line 2: 3 cells below a header of 2", { 0 }, },
	{ "quote", "Name,RemoteIPRanges\n\"A,192.0.2.1\n",
	    "line 2: a quote that is not closed", { 0 }, },
};

static void
test_entries(void **state)
{
	(void)state;
	check_format_rows("exchange", list_rows, ROWS(list_rows));
	check_format_rows(NULL, list_rows, ROWS(list_rows));
	check_format_rows("exchange", other_rows, ROWS(other_rows));
	check_format_rows(NULL, other_rows, ROWS(other_rows));
	for (size_t i = 0; i < ROWS(refused); i++)
		check_format_refused("exchange", refused[i].name,
		    refused[i].text, &refused[i].rules, refused[i].why);
}

/* --- servers ------------------------------------------------------------ */

#define RELAY_RANGES "192.0.2.10,192.0.2.16/28,198.51.100.0/24," \
	"203.0.113.0/24,2001:db8::/64,2001:db8:1::1"
#define APP_RELAY "App-Relay 0.0.0.0:25 anonymous tls=offered " \
	"connection:only relay:only reroute connection=" RELAY_RANGES
#define NAMED "3 the server is named App-Relay\n"
#define UNKNOWN "3 whether anonymous clients may relay is not in the file, " \
	"so nobody may; append what this says: Get-ADPermission -Identity " \
	"'EX01\\App Relay' | Format-List User,Identity,Deny,ExtendedRights\n"

#define PERMISSION(user, identity, deny, rights) "\r\nUser           : " user \
	"\r\nIdentity       : " identity "\r\nDeny           : " deny \
	"\r\nExtendedRights : {" rights "}\r\n"
#define ANY "ms-Exch-SMTP-Accept-Any-Recipient"
#define ANONYMOUS "NT AUTHORITY\\ANONYMOUS LOGON"

/* relay and a permission */
#define RELAY_AND(permissions) \
    "Identity : EX01\\R\r\nBindings : {0.0.0.0:25}\r\nEnabled : True\r\n" \
    "RemoteIPRanges : {192.0.2.1}\r\nPermissionGroups : AnonymousUsers\r\n" \
    "AuthMechanism : Tls\r\n" permissions
#define R "R 0.0.0.0:25 anonymous tls=offered connection:only relay:only " \
	"reroute connection=192.0.2.1"

#define CLIENT(groups, mechanisms, more) "Name : C\nEnabled : True\n" \
	"Bindings : {[::]:587, 0.0.0.0:587}\nRemoteIPRanges : " ALL "\n" \
	"PermissionGroups : " groups "\nAuthMechanism : " mechanisms "\n" more
#define C587 "C [::]:587 0.0.0.0:587"

static const struct server_row server_rows[] = {
	{ "no permission", relay, APP_RELAY "\n", NAMED UNKNOWN, NULL, false,
	    { 0 }, },
	{ "granted", RELAY_AND(PERMISSION(ANONYMOUS, "EX01\\R", "False", ANY)),
	    R " relay=192.0.2.1\n", NULL, NULL, false, { 0 }, },
	{ "granted among others", RELAY_AND(
	    PERMISSION("DOM\\x", "EX01\\R", "False", ANY)
	    PERMISSION("S-1-5-7", "ex01\\r", "False",
	        "ms-Exch-SMTP-Submit, ms-exch-smtp-accept-any-recipient")),
	    R " relay=192.0.2.1\n", NULL, NULL, false, { 0 }, },
	{ "granted to others", RELAY_AND(
	    PERMISSION("DOM\\x", "EX01\\R", "False", ANY)
	    PERMISSION(ANONYMOUS, "EX01\\R", "False", "ms-Exch-SMTP-Submit")),
	    R "\n", NULL, NULL, false, { 0 }, },
	{ "granted on another", RELAY_AND(
	    PERMISSION(ANONYMOUS, "EX01\\S", "False", ANY)), R "\n",
	    "1 whether anonymous clients may relay is not in the file\n", NULL,
	    false, { 0 }, },
	{ "denied", RELAY_AND(
	    PERMISSION(ANONYMOUS, "EX01\\R", "False", ANY)
	    PERMISSION(ANONYMOUS, "EX01\\R", "True", ANY)), R "\n", NULL, NULL,
	    false, { 0 }, },
	{ "users", CLIENT("ExchangeUsers", "Tls, BasicAuth, "
	    "BasicAuthRequireTLS, Integrated", ""), C587 " basic tls=required "
	    "connection:all-except relay:only auth reroute\n",
	    "6 integrated Windows authentication is not offered\n", NULL,
	    false, { 0 }, },
	{ "users and anybody", CLIENT("AnonymousUsers, ExchangeUsers, Custom, "
	    "ExchangeServers, ExchangeLegacyServers, Partners",
	    "BasicAuthRequireTLS, ExchangeServer", ""),
	    C587 " anonymous basic tls=offered connection:all-except "
	    "relay:only auth reroute\n",
	    "5 permission group Custom\n5 permission group ExchangeServers\n"
	    "5 permission group ExchangeLegacyServers\n"
	    "5 permission group Partners\n"
	    "6 authentication between Exchange servers is not offered\n"
	    "1 basic authentication only after TLS\n"
	    "1 whether anonymous clients may relay is not in the file\n", NULL,
	    false, { 0 }, },
	{ "no TLS", CLIENT("ExchangeUsers", "BasicAuth", ""),
	    C587 " basic tls=none connection:all-except relay:only auth "
	    "reroute\n", NULL, NULL, false, { 0 }, },
	{ "TLS required", CLIENT("ExchangeUsers", "Tls", "RequireTLS : True\n"),
	    C587 " tls=required connection:all-except relay:only auth "
	    "reroute\n", NULL, NULL, false, { 0 }, },
	{ "secured outside", "Name : X\nEnabled : False\nBindings : 10.0.0.5:26\n"
	    "RemoteIPRanges : {192.0.2.1}\nPermissionGroups : ExchangeServers\n"
	    "AuthMechanism : Tls, ExternalAuthoritative\n",
	    "X off 10.0.0.5:26 anonymous tls=offered connection:only relay:only"
	    " reroute connection=192.0.2.1 relay=192.0.2.1\n",
	    "5 permission group ExchangeServers\n"
	    "1 it is externally secured, so all its RemoteIPRanges may relay\n",
	    NULL, false, { 0 }, },
	{ "hardly anything", "PermissionGroups : None\n",
	    "server tls=none connection:only relay:only reroute\n",
	    "1 the server is named server\n1 whether it is enabled is not\n"
	    "1 its Bindings are not in the file\n1 its RemoteIPRanges are\n",
	    NULL, false, { 0 }, },
	{ "not understood", "Name : X\nEnabled : Wahr\nBindings : {x, 1.2.3.4:0}"
	    "\nRemoteIPRanges : {1.2.3}\nPermissionGroups : Aliens\n"
	    "AuthMechanism : Magic\n",
	    "X tls=none connection:only relay:only reroute\n", NULL,
	    "1 'Wahr' is neither True nor False\n3 'x' is not ADDRESS:PORT\n"
	    "3 '0' is not a port\n4 \n5 'Aliens' is not known here\n"
	    "6 'Magic' is not known here\n", false, { 0 }, },
	{ "names", "Identity : EX01\\Default 1!\nBindings : {0.0.0.0:25}\n"
	    "Enabled : True\nRemoteIPRanges : {192.0.2.1}\n\n"
	    "Identity : EX02\\Default 1\nBindings : {192.0.2.9:25}\n"
	    "Enabled : True\nRemoteIPRanges : {192.0.2.2}\n\n"
	    "Name : Default (1)\nBindings : {[::]:25}\nEnabled : True\n"
	    "RemoteIPRanges : {192.0.2.2}\n",
	    "Default-1 0.0.0.0:25 tls=none connection:only relay:only reroute "
	    "connection=192.0.2.1\n"
	    "EX02-Default-1 192.0.2.9:25 tls=none connection:only relay:only "
	    "reroute connection=192.0.2.2\n"
	    "Default-1-2 [::]:25 tls=none connection:only relay:only reroute "
	    "connection=192.0.2.2\n",
	    "1 the server is named Default-1\n"
	    "6 the server is named EX02-Default-1\n"
	    "11 the server is named Default-1-2\n"
	    "1 listens where Default-1 does: Exchange chooses by\n", NULL,
	    false, { 0 }, },
	{ "one of them", TWO, "B tls=none connection:only relay:only reroute "
	    "connection=192.0.2.2\n",
	    "4 whether it is enabled\n4 its Bindings are\n", NULL, false,
	    { .service = "B" }, },
	{ "quotes in a name", "Identity : O'Neil \xe2\x80\x99s\nEnabled : True\n"
	    "Bindings : 0.0.0.0:25\nRemoteIPRanges : 192.0.2.1\n"
	    "PermissionGroups : AnonymousUsers\nAuthMechanism : None\n",
	    "O-Neil-s 0.0.0.0:25 anonymous tls=none connection:only relay:only "
	    "reroute connection=192.0.2.1\n",
	    "1 the server is named O-Neil-s\n"
	    "1 whether anonymous clients may relay is not in the file, so "
	    "nobody may; append what this says: Get-ADPermission -Identity "
	    "'O''Neil \xe2\x80\x99\xe2\x80\x99s' | Format-List\n", NULL,
	    false, { 0 }, },
	{ "JSON", "[{\"Name\":\"J\",\"Enabled\":true,\"Bindings\":[\"0.0.0.0:25"
	    "\"],\"RemoteIPRanges\":[\"192.0.2.1\"],\"PermissionGroups\":"
	    "\"ExchangeUsers\",\"AuthMechanism\":\"Tls\",\"RequireTLS\":false}]",
	    "J 0.0.0.0:25 tls=offered connection:only relay:only auth reroute "
	    "connection=192.0.2.1\n", NULL, NULL, false, { 0 }, },
	{ "JSON, off", "{\"Name\":\"J\",\"Enabled\":false,\"Bindings\":"
	    "\"0.0.0.0:25\",\"RemoteIPRanges\":\"192.0.2.1\"}",
	    "J off 0.0.0.0:25 tls=none connection:only relay:only reroute "
	    "connection=192.0.2.1\n", NULL, NULL, false, { 0 }, },
	{ "a long name", "Name : 0123456789.123456789_123456789-123456789"
	    "0123456789012345678901234567890\nBindings : {}\nEnabled : True\n"
	    "RemoteIPRanges : 192.0.2.1\n",
	    "0123456789.123456789_123456789-1234567890123456789012345 tls=none "
	    "connection:only relay:only reroute connection=192.0.2.1\n",
	    "1 the server is named 0123456789.12\n1 its Bindings are\n",
	    NULL, false, { 0 }, },
	{ "only one address shared", "Name : A\nBindings : {10.0.0.1:25, "
	    "10.0.0.1:26, 10.0.0.1:27}\nEnabled : True\nRemoteIPRanges : {"
	    "192.0.2.1}\n\nName : B\nBindings : {10.0.0.2:25, 10.0.0.2:26, "
	    "0.0.0.0:27}\nEnabled : True\nRemoteIPRanges : {192.0.2.2}\n\n"
	    "Name : C\nBindings : {[::]:27, 10.0.0.3:25}\nEnabled : True\n"
	    "RemoteIPRanges : {192.0.2.3}\n",
	    "A 10.0.0.1:25 10.0.0.1:26 10.0.0.1:27 tls=none connection:only "
	    "relay:only reroute connection=192.0.2.1\n"
	    "B 10.0.0.2:25 10.0.0.2:26 0.0.0.0:27 tls=none connection:only "
	    "relay:only reroute connection=192.0.2.2\n"
	    "C [::]:27 10.0.0.3:25 tls=none connection:only relay:only reroute "
	    "connection=192.0.2.3\n", "1 listens where A does\n", NULL, false,
	    { 0 }, },
	{ "unknown", TWO, "there is no connector 'C'", NULL, NULL, true,
	    { .service = "C" }, },
};

static void
test_servers(void **state)
{
	static const struct server_row other[] = {
		{ "no servers", "192.0.2.1\n", "one entry a line has no whole "
		    "servers; those that have: adsi, exchange, "
		    "registry", NULL, NULL, true,
		    { 0 }, },
		{ "JSON", "{}", "such JSON has no whole servers", NULL, NULL,
		    true, { 0 }, },
	}, plain[] = {
		{ "named", "192.0.2.1\n", "plain has no whole servers", NULL,
		    NULL, true, { 0 }, },
	};

	(void)state;
	check_server_rows("exchange", server_rows, ROWS(server_rows));
	check_server_rows(NULL, other, ROWS(other));
	check_server_rows("plain", plain, ROWS(plain));
}

static void
test_comments(void **state)
{
	static const char text[] = "Name : A\nIdentity : EX\\A\nBindings : {}\n"
	    "RemoteIPRanges : {}\n\nName : B\x01\nBindings : {}\n"
	    "RemoteIPRanges : {}\n";
	struct import_rules rules = { .format = "exchange" };
	struct policy *policy = policy_new();
	struct import notes;
	struct err err;

	(void)state;
	assert_true(import_servers(policy, text, sizeof(text) - 1, &rules,
	    &notes, &err));
	check_same(policy->servers[0]->comment, "receive connector EX\\A",
	    "comment");
	assert_null(policy->servers[1]->comment);
	import_free(&notes);
	rules.format = "none";
	assert_false(import_servers(policy, text, sizeof(text) - 1, &rules,
	    &notes, &err));
	check_row(strstr(err.text, "there is no format 'none'"), err.text);
	import_free(&notes);
	policy_free(policy);
}

/* What is there already stays, as when a document is merged. */
static void
test_merged(void **state)
{
	static const char text[] = "Name : A\nEnabled : True\nBindings : {}\n"
	    "RemoteIPRanges : {192.0.2.1}\n";
	struct import_rules rules = { .format = "exchange" };
	struct policy *policy = policy_new();
	struct given_names given = { 0 };
	struct server *server = server_bare(&given, "A", "A");
	struct import notes;
	struct entry entry;
	struct err err;

	(void)state;
	assert_true(entry_parse(&entry, "198.51.100.1", 12, 0, &err));
	entries_add(&server->connection, &entry);
	policy_add_server(policy, server);
	policy_add_server(policy, server_bare(&given, "B", "B"));
	given_names_free(&given);
	assert_true(import_servers(policy, text, sizeof(text) - 1, &rules,
	    &notes, &err));
	assert_int_equal(policy->server_count, 2);
	assert_int_equal(entries_count(&policy->servers[0]->connection), 2);
	import_free(&notes);
	policy_free(policy);
}

/* Many of one name cost no more than many of different names. */
static void
test_names(void **state)
{
	struct given_names given = { 0 };
	char *name = NULL;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		free(name);
		name = server_name_make(&given, "Relay", "Relay");
	}
	check_same(name, "Relay-20000", "last");
	free(name);
	name = server_name_make(&given, "Relay-7", "Relay-7");
	check_same(name, "Relay-7-2", "given by number");
	free(name);
	name = server_name_make(&given, "Relay", "EX02 Relay");
	check_same(name, "EX02-Relay", "longer");
	free(name);
	given_names_free(&given);
}

static bool
stop(size_t done, size_t total, void *context)
{
	(void)done;
	(void)total;
	(void)context;
	return false;
}

static void
test_stopped(void **state)
{
	struct import_rules rules = { .format = "exchange", .progress = stop };
	struct policy *policy = policy_new();
	struct buf text = { 0 };
	struct import notes;
	struct err err;

	(void)state;
	for (int i = 0; i < 9000; i++)
		buf_add(&text, "RemoteIPRanges : 192.0.2.1\n");
	assert_false(import_servers(policy, buf_text(&text), text.len, &rules,
	    &notes, &err));
	assert_int_equal(err.kind, ERR_NO);
	assert_int_equal(policy->server_count, 0);
	import_free(&notes);
	rules.progress = NULL;
	assert_false(import_servers(policy, buf_text(&text), text.len, &rules,
	    &notes, &err));
	check_same(err.text, "has 9000 connectors, and more than 1000 are not "
	    "taken at once", "most");
	import_free(&notes);
	buf_clear(&text);
	buf_add(&text, "Name : A\nEnabled : True\nBindings : {");
	for (int i = 1; i <= 200; i++)
		buf_addf(&text, "%s0.0.0.0:%d", i > 1 ? ", " : "", i);
	buf_add(&text, "}\nRemoteIPRanges : {192.0.2.1}\n");
	assert_true(import_servers(policy, buf_text(&text), text.len, &rules,
	    &notes, &err));
	assert_int_equal(policy->servers[0]->listener_count, 100);
	check_same(notes.bad[0].reason, "has 200 bindings, and 100 are the "
	    "most", "bindings");
	import_free(&notes);
	policy_free(policy);
	buf_free(&text);
}

/* --- the script --------------------------------------------------------- */

static void
test_script(void **state)
{
	static const char list[] = "192.0.2.1\n198.51.100.0/24\n"
	    "10.0.0.1-10.0.0.9\n2001:db8::/64\n";
	static const struct entries none;
	struct import_rules rules = { .format = "plain" };
	struct import import;
	struct buf text = { 0 };
	struct err err;

	(void)state;
	assert_true(import_judge(&import, list, sizeof(list) - 1, &rules,
	    &none, &err));
	assert_true(export_entries(&text, &import.entries, "exchange", false,
	    &err));
	check_same(buf_text(&text),
	    "# Gives a receive connector these remote ranges, and no others:\n"
	    "#   .\\ranges.ps1 -Connector 'SERVER\\NAME'\n"
	    "param([Parameter(Mandatory = $true)][string]$Connector)\n"
	    "$ranges = @(\n"
	    "    '10.0.0.1-10.0.0.9',\n    '192.0.2.1',\n"
	    "    '198.51.100.0-198.51.100.255',\n"
	    "    '2001:db8::-2001:db8::ffff:ffff:ffff:ffff'\n)\n"
	    "Set-ReceiveConnector -Identity $Connector "
	    "-RemoteIPRanges $ranges\n", "script");
	buf_clear(&text);
	assert_false(export_entries(&text, &none, "exchange", false, &err));
	import_free(&import);
	assert_true(import_judge(&import, "domain:a.example\n", 17, &rules,
	    &none, &err));
	assert_false(export_entries(&text, &import.entries, "exchange", false,
	    &err));
	check_row(strstr(err.text, "domain:a.example"), err.text);
	import_free(&import);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
