/* Domains of a policy and of the network. */
#include "config.h"

#include <string.h>

#include "policy/domain.h"
#include "policy/recipient.h"

#include "fuzz.h"

static void
check_parsed(const char *name)
{
	char again[DOMAIN_SIZE];
	struct err err;
	size_t len = strlen(name);

	demand(len && len <= 253);
	for (size_t i = 0; i < len; i++)
		demand((name[i] >= 'a' && name[i] <= 'z') ||
		    (name[i] >= '0' && name[i] <= '9') || name[i] == '-' ||
		    name[i] == '.');
	demand(name[0] != '.' && name[len - 1] != '.');
	demand(domain_parse(again, name, len, &err) && !strcmp(name, again));
	demand(domain_covers(name, name));
	for (const char *up = name; up; up = domain_parent(up))
		demand(domain_covers(up, name));
}

static void
check_folded(const char *name)
{
	demand(strlen(name) < DOMAIN_SIZE);
	for (; *name; name++)
		demand(*name < 'A' || *name > 'Z');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	char name[DOMAIN_SIZE], folded[DOMAIN_SIZE];
	struct err err = { 0 };
	bool ok = domain_parse(name, text, size, &err);

	domain_fold(folded, text, size);
	check_folded(folded);
	if (ok) {
		check_parsed(name);
		demand(!strcmp(name, folded));
	} else {
		demand(err.text[0]);
	}
	return 0;
}
