/* Ranges as Amazon, Azure, Google and Microsoft 365 publish them. */
#include "config.h"

#include "format_rows.h"
#include "tests/policy/unit.h"

#define AWS(prefixes, prefixes6) \
	"{\n\"syncToken\": \"1700000000\",\n\"createDate\": " \
	"\"2026-01-02-03-04-05\",\n\"prefixes\": [" prefixes "],\n" \
	"\"ipv6_prefixes\": [" prefixes6 "]\n}\n"
#define AWS4(net, region, service) "\n{ \"ip_prefix\": \"" net "\", " \
	"\"region\": \"" region "\", \"service\": \"" service "\", " \
	"\"network_border_group\": \"" region "\" }"
#define AWS6(net, region, service) "\n{ \"ipv6_prefix\": \"" net "\", " \
	"\"region\": \"" region "\", \"service\": \"" service "\" }"

static const char aws[] = AWS(
	AWS4("192.0.2.0/25", "eu-west-1", "AMAZON") ","
	AWS4("192.0.2.0/25", "eu-west-1", "EC2") ","
	AWS4("198.51.100.0/24", "us-east-1", "S3"),
	AWS6("2001:db8:1::/48", "eu-west-1", "EC2"));

static const struct format_row aws_rows[] = {
	{ "all", aws, "192.0.2.0/25  # aws AMAZON eu-west-1\n"
	    "198.51.100.0/24  # aws S3 us-east-1\n"
	    "2001:db8:1::/48  # aws EC2 eu-west-1\n", NULL, NULL, { 0 }, },
	{ "service", aws, "192.0.2.0/25  # aws EC2 eu-west-1\n"
	    "2001:db8:1::/48  # aws EC2 eu-west-1\n",
	    "5 1 ranges of aws AMAZON eu-west-1, which was not asked for\n"
	    "7 1 ranges of aws S3 us-east-1, which was not asked for\n", NULL,
	    { .service = "ec2" }, },
	{ "region", aws, "198.51.100.0/24  # aws S3 us-east-1\n",
	    "5 1 ranges of aws AMAZON\n6 1 ranges of aws EC2\n"
	    "9 1 ranges of aws EC2\n", NULL, { .region = "us-east-1" }, },
	{ "both", aws, "", "5 1 ranges\n6 1 ranges\n7 1 ranges\n9 1 ranges\n",
	    NULL, { .service = "S3", .region = "eu-west-1" }, },
	{ "bad ranges", AWS(AWS4("192.0.2.1/24", "r", "S") ","
	    AWS4("192.0.2", "r", "S") "," AWS4("", "r", "S") ","
	    AWS4("list:x", "r", "S") "," AWS4("10.0.0.1-10.0.0.2", "r", "S"),
	    ""), "", NULL,
	    "5 192.0.2.1/24 has bits set behind the prefix\n"
	    "6 '192.0.2' is not an IPv4 address\n7 an address is missing\n"
	    "8 'list:x' is not an address or a block\n"
	    "9 '10.0.0.1-10.0.0.2' is not an address or a block\n", { 0 }, },
	{ "no words", "{\"prefixes\":[{\"ip_prefix\":\"192.0.2.1/32\"},"
	    "{\"ip_prefix\":\"192.0.2.2/32\",\"region\":null}]}",
	    "192.0.2.1  # aws\n192.0.2.2  # aws\n", NULL, NULL, { 0 }, },
	{ "all kinds of other values", "{\"a\":[1,-2.5e+10,true,null,\"x\",{}]"
	    ",\"prefixes\":[{\"ip_prefix\":\"192.0.2.1/32\",\"q\":0.5}]}",
	    "192.0.2.1  # aws\n", NULL, NULL, { 0 }, },
};

static const struct {
	const char *name, *text, *why;
	struct import_rules rules;
} aws_refused[] = {
	{ "unknown service", aws, "there is no service 'S4'; there are: "
	    "AMAZON, EC2, S3", { .service = "S4" }, },
	{ "unknown region", aws, "there is no region 'mars-1'; there are: "
	    "eu-west-1, us-east-1", { .region = "mars-1" }, },
	{ "port", aws, "the ranges of aws name no ports", { .port = 25 }, },
	{ "no array", "{}", "prefixes: is missing, so this is another kind",
	    { 0 }, },
	{ "cut short", "{\"prefixes\": [\n{\"ip_prefix\":",
	    "prefixes[0].ip_prefix: line 2: the document ends too early",
	    { 0 }, },
	{ "wrong type", "{\"prefixes\": [{\"ip_prefix\": 5}]}",
	    "prefixes[0].ip_prefix: a text is needed, not a number", { 0 }, },
	{ "twice", "{\"prefixes\": [{\"service\": \"a\", \"service\": \"b\"}]}",
	    "prefixes[0].service: a second time", { 0 }, },
	{ "nested", "{\"x\":[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]}",
	    "x[0][0][0][0][0][0][0][0][0][0][0]: line 1: nested too deeply",
	    { 0 }, },
	{ "number", "{\"x\": 11111111111111111111111111111111111111111111111111"
	    "1111111111111111111111}", "x: line 1: the number is too long",
	    { 0 }, },
	{ "no number", "{\"x\": 01}", "x: line 1: this is not a number",
	    { 0 }, },
	{ "half a number", "{\"x\": 1.}", "x: line 1: this is not a number",
	    { 0 }, },
	{ "long name", "{\"prefixes\": [{\"region\": \""
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "\"}]}", "prefixes[0].region: a name of more than 127 bytes",
	    { 0 }, },
	{ "behind it", "{\"prefixes\": []} x",
	    "document: line 1: something follows the document", { 0 }, },
};

