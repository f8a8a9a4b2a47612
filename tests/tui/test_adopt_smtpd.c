/* What an OpenSMTPD has, as virtual servers. */
#include "config.h"

#include "adopting.h"
#include "tests/policy/unit.h"

#define LISTEN "listen on 192.0.2.1 port 25\n"
#define OWN { "addresses", "127.0.0.1\n::1\n" }, { "hostname", "mx.example\n" }
#define RELAY(text) "\"relay\": {\n        \"mode\": " text
#define CONNECTION(text) "\"connection\": {\n        \"mode\": " text

static const struct adopting rows[] = {
	{ "as Debian installs it", { { "config", "table aliases "
	    "file:/etc/aliases\nlisten on localhost\naction \"local\" maildir "
	    "alias <aliases>\naction \"relay\" relay\nmatch for local action "
	    "\"local\"\nmatch from local for any action \"relay\"\n", }, OWN,
	    }, { "\"gw-25\"", "\"127.0.0.1:25\", \"[::1]:25\"",
	        "\"entries\": [\n          \"127.0.0.1\",\n          "
	        "\"::1\"\n        ]", "\"tls\": \"none\"", }, { NULL }, },
	{ "tables", { { "config", LISTEN "table a file:/etc/a\n"
	    "table b { 10.1.0.0/16, 10.2.0.1 }\ntable c \"/etc/c\"\n"
	    "match from src <a> for any action x\nmatch from src <b> for any "
	    "action x\nmatch from src <c> for any action x\n", },
	    { "/etc/a", "# x\n192.0.2.0/24\n2001:db8::/32\n", },
	    { "/etc/c", "203.0.113.9\n", }, },
	    { "\"192.0.2.0/24\"", "\"10.1.0.0/16\"", "\"10.2.0.1\"",
	        "\"203.0.113.9\"", "\"2001:db8::/32\"", }, { NULL }, },
	{ "a macro, a continuation, an include", { { "config",
	    "nets = \"{ 10.1.0.0/16 10.2.0.0/16 }\"\nit=\"<t>\"\n"
	    "include \"/etc/more\"\n" LISTEN "match from \\\n src $it for any "
	    "action x # not { this\n", }, { "/etc/more",
	      "table t {\n10.9.0.0/16\n}\n", }, }, { "\"10.9.0.0/16\"", },
	    { NULL }, },
	{ "the first rule decides", { { "config", LISTEN
	    "match from src 10.1.0.0/16 for any reject\n"
	    "match from src 10.0.0.0/8 for any action x\n"
	    "match ! from src 192.0.2.0/24 for any reject\n"
	    "match from any for any action x\n", }, },
	    { "\"10.0.0.0/16\"", "\"10.2.0.0/15\"", "\"192.0.2.0/24\"", },
	    { NULL }, },
	{ "who logs on", { { "config", "listen on 192.0.2.1 port submission "
	    "tls-require pki x auth <u>\nmatch auth from any for any action "
	    "x\n", }, }, { "\"gw-587\"", "\"tls\": \"required\"",
	        "\"anonymous\": false", "\"authenticated\": true", },
	    { NULL }, },
	{ "who may log on", { { "config", "listen on 192.0.2.1 tls "
	    "auth-optional\nmatch from auth for any action x\nmatch from src "
	    "10.0.0.0/8 for any action x\n", }, },
	    { "\"tls\": \"offered\"", "\"anonymous\": true",
	        "\"authenticated\": true", "\"10.0.0.0/8\"", }, { NULL }, },
	{ "listeners by tag", { { "config", LISTEN "listen on 192.0.2.1 port "
	    "26 tag in\nmatch tag in from any for any reject\n"
	    "match ! tag in from src 10.0.0.0/8 for any action x\n", }, },
	    { "\"gw-26-in\"", "\"10.0.0.0/8\"", }, { NULL }, },
	{ "domains", { { "config", LISTEN "table d { b.example \"*.b.example\" "
	    "}\naction far relay host smtp://mx.b.example:2525\n"
	    "action there relay\naction odd relay host lmtp+x://a@b\n"
	    "match from any for domain <d> action far\n"
	    "match from any for domain c.example action there\n"
	    "match from any for domain e.example action odd\n"
	    "match from any for domain \"*.s.example\" action there\n"
	    "match from any for local action here\n"
	    "match from any for domain n.example reject\n"
	    "match from local for any action there\n", }, OWN, },
	    { "{ \"domain\": \"b.example\", \"action\": \"relay\", "
	        "\"next_hop\": \"mx.b.example:2525\" }",
	        "{ \"domain\": \"#c.example\", \"action\": \"relay\" }",
	        "{ \"domain\": \"#mx.example\", \"action\": \"inbound\" }",
	        "{ \"domain\": \"#n.example\", \"action\": \"reject\" }",
	        "{ \"domain\": \"#e.example\", \"action\": \"inbound\" }", },
	    { "*.s.example covers subdomains", "by the action odd", }, },
	{ "filters", { { "config", "filter a phase connect match src "
	    "{ 203.0.113.0/24 } disconnect \"550 no\"\n"
	    "filter b phase helo match fcrdns reject \"550 no\"\n"
	    "filter c chain { a b }\nlisten on 192.0.2.1 filter c\n"
	    "match from any for domain a.example action x\n", }, },
	    { CONNECTION("\"all-except\",\n        \"entries\": [\n"
	        "          \"203.0.113.0/24\""), }, { "the filter b", }, },
	{ "only some may connect", { { "config", "filter a phase connect match "
	    "!src 10.0.0.0/8 disconnect \"550 no\"\nlisten on 192.0.2.1 filter "
	    "a\nmatch from any for domain a.example action x\n", }, },
	    { CONNECTION("\"only\",\n        \"entries\": [\n"
	        "          \"10.0.0.0/8\""), "#a.example", }, { NULL }, },
	{ "what it does not know", { { "config", LISTEN
	    "match from any mail-from \"a@b\" for any action x\n"
	    "match from rdns regex \"^a\" for any action x\n"
	    "match tls from any for any reject\n"
	    "match auth <u> from any for any action x\n", }, },
	    { RELAY("\"only\""), }, { "mail-from is NOT UND", "rdns is NOT",
	        "tls refuses some", "auth of some users", }, },
	{ "a table of another kind", { { "config", LISTEN
	    "table a sqlite:/etc/a\nmatch from src <a> for any action x\n"
	    "match from src <gone> for any action x\n", }, },
	    { RELAY("\"only\""), }, { "the table a could not",
	        "the table gone could not", }, },
	{ "an interface", { { "config", "listen on lo port 25\n"
	    "listen on eth9 port 26\n", }, { "names", "lo 127.0.0.1 ::1\n"
	      "eth9 \n", }, },
	    { "\"127.0.0.1:25\", \"[::1]:25\"", },
	    { "eth9, which is no address", }, },
	{ "TLS from the first byte", { { "config", LISTEN
	    "listen on 192.0.2.1 smtps pki x\n", }, }, { "\"192.0.2.1:25\"", },
	    { "stays as it is", }, },
	{ "all but ours", { { "config", LISTEN "listen on 192.0.2.2\n", },
	    { "ours", "4 192.0.2.1 25 x\n", }, },
	    { "\"listen\": [ \"192.0.2.2:25\" ]", }, { NULL }, },
	{ "macros and files that grow without end", { { "config", LISTEN
	    "a = x x x x x x x x\nb = $a $a $a $a $a $a $a $a\n"
	    "c = $b $b $b $b $b $b $b $b\nd = $c $c $c $c $c $c $c $c\n"
	    "e = $d $d $d $d $d $d $d $d\nf = $e $e $e $e $e $e $e $e\n"
	    "g = $f $f $f $f $f $f $f $f\nh = $g $g $g $g $g $g $g $g\n"
	    "i = $h $h $h $h $h $h $h $h\ninclude \"/etc/a\"\n", },
	    { "/etc/a", "include \"/etc/a\"\ninclude \"/etc/a\"\n"
	      "include \"/etc/a\"\ninclude \"/etc/a\"\n", }, },
	    { "\"192.0.2.1:25\"", }, { "too much", }, },
	{ "a file that includes itself", { { "config", LISTEN
	    "include \"/etc/a\"\n", }, { "/etc/a", "include \"/etc/a\"\n", },
	    }, { "\"192.0.2.1:25\"", }, { "could not be read", }, },
};

static const struct adopting nothing[] = {
	{ "no listener", { { "config", "match for any reject\nlisten on socket "
	    "tag x\n", }, }, { NULL }, { NULL }, },
	{ "ours", { { "config", LISTEN, }, { "ours", "4 192.0.2.1 25 x\n", },
	    }, { NULL }, { NULL }, },
	{ "half a line", { { "config", "listen on\nlisten\nmatch\n{", }, },
	    { NULL }, { NULL }, },
};

static void
test_rows(void **state)
{
	(void)state;
	adopting_check(rows, ROWS(rows), adopt_smtpd);
}

static void
test_nothing(void **state)
{
	(void)state;
	adopting_check_nothing(nothing, ROWS(nothing), adopt_smtpd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests_name("adopt_smtpd", tests, NULL, NULL);
}
