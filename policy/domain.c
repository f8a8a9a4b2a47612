#include "config.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include <idn2.h>

#include "domain.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_ldh(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static bool
is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			return false;
	return true;
}

static bool
check_label(const char *label, size_t len, struct err *err)
{
	int shown = (int)(len > 80 ? 80 : len);

	if (!len)
		return fail(err, "an empty label (two dots, or one in front)");
	if (len > 63)
		return fail(err, "a label of more than 63 characters: %.*s...",
		    shown, label);
	if (label[0] == '-' || label[len - 1] == '-')
		return fail(err,
		    "label '%.*s' begins or ends with a hyphen", shown, label);
	for (size_t i = 0; i < len; i++)
		if (!is_ldh(label[i]))
			return fail(err,
			    "label '%.*s': only letters, digits and hyphens",
			    shown, label);
	return true;
}

/* No top-level domain is a number (RFC 3696 section 2), but a mistyped address
 * ends in one. */
static bool
check_last(const char *label, struct err *err)
{
	if (label[strspn(label, "0123456789")])
		return true;
	return fail(err, "it ends in the number %s, as no domain does; an "
	    "address is not a domain", label);
}

static bool
check_labels(const char *name, struct err *err)
{
	size_t len;

	for (const char *p = name;; p += len + 1) {
		len = strcspn(p, ".");
		if (!check_label(p, len, err))
			return false;
		if (!p[len])
			return check_last(p, err);
	}
}

/* Both are valid UTF-8 of equal code points, apart from case. */
static bool
equal_but_case(const uint32_t *a, const uint32_t *b)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	bool same = true;

	for (size_t i = 0; same && (a[i] || b[i]); i++) {
		wint_t folded = locale ? towlower_l((wint_t)a[i], locale)
		                       : (wint_t)a[i];

		same = (uint32_t)folded == b[i];
	}
	if (locale)
		freelocale(locale);
	return same;
}

static uint32_t
read_utf8(const char **text)
{
	const unsigned char *p = (const unsigned char *)*text;
	int more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc0 ? 1 : 0;
	uint32_t code = more ? *p & (0x3fu >> more) : *p;

	for (p++; more && *p; more--, p++)
		code = code << 6 | (*p & 0x3f);
	*text = (const char *)p;
	return code;
}

static void
code_points(uint32_t out[DOMAIN_SIZE * 4], const char *text)
{
	size_t n = 0;

	while (*text && n < DOMAIN_SIZE * 4 - 1)
		out[n++] = read_utf8(&text);
	out[n] = 0;
}

/* Did the conversion keep every code point (apart from case)? */
static bool
kept(const char *text, const char *ascii)
{
	uint32_t before[DOMAIN_SIZE * 4], after[DOMAIN_SIZE * 4];
	char *back = NULL;
	bool same = false;

	if (idn2_to_unicode_8z8z(ascii, &back, 0) == IDN2_OK) {
		code_points(before, text);
		code_points(after, back);
		same = equal_but_case(before, after);
	}
	idn2_free(back);
	return same;
}

/* What IDNA makes of the name, or NULL; to be freed by idn2_free(). */
static char *
to_ascii(const char *text, int *rc)
{
	char *ascii = NULL;

	*rc = idn2_lookup_u8((const uint8_t *)text, (uint8_t **)&ascii,
	    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	return *rc == IDN2_OK ? ascii : NULL;
}

static bool
convert(char name[DOMAIN_SIZE], const char *text, struct err *err)
{
	int rc;
	char *ascii = to_ascii(text, &rc);
	bool ok = true;

	if (!ascii)
		ok = fail(err, "not an internationalised name: %s",
		    idn2_strerror(rc));
	else if (strlen(ascii) > DOMAIN_LONGEST)
		ok = fail(err, "a name of more than 253 characters");
	else if (!kept(text, ascii))
		ok = fail(err,
		    "it holds characters that would be changed or dropped; "
		    "write it as %s if that is what is meant",
		    ascii);
	else
		memcpy(name, ascii, strlen(ascii) + 1);
	idn2_free(ascii);
	return ok;
}

bool
domain_parse(char name[DOMAIN_SIZE], const char *text, size_t len,
    struct err *err)
{
	char copy[DOMAIN_SIZE * 4];

	if (len && text[len - 1] == '.')
		len--;
	if (!len)
		return fail(err, "a domain is missing");
	if (len >= sizeof(copy) ||
	    (is_ascii(text, len) && len > DOMAIN_LONGEST))
		return fail(err, "a name of more than 253 characters");
	if (memchr(text, '\0', len))
		return fail(err, "a NUL byte in a domain");
	for (size_t i = 0; i < len; i++)
		copy[i] = lower(text[i]);
	copy[len] = '\0';
	if (is_ascii(copy, len))
		memcpy(name, copy, len + 1);
	else if (!convert(name, copy, err))
		return false;
	return check_labels(name, err);
}

/* A name from the network may be written in any way that IDNA reads as the
 * same name: full-width letters, an ideographic full stop. */
static bool
fold_utf8(char name[DOMAIN_SIZE], const char *text, size_t len)
{
	char copy[DOMAIN_SIZE * 4];
	char *ascii = NULL;
	size_t n = 0;
	int rc;

	if (len < sizeof(copy) && !memchr(text, '\0', len)) {
		memcpy(copy, text, len);
		copy[len] = '\0';
		ascii = to_ascii(copy, &rc);
		n = ascii ? strlen(ascii) : 0;
	}
	if (n && ascii[n - 1] == '.')
		n--;
	if (n && n < DOMAIN_SIZE)
		memcpy(name, ascii, n), name[n] = '\0';
	else
		n = 0;
	idn2_free(ascii);
	return n;
}

void
domain_fold(char name[DOMAIN_SIZE], const char *text, size_t len)
{
	unsigned char seen = 0;

	if (len && text[len - 1] == '.')
		len--;
	for (size_t i = 0; i < len; i++)
		seen |= (unsigned char)text[i];
	if (seen >= 0x80 && fold_utf8(name, text, len))
		return;
	/* Too long to be covered by anything as written: keep the end, which
	 * is what suffixes are compared with. */
	if (len > DOMAIN_SIZE - 1) {
		text += len - (DOMAIN_SIZE - 1);
		len = DOMAIN_SIZE - 1;
	}
	for (size_t i = 0; i < len; i++)
		name[i] = text[i] ? lower(text[i]) : '\x01';
	name[len] = '\0';
}

bool
domain_covers(const char *domain, const char *name)
{
	size_t d = strlen(domain), n = strlen(name);

	if (n < d || memcmp(name + n - d, domain, d) != 0)
		return false;
	return n == d || name[n - d - 1] == '.';
}

const char *
domain_parent(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot ? dot + 1 : NULL;
}