static void
test_aws(void **state)
{
	(void)state;
	check_format_rows("aws", aws_rows, ROWS(aws_rows));
	check_format_rows(NULL, aws_rows, ROWS(aws_rows));
	for (size_t i = 0; i < ROWS(aws_refused); i++)
		check_format_refused("aws", aws_refused[i].name,
		    aws_refused[i].text, &aws_refused[i].rules,
		    aws_refused[i].why);
}

static const char cloud[] =
    "{\n  \"syncToken\": \"1\",\n  \"creationTime\": \"2026-01-02T03:04:05\",\n"
    "  \"prefixes\": [{\n    \"ipv4Prefix\": \"192.0.2.0/24\",\n"
    "    \"service\": \"Google Cloud\",\n    \"scope\": \"europe-west1\"\n"
    "  }, {\n    \"ipv6Prefix\": \"2001:db8::/36\",\n"
    "    \"service\": \"Google Cloud\",\n    \"scope\": \"us-east1\"\n  }]\n}\n";
static const char goog[] =
    "{\"prefixes\": [{\"ipv4Prefix\": \"192.0.2.0/24\"},\n"
    "{\"ipv6Prefix\": \"2001:db8::/32\"}]}\n";

static const struct format_row google_rows[] = {
	{ "cloud", cloud, "192.0.2.0/24  # google Google Cloud europe-west1\n"
	    "2001:db8::/36  # google Google Cloud us-east1\n", NULL, NULL,
	    { 0 }, },
	{ "region", cloud, "2001:db8::/36  # google Google Cloud us-east1\n",
	    "5 1 ranges of google Google Cloud europe-west1, which\n", NULL,
	    { .service = "google cloud", .region = "us-east1" }, },
	{ "goog", goog, "192.0.2.0/24  # google\n2001:db8::/32  # google\n",
	    NULL, NULL, { 0 }, },
};

static void
test_google(void **state)
{
	static const struct import_rules rules = { .service = "x" };

	(void)state;
	check_format_rows("google", google_rows, ROWS(google_rows));
	check_format_rows(NULL, google_rows, ROWS(google_rows));
	check_format_refused("google", "no services", goog, &rules,
	    "there is no service 'x': the file names none; leave it out");
	check_format_refused("google", "one service", cloud, &rules,
	    "there is no service 'x'; there is: Google Cloud");
}

static const char tags[] =
    "{\"changeNumber\": 7, \"cloud\": \"Public\", \"values\": [\n"
    "{\"name\": \"Storage\", \"id\": \"Storage\", \"properties\": "
    "{\"changeNumber\": 3, \"region\": \"\", \"regionId\": 0, "
    "\"systemService\": \"AzureStorage\", \"addressPrefixes\": [\n"
    "\"192.0.2.0/25\",\n\"2001:db8::/48\"], "
    "\"networkFeatures\": [\"API\", \"NSG\"]}},\n"
    "{\"name\": \"Storage.WestUS\", \"properties\": {\"region\": \"westus\", "
    "\"addressPrefixes\": [\"192.0.2.0/26\"]}},\n"
    "{\"name\": \"Sql\", \"properties\": {\"region\": \"\", "
    "\"addressPrefixes\": [\"198.51.100.1/32\"]}}]}\n";

static const struct format_row azure_rows[] = {
	{ "all", tags, "192.0.2.0/26  # azure Storage.WestUS westus\n"
	    "192.0.2.0/25  # azure Storage\n198.51.100.1  # azure Sql\n"
	    "2001:db8::/48  # azure Storage\n", NULL, NULL, { 0 }, },
	{ "stem", tags, "192.0.2.0/26  # azure Storage.WestUS westus\n"
	    "192.0.2.0/25  # azure Storage\n2001:db8::/48  # azure Storage\n",
	    "6 1 ranges of azure Sql, which was not asked for\n", NULL,
	    { .service = "storage" }, },
	{ "whole", tags, "192.0.2.0/26  # azure Storage.WestUS westus\n",
	    "3 2 ranges of azure Storage, which\n6 1 ranges of azure Sql\n",
	    NULL, { .service = "Storage.WestUS" }, },
	{ "region", tags, "192.0.2.0/26  # azure Storage.WestUS westus\n",
	    "3 2 ranges\n6 1 ranges\n", NULL, { .region = "WestUS" }, },
};

static void
test_azure(void **state)
{
	static const struct import_rules rules = { .service = "SQ" };

	(void)state;
	check_format_rows("azure", azure_rows, ROWS(azure_rows));
	check_format_rows(NULL, azure_rows, ROWS(azure_rows));
	check_format_refused("azure", "unknown", tags, &rules,
	    "there is no service 'SQ'; there are: Sql, Storage");
}

