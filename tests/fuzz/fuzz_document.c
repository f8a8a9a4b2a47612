/* Policy documents: what is read is written so that it is read again as the
 * same bytes; a merge that is refused changes nothing. */
#include "config.h"

#include <string.h>

#include "store/document.h"

#include "fuzz.h"

static const char base[] = "{\"relayadm\":1,\"lists\":[{\"name\":\"a\","
    "\"entries\":[{\"entry\":\"192.0.2.1\",\"comment\":\"x\"},"
    "\"domain:example.com\"]}],\"servers\":[{\"name\":\"s\",\"routing\":"
    "{\"list\":[{\"domain\":\"#a.example\",\"action\":\"relay\"}]}}],"
    "\"gateways\":[{\"name\":\"g\",\"servers\":[\"s\"]}],"
    "\"invariants\":[{\"name\":\"i\",\"kind\":\"never-relays\","
    "\"clients\":[\"192.0.2.0/24\"]},{\"name\":\"d\",\"kind\":"
    "\"domain-action\",\"domains\":[\"a.example\"]}]}";

static struct policy *
read_base(void)
{
	struct policy *policy;
	struct err err;

	demand(document_read(&policy, base, sizeof(base) - 1, &err));
	return policy;
}

/* The same bytes come out again. */
static void
check_stable(const struct policy *policy)
{
	struct buf first = { 0 }, second = { 0 };
	struct policy *again;
	struct err err;

	document_add(&first, policy);
	demand(document_read(&again, buf_text(&first), first.len, &err));
	document_add(&second, again);
	demand(first.len == second.len &&
	    !memcmp(buf_text(&first), buf_text(&second), first.len));
	policy_free(again);
	buf_free(&first);
	buf_free(&second);
}

/* Is it the base still? */
static void
check_base(const struct policy *policy)
{
	struct policy *wanted = read_base();
	struct buf have = { 0 }, want = { 0 };

	document_add(&have, policy);
	document_add(&want, wanted);
	demand(!strcmp(buf_text(&have), buf_text(&want)));
	policy_free(wanted);
	buf_free(&have);
	buf_free(&want);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct policy *policy, *merged = read_base();
	struct err err = { ERR_NONE, "" };
	bool ok = document_read(&policy, text, size, &err);

	demand(ok || (err.kind == ERR_INPUT && err.text[0]));
	if (ok) {
		check_stable(policy);
		policy_free(policy);
	}
	demand(document_merge(merged, text, size, &err) || !ok);
	if (ok)
		check_stable(merged);
	else
		check_base(merged);
	policy_free(merged);
	return 0;
}
