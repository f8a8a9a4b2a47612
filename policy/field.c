#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "mem.h"
#include "name.h"
#include "number.h"

#define AT(type, member) offsetof(struct type, member)

const struct field server_fields[] = {
	{ "name", "Name", FIELD_NAME, AT(server, name), NULL, NULL,
	    "the name of the virtual server in commands and files", },
	{ "comment", "Comment", FIELD_COMMENT, AT(server, comment), NULL, NULL,
	    "a note for people; it never reaches a gateway", },
	{ "enabled", "Enabled", FIELD_BOOL, AT(server, enabled), "true", NULL,
	    "a server that is off is not placed on any gateway", },
	{ "authentication.anonymous", "Anonymous access", FIELD_BOOL,
	    AT(server, anonymous), "true", NULL,
	    "take mail from clients that have not logged in", },
	{ "authentication.basic", "Basic authentication", FIELD_BOOL,
	    AT(server, basic), "false", NULL,
	    "offer log-in by name and password (SMTP AUTH)", },
	{ "authentication.tls", "TLS", FIELD_CHOICE, AT(server, tls),
	    "offered", tls_words,
	    "encryption of the session: none, offered, or required", },
	{ "connection.mode", "Connection control", FIELD_CHOICE,
	    AT(server, connection_mode), "all-except", mode_words,
	    "who may connect: only the list, or all except the list", },
	{ "relay.mode", "Relay restrictions", FIELD_CHOICE,
	    AT(server, relay_mode), "only", mode_words,
	    "who may relay: only the list, or all except the list", },
	{ "relay.authenticated",
	    "Allow all computers which successfully authenticate to relay, "
	    "regardless of the list above",
	    FIELD_BOOL, AT(server, relay_authenticated), "true", NULL,
	    "clients that log in may relay whatever the list says", },
	{ "routing.reroute", "Reroute incoming SMTP mail", FIELD_BOOL,
	    AT(server, reroute), "true", NULL,
	    "off: mail for domains that are not inbound is never sent on", },
	{ "routing.restrictions.authenticated",
	    "Hosts and clients that successfully authenticate", FIELD_BOOL,
	    AT(server, only_authenticated), "false", NULL,
	    "logging in satisfies the routing restrictions", },
	{ "routing.restrictions.clients.enabled",
	    "Hosts and clients with these IP addresses", FIELD_BOOL,
	    AT(server, clients.enabled), "false", NULL,
	    "being listed satisfies the routing restrictions; on and empty, "
	    "it is satisfied by nobody", },
	{ "routing.restrictions.local.enabled",
	    "Hosts and clients connecting to these internal addresses",
	    FIELD_BOOL, AT(server, local.enabled), "false", NULL,
	    "connecting to such an address of the gateway satisfies the "
	    "routing restrictions", },
	{ NULL, NULL, FIELD_NAME, 0, NULL, NULL, NULL, },
};

const struct field list_fields[] = {
	{ "name", "Name", FIELD_NAME, AT(list, name), NULL, NULL,
	    "entries include the list as list:NAME", },
	{ "comment", "Comment", FIELD_COMMENT, AT(list, comment), NULL, NULL,
	    "a note for people; it never reaches a gateway", },
	{ NULL, NULL, FIELD_NAME, 0, NULL, NULL, NULL, },
};

const struct field gateway_fields[] = {
	{ "name", "Name", FIELD_NAME, AT(gateway, name), NULL, NULL,
	    "the name of the gateway in commands", },
	{ "group", "Group", FIELD_GROUP, AT(gateway, group), NULL, NULL,
	    "gateways of a group can be pushed together: @GROUP", },
	{ "comment", "Comment", FIELD_COMMENT, AT(gateway, comment), NULL,
	    NULL, "a note for people; it never reaches a gateway", },
	{ "hold", "Hold", FIELD_HOLD, AT(gateway, hold), "", NULL,
	    "why nothing is pushed to it for now; empty: it is pushed to", },
	{ "mta", "MTA", FIELD_CHOICE, AT(gateway, mta), "postfix", mta_words,
	    "the mail server that runs there", },
	{ "ssh.host", "SSH host", FIELD_HOST, AT(gateway, host), "", NULL,
	    "host name or address that SSH connects to", },
	{ "ssh.port", "SSH port", FIELD_PORT, AT(gateway, port), "22", NULL,
	    "1 to 65535", },
	{ "ssh.user", "SSH user", FIELD_USER, AT(gateway, user), "root", NULL,
	    "the account to log in with", },
	{ "ssh.jump", "SSH jump host", FIELD_JUMP, AT(gateway, jump), NULL,
	    NULL, "[user@]host[:port] to go through, or nothing", },
	{ "ssh.transport", "SSH by", FIELD_OPTION, AT(gateway, transport),
	    "built-in", transport_words,
	    "built-in: ed25519 and ECDSA keys; openssh: by this machine's ssh, "
	    "for RSA, security keys, GSSAPI or ~/.ssh/config", },
	{ "ssh.become", "Become root by", FIELD_CHOICE, AT(gateway, become),
	    "none", become_words,
	    "none: the account is root; sudo: by sudo -n", },
	{ NULL, NULL, FIELD_NAME, 0, NULL, NULL, NULL, },
};

