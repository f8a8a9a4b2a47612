/* The lists of an SMTP virtual server of IIS and Exchange 2000, and all it has
 * as a server. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "adsi.h"
#include "format_list.h"
#include "policy/field.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "server_name.h"

static int
sniff(const struct source *source, struct buf *why)
{
	static const char *const words[] = { "RelayIpList", "IPGrant",
		"IPDeny", "GrantByDefault", "Only the list below",
		"All except the list below" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (source_is_json(source) || !source_has(source, words[i]))
			continue;
		buf_addf(why, "%s is there, as of an SMTP virtual server",
		    words[i]);
		return 92;
	}
	return 0;
}

static bool
refuse_null(const struct adsi_list *relay, struct err *err)
{
	return fail(err, "line %zu: RelayIpList has no addresses, and null "
	    "(only the list, empty: nobody may relay) is printed like an empty "
	    "list (all except the list: everybody may relay); look into the "
	    "dialog Relay Restrictions and say --null-means closed or "
	    "--null-means open", relay->line);
}

/* --- entries ------------------------------------------------------------ */

static bool
choose(const struct adsi *a, const struct adsi_list **list, struct err *err)
{
	const char *column = intake_rules(a->intake)->column;
	struct span name = span_of(column ? column : "",
	    column ? strlen(column) : 0);

	*list = a->relay.there ? &a->relay : &a->connection;
	if (!column && a->relay.there && a->connection.there)
		return fail(err, "has RelayIpList and IPSecurity (connection "
		    "control); name one by --column, or import all as a "
		    "server");
	if (span_is(name, "RelayIpList"))
		*list = &a->relay;
	else if (span_is(name, "IPSecurity"))
		*list = &a->connection;
	else if (column)
		return fail(err, "there is no list '%.40s'; known are "
		    "RelayIpList and IPSecurity", column);
	if (!(*list)->there)
		return fail(err, "there is no %s in it", column);
	return !adsi_is_null(*list) || *list != &a->relay ||
	    refuse_null(*list, err);
}

/* Those that count; false: the default says that they do not. */
static bool
counts(const struct adsi_list *list, enum adsi_key key)
{
	bool grant = key == ADSI_GRANT || key == ADSI_DOMAIN_GRANT;

	return list->by_default != (grant ? ADSI_ALL_EXCEPT : ADSI_ONLY);
}

static void
take_entry(struct intake *intake, const struct stated *v, enum adsi_key key)
{
	struct item item = stated_item(v);
	struct buf spelled = { 0 };

	item.denied = key == ADSI_DENY || key == ADSI_DOMAIN_DENY;
	if (key == ADSI_DOMAIN_GRANT || key == ADSI_DOMAIN_DENY) {
		intake_domain(intake, &item, item.text, item.len);
	} else {
		adsi_spell(&spelled, v);
		stated_take(intake, &item,
		    span_of(buf_text(&spelled), spelled.len));
		buf_free(&spelled);
	}
}

static void
leave_value(struct intake *intake, const struct stated *v, enum adsi_key key)
{
	struct item item = stated_item(v);

	intake_left(intake, &item, "GrantByDefault is %s, so %s does not count",
	    key == ADSI_GRANT || key == ADSI_DOMAIN_GRANT ? "on" : "off",
	    key == ADSI_GRANT || key == ADSI_DOMAIN_GRANT ? "what is granted"
	                                                  : "what is denied");
}

static void
take_list(struct intake *intake, const struct adsi_list *list)
{
	for (int key = 0; key < ADSI_BY_DEFAULT; key++) {
		const struct stated_list *stated = &list->stated[key];
		enum adsi_key k = (enum adsi_key)key;

		for (size_t i = 0; i < stated->count; i++) {
			if (counts(list, k))
				take_entry(intake, &stated->values[i], k);
			else
				leave_value(intake, &stated->values[i], k);
		}
	}
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	const struct adsi_list *list;
	struct adsi a;
	bool ok = adsi_open(&a, intake, source, err);

	if (ok && !intake->stopped) {
		ok = choose(&a, &list, err);
		if (ok)
			take_list(intake, list);
	}
	adsi_close(&a);
	return ok;
}

/* --- a server ----------------------------------------------------------- */

static void
add_entry(struct intake *notes, const struct stated *v, bool domain,
    struct entries *entries)
{
	struct item item = stated_item(v);
	struct buf spelled = { 0 };
	struct entry entry;
	struct err err;
	bool ok;

	entry_clear(&entry);
	entry.kind = domain ? ENTRY_DOMAIN : ENTRY_NET;
	adsi_spell(&spelled, v);
	ok = domain
	    ? domain_parse(entry.name, item.text, item.len, &err)
	    : stated_net(notes, v, span_of(buf_text(&spelled), spelled.len),
	          &entry.net, &err);
	buf_free(&spelled);
	if (ok)
		entries_append(entries, &entry);
	else
		intake_bad(notes, &item, "%s", err.text);
}

