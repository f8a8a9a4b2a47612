/* Tables. */
#include "config.h"

#include "format_rows.h"
#include "store/date.h"
#include "tests/policy/unit.h"

static const struct format_row csv_rows[] = {
	{ "ours", "entry,comment\n192.0.2.1,\n10.0.0.0/8,\"a, \"\"b\"\"\"\n"
	    "domain:example.com,x\nlist:office,\n192.0.2.5-192.0.2.6,\n",
	    "10.0.0.0/8  # a, \"b\"\n192.0.2.1\n192.0.2.5-192.0.2.6\n"
	    "domain:example.com  # x\nlist:office\n", NULL, NULL, { 0 }, },
	{ "no header", "192.0.2.1,printer\n192.0.2.2,scanner\n",
	    "192.0.2.1  # printer\n192.0.2.2  # scanner\n", NULL, NULL, { 0 }, },
	{ "semicolons, CRLF", "Name;IP Address;Location\r\n"
	    "Printer 1;192.0.2.1;Lyon\r\nPrinter 2;192.0.2.2;Bern\r\n",
	    "192.0.2.1  # Printer 1\n192.0.2.2  # Printer 2\n", NULL, NULL,
	    { 0 }, },
	{ "bars", "# export\nhost|ip\na|192.0.2.1\nb|192.0.2.2\n",
	    "192.0.2.1  # a\n192.0.2.2  # b\n", NULL, NULL, { 0 }, },
	{ "a comment beats a name", "name,ip,description\nn,192.0.2.1,d\n",
	    "192.0.2.1  # d\n", NULL, NULL, { 0 }, },
	{ "sep=", "sep=;\nip;note\n192.0.2.1;a,b\n", "192.0.2.1  # a,b\n", NULL,
	    NULL, { 0 }, },
	{ "several in a cell", "site,networks\nLyon,\"192.0.2.1; 192.0.2.2,"
	    "192.0.2.3 192.0.2.4\n10.0.0.0 255.0.0.0\"\n"
	    "Bern,192.0.2.8 - 192.0.2.11\n",
	    "10.0.0.0/8\n192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n"
	    "192.0.2.8/30\n", NULL, NULL, { 0 }, },
	{ "line breaks in cells", "ip,comment\n192.0.2.1,\"two\nlines\"\n"
	    "192.0.2.300,x\n", "192.0.2.1  # two lines\n", NULL,
	    "4 300 is over 255\n", { 0 }, },
	{ "mask beside", "10.0.0.0,255.0.0.0,x\n192.0.2.0,255.255.255.0,y\n",
	    "10.0.0.0/8\n192.0.2.0/24\n", NULL, NULL, { 0 }, },
	{ "mask by name", "Network,Netmask,Remark\n10.0.0.0,255.0.0.0,a\n"
	    "192.0.2.0,24,b\n192.0.3.0,/24,\n192.0.4.0/24,255.255.255.0,\n"
	    "192.0.5.1,,\n",
	    "10.0.0.0/8  # a\n192.0.2.0/24  # b\n192.0.3.0/24\n192.0.4.0/24\n"
	    "192.0.5.1\n", NULL, NULL, { 0 }, },
	{ "a comment that looks like a mask", "entry,comment\n"
	    "10.20.0.0,255.255.0.0\n", "10.20.0.0  # 255.255.0.0\n", NULL, NULL,
	    { 0 }, },
	{ "start and end", "start,end,name\n192.0.2.0,192.0.2.255,x\n"
	    "10.0.0.1,10.0.0.3,y\n192.0.3.1,,z\n",
	    "10.0.0.1-10.0.0.3  # y\n192.0.2.0/24  # x\n192.0.3.1  # z\n", NULL,
	    NULL, { 0 }, },
	{ "a column by number", "192.0.2.1,10.0.0.1\n192.0.2.2,10.0.0.2\n",
	    "10.0.0.1\n10.0.0.2\n", NULL, NULL, { .column = "2" }, },
	{ "a column by name", "Inside,Outside\n192.0.2.1,10.0.0.1\n",
	    "10.0.0.1\n", NULL, NULL, { .column = "outside" }, },
	{ "rows that lack cells", "name,ip\na,192.0.2.1\nb\nc,\n,\n",
	    "192.0.2.1  # a\n", "4 cell 2, where the address belongs, is\n",
	    "3 1 cells; the address belongs in cell 2\n", { 0 }, },
	{ "quotes", "ip,comment\n192.0.2.1,\"a\" b\n192.0.2.2,\"c\n"
	    "192.0.2.3,a \"b\" c\n", "192.0.2.3  # a \"b\" c\n", NULL,
	    "2 text behind a closing quote\n3 text behind a closing quote\n",
	    { 0 }, },
	{ "a quote that is not closed", "ip,comment\n192.0.2.1,\"a\n"
	    "192.0.2.2,b\n", "192.0.2.2  # b\n", NULL,
	    "2 a quote that is not closed\n", { 0 }, },
	{ "people", "ip,Owner,Change Request,Valid until,Remark\n"
	    "192.0.2.1,me,CHG 7,31.12.2026,x\n192.0.2.2,,,,\n",
	    "192.0.2.1  # x [owner me] [ticket CHG 7] [expires 2026-12-31]\n"
	    "192.0.2.2\n", NULL, NULL, { 0 }, },
	{ "blanks in quotes", "ip,comment\n\" 192.0.2.1 \",\" x \"\n",
	    "192.0.2.1  # []  x  []\n", NULL, NULL, { 0 }, },
	{ "expiry", "ip,expires\n192.0.2.1,2026-12-31\n192.0.2.2,never\n"
	    "192.0.2.3,04/05/2026\n192.0.2.4,31.2.2026\n192.0.2.5,46387\n",
	    "192.0.2.1  # [expires 2026-12-31]\n192.0.2.2\n", NULL,
	    "4 '04/05/2026' is the 4 of month 5 "
	    "or the other way\n5 '31.2.2026' is a day that does not exist\n"
	    "6 '46387' is not a date\n", { 0 }, },
};

