#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "adopt_settle.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "policy/name.h"

void
adopt_note(const struct service *s, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_addf(&s->adoption->notes, "%s: %s\n", s->name, text);
}

/* --- settings ---------------------------------------------------------- */

/* The value of a line "NAME = VALUE", or NULL; the caller frees it. */
static char *
find_value(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = text; line && *line;) {
		const char *end = line + strcspn(line, "\n"), *at;

		if (!strncmp(line, name, len)) {
			at = line + len + strspn(line + len, " ");
			if (*at == '=') {
				at += 1 + strspn(at + 1, " ");
				return mem_textn(at, (size_t)(end - at));
			}
		}
		line = *end ? end + 1 : end;
	}
	return NULL;
}

char *
service_setting(const struct service *s, const char *name)
{
	const struct fetched_files *files = s->adoption->files;
	char key[256], *value;

	snprintf(key, sizeof(key), "%s/inet/%s", s->name, name);
	value = find_value(fetched_find(files, "overrides"), key);
	if (!value)
		value = find_value(fetched_find(files, "settings"), name);
	return value ? value : mem_text("");
}

static bool
setting_is(const struct service *s, const char *name, const char *wanted)
{
	char *value = service_setting(s, name);
	bool same = !strcmp(value, wanted);

	free(value);
	return same;
}

bool
setting_word(const char **at, char *word, size_t size)
{
	size_t len;

	*at += strspn(*at, ", \t{}");
	len = strcspn(*at, ", \t{}");
	snprintf(word, size, "%.*s", (int)(len < size ? len : size - 1), *at);
	*at += len;
	return len > 0;
}

/* --- listeners --------------------------------------------------------- */

static const struct {
	const char *name;
	unsigned port;
} ports[] = {
	{ "smtp", 25, },
	{ "smtps", 465, },
	{ "submissions", 465, },
	{ "submission", 587, },
};

static unsigned
find_port(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (!strcmp(ports[i].name, text))
			return ports[i].port;
	return *text && !*end && number <= 65535 ? (unsigned)number : 0;
}

static void
add_listener(const struct service *s, const char *host, unsigned port)
{
	struct listener listener;
	struct buf text = { 0 };
	struct err err;

	buf_addf(&text, strchr(host, ':') && host[0] != '[' ? "[%s]:%u"
	                                                    : "%s:%u",
	    host, port);
	if (!listener_parse(&listener, buf_text(&text), text.len, &err))
		adopt_note(s, "it listens on %s, which is no address; add the "
		    "address to its listeners", host);
	else
		server_add_listener(s->server, &listener, &err);
	buf_free(&text);
}

static const struct {
	const char *word, *four, *six;
} interfaces[] = {
	{ "all", "0.0.0.0", "::", },
	{ "loopback-only", "127.0.0.1", "::1", },
	{ "localhost", "127.0.0.1", "::1", },
};

static void
add_interface(const struct service *s, const char *word, unsigned port)
{
	bool four = !setting_is(s, "inet_protocols", "ipv6");
	bool six = !setting_is(s, "inet_protocols", "ipv4");

	for (size_t i = 0; i < sizeof(interfaces) / sizeof(interfaces[0]);
	     i++) {
		if (strcmp(interfaces[i].word, word) != 0)
			continue;
		if (four)
			add_listener(s, interfaces[i].four, port);
		if (six)
			add_listener(s, interfaces[i].six, port);
		return;
	}
	add_listener(s, word, port);
}

static void
add_listeners(const struct service *s)
{
	const char *colon = strrchr(s->name, ':'), *at;
	unsigned port = find_port(colon ? colon + 1 : s->name);
	char word[256], *value;

	if (!port) {
		adopt_note(s, "its port is not known");
		return;
	}
	if (colon) {
		snprintf(word, sizeof(word), "%.*s",
		    (int)(colon - s->name), s->name);
		add_interface(s, word, port);
		return;
	}
	at = value = service_setting(s, "inet_interfaces");
	while (setting_word(&at, word, sizeof(word)))
		add_interface(s, word, port);
	free(value);
}

/* --- one service ------------------------------------------------------- */

