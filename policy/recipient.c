#include "config.h"

#include <string.h>

#include "recipient.h"

/* The last @ outside a quoted string (RFC 5321 4.1.2), or NULL.  In an address
 * whose quotes do not close (*open) every @ counts. */
static const char *
last_at(const char *text, size_t len, bool *open)
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
	*open = quoted;
	return quoted ? any : at;
}

/* Quotes and backslashes are no part of the name: "\IMCEASMTP-..." is one. */
static bool
is_imcea(const char *local, size_t len)
{
	static const char word[] = "imcea";
	size_t matched = 0;

	for (size_t i = 0; i < len && word[matched]; i++) {
		if (local[i] == '"' || local[i] == '\\')
			continue;
		if ((local[i] | 0x20) != word[matched])
			return false;
		matched++;
	}
	return !word[matched];
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
	bool open;

	memset(recipient, 0, sizeof(*recipient));
	if (len >= 2 && text[0] == '<' && text[len - 1] == '>')
		text++, len -= 2;
	at = last_at(text, len, &open);
	local = at ? (size_t)(at - text) : len;
	recipient->routed = open || is_routed(text, local);
	if (!at)
		return;
	recipient->has_domain = true;
	domain_fold(recipient->domain, at + 1, len - local - 1);
	recipient->literal = recipient->domain[0] == '[';
}
