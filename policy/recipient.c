#include "config.h"

#include <string.h>

#include "recipient.h"

/* The last @ outside a quoted string (RFC 5321 4.1.2), or NULL.  In an address
 * whose quotes do not close every @ counts: it is routed in any case. */
static const char *
last_at(const char *text, size_t len)
{
	const char *at = NULL, *any = NULL;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len) {
			i++;
			if (text[i] == '@')
				any = text + i;
			continue;
		}
		if (text[i] == '"')
			quoted = !quoted;
		if (text[i] == '@') {
			any = text + i;
			if (!quoted)
				at = any;
		}
	}
	return quoted ? any : at;
}

static bool
is_imcea(const char *local, size_t len)
{
	static const char word[] = "imcea";

	if (len && local[0] == '"')
		local++, len--;
	if (len < sizeof(word) - 1)
		return false;
	for (size_t i = 0; i < sizeof(word) - 1; i++)
		if ((local[i] | 0x20) != word[i])
			return false;
	return true;
}

static bool
is_routed(const char *local, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (local[i] == '@' || local[i] == '%' || local[i] == '!')
			return true;
	return is_imcea(local, len);
}

void
recipient_parse(struct recipient *recipient, const char *text)
{
	size_t len = strlen(text), local;
	const char *at;

	memset(recipient, 0, sizeof(*recipient));
	if (len >= 2 && text[0] == '<' && text[len - 1] == '>')
		text++, len -= 2;
	at = last_at(text, len);
	local = at ? (size_t)(at - text) : len;
	recipient->routed = is_routed(text, local);
	if (!at)
		return;
	recipient->has_domain = true;
	domain_fold(recipient->domain, at + 1, len - local - 1);
	recipient->literal = recipient->domain[0] == '[';
}
