#include "config.h"

#include "policy/recipient.h"
#include "unit.h"

/* domain NULL: none.  The forms are those of relayadm-policy(7) and of the
 * programs that test for open relays. */
static const struct {
	const char *text;
	bool routed;
	const char *domain;
} rows[] = {
	{ "user@example.com", false, "example.com", },
	{ "<user@example.com>", false, "example.com", },
	{ "<User@EXAMPLE.com.>", false, "example.com", },
	{ "<postmaster>", false, NULL, },
	{ "POSTMASTER", false, NULL, },
	{ "user", false, NULL, },
	{ "<>", false, NULL, },
	{ "", false, NULL, },
	{ "<", false, NULL, },
	{ "<user@[192.0.2.1]>", false, "[192.0.2.1]", },
	{ "<user@[IPv6:2001:DB8::1]>", false, "[ipv6:2001:db8::1]", },
	{ "<\"a b\"@example.com>", false, "example.com", },
	{ "<\"a\\\"b\"@example.com>", false, "example.com", },
	{ "<user@>", false, "", },
	{ "<@example.com>", false, "example.com", },
	{ "<user+far@near.example>", false, "near.example", },
	{ "<user=far.example@near.example>", false, "near.example", },
	{ "<user:x@near.example>", false, "near.example", },
	/* routed */
	{ "<@a.example,@b.example:user@c.example>", true, "c.example", },
	{ "<@a.example:user@c.example>", true, "c.example", },
	{ "<user%far.example@near.example>", true, "near.example", },
	{ "<far.example!user@near.example>", true, "near.example", },
	{ "<\"user@far.example\"@near.example>", true, "near.example", },
	{ "<\"user%far.example\"@near.example>", true, "near.example", },
	{ "<\"far!user\"@near.example>", true, "near.example", },
	{ "<user@far.example@near.example>", true, "near.example", },
	{ "<user\\@far.example@near.example>", true, "near.example", },
	{ "<\"user\\@far\"@near.example>", true, "near.example", },
	{ "<near.example!user%far@[192.0.2.1]>", true, "[192.0.2.1]", },
	{ "<user%far.example>", true, NULL, },
	{ "<far.example!user>", true, NULL, },
	{ "<\"user@far.example\">", true, NULL, },
	{ "<user\\@far.example>", true, NULL, },
	{ "<user%far@>", true, "", },
	/* encapsulated (KB Q237927) */
	{ "<IMCEASMTP-user+40far@near.example>", true, "near.example", },
	{ "<imceasmtp-user+40far@near.example>", true, "near.example", },
	{ "<ImCeAx400-c=us@near.example>", true, "near.example", },
	{ "<IMCEA@near.example>", true, "near.example", },
	{ "<IMCEA>", true, NULL, },
	{ "<\"IMCEASMTP-user+40far\"@near.example>", true, "near.example", },
	{ "<\"\\IMC\\EASMTP-user\"@near.example>", true, "near.example", },
	{ "<IMCE@near.example>", false, "near.example", },
	{ "<xIMCEASMTP-user@near.example>", false, "near.example", },
	{ "<IMCE", false, NULL, },
	{ "<)mcea@near.example>", false, "near.example", },
	{ "<hmcea@near.example>", false, "near.example", },
	{ "<ilcea@near.example>", false, "near.example", },
	{ "<imbea@near.example>", false, "near.example", },
	{ "<imcda@near.example>", false, "near.example", },
	{ "<imce`@near.example>", false, "near.example", },
	/* quotation marks that do not close */
	{ "<\"user@near.example>", true, "near.example", },
	{ "<\"user", true, NULL, },
	{ "<us\"er\\@near.example>", true, "near.example", },
	{ "<user@near.example\"", true, "near.example\"", },
	{ "<\"a\\", true, NULL, },
	/* a quoted @ at either end, and quotes that close again */
	{ "user\\@", true, NULL, },
	{ "<user\\@>", true, NULL, },
	{ "\\@near.example", true, NULL, },
	{ "\"a\"\\", false, NULL, },
	{ "a\"b\"c@near.example", false, "near.example", },
	{ "%\"a\"@near.example", true, "near.example", },
	{ "\xff\xfe@near.example", false, "near.example", },
	{ "!\"a\"@near.example", true, "near.example", },
	{ "@\"a\"@near.example", true, "near.example", },
	/* IDNA */
	{ "<user@B\xc3\x9c" "CHER.example>", false, "xn--bcher-kva.example", },
	{ "<b\xc3\xbc" "cher@example.com>", false, "example.com", },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct recipient r;

		recipient_parse(&r, rows[i].text);
		check_row(r.routed == rows[i].routed, rows[i].text);
		check_row(r.has_domain == (rows[i].domain != NULL),
		    rows[i].text);
		if (r.has_domain)
			check_same(r.domain, rows[i].domain, rows[i].text);
		check_row(r.literal == (r.domain[0] == '['), rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
