/* Recipients, as they come from the network. */
#include "config.h"

#include <string.h>

#include "policy/recipient.h"

#include "fuzz.h"

/* The part in front of the last @ that could be the one, if any. */
static void
check_route(const struct recipient *r, const char *text)
{
	const char *at = strrchr(text, '@');

	demand(r->has_domain ? at != NULL : !r->domain[0]);
	demand(r->literal == (r->domain[0] == '['));
	/* a plain text hides nothing in quotes */
	if (strpbrk(text, "\"\\"))
		return;
	demand(r->has_domain == (at != NULL));
	for (const char *p = text; *p && p != at; p++)
		demand(r->routed || !strchr("@%!", *p));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recipient bare, bracketed;
	char *text = malloc(size + 3);

	if (!text)
		return 0;
	if (size)
		memcpy(text + 1, data, size);
	text[0] = '<';
	text[size + 1] = '\0';
	recipient_parse(&bare, text + 1);
	if (text[1] != '<')
		check_route(&bare, text + 1);
	memcpy(text + strlen(text), ">", 2);
	recipient_parse(&bracketed, text);
	if (text[1] != '<') {
		demand(bare.routed == bracketed.routed);
		demand(bare.has_domain == bracketed.has_domain);
		demand(!strcmp(bare.domain, bracketed.domain));
	}
	free(text);
	return 0;
}
