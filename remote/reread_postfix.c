#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/domain.h"
#include "policy/mem.h"
#include "policy/reach.h"

#include "postfix.h"
#include "share.h"
#include "treatment.h"

/* Reads what was rendered as Postfix would, knowing nothing of how it was
 * rendered but where it is, and asks the policy core the same: per listener the
 * exact sets of clients that may connect and relay, and what becomes of each
 * domain of the routing list. */

#define NEST_MAX 4

enum verdict {
	UNDECIDED,
	PERMIT,
	REJECT,
};

/* One service of master.cf with its settings. */
struct service {
	const struct rendering *rendering;
	const char *text; /* its lines; up to the next service */
	bool authenticated;
	bool routed; /* the recipient's local part carries a route */
	struct err *err;
	bool broken; /* err says why */
};

static bool
complain(struct service *s, const char *what, const char *where)
{
	if (!s->broken)
		fail(s->err, "%s: %s", where, what);
	s->broken = true;
	return false;
}

/* The value of a setting of the service, or NULL; *len is its length. */
static const char *
find_setting(const struct service *s, const char *name, size_t len,
    size_t *value_len)
{
	const char *line = strchr(s->text, '\n');

	for (; line && line[1] == ' '; line = strchr(line + 1, '\n')) {
		const char *at = line + 1, *end = strchr(at, '\n');

		if (strncmp(at, "  -o { ", 7) || !end || end - at < 10)
			continue;
		at += 7;
		if (strncmp(at, name, len) || strncmp(at + len, " =", 2))
			continue;
		at += len + 2;
		at += *at == ' ';
		*value_len = (size_t)(end - at) >= 2
		    ? (size_t)(end - at) - 2 : 0;
		return at;
	}
	return NULL;
}

/* --- tables ------------------------------------------------------------ */

static enum verdict
result_verdict(const char *text, size_t len)
{
	if (len == 2 && !memcmp(text, "OK", 2))
		return PERMIT;
	return len > 3 && text[0] == '5' ? REJECT : UNDECIDED;
}

/* "10.0", "192.0.2.1": an octet key is a block. */
static bool
parse_octets(const char *text, size_t len, struct net *net)
{
	uint32_t addr = 0, part = 0;
	int parts = 1;
	bool digit = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.' && digit && parts < 4) {
			addr = addr << 8 | part;
			part = 0, digit = false, parts++;
		} else if (text[i] >= '0' && text[i] <= '9' && part < 26) {
			part = part * 10 + (uint32_t)(text[i] - '0');
			digit = true;
		} else {
			return false;
		}
	}
	if (!digit || part > 255)
		return false;
	net->family = 4;
	net->first = (u128)(addr << 8 | part) << (32 - 8 * parts);
	net->last = net->first + (((u128)1 << (32 - 8 * parts)) - 1);
	return true;
}

/* The clients of a table of addresses, all of which have one result. */
static bool
read_addresses(struct service *s, const struct rendered_file *file,
    bool octets, struct set *set, enum verdict *verdict)
{
	struct entries entries = { 0 };
	bool ok = true;

	for (const char *at = file->data; ok && *at;) {
		size_t line = strcspn(at, "\n"), key = strcspn(at, " ");
		struct entry entry = { .kind = ENTRY_NET };
		struct err err;

		ok = key < line && (octets
		    ? parse_octets(at, key, &entry.net)
		    : net_parse(&entry.net, at, key, NET_STRICT, &err));
		*verdict = ok ? result_verdict(at + key + 1, line - key - 1)
		              : UNDECIDED;
		ok = ok && *verdict != UNDECIDED;
		if (ok)
			entries_append(&entries, &entry);
		at += line + (at[line] == '\n');
	}
	entries_settle(&entries);
	set_of_entries(set, &entries);
	entries_free(&entries);
	return ok || complain(s, "a row cannot be read back", file->path);
}

/* The result for a domain as access(5) looks it up: itself, then its parents
 * with a dot in front. */
static const char *
find_domain(const struct rendered_file *file, const char *domain, size_t *len)
{
	struct buf key = { 0 };
	const char *found = NULL;

	for (const char *d = domain; d && !found; d = domain_parent(d)) {
		buf_clear(&key);
		buf_addf(&key, "%s%s ", d == domain ? "" : ".", d);
		found = strncmp(file->data, key.data, key.len) ? NULL
		                                               : file->data;
		for (const char *at = strchr(file->data, '\n'); at && !found;
		     at = strchr(at + 1, '\n'))
			if (!strncmp(at + 1, key.data, key.len))
				found = at + 1;
		if (found)
			found += key.len;
	}
	*len = found ? strcspn(found, "\n") : 0;
	buf_free(&key);
	return found;
}

