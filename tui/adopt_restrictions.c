#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "policy/set.h"
#include "store/import.h"

/* --- tables ------------------------------------------------------------ */

static const struct {
	const char *type;
	const char *format; /* what its file is read as */
} tables[] = {
	{ "cidr", "postfix-cidr", },
	{ "hash", "postfix-access", },
	{ "lmdb", "postfix-access", },
	{ "cdb", "postfix-access", },
	{ "btree", "postfix-access", },
	{ "texthash", "postfix-access", },
};

static const char *
find_format(const char *item, const char **path)
{
	size_t len = strcspn(item, ":");

	*path = item;
	if (item[0] == '/')
		return "postfix-mynetworks";
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strlen(tables[i].type) == len &&
		    !strncmp(tables[i].type, item, len)) {
			*path = item + len + 1;
			return tables[i].format;
		}
	return NULL;
}

static void
read_list(const struct service *s, const char *what, const char *format,
    const char *text, bool denied, struct entries *to)
{
	struct import_rules rules = { .format = format, .denied = denied };
	static const struct entries none;
	struct import import;
	struct err err;

	if (!import_judge(&import, text, strlen(text), &rules, &none, &err))
		adopt_note(s, "%s: %s", what, err.text);
	for (size_t i = 0; i < import.bad_count; i++)
		adopt_note(s, "%s: line %zu is left out: %s", what,
		    import.bad[i].number, import.bad[i].reason);
	entries_append_all(to, &import.entries);
	entries_settle(to);
	import_free(&import);
}

void
adopt_table(const struct service *s, const char *item, bool denied,
    struct entries *to)
{
	const char *path, *format = find_format(item, &path);
	const char *text = format ? fetched_find(s->adoption->files, path)
	                          : NULL;

	if (!format)
		adopt_note(s, "the table %s is of a kind that cannot be read "
		    "as a list", item);
	else if (!text)
		adopt_note(s, "the file %s could not be read there", path);
	else
		read_list(s, path, format, text, denied, to);
}

/* --- mynetworks -------------------------------------------------------- */

/* A cidr table lists networks here, whatever their values say. */
static void
add_networks(const struct service *s, struct entries *to)
{
	char *value = service_setting(s, "mynetworks"), word[1024];
	const char *at = value;
	struct buf own = { 0 };

	buf_add(&own, "mynetworks =");
	while (setting_word(&at, word, sizeof(word))) {
		const char *path;

		if (word[0] != '/' && !find_format(word, &path)) {
			buf_addf(&own, " %s", word);
			continue;
		}
		adopt_table(s, word, false, to);
		if (strncmp(word, "cidr:", 5) == 0)
			adopt_table(s, word, true, to);
	}
	if (own.len > strlen("mynetworks ="))
		read_list(s, "mynetworks", "postfix-mynetworks",
		    buf_text(&own), false, to);
	buf_free(&own);
	free(value);
}

/* --- a list of restrictions -------------------------------------------- */

enum effect {
	DOES_NETWORKS,  /* lets mynetworks through */
	DOES_LOGGED_ON, /* lets through who logged on */
	DOES_CLIENTS,   /* a table of clients follows */
	DOES_PERMIT,    /* everybody */
	DOES_REJECT,    /* nobody else */
	DOES_FOREIGN,   /* no mail for foreign domains from here on */
	DOES_LESS,      /* only takes away, from anybody */
	DOES_TABLE,     /* something else that a table says */
	DOES_UNKNOWN,
};

static const struct {
	const char *word;
	enum effect effect;
} restrictions[] = {
	{ "permit_mynetworks", DOES_NETWORKS, },
	{ "permit_sasl_authenticated", DOES_LOGGED_ON, },
	{ "check_client_access", DOES_CLIENTS, },
	{ "permit", DOES_PERMIT, },
	{ "reject", DOES_REJECT, },
	{ "defer", DOES_REJECT, },
	{ "defer_if_reject", DOES_LESS, },
	{ "defer_if_permit", DOES_LESS, },
	{ "reject_unauth_destination", DOES_FOREIGN, },
	{ "defer_unauth_destination", DOES_FOREIGN, },
	{ "permit_auth_destination", DOES_LESS, },
	{ "warn_if_reject", DOES_LESS, },
	{ "sleep", DOES_LESS, },
};

static enum effect
find_effect(const char *word)
{
	for (size_t i = 0; i < sizeof(restrictions) / sizeof(restrictions[0]);
	     i++)
		if (!strcmp(restrictions[i].word, word))
			return restrictions[i].effect;
	if (!strncmp(word, "reject_", 7) || !strncmp(word, "defer_", 6))
		return DOES_LESS;
	return !strncmp(word, "check_", 6) ? DOES_TABLE : DOES_UNKNOWN;
}

/* What the lists of a service come to for the connection. */
struct gathered {
	struct entries let;     /* by the client's list */
	struct entries refused; /* by any of them */
	bool only; /* the client's list refuses everybody else */
};

struct walk {
	const struct service *service;
	const char *setting;
	struct gathered *gathered;
	bool relays;        /* what is let through may relay */
	struct entries *let; /* where clients that are let through go; NULL:
	                        nothing comes of it */
	bool networks, logged_on, clients; /* were let through so far */
};