static const char m365[] =
    "[\n{\"id\": 1, \"serviceArea\": \"Exchange\", \"serviceAreaDisplayName\": "
    "\"Exchange Online\",\n\"urls\": [\"mail.example\", \"x.example\"],\n"
    "\"ips\": [\"192.0.2.0/24\",\n\"2001:db8::/40\"], \"tcpPorts\": "
    "\"80,443\", \"udpPorts\": \"443\", \"expressRoute\": true, \"category\": "
    "\"Optimize\", \"required\": true},\n"
    "{\"id\": 9, \"serviceArea\": \"Exchange\",\n\"ips\": [\"198.51.100.0/24\"]"
    ", \"tcpPorts\": \"25\", \"category\": \"Allow\", \"required\": false},\n"
    "{\"id\": 11, \"serviceArea\": \"Skype\", \"ips\": [\"203.0.113.0/24\"], "
    "\"udpPorts\": \"3478-3481\", \"category\": \"Optimize\", \"required\": "
    "true},\n{\"id\": 12, \"serviceArea\": \"Common\", \"urls\": "
    "[\"y.example\"], \"tcpPorts\": \"20-26\"}\n]\n";

#define URLS "3 2 URLs of m365 Exchange, port 80,443, Optimize; a relay\n"
#define URL "9 1 URLs of m365 Common, port 20-26; a relay list holds\n"

static const struct format_row m365_rows[] = {
	{ "all", m365,
	    "192.0.2.0/24  # m365 Exchange, port 80,443, Optimize\n"
	    "198.51.100.0/24  # m365 Exchange, port 25, Allow, not required\n"
	    "203.0.113.0/24  # m365 Skype, Optimize\n"
	    "2001:db8::/40  # m365 Exchange, port 80,443, Optimize\n",
	    URLS URL, NULL, { 0 }, },
	{ "service", m365, "203.0.113.0/24  # m365 Skype, Optimize\n",
	    URLS "4 2 ranges of m365 Exchange\n7 1 ranges of m365 Ex\n" URL,
	    NULL, { .service = "skype" }, },
	{ "port", m365,
	    "198.51.100.0/24  # m365 Exchange, port 25, Allow, not required\n",
	    URLS "4 2 ranges of m365 Exchange, port 80,443, Optimize, which\n"
	    "8 1 ranges of m365 Skype, Optimize, which was\n" URL, NULL,
	    { .port = 25 }, },
};

static void
test_m365(void **state)
{
	static const struct import_rules region = { .region = "emea" },
		nothing = { 0 };

	(void)state;
	check_format_rows("m365", m365_rows, ROWS(m365_rows));
	check_format_rows(NULL, m365_rows, ROWS(m365_rows));
	check_format_refused("m365", "region", m365, &region,
	    "there is no region 'emea': the file names none");
	check_format_refused("m365", "ports", "[{\"tcpPorts\": \"80,x\"}]",
	    &nothing, "[0].tcpPorts: '80,x' is no list of ports");
	check_format_refused("m365", "ports", "[{\"tcpPorts\": \"80-\"}]",
	    &nothing, "[0].tcpPorts: '80-' is no list of ports");
	check_format_refused("m365", "required", "[{\"required\": 1}]",
	    &nothing, "[0].required: true or false is needed, not a number");
}

static void
test_columns(void **state)
{
	static const char text[] = "{\"prefixes\": [\n"
	    " {\"region\": \"x\", \"ip_prefix\":  \"1.2.3\"},\n"
	    "{\"ip_prefix\":\"1.2.3.4/33\"}]}";
	struct import_rules rules = { .format = NULL };
	struct import import;
	struct err err;

	(void)state;
	assert_true(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &(struct entries){ 0 }, &err));
	assert_int_equal(import.lines, 3);
	assert_int_equal(import.bad_count, 2);
	assert_int_equal(import.bad[0].number, 2);
	assert_int_equal(import.bad[0].column, 33);
	check_same(import.bad[0].text, "1.2.3", "text");
	assert_int_equal(import.bad[1].number, 3);
	assert_int_equal(import.bad[1].column, 15);
	import_free(&import);
}

/* More names than an error holds. */
static void
test_many_names(void **state)
{
	static const struct import_rules rules = { .service = "none" };
	struct buf text = { 0 };
	struct import import;
	struct err err;

	(void)state;
	buf_add(&text, "{\"prefixes\": [");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "%s{\"ip_prefix\": \"192.0.2.0/24\", "
		    "\"service\": \"S%03d\"}", i ? "," : "", i);
	buf_add(&text, "]}");
	assert_false(import_judge(&import, buf_text(&text), text.len, &rules,
	    &(struct entries){ 0 }, &err));
	check_row(strstr(err.text, "there are: S000, S001, "), err.text);
	check_row(strstr(err.text, " and over 3"), err.text);
	import_free(&import);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aws),
		cmocka_unit_test(test_google),
		cmocka_unit_test(test_azure),
		cmocka_unit_test(test_m365),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