const struct field *
field_find(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			return fields;
	return NULL;
}

static void
set_text(char **to, char *text)
{
	free(*to);
	*to = text;
}

static bool
parse_text(char **to, const char *text, struct err *err,
    bool (*check)(const char *, size_t, struct err *))
{
	if (!check(text, strlen(text), err))
		return false;
	set_text(to, mem_text(text));
	return true;
}

static bool
parse_optional(char **to, const char *text, struct err *err,
    bool (*check)(const char *, size_t, struct err *))
{
	if (*text)
		return parse_text(to, text, err, check);
	set_text(to, NULL);
	return true;
}

static bool
parse_ssh_host(char **to, const char *text, struct err *err)
{
	char host[DOMAIN_SIZE];
	struct net net;
	struct err ignored;
	size_t len = strlen(text);

	if (!*text)
		set_text(to, mem_text(""));
	else if (net_parse_addr(&net, text, len, &ignored)) {
		char address[NET_TEXT];

		set_text(to, mem_text(net_text(&net, address)));
	} else if (!host_parse(host, text, len, err))
		return false;
	else if (host[0] == '[')
		set_text(to, mem_textn(host + 1, strlen(host) - 2));
	else
		set_text(to, mem_text(host));
	return true;
}

/* [user@]host[:port] */
static bool
check_jump(const char *text, size_t len, struct err *err)
{
	const char *at = memchr(text, '@', len);
	struct route hop = { 0 };
	bool ok;

	if (at && !name_check_user(text, (size_t)(at - text), err))
		return false;
	if (at)
		len -= (size_t)(at + 1 - text), text = at + 1;
	ok = route_parse_next_hop(&hop, text, len, err);
	if (ok && !hop.next_hop)
		ok = fail(err, "the jump host is missing");
	route_free(&hop);
	return ok;
}

static bool
parse_bool(bool *to, const char *text, struct err *err)
{
	static const char *const no[] = { "false", "no", "off", "0", NULL };
	static const char *const yes[] = { "true", "yes", "on", "1", NULL };

	if (word_find(yes, text) < 0 && word_find(no, text) < 0)
		return fail(err, "'%.80s' is neither true nor false", text);
	*to = word_find(yes, text) >= 0;
	return true;
}

static bool
parse_choice(int *to, const char *const *words, const char *text,
    struct err *err)
{
	struct buf all = { 0 };
	int place = word_find(words, text);