/* Connection control refuses first, whatever else lets a client through. */
static void
take_table(struct walk *w, const char *item)
{
	const struct service *s = w->service;
	struct entries *refused = &w->gathered->refused;
	size_t before = entries_count(refused);

	adopt_table(s, item, true, refused);
	if (entries_count(refused) > before &&
	    (w->networks || w->logged_on || w->clients))
		adopt_note(s, "%s: what %s refuses stands after others that "
		    "let clients through; it is refused to those, too",
		    w->setting, item);
	if (!w->let)
		return;
	before = entries_count(w->let);
	adopt_table(s, item, false, w->let);
	w->clients = w->clients || entries_count(w->let) > before;
}

/* Everybody else is refused; of the client's list that is a list of those that
 * may connect. */
static void
take_reject(struct walk *w)
{
	struct server *server = w->service->server;

	if (w->logged_on && !w->networks && !w->clients)
		server->anonymous = false;
	else if (w->let == &w->gathered->let && !w->logged_on)
		w->gathered->only = true;
	else
		adopt_note(w->service, "%s: it rejects everybody else, inbound "
		    "mail too; use connection control for that", w->setting);
}

static void
note_item(const struct walk *w, enum effect effect, const char *word)
{
	if (effect == DOES_LESS)
		adopt_note(w->service, "%s: %s refuses some mail whoever sends "
		    "it; not taken over", w->setting, word);
	else
		adopt_note(w->service, "%s: %s is NOT UNDERSTOOD; look what "
		    "it lets through", w->setting, word);
}

/* False when nothing behind it counts. */
static bool
take_item(struct walk *w, const char *word, const char **at)
{
	const struct service *s = w->service;
	enum effect effect = find_effect(word);
	char item[1024] = "";

	if (effect == DOES_CLIENTS || effect == DOES_TABLE ||
	    !strcmp(word, "reject_rbl_client") ||
	    !strcmp(word, "reject_rhsbl_client") || !strcmp(word, "sleep"))
		setting_word(at, item, sizeof(item));
	switch (effect) {
	case DOES_NETWORKS:
		w->networks = true;
		if (w->let)
			add_networks(s, w->let);
		return true;
	case DOES_LOGGED_ON:
		w->logged_on = true;
		return true;
	case DOES_CLIENTS:
		take_table(w, item);
		return true;
	case DOES_PERMIT:
		if (w->relays) {
			s->server->relay_mode = MODE_ALL_EXCEPT;
			entries_free(&s->server->relay);
			adopt_note(s, "%s: permit lets EVERYBODY relay",
			    w->setting);
		}
		return false;
	case DOES_REJECT:
		take_reject(w);
		return false;
	case DOES_FOREIGN:
		return false;
	case DOES_LESS:
	case DOES_TABLE:
	case DOES_UNKNOWN:
		break;
	}
	note_item(w, effect, word);
	return true;
}

/* What stands behind the end still refuses mail. */
static void
note_rest(const struct walk *w, const char *at)
{
	char word[1024];

	while (setting_word(&at, word, sizeof(word))) {
		enum effect effect = find_effect(word);

		if (effect == DOES_LESS || effect == DOES_TABLE)
			note_item(w, DOES_LESS, word);
	}
}

static bool
walk_setting(struct walk *w)
{
	char *value = service_setting(w->service, w->setting), word[1024];
	const char *at = value;
	bool any = false, going = true;

	while (going && setting_word(&at, word, sizeof(word))) {
		any = true;
		going = take_item(w, word, &at);
	}
	note_rest(w, at);
	free(value);
	return any;
}

/* Those of the one list that the other does not refuse. */
static void
cut_refused(const struct service *s, const struct gathered *g)
{
	struct entries *to = &s->server->connection;
	struct set left, refused;

	if (g->refused.domain_count)
		adopt_note(s, "client names that are refused are left out, "
		    "since only listed clients may connect");
	set_of_entries(&left, &g->let);
	set_of_entries(&refused, &g->refused);
	set_subtract(&left, &left, &refused);
	set_blocks(&left, entries_append_block, to);
	for (size_t i = g->let.v4_count + g->let.v6_count;
	     i < entries_count(&g->let); i++) {
		struct entry entry;

		entries_at(&g->let, i, &entry);
		entries_append(to, &entry);
	}
	entries_settle(to);
	set_free(&left);
	set_free(&refused);
}

static void
settle_connection(const struct service *s, struct gathered *g)
{
	s->server->connection_mode = g->only ? MODE_ONLY : MODE_ALL_EXCEPT;
	if (g->only)
		cut_refused(s, g);
	else
		entries_copy(&s->server->connection, &g->refused);
	entries_free(&g->let);
	entries_free(&g->refused);
}

void
adopt_restrictions(const struct service *s)
{
	struct gathered gathered = { .only = false };
	struct walk client = { .service = s, .gathered = &gathered,
		.let = &gathered.let,
		.setting = "smtpd_client_restrictions" };
	struct walk other = { .service = s, .gathered = &gathered,
		.setting = "smtpd_helo_restrictions" };
	struct walk relay = { .service = s, .gathered = &gathered,
		.relays = true, .let = &s->server->relay,
		.setting = "smtpd_relay_restrictions" };
	struct walk recipient = relay;

	s->server->relay_mode = MODE_ONLY;
	walk_setting(&client);
	walk_setting(&other);
	other = (struct walk){ .service = s, .gathered = &gathered,
		.setting = "smtpd_sender_restrictions" };
	walk_setting(&other);
	recipient.setting = "smtpd_recipient_restrictions";
	if (walk_setting(&relay)) {
		recipient.relays = false;
		recipient.let = NULL;
		walk_setting(&recipient);
	} else if (walk_setting(&recipient)) {
		relay = recipient;
	}
	s->server->relay_authenticated = relay.logged_on && s->server->basic;
	settle_connection(s, &gathered);
}