/* --- restrictions ------------------------------------------------------ */

struct walk {
	struct service *service;
	const char *recipient; /* its domain; NULL: a foreign one */
	struct set open;       /* clients about which nothing is decided yet */
	struct set permitted;
	int depth;
};

static void walk_list(struct walk *walk, const char *text, size_t len);

static void
decide(struct walk *walk, const struct set *clients, enum verdict verdict)
{
	struct set some = { 0 };

	set_intersect(&some, &walk->open, clients);
	if (verdict == PERMIT)
		set_union(&walk->permitted, &walk->permitted, &some);
	if (verdict != UNDECIDED)
		set_subtract(&walk->open, &walk->open, &some);
	set_free(&some);
}

static void
decide_all(struct walk *walk, enum verdict verdict)
{
	struct set all;

	set_copy(&all, &walk->open);
	decide(walk, &all, verdict);
	set_free(&all);
}

static void
apply_result(struct walk *walk, const char *text, size_t len)
{
	if (len > 9 && !strncmp(text, "relayadm_", 9))
		walk_list(walk, text, len);
	else
		decide_all(walk, result_verdict(text, len));
}

static const struct rendered_file *
find_table(struct walk *walk, const char *path, size_t len)
{
	size_t prefix = strlen(POSTFIX_CURRENT);
	const struct rendered_file *file = NULL;
	char *name;

	if (len > prefix && !strncmp(path, POSTFIX_CURRENT, prefix)) {
		name = mem_textn(path + prefix, len - prefix);
		file = rendering_find(walk->service->rendering, name);
		free(name);
	}
	if (!file)
		complain(walk->service, "a table is missing", "master.cf");
	return file;
}

/* "check_client_access TYPE:PATH", for clients without a verified name. */
static void
check_client(struct walk *walk, const char *table, size_t len)
{
	const char *colon = memchr(table, ':', len);
	size_t type = colon ? (size_t)(colon - table) : len;
	const struct rendered_file *file;
	enum verdict verdict = UNDECIDED;
	struct set set = { 0 };

	if (!colon) {
		complain(walk->service, "a table has no type", "master.cf");
		return;
	}
	if (!strncmp(table, "static:{5", 9)) {
		decide_all(walk, REJECT);
		return;
	}
	file = find_table(walk, colon + 1, len - type - 1);
	if (!file || strstr(file->path, ".names."))
		return;
	if (read_addresses(walk->service, file, *table == '$', &set, &verdict))
		decide(walk, &set, verdict);
	set_free(&set);
}

/* The one result of a table of expressions; each begins a line's last word. */
static void
check_expression(struct walk *walk, const struct rendered_file *file)
{
	size_t line = strcspn(file->data, "\n"), word = line;

	while (word && file->data[word - 1] != ' ')
		word--;
	if (walk->service->routed)
		apply_result(walk, file->data + word, line - word);
}

/* "check_recipient_access TYPE:PATH".  Postfix does not let a routed recipient
 * pass by a table. */
static void
check_recipient(struct walk *walk, const char *table, size_t len)
{
	const char *colon = memchr(table, ':', len), *found;
	const struct rendered_file *file;
	size_t found_len;

	if (!colon)
		return;
	if (!strncmp(table, "static:", 7)) {
		if (strncmp(table, "static:OK", 9))
			decide_all(walk, REJECT);
		else if (!walk->service->routed)
			decide_all(walk, PERMIT);
		return;
	}
	file = find_table(walk, colon + 1, len - (size_t)(colon - table) - 1);
	if (file && !strncmp(table, "regexp:", 7)) {
		check_expression(walk, file);
		return;
	}
	found = file ? find_domain(file, walk->recipient, &found_len) : NULL;
	if (found && !(walk->service->routed &&
	    result_verdict(found, found_len) == PERMIT))
		apply_result(walk, found, found_len);
}

static bool
is_word(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && !memcmp(text, word, len);
}