static void
adopt_authentication(const struct service *s)
{
	s->server->basic = setting_is(s, "smtpd_sasl_auth_enable", "yes");
	if (setting_is(s, "smtpd_tls_security_level", "encrypt"))
		s->server->tls = TLS_REQUIRED;
	else if (setting_is(s, "smtpd_tls_security_level", "may"))
		s->server->tls = TLS_OFFERED;
	else
		s->server->tls = TLS_NONE;
	if (setting_is(s, "smtpd_tls_wrappermode", "yes")) {
		s->server->tls = TLS_REQUIRED;
		adopt_note(s, "TLS from the first byte "
		    "(smtpd_tls_wrappermode) becomes TLS by STARTTLS");
	}
}

/* Settings of the one service that have no counterpart in a virtual server. */
static void
note_others(const struct service *s)
{
	static const char *const known[] = { "syslog_name",
		"smtpd_client_restrictions", "smtpd_helo_restrictions",
		"smtpd_sender_restrictions", "smtpd_relay_restrictions",
		"smtpd_recipient_restrictions", "smtpd_sasl_auth_enable",
		"smtpd_tls_security_level", "smtpd_tls_auth_only",
		"smtpd_tls_wrappermode", "smtpd_reject_unlisted_recipient",
		"mynetworks", NULL };
	const char *text = fetched_find(s->adoption->files, "overrides");
	char begin[160], name[128];

	snprintf(begin, sizeof(begin), "%s/inet/", s->name);
	for (const char *line = text; line && *line;) {
		const char *end = line + strcspn(line, "\n");
		size_t len = strcspn(line, " ="), skip = strlen(begin);

		if (len > skip && !strncmp(line, begin, skip)) {
			snprintf(name, sizeof(name), "%.*s",
			    (int)(len - skip), line + skip);
			if (word_find(known, name) < 0)
				adopt_note(s, "its own %s is not taken over",
				    name);
		}
		line = *end ? end + 1 : end;
	}
}

static void
adopt_service(struct adoption *a, const char *name)
{
	struct service s = { .adoption = a };
	struct err err;
	char *own, *syslog;

	snprintf(s.name, sizeof(s.name), "%s", name);
	syslog = service_setting(&s, "syslog_name");
	own = adopt_name(a, name);
	if (!strncmp(syslog, "postfix/relayadm-", 17)) {
		buf_addf(&a->notes, "%s: was pushed from here; left out\n",
		    name);
	} else if (!name_check(own, strlen(own), &err) ||
	    policy_server(a->policy, own)) {
		adopt_note(&s, "cannot be called %s; left out", own);
	} else {
		s.server = server_new(own);
		policy_add_server(a->policy, s.server);
		add_listeners(&s);
		adopt_authentication(&s);
		adopt_restrictions(&s);
		adopt_domains(&s);
		note_others(&s);
	}
	free(syslog);
	free(own);
}

/* --- all of them ------------------------------------------------------- */

/* "smtp inet n - y - - smtpd": the words of a line, as many as there is room
 * for. */
static size_t
split_line(const char *line, char words[8][128])
{
	size_t count = 0;

	while (count < 8) {
		size_t len;

		line += strspn(line, " \t");
		len = strcspn(line, " \t\n");
		if (!len)
			break;
		snprintf(words[count++], 128, "%.*s",
		    (int)(len < 128 ? len : 127), line);
		line += len;
	}
	return count;
}

static bool
parse_service(const char *line, char words[8][128])
{
	/* A line of options begins with a blank. */
	return *line != ' ' && *line != '\t' && *line != '#' &&
	    split_line(line, words) == 8 && !strcmp(words[1], "inet") &&
	    !strcmp(words[7], "smtpd");
}

bool
adopt_postfix(struct adoption *a, const struct fetched_files *files,
    const char *gateway, struct err *err)
{
	const char *text = fetched_find(files, "services");
	char words[8][128];

	*a = (struct adoption){ .files = files, .gateway = gateway,
		.policy = policy_new() };
	if (!text || !fetched_find(files, "settings"))
		return fail_as(err, ERR_REFUSED, "%s: the gateway did not say "
		    "what its mail server has", gateway);
	for (const char *line = text; *line;) {
		const char *end = line + strcspn(line, "\n");

		if (parse_service(line, words))
			adopt_service(a, words[0]);
		line = *end ? end + 1 : end;
	}
	return a->policy->server_count || fail_as(err, ERR_NO,
	    "%s: there is no smtpd but what was pushed from here", gateway);
}

void
adoption_free(struct adoption *a)
{
	policy_free(a->policy);
	buf_free(&a->notes);
}
