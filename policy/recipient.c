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

/* What a character can mean in front of the domain. */
enum {
	MEANS_AT = 1,
	MEANS_ROUTE = 2,
	MEANS_QUOTE = 4,
};

static const unsigned char meaning[256] = {
	['@'] = MEANS_AT,
	['%'] = MEANS_ROUTE,
	['!'] = MEANS_ROUTE,
	['"'] = MEANS_QUOTE,
	['\\'] = MEANS_QUOTE,
};

static bool
is_routed(const char *local, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (meaning[(unsigned char)local[i]] &
		    (MEANS_AT | MEANS_ROUTE))
			return true;
	return is_imcea(local, len);
}

/* The same in one pass, for nearly all: no quotes. */
static const char *
scan_plain(bool *is, const char *text, size_t len)
{
	const char *at = NULL;
	bool routed = false, behind = false;

	for (size_t i = 0; i < len; i++) {
		unsigned char means = meaning[(unsigned char)text[i]];

		if (!means)
			continue;
		if (means == MEANS_AT) {
			routed = routed || at || behind;
			behind = false;
			at = text + i;
		} else {
			behind = true; /* counts if an @ follows, or none */
		}
	}
	*is = routed || (!at && behind) ||
	    is_imcea(text, at ? (size_t)(at - text) : len);
	return at;
}

static const char *
scan_quoted(bool *is, const char *text, size_t len)
{
	bool open;
	const char *at = last_at(text, len, &open);

	*is = open ||
	    is_routed(text, at ? (size_t)(at - text) : len);
	return at;
}

const char *
recipient_scan(const char *text, size_t *len, bool *routed)
{
	size_t all = strlen(text);
	const char *at;

	if (all >= 2 && text[0] == '<' && text[all - 1] == '>')
		text++, all -= 2;
	if (memchr(text, '"', all) || memchr(text, '\\', all))
		at = scan_quoted(routed, text, all);
	else
		at = scan_plain(routed, text, all);
	if (!at)
		return NULL;
	*len = all - (size_t)(at + 1 - text);
	return at + 1;
}

void
recipient_parse(struct recipient *recipient, const char *text)
{
	size_t len = 0;
	const char *domain = recipient_scan(text, &len, &recipient->routed);

	recipient->has_domain = domain != NULL;
	recipient->literal = false;
	recipient->domain[0] = '\0';
	if (!domain)
		return;
	domain_fold(recipient->domain, domain, len);
	recipient->literal = recipient->domain[0] == '[';
}