static void
walk_one(struct walk *walk, const char *text, size_t len)
{
	size_t word = 0, next;

	while (word < len && text[word] != ' ')
		word++;
	next = word < len ? word + 1 : len;
	if (is_word(text, word, "check_client_access"))
		check_client(walk, text + next, len - next);
	else if (is_word(text, word, "check_recipient_access"))
		check_recipient(walk, text + next, len - next);
	else if (is_word(text, len, "permit"))
		decide_all(walk, PERMIT);
	else if (is_word(text, len, "reject"))
		decide_all(walk, REJECT);
	else if (is_word(text, len, "permit_sasl_authenticated"))
		decide_all(walk, walk->service->authenticated ? PERMIT
		                                              : UNDECIDED);
	else if (len > 9 && !strncmp(text, "relayadm_", 9))
		walk_list(walk, text, len);
	else
		complain(walk->service, "an unknown restriction", "master.cf");
}

/* The restrictions that a setting holds; at its end nothing more is decided. */
static void
walk_list(struct walk *walk, const char *name, size_t len)
{
	size_t left = 0;
	const char *at = find_setting(walk->service, name, len, &left);

	if (!at || walk->depth == NEST_MAX) {
		complain(walk->service, "a setting is missing", "master.cf");
		return;
	}
	walk->depth++;
	while (left && !set_empty(&walk->open)) {
		size_t one = 0, brace = 0;

		for (; one < left && (brace || at[one] != ','); one++)
			brace = brace + (at[one] == '{') - (at[one] == '}');
		walk_one(walk, at, one);
		while (one < left && (at[one] == ',' || at[one] == ' '))
			one++;
		at += one;
		left -= one;
	}
	walk->depth--;
}

/* clients becomes those that the setting lets pass. */
static void
pass(struct service *s, const char *setting, const char *recipient,
    struct set *clients)
{
	struct walk walk = { .service = s, .recipient = recipient };

	set_copy(&walk.open, clients);
	walk_list(&walk, setting, strlen(setting));
	decide_all(&walk, PERMIT);
	set_free(clients);
	*clients = walk.permitted;
	set_free(&walk.open);
}

/* --- comparing with the core ------------------------------------------- */

#define FOREIGN "foreign.relayadm.invalid"

static void
read_reach(struct service *s, enum reach reach, struct set *clients)
{
	s->authenticated = reach == REACH_RELAY_AUTH;
	set_all(clients);
	pass(s, "smtpd_client_restrictions", FOREIGN, clients);
	if (reach == REACH_CONNECT)
		return;
	pass(s, "smtpd_sender_restrictions", FOREIGN, clients);
	pass(s, "smtpd_relay_restrictions", FOREIGN, clients);
	pass(s, "smtpd_recipient_restrictions", FOREIGN, clients);
}

static bool
compare_reach(struct service *s, const struct ruleset *rules,
    const struct listener *listener, enum reach reach)
{
	struct set mine, core;
	bool equal;

	read_reach(s, reach, &mine);
	reach_set(rules, reach, listener, &core);
	equal = set_equal(&mine, &core);
	set_free(&mine);
	set_free(&core);
	return equal || complain(s, reach == REACH_CONNECT
	    ? "other clients may connect than the policy says"
	    : "other clients may relay than the policy says", "master.cf");
}

/* Both for plain recipients of a foreign domain and for routed ones.  Where "."
 * says inbound only the latter are foreign, where it says relay the former. */
static bool
compare_relay(struct service *s, const struct ruleset *rules,
    const struct listener *listener)
{
	const struct route *every = relay_route(rules, ".");

	for (int routed = 0; routed < 2; routed++) {
		if (every && every->action ==
		    (routed ? ROUTE_RELAY : ROUTE_INBOUND))
			continue;
		s->routed = routed;
		if (!compare_reach(s, rules, listener, REACH_RELAY) ||
		    !compare_reach(s, rules, listener, REACH_RELAY_AUTH))
			return false;
	}
	s->routed = false;
	return true;
}

/* Who may send to the domain. */
static void
find_senders(void *context, const char *domain, bool authenticated,
    struct set *clients)
{
	struct service *s = context;

	s->authenticated = authenticated;
	set_all(clients);
	pass(s, "smtpd_relay_restrictions", domain, clients);
	pass(s, "smtpd_recipient_restrictions", domain, clients);
}

static enum share
accepted_share(struct service *s, const char *domain, bool routed)
{
	struct set clients;
	enum share share;

	s->routed = routed;
	find_senders(s, domain, false, &clients);
	s->routed = false;
	share = share_of(&clients);
	set_free(&clients);
	return share;
}