	if (place >= 0) {
		*to = place;
		return true;
	}
	for (int i = 0; words[i]; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", words[i]);
	fail(err, "'%.80s' is none of: %s", text, buf_text(&all));
	buf_free(&all);
	return false;
}

static bool
parse_port(uint16_t *to, const char *text, struct err *err)
{
	uint32_t port;

	if (!number_parse(&port, text, strlen(text), 65535) || !port)
		return fail(err, "'%.40s' is not a port of 1 to 65535", text);
	*to = (uint16_t)port;
	return true;
}

static bool
parse_prefix(int *to, const char *text, uint32_t most, struct err *err)
{
	uint32_t prefix;

	if (!number_parse(&prefix, text, strlen(text), most))
		return fail(err, "'%.40s' is not a prefix of 0 to %u", text,
		    (unsigned)most);
	*to = (int)prefix;
	return true;
}

bool
field_is_number(const struct field *field)
{
	return field->kind == FIELD_PORT || field->kind == FIELD_PREFIX4 ||
	    field->kind == FIELD_PREFIX6;
}

static void *
member(const struct field *field, void *object)
{
	return (char *)object + field->offset;
}

static bool
parse_value(const struct field *field, void *at, const char *text,
    struct err *err)
{
	switch (field->kind) {
	case FIELD_NAME:
		return parse_text(at, text, err, name_check);
	case FIELD_USER:
		return parse_text(at, text, err, name_check_user);
	case FIELD_COMMENT:
	case FIELD_HOLD:
		return parse_optional(at, text, err, name_check_comment);
	case FIELD_GROUP:
		return parse_optional(at, text, err, name_check);
	case FIELD_JUMP:
		return parse_optional(at, text, err, check_jump);
	case FIELD_HOST:
		return parse_ssh_host(at, text, err);
	case FIELD_BOOL:
		return parse_bool(at, text, err);
	case FIELD_CHOICE:
	case FIELD_OPTION:
		return parse_choice(at, field->words, text, err);
	case FIELD_PORT:
		return parse_port(at, text, err);
	case FIELD_PREFIX4:
		return parse_prefix(at, text, 32, err);
	case FIELD_PREFIX6:
		return parse_prefix(at, text, 128, err);
	}
	return fail(err, "a field of an unknown kind");
}

bool
field_parse(const struct field *field, void *object, const char *text,
    struct err *err)
{
	if (!parse_value(field, member(field, object), text, err))
		return fail_in(err, "%s", field->name);
	return true;
}

void
field_add(struct buf *buf, const struct field *field, const void *object)
{
	const void *at = (const char *)object + field->offset;
	const char *text;

	switch (field->kind) {
	case FIELD_BOOL:
		buf_add(buf, *(const bool *)at ? "true" : "false");
		return;
	case FIELD_CHOICE:
	case FIELD_OPTION:
		buf_add(buf, field->words[*(const int *)at]);
		return;
	case FIELD_PORT:
		buf_addf(buf, "%u", (unsigned)*(const uint16_t *)at);
		return;
	case FIELD_PREFIX4:
	case FIELD_PREFIX6:
		buf_addf(buf, "%d", *(const int *)at);
		return;
	case FIELD_NAME:
	case FIELD_COMMENT:
	case FIELD_HOLD:
	case FIELD_GROUP:
	case FIELD_HOST:
	case FIELD_USER:
	case FIELD_JUMP:
		text = *(char *const *)at;
		buf_add(buf, text ? text : "");
		return;
	}
}

/* --- entry lists of a server ------------------------------------------ */

const struct slot server_slots[] = {
	{ "connection", "connection.entries", "Connection control",
	    AT(server, connection), false, },
	{ "relay", "relay.entries", "Relay restrictions", AT(server, relay),
	    false, },
	{ "clients", "routing.restrictions.clients.entries",
	    "Hosts and clients with these IP addresses",
	    AT(server, clients.entries), false, },
	{ "local", "routing.restrictions.local.entries",
	    "Hosts and clients connecting to these internal addresses",
	    AT(server, local.entries), true, },
	{ "never", "routing.restrictions.never.entries",
	    "Hosts and clients that can NEVER route mail", AT(server, never),
	    true, },
	{ NULL, NULL, NULL, 0, false, },
};

const struct slot *
slot_find(const char *name)
{
	for (const struct slot *s = server_slots; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

struct entries *
slot_entries(const struct slot *slot, struct server *server)
{
	return (struct entries *)(void *)((char *)server + slot->offset);
}

const struct entries *
slot_entries_const(const struct slot *slot, const struct server *server)
{
	return (const struct entries *)(const void *)((const char *)server +
	    slot->offset);
}

bool
slot_check_found(const struct slot *slot, const struct list *list,
    const struct entry *entry, struct err *err)
{
	if (!slot->only_addresses || entry->kind == ENTRY_NET)
		return true;
	if (entry->kind == ENTRY_DOMAIN)
		return fail(err,
		    "%s: domain:%s: only addresses can stand here",
		    slot->name, entry->name);
	if (list && list->entries.domain_count)
		return fail(err,
		    "%s: list:%s holds the client domain %s; only lists of "
		    "addresses can stand here",
		    slot->name, entry->name, list->entries.domains[0]);
	return true;
}

bool
slot_check(const struct slot *slot, const struct policy *policy,
    const struct entry *entry, struct err *err)
{
	bool asks = slot->only_addresses && entry->kind == ENTRY_LIST;

	return slot_check_found(slot,
	    asks ? policy_list(policy, entry->name) : NULL, entry, err);
}

/* --- presets ---------------------------------------------------------- */

const struct preset presets[] = {
	{ "standard", "Default SMTP virtual server", "Exchange 2000's default",
	    25, true, false, TLS_OFFERED, true, MODE_ONLY, true, false, },
	{ "closed", "Never relays", "an internal server that must never relay",
	    25, true, false, TLS_OFFERED, false, MODE_ONLY, false, false, },
	{ "submission", "Submission", "people on the road who log in", 587,
	    false, true, TLS_REQUIRED, true, MODE_ONLY, true, false, },
	{ "device-relay", "Devices", "printers, scanners, applications, by "
	    "address", 25, true, false, TLS_OFFERED, true, MODE_ONLY, false,
	    true, },
	{ "ims", "Internet Mail Service",
	    "Exchange 5.5's Routing tab in charge", 25, true, false,
	    TLS_OFFERED, false, MODE_ALL_EXCEPT, true, false, },
	{ NULL, NULL, NULL, 0, false, false, 0, false, 0, false, false, },
};

const struct preset *
preset_find(const char *name)
{
	for (const struct preset *p = presets; p->name; p++)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}

struct server *
preset_server(const struct preset *preset, const char *name)
{
	struct server *server = server_new(name);
	struct err ignored;
	struct listener v4 = { 4, 0, preset->port };
	struct listener v6 = { 6, 0, preset->port };

	server->anonymous = preset->anonymous;
	server->basic = preset->basic;
	server->tls = preset->tls;
	server->reroute = preset->reroute;
	server->relay_mode = preset->relay_mode;
	server->relay_authenticated = preset->relay_authenticated;
	server_add_listener(server, &v4, &ignored);
	server_add_listener(server, &v6, &ignored);
	return server;
}