static const struct {
	const char *text, *date; /* NULL: refused */
} dates[] = {
	{ "2026-12-31", "2026-12-31", },
	{ "2026-12-31T23:59:59Z", "2026-12-31", },
	{ "2026-12-31 00:00", "2026-12-31", },
	{ "31.12.2026 00:00:00", "2026-12-31", },
	{ "2026/12/31", "2026-12-31", },
	{ "20261231", "2026-12-31", },
	{ "1.2.2026", "2026-02-01", },
	{ "31 Dec 2026", "2026-12-31", },
	{ "Dec 31, 2026", "2026-12-31", },
	{ "31-DEC-2026", "2026-12-31", },
	{ "1 September 2026", "2026-09-01", },
	{ "31/12/2026", "2026-12-31", },
	{ "12/31/2026", "2026-12-31", },
	{ "5/5/2026", "2026-05-05", },
	{ "29.2.2028", "2028-02-29", },
	{ "29.2.2026", NULL, },
	{ "29.2.2100", NULL, },
	{ "4/5/2026", NULL, },
	{ "31.12.26", NULL, },
	{ "26-12-31", NULL, },
	{ "2026-13-01", NULL, },
	{ "2026-12-32", NULL, },
	{ "2026-12", NULL, },
	{ "2026-12-31-01", NULL, },
	{ "31 Foo 2026", NULL, },
	{ "0-0-0000", NULL, },
	{ "", NULL, },
	{ "46387", NULL, },
	{ "99999999999999999999", NULL, },
};

static void
test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(dates); i++) {
		char date[DATE_SIZE];
		struct err err;
		bool ok = date_parse(date, span_of(dates[i].text,
		    strlen(dates[i].text)), &err);

		check_row(ok == (dates[i].date != NULL), dates[i].text);
		if (ok)
			check_same(date, dates[i].date, dates[i].text);
	}
}

static void
test_csv(void **state)
{
	(void)state;
	check_format_rows("csv", csv_rows, ROWS(csv_rows));
	check_format_round_trip("csv", false, 13);
	check_format_round_trip("tsv", false, 14);
}

static const struct {
	const char *text, *column, *why;
} refusals[] = {
	{ "a,b\nc,d\n", NULL, "has no column with addresses", },
	{ "10.0.0.1,10.0.0.2\n10.0.0.3,10.0.0.4\n", NULL,
	    "has addresses in columns 1 and 2; say which", },
	{ "ip,x\n10.0.0.1,1\n", "y", "there is no column 'y'; the first row "
	    "has: ip, x", },
	{ "ip,x\n10.0.0.1,1\n", "3", "there is no column 3; there are 2", },
};

static void
test_refusals(void **state)
{
	static const struct entries none;

	(void)state;
	for (size_t i = 0; i < ROWS(refusals); i++) {
		struct import_rules rules = { .format = "csv",
			.column = refusals[i].column };
		struct import import;
		struct err err = { ERR_NONE, "" };

		check_row(!import_judge(&import, refusals[i].text,
		    strlen(refusals[i].text), &rules, &none, &err),
		    refusals[i].text);
		check_row(!strncmp(err.text, refusals[i].why,
		    strlen(refusals[i].why)), err.text);
		import_free(&import);
	}
}

/* What is said of the choice. */
static void
test_why(void **state)
{
	static const char text[] = "\"Name\",\"IP, public\"\na,192.0.2.1\n"
	    "b,192.0.2.2\nc,x\n";
	static const struct entries none;
	struct import_rules rules = { .format = NULL };
	struct import import;
	struct err err;

	(void)state;
	assert_true(import_judge(&import, text, sizeof(text) - 1, &rules,
	    &none, &err));
	assert_string_equal(import.format, "csv");
	assert_string_equal(import.why, "rows have the same number of cells: a "
	    "table of 2 columns with commas between; addresses are in column "
	    "2 (IP, public): in 2 of 3 rows looked at");
	assert_int_equal(import.bad_count, 1);
	assert_int_equal(import.bad[0].column, 3);
	import_free(&import);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_why),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
