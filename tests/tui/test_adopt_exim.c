/* What an Exim has, as virtual servers. */
#include "config.h"

#include "adopting.h"
#include "tests/policy/unit.h"

#define SET \
	"local_interfaces = 192.0.2.1\ndaemon_smtp_ports = 25\n" \
	"tls_advertise_hosts = *\nauth_advertise_hosts = *\n" \
	"acl_smtp_rcpt = rcpt\nprimary_hostname = mx.example\n"
#define SETTINGS { "settings", SET }

#define RELAY(text) "\"relay\": {\n        \"mode\": " text
#define CONNECTION(text) "\"connection\": {\n        \"mode\": " text

static const struct adopting rows[] = {
	{ "networks and who logs on", { SETTINGS, { "config",
	    "hostlist relay_from_hosts = <; ! 10.1.0.0/16 ; 10.0.0.0/8 ; "
	    "2001:db8::/32\ndomainlist local_domains = @ : *.own.example : "
	    "own.example\nbegin acl\nrcpt:\naccept hosts = :\n"
	    "accept domains = +local_domains\naccept hosts = "
	    "+relay_from_hosts\naccept authenticated = *\ndeny message = no\n"
	    "begin authenticators\nplain:\nserver_condition = set\n", }, },
	    { "\"name\": \"gw-25\"", "\"192.0.2.1:25\"", "\"basic\": true",
	        "\"10.0.0.0/16\"", "\"2001:db8::/32\"",
	        "\"authenticated\": true", "{ \"domain\": \"own.example\", "
	        "\"action\": \"inbound\" }",
	        "{ \"domain\": \"#mx.example\", \"action\": \"inbound\" }", },
	    { NULL }, },
	{ "doubled colons", { SETTINGS, { "config", "begin acl\nrcpt:\n"
	    "accept hosts = 192.0.2.7 : 2001::db8::::1\n", }, },
	    { "\"2001:db8::1\"", "\"192.0.2.7\"", }, { NULL }, },
	{ "a list in a file", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = /etc/exim/hosts\n", },
	    { "/etc/exim/hosts", "# mine\n10.1.0.0/24 # one\n"
	      "!10.2.0.7\n10.2.0.0/28\n", }, },
	    { "\"10.1.0.0/24\"", "\"10.2.0.0/30\"", }, { NULL }, },
	{ "a file that excepts", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = ! /etc/exim/hosts : "
	    "10.1.0.0/24\n", }, { "/etc/exim/hosts", "10.1.0.0/25\n", }, },
	    { "\"10.1.0.128/25\"", }, { NULL }, },
	{ "a list that ends with an exception", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = ! 192.0.2.0/24\n", }, },
	    { RELAY("\"all-except\""), "\"192.0.2.0/24\"", }, { NULL }, },
	{ "a look-up of addresses", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = net-iplsearch;/etc/ips : "
	    "net-lsearch;/etc/net\n", }, { "/etc/ips",
	      "10.7.0.0/16: yes\n\"2001:db8::/32\": yes\n192.0.2.1\n", },
	    { "/etc/net", "192.0.2.9: x\n2001.db8.0.0.0.0.0.9: x\n", }, },
	    { "\"10.7.0.0/16\"", "\"2001:db8::/32\"", "\"192.0.2.9\"",
	        "\"192.0.2.1\"", }, { NULL }, },
	{ "what it cannot look up", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = net-cdb;/etc/c : far.example : "
	    "^10 : /etc/gone\n", }, { "/etc/c", "x", }, }, { NULL },
	    { "net-cdb;/etc/c are NOT UNDERSTOOD: it is a look-up",
	        "far.example are NOT UNDERSTOOD: it is a host", "^10 are NOT",
	        "/etc/gone are NOT UNDERSTOOD: it could not", }, },
	{ "names", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = *.corp.example\n", }, },
	    { "\"domain:corp.example\"", }, { "covers corp.example itself", },
	    },
	{ "everybody", { SETTINGS, { "config", "begin acl\nrcpt:\naccept\n",
	    }, }, { RELAY("\"all-except\""), }, { "EVERYBODY", }, },
	{ "nobody: no ACL", { { "settings", "local_interfaces = 192.0.2.1\n"
	    "daemon_smtp_ports = 25\nacl_smtp_rcpt =\n", }, { "config", "\n",
	    }, }, { RELAY("\"only\""), "\"tls\": \"none\"", }, { NULL }, },
	{ "some may not connect", { { "settings", SET
	    "acl_smtp_connect = conn\n", }, { "config",
	    "begin acl\nconn:\ndrop hosts = 203.0.113.0/24\naccept\nrcpt:\n"
	    "accept domains = a.example\naccept hosts = 203.0.113.9 : "
	    "192.0.2.0/24\n", }, },
	    { CONNECTION("\"all-except\",\n        \"entries\": [\n"
	        "          \"203.0.113.0/24\""), RELAY("\"only\",\n"
	        "        \"authenticated\": false,\n        \"entries\": [\n"
	        "          \"192.0.2.0/24\"\n"), }, { NULL }, },
	{ "some are refused at any recipient", { SETTINGS, { "config",
	    "begin acl\nrcpt:\ndeny hosts = 203.0.113.0/24\n"
	    "accept domains = a.example\naccept hosts = 192.0.2.0/24\n", }, },
	    { CONNECTION("\"all-except\",\n        \"entries\": [\n"
	        "          \"203.0.113.0/24\""),
	        "{ \"domain\": \"#a.example\"", }, { NULL }, },
	{ "rejected by option", { { "settings", SET
	    "host_reject_connection = 203.0.113.0/24\n", }, { "config",
	    "begin acl\nrcpt:\ndeny\n", }, },
	    { CONNECTION("\"all-except\",\n        \"entries\": [\n"
	        "          \"203.0.113.0/24\""), }, { NULL }, },
	{ "an ACL by port", { { "settings",
	    "local_interfaces = <; [192.0.2.1]:25 ; 192.0.2.1.587 ; [::1]:26\n"
	    "auth_advertise_hosts = *\nacl_smtp_rcpt = "
	    "${if eq{$received_port}{587}{sub}{rcpt}}\n", }, { "config",
	    "begin acl\nrcpt:\naccept domains = a.example\nsub:\n"
	    "accept authenticated = *\n begin authenticators\nx:\n"
	    "server_condition = set\n", }, },
	    { "\"gw-587\"", "\"192.0.2.1:587\"", "\"anonymous\": false",
	        "\"gw-26\"", "\"[::1]:26\"", "#a.example", }, { NULL }, },
	{ "a condition on the port", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept condition = ${if ={$interface_port}{26}}"
	    "\naccept hosts = 10.0.0.0/8\n  condition = ${if "
	    "!eq{$received_port}{26}{yes}{no}}\n", }, },
	    { "\"10.0.0.0/8\"", }, { NULL }, },
	{ "an ACL within", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept acl = known\ndeny !acl = known\n"
	    "accept\nknown:\ndeny hosts = 10.1.0.0/16\n"
	    "accept hosts = 10.0.0.0/8\n", }, },
	    { "\"10.0.0.0/16\"", "\"10.2.0.0/15\"", }, { NULL }, },
	{ "require", { SETTINGS, { "config",
	    "begin acl\nrcpt:\nrequire hosts = 10.0.0.0/8\naccept\n", }, },
	    { "\"10.0.0.0/8\"", }, { NULL }, },
	{ "endpass", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = 10.0.0.0/8\n endpass\n"
	    " hosts = 10.1.0.0/16\naccept hosts = 10.2.0.0/16\n", }, },
	    { "\"entries\": [\n          \"10.1.0.0/16\"\n        ]", },
	    { NULL }, },
	{ "TLS is needed", { SETTINGS, { "config",
	    "begin acl\nrcpt:\ndeny !encrypted = *\naccept hosts = "
	    "10.0.0.0/8\n", }, }, { "\"tls\": \"required\"",
	    "\"10.0.0.0/8\"", }, { NULL }, },
	{ "what it does not know", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept condition = ${lookup{x}lsearch{/y}}\n"
	    "deny dnslists = bl.example\nrequire verify = sender\n"
	    "accept senders = a@b.example\n", }, }, { RELAY("\"only\""), },
	    { "accept with condition is NOT UNDERSTOOD",
	        "deny with dnslists", "verify refuses", "accept with senders",
	        }, },
	{ "a file of Debian's that is not there", { SETTINGS, { "config",
	    "begin acl\nrcpt:\ndeny hosts = ${if exists{/no}{/no}{}}\n"
	    "deny senders = ${if exists{/no}{/no}{}}\n", }, },
	    { RELAY("\"only\""), }, { NULL }, },
	{ "a file of Debian's that is there", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept hosts = ${if exists{/yes}{/yes}{}}\n", },
	    { "/yes", "10.0.0.7\n", }, }, { "\"10.0.0.7\"", }, { NULL }, },
	{ "a next hop", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept domains = a.example : b.example : "
	    "c.example\nbegin routers\nhops:\ndriver = manualroute\n"
	    "domains = a.example : b.example\nroute_list = a.example "
	    "mx.a.example::2525 ; b.example [192.0.2.7]:26\nrest:\n"
	    "driver = dnslookup\n", }, },
	    { "\"next_hop\": \"mx.a.example:2525\"",
	        "\"next_hop\": \"192.0.2.7:26\"",
	        "{ \"domain\": \"#c.example\", \"action\": \"relay\" }", },
	    { NULL }, },
	{ "domains", { SETTINGS, { "config",
	    "domainlist d = partial-lsearch;/etc/d : *.sub.example : "
	    "*end.example : ^r : cdb;/x\nbegin acl\nrcpt:\n"
	    "deny domains = no.example\naccept domains = +d\n"
	    "accept hosts = 10.0.0.0/8\n", }, { "/etc/d",
	      "b.example: x\n*.c.example x\n", }, },
	    { "{ \"domain\": \"#no.example\", \"action\": \"reject\" }",
	        "{ \"domain\": \"#b.example\", \"action\": \"inbound\" }",
	        "{ \"domain\": \"c.example\", \"action\": \"inbound\" }", },
	    { "*.sub.example covers subdomains", "*end.example covers every",
	        "^r are NOT", "cdb;/x could not", }, },
	{ "domains of some clients", { SETTINGS, { "config",
	    "begin acl\nrcpt:\naccept domains = a.example\n"
	    " hosts = 10.0.0.0/8\naccept domains = b.example\n", }, },
	    { RELAY("\"only\""), }, { "a.example is accepted from some clients", }, },
	{ "TLS from the first byte", { { "settings", "local_interfaces = "
	    "192.0.2.1\ndaemon_smtp_ports = 25 : 465\n"
	    "tls_on_connect_ports = 465\n", }, { "config", "", }, },
	    { "\"192.0.2.1:25\"", }, { "stays as it is", }, },
	{ "all but ours", { { "settings", "local_interfaces = 192.0.2.1 : "
	    "192.0.2.2\ndaemon_smtp_ports = 25\n", }, { "config", "", },
	    { "ours", "4 192.0.2.1 25 x\n", }, },
	    { "\"listen\": [ \"192.0.2.2:25\" ]", }, { NULL }, },
	{ "no IPv6", { { "settings", "daemon_smtp_ports = smtp\n"
	    "disable_ipv6\n", }, { "config", "", }, },
	    { "\"listen\": [ \"0.0.0.0:25\" ]", }, { NULL }, },
	{ "lists that grow without end", { SETTINGS, { "config",
	    "hostlist a = +a : +a : +a\ndomainlist c = +c : +c : +c\n"
	    "begin acl\nrcpt:\naccept acl = rcpt\ndeny acl = rcpt\n"
	    "accept hosts = +a\naccept domains = +c\n", }, },
	    { RELAY("\"only\""), }, { "NOT UNDERSTOOD", }, },
	{ "lists that go round", { SETTINGS, { "config",
	    "hostlist a = +b\nhostlist b = +a\ndomainlist c = +c\n"
	    "begin acl\nrcpt:\naccept acl = rcpt\naccept hosts = +a\n"
	    "accept domains = +c\n", }, }, { RELAY("\"only\""), },
	    { "NOT UNDERSTOOD", }, },
};

static const struct adopting nothing[] = {
	{ "no listener", { { "settings", "local_interfaces = <; \n", },
	    { "config", "", }, }, { NULL }, { NULL }, },
	{ "ours", { SETTINGS, { "config", "", }, { "ours",
	    "4 192.0.2.1 25 x\n", }, }, { NULL }, { NULL }, },
};

static void
test_rows(void **state)
{
	(void)state;
	adopting_check(rows, ROWS(rows), adopt_exim);
}

static void
test_nothing(void **state)
{
	(void)state;
	adopting_check_nothing(nothing, ROWS(nothing), adopt_exim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests_name("adopt_exim", tests, NULL, NULL);
}