/* What the default makes of it: a mode and the list that counts. */
static void
set_list(const struct adsi *a, const struct adsi_list *list, int *mode,
    struct entries *entries)
{
	*mode = list->by_default == ADSI_ALL_EXCEPT ? MODE_ALL_EXCEPT
	                                            : MODE_ONLY;
	for (int key = 0; key < ADSI_BY_DEFAULT; key++) {
		const struct stated_list *stated = &list->stated[key];
		enum adsi_key k = (enum adsi_key)key;
		bool deny = key == ADSI_DENY || key == ADSI_DOMAIN_DENY;

		for (size_t i = 0; i < stated->count; i++) {
			if (deny == (*mode == MODE_ALL_EXCEPT))
				add_entry(a->intake, &stated->values[i],
				    key >= ADSI_DOMAIN_GRANT, entries);
			else
				leave_value(a->intake, &stated->values[i], k);
		}
	}
	entries_settle(entries);
}

static void
note(const struct adsi *a, const char *what, const char *text)
{
	struct item item = { .line = 1, .column = 1, .text = what,
		.len = strlen(what) };

	intake_left(a->intake, &item, "%s", text);
}

/* ":25:", "192.0.2.1:25:" */
static void
set_listeners(const struct adsi *a, struct server *server)
{
	const struct stated_list *bindings = &a->stated[ADSI_BINDINGS];

	if (!bindings->count) {
		note(a, "ServerBindings", "is not there; the server listens on "
		    "port 25 of all addresses");
		return;
	}
	server_deafen(server);
	for (size_t i = 0; i < bindings->count; i++) {
		struct item item = stated_item(&bindings->values[i]);
		struct span host = span_of(item.text, item.len);
		struct listener listener;
		struct buf text = { 0 };
		struct err err;

		while (host.len && host.text[host.len - 1] == ':')
			host.len--;
		if (host.len && host.text[0] == ':')
			buf_add(&text, "0.0.0.0");
		buf_addn(&text, host.text, host.len);
		if (!listener_parse(&listener, buf_text(&text), text.len,
		        &err) ||
		    !server_add_listener(server, &listener, &err))
			intake_bad(a->intake, &item, "%s", err.text);
		buf_free(&text);
	}
}

static void
set_relay(const struct adsi *a, struct server *server)
{
	const char *null_means = intake_rules(a->intake)->null_means;

	server->relay_authenticated = adsi_flag(a, ADSI_RELAY_FOR_AUTH, false);
	if (!a->stated[ADSI_RELAY_FOR_AUTH].count)
		note(a, "RelayForAuth", "is not there; those who log in may "
		    "not relay for that");
	if (!a->relay.there)
		note(a, "RelayIpList", "is not there; nobody may relay by "
		    "address");
	if (adsi_is_null(&a->relay))
		server->relay_mode = !strcmp(null_means, "open")
		    ? MODE_ALL_EXCEPT : MODE_ONLY;
	else if (a->relay.there)
		set_list(a, &a->relay, &server->relay_mode, &server->relay);
}

static void
set_connection(const struct adsi *a, struct server *server)
{
	if (adsi_is_null(&a->connection) || !a->connection.there)
		note(a, "IPSecurity", "has no addresses; everybody may "
		    "connect");
	else
		set_list(a, &a->connection, &server->connection_mode,
		    &server->connection);
}

static void
make_server(const struct adsi *a, struct policy *policy)
{
	const char *comment = stated_text(&a->stated[ADSI_COMMENT]);
	struct given_names given = { 0 };
	char *name = server_name_make(&given, *comment ? comment : "smtp",
	    "smtp");
	struct server *server = preset_server(preset_find("standard"), name);

	if (*comment && name_check_comment(comment, strlen(comment),
	        &(struct err){ 0 }))
		server->comment = mem_text(comment);
	set_listeners(a, server);
	server->anonymous = adsi_flag(a, ADSI_ANONYMOUS, true);
	server->basic = adsi_flag(a, ADSI_BASIC, false);
	set_connection(a, server);
	set_relay(a, server);
	policy_add_server(policy, server);
	given_names_free(&given);
	free(name);
}

static bool
read_policy(struct policy *policy, struct intake *notes,
    const struct source *source, struct err *err)
{
	struct adsi a;
	bool ok = adsi_open(&a, notes, source, err);

	if (ok && adsi_is_null(&a.relay) && !intake_rules(notes)->null_means)
		ok = refuse_null(&a.relay, err);
	if (ok && !notes->stopped)
		make_server(&a, policy);
	adsi_close(&a);
	return ok;
}

const struct format format_adsi = {
	.name = "adsi",
	.title = "SMTP virtual server of IIS or Exchange 2000",
	.sniff = sniff,
	.read = read,
	.read_policy = read_policy,
};