static bool
compare_domain(struct service *s, const struct server *server,
    const struct ruleset *rules, const char *domain)
{
	const struct route *route = relay_route(rules, domain);
	bool ok = true;

	if (route && route->action == ROUTE_REJECT)
		ok = accepted_share(s, domain, false) == NONE &&
		    accepted_share(s, domain, true) == NONE;
	else if (route && route->action == ROUTE_RELAY && !server->reroute)
		ok = accepted_share(s, domain, false) == NONE;
	else if (route)
		ok = accepted_share(s, domain, false) == ALL;
	return ok || complain(s, "is not treated as the routing list says",
	    domain);
}

#define ROUTES_SAMPLED 500

static bool
compare_routes(struct service *s, const struct server *server,
    const struct ruleset *rules)
{
	size_t step = server->route_count / ROUTES_SAMPLED + 1;
	bool ok = true;

	for (size_t i = 0; ok && i < server->route_count; i += step) {
		struct buf sub = { 0 };
		const char *domain = server->routes[i].domain;

		if (!strcmp(domain, "."))
			continue;
		buf_addf(&sub, "relayadm.%s", domain);
		ok = compare_domain(s, server, rules, domain) &&
		    compare_domain(s, server, rules, sub.data);
		buf_free(&sub);
	}
	return ok;
}

static const char *
find_service(const char *master, const struct listener *listener)
{
	struct buf head = { 0 };
	const char *found = NULL;

	buf_addc(&head, '\n');
	listener_add(&head, listener);
	buf_add(&head, " inet n - n - - smtpd\n");
	found = strstr(master, head.data);
	buf_free(&head);
	return found ? found + 1 : NULL;
}

static bool
open_service(struct service *s, const struct rendering *rendering,
    const struct listener *listener, struct err *err)
{
	const struct rendered_file *master = rendering_find(rendering,
	    "master.cf");

	*s = (struct service){ .rendering = rendering, .err = err };
	s->text = master ? find_service(master->data, listener) : NULL;
	return s->text || fail(err, "a listener is missing");
}

bool
postfix_reach(const struct rendering *rendering,
    const struct listener *listener, enum reach reach, struct set *set,
    struct err *err)
{
	struct service s;

	if (!open_service(&s, rendering, listener, err))
		return false;
	read_reach(&s, reach, set);
	if (s.broken)
		set_free(set);
	return !s.broken;
}

/* --- domains ----------------------------------------------------------- */

static void
find_way(void *context, const char *domain, struct treatment *treatment)
{
	const struct service *s = context;
	const struct rendered_file *file = rendering_find(s->rendering,
	    "delivery");
	size_t len = 0;
	const char *found = file ? find_domain(file, domain, &len) : NULL;

	treatment->way =
	    treatment_is_here(s->rendering, domain) ? WAY_HERE : WAY_MX;
	if (!found && file && treatment->way == WAY_MX)
		found = find_domain(file, "*", &len);
	if (found && len > 5 && !strncmp(found, "smtp:", 5))
		treatment_set_hop(treatment, found + 5, len - 5);
}

bool
postfix_treat(const struct rendering *rendering,
    const struct listener *listener, const struct recipients *recipients,
    struct treatment *found, struct err *err)
{
	struct service s;
	const struct treating treating = { find_senders, find_way, &s };

	if (!open_service(&s, rendering, listener, err))
		return false;
	treat_all(&treating, recipients, found);
	return !s.broken;
}

/* --- all of it --------------------------------------------------------- */

static bool
compare_listener(const struct site *site, const struct server *server,
    const struct listener *listener, struct service *s)
{
	const struct ruleset *rules = relay_ruleset(site->compiled,
	    server->name);

	return compare_reach(s, rules, listener, REACH_CONNECT) &&
	    compare_relay(s, rules, listener) &&
	    compare_routes(s, server, rules) && !s->broken;
}

static bool
compare_server(const struct site *site, const struct server *server,
    const struct rendering *rendering, struct err *err)
{
	for (size_t i = 0; i < server->listener_count; i++) {
		const struct listener *l = &server->listeners[i];
		struct service s;

		if (!open_service(&s, rendering, l, err) ||
		    !compare_listener(site, server, l, &s))
			return fail_in(err, "server %s", server->name);
	}
	return true;
}

bool
postfix_reread(const struct site *site, const struct rendering *rendering,
    struct err *err)
{
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (server && !compare_server(site, server, rendering, err))
			return false;
	}
	return true;
}
