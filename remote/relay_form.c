#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "relay_form.h"

/* nmap: the sixteen of its script smtp-open-relay.  Q304897: the seven tests of
 * that article, each of a form and a sender. */
const struct relay_form relay_forms[] = {
	{ "plain", "%u@%f", "nmap 1 to 4; Q304897 1 to 5" },
	{ "percent-literal", "%u%%%f@%a", "nmap 5; RFC 1123 5.2.16" },
	{ "percent", "%u%%%f@%n", "nmap 6; RFC 1123 5.2.16" },
	{ "quoted", "\"%u@%f\"", "nmap 7; Q304897 7" },
	{ "quoted-percent", "\"%u%%%f\"", "nmap 8" },
	{ "two-at-literal", "%u@%f@%a", "nmap 9" },
	{ "quoted-literal", "\"%u@%f\"@%a", "nmap 10" },
	{ "two-at", "%u@%f@%n", "nmap 11" },
	{ "route-literal", "@%a:%u@%f", "nmap 12; RFC 5321 appendix C" },
	{ "route", "@%n:%u@%f", "nmap 13; RFC 5321 appendix C" },
	{ "bang", "%f!%u", "nmap 14; RFC 976" },
	{ "bang-literal", "%f!%u@%a", "nmap 15" },
	{ "bang-near", "%f!%u@%n", "nmap 16" },
	{ "quoted-near", "\"%u@%f\"@%n", "Q264330" },
	{ "quoted-percent-near", "\"%u%%%f\"@%n", "RFC 1123 5.2.16" },
	{ "quoted-bang-near", "\"%f!%u\"@%n", "RFC 976" },
	{ "percent-bare", "%u%%%f", "Q304897 6; RFC 1123 5.2.16" },
	{ "percent-twice", "%u%%%f%%%n@%n", "RFC 1123 5.2.16" },
	{ "bang-percent", "%n!%u%%%f@%n", "RFC 1123 5.2.16" },
	{ "route-twice", "@%n,@%f:%u@%f", "RFC 5321 appendix C" },
	{ "route-percent", "@%n:%u%%%f@%n", "RFC 5321 appendix C" },
	{ "encapsulated", "IMCEASMTP-%u+40%f@%n", "Q237927" },
	{ "encapsulated-lower", "imceasmtp-%u+40%f@%n", "Q237927" },
	{ "encapsulated-quoted", "\"IMCEASMTP-%u+40%f\"@%n", "Q264330" },
	{ "dot-behind", "%u@%f.", "RFC 1034 3.1" },
	{ NULL, NULL, NULL },
};

const struct relay_form relay_senders[] = {
	{ "nobody", "", "nmap 1; Q304897 3; RFC 5321 4.5.5" },
	{ "far", "relayadm-probe@example.org", "Q304897 1; RFC 5321 3.6.1" },
	{ "near", "postmaster@%n", "nmap 3; Q304897 4" },
	{ "literal", "relayadm-probe@%a", "nmap 4; Q304897 5" },
	{ "recipient's-own", "%u@%f", "nmap 2" },
	{ "bare", "relayadm-probe", "Q304897 2, 6 and 7" },
	{ NULL, NULL, NULL },
};

const struct relay_moment_row relay_moments[] = {
	[MOMENT_EHLO] = { "ehlo", "after EHLO" },
	[MOMENT_HELO] = { "helo", "after HELO" },
	[MOMENT_SILENT] = { "silent", "before any greeting" },
	[MOMENT_TLS] = { "starttls", "after STARTTLS" },
	[MOMENT_FAILED_AUTH] = { "failed-auth", "after a log-in that failed" },
	[MOMENT_RSET] = { "rset", "after RSET" },
	[MOMENT_SECOND] = { "second", "in a second transaction" },
	[MOMENT_BESIDE] = { "beside", "beside a recipient of its own" },
	[MOMENT_PIPELINED] = { "pipelined", "pipelined" },
};

static bool
ends_in(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcmp(text + len - end_len, end);
}

enum relay_tail
relay_form_tail(const struct relay_form *form)
{
	if (ends_in(form->text, "@%n"))
		return TAIL_NEAR;
	if (ends_in(form->text, "@%a"))
		return TAIL_LITERAL;
	if (ends_in(form->text, "@%f") || ends_in(form->text, "@%f."))
		return TAIL_FAR;
	return TAIL_BARE;
}

void
relay_form_add(struct buf *buf, const struct relay_form *form,
    const struct relay_words *w)
{
	for (const char *at = form->text; *at; at++) {
		if (*at != '%') {
			buf_addc(buf, *at);
			continue;
		}
		switch (*++at) {
		case 'u':
			buf_add(buf, w->user);
			break;
		case 'f':
			buf_add(buf, w->far);
			break;
		case 'n':
			buf_add(buf, w->near);
			break;
		case 'a':
			buf_add(buf, w->literal);
			break;
		default:
			buf_addc(buf, '%');
		}
	}
}
