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

/* The same in one pass over the whole text, for nearly all: no quotes.  False
 * when there are some. */
struct plain {
	const char *at, *end;
	bool routed; /* as far as the characters show */
};

static bool
scan_plain(struct plain *plain, const char *text)
{
	const char *at = NULL;
	bool routed = false, behind = false;

	for (; *text; text++) {
		unsigned char means = meaning[(unsigned char)*text];

		if (!means)
			continue;
		if (means == MEANS_QUOTE)
			return false;
		if (means == MEANS_AT) {
			routed = routed || at || behind;
			behind = false;
			at = text;
		} else {
			behind = true; /* counts if an @ follows, or none */
		}
	}
	*plain = (struct plain){ at, text, routed || (!at && behind) };
	return true;
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
	struct plain plain;
	bool is_plain = scan_plain(&plain, text);
	const char *at, *end = is_plain ? plain.end : text + strlen(text);

	if (end - text >= 2 && text[0] == '<' && end[-1] == '>')
		text++, end--;
	if (is_plain) {
		at = plain.at;
		*routed = plain.routed || is_imcea(text,
		    (size_t)((at ? at : end) - text));
	} else {
		at = scan_quoted(routed, text, (size_t)(end - text));
	}
	if (!at)
		return NULL;
	*len = (size_t)(end - (at + 1));
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
