#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_settle.h"
#include "policy/mem.h"
#include "policy/name.h"

/* --- clients of both kinds --------------------------------------------- */

void
let_all(struct let *let)
{
	set_all(&let->who[0]);
	set_all(&let->who[1]);
}

void
let_free(struct let *let)
{
	set_free(&let->who[0]);
	set_free(&let->who[1]);
	*let = (struct let){ .who = { { 0 } } };
}

void
let_copy(struct let *to, const struct let *from)
{
	set_copy(&to->who[0], &from->who[0]);
	set_copy(&to->who[1], &from->who[1]);
}

void
let_union(struct let *to, const struct let *other)
{
	for (int i = 0; i < 2; i++)
		set_union(&to->who[i], &to->who[i], &other->who[i]);
}

void
let_intersect(struct let *to, const struct let *other)
{
	for (int i = 0; i < 2; i++)
		set_intersect(&to->who[i], &to->who[i], &other->who[i]);
}

void
let_subtract(struct let *to, const struct let *other)
{
	for (int i = 0; i < 2; i++)
		set_subtract(&to->who[i], &to->who[i], &other->who[i]);
}

bool
let_empty(const struct let *let)
{
	return set_empty(&let->who[0]) && set_empty(&let->who[1]);
}

void
let_only(struct let *let, bool logged_on)
{
	set_free(&let->who[!logged_on]);
}

static bool
let_equal(const struct let *a, const struct let *b)
{
	return set_equal(&a->who[0], &b->who[0]) &&
	    set_equal(&a->who[1], &b->who[1]);
}

/* --- words ------------------------------------------------------------- */

void
asked_note(struct asked *asked, const char *format, ...)
{
	struct buf *notes = &asked->adoption->notes, line = { 0 };
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_addf(&line, "%s: %s\n", asked->name, text);
	if (!strstr(buf_text(notes), line.data))
		buf_add(notes, line.data);
	buf_free(&line);
}

void
asked_add_domain(struct asked *asked, const char *text, size_t len)
{
	char name[DOMAIN_SIZE];
	struct err err;

	if (!domain_parse(name, text, len, &err)) {
		asked_note(asked, "the domain %.*s is left out: %s",
		    (int)(len > 80 ? 80 : len), text, err.text);
		return;
	}
	for (size_t i = 0; i < asked->domain_count; i++)
		if (!strcmp(asked->domains[i], name))
			return;
	if (asked->domain_count == MOST_DOMAINS) {
		asked_note(asked, "it names more than %d domains; those "
		    "behind %s are left out", MOST_DOMAINS,
		    asked->domains[MOST_DOMAINS - 1]);
		return;
	}
	asked->domains = mem_grow(asked->domains, asked->domain_count,
	    &asked->domain_cap, sizeof(*asked->domains));
	asked->domains[asked->domain_count++] = mem_text(name);
}

char *
adopt_name(const struct adoption *a, const char *service)
{
	struct buf name = { 0 };

	buf_addf(&name, "%s-", a->gateway);
	for (; *service; service++)
		if (*service == ':' || *service == '.' || *service == ' ')
			buf_addc(&name, '-');
		else if (*service != '[' && *service != ']')
			buf_addc(&name, *service);
	if (name.len > NAME_SIZE - 1)
		name.data[name.len = NAME_SIZE - 1] = '\0';
	return buf_take(&name);
}

/* "4 192.0.2.1 25 NAME" */
static bool
is_same(const char *line, const struct listener *l)
{
	struct buf wanted = { 0 };
	bool same;

	buf_addf(&wanted, "%u ", (unsigned)l->family);
	net_add_addr(&wanted, l->family, l->addr);
	buf_addf(&wanted, " %u ", (unsigned)l->port);
	same = !strncmp(line, wanted.data, wanted.len);
	buf_free(&wanted);
	return same;
}

bool
adopt_is_ours(const struct fetched_files *files, const struct listener *l)
{
	const char *line = fetched_find(files, "ours");

	for (; line && *line; line += *line == '\n') {
		if (is_same(line, l))
			return true;
		line += strcspn(line, "\n");
	}
	return false;
}

void
asked_clear(struct asked *asked)
{
	for (size_t i = 0; i < asked->domain_count; i++)
		free(asked->domains[i]);
	free(asked->domains);
	entries_free(&asked->let_names);
	entries_free(&asked->refused_names);
	entries_free(&asked->seen);
	let_free(&asked->connect);
}

/* --- sets as entries --------------------------------------------------- */

/* As they were written where that is what they come to, else as blocks. */
static void
add_clients(struct entries *to, const struct set *clients,
    const struct entries *seen)
{
	struct entries_walk walk = { .entries = seen };
	struct entries whole = { 0 };
	struct set done, rest = { 0 };
	struct entry entry;

	while (entries_next(&walk, &entry))
		if (entry.kind == ENTRY_NET &&
		    set_covers(clients, &entry.net))
			entries_append(&whole, &entry);
	entries_settle(&whole);
	set_of_entries(&done, &whole);
	set_subtract(&rest, clients, &done);
	entries_append_all(to, &whole);
	set_blocks(&rest, entries_append_block, to);
	entries_settle(to);
	entries_free(&whole);
	set_free(&done);
	set_free(&rest);
}

static size_t
spans(const struct set *set)
{
	return set->v4_count + set->v6_count;
}

/* The clients as one of the two kinds of list, whichever is plainer: true for
 * all but those in the entries. */
static bool
fill_list(struct asked *asked, const struct set *clients, struct entries *to)
{
	struct set all, others = { 0 };
	bool except;

	set_all(&all);
	set_subtract(&others, &all, clients);
	except = spans(&others) < spans(clients);
	add_clients(to, except ? &others : clients, &asked->seen);
	set_free(&all);
	set_free(&others);
	return except;
}

/* --- what the answers come to ------------------------------------------ */

struct settling {
	struct asked *asked;
	struct let far;    /* may send to domains that nobody mentions */
	struct let *here;  /* by domain */
	struct let *below; /* to names below it */
	struct let open;   /* may connect, and be of some use then */
	bool logged_on;    /* nobody else is served at all */
};

static void
ask(struct settling *s, const char *domain, struct let *let)
{
	*let = (struct let){ .who = { { 0 } } };
	s->asked->ask(s->asked->context, domain, let);
	let_intersect(let, &s->asked->connect);
}

static void
ask_all(struct settling *s)
{
	size_t count = s->asked->domain_count;
	char name[DOMAIN_SIZE + 20];

	ask(s, "", &s->far);
	/* The first question finds the domains. */
	count = s->asked->domain_count;
	s->here = mem_new(count, sizeof(*s->here));
	s->below = mem_new(count, sizeof(*s->below));
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "relayadm-try.%s",
		    s->asked->domains[i]);
		ask(s, s->asked->domains[i], &s->here[i]);
		ask(s, name, &s->below[i]);
	}
}

/* Who is let through for anything. */
static void
find_open(struct settling *s, struct let *open)
{
	let_copy(open, &s->far);
	for (size_t i = 0; i < s->asked->domain_count; i++) {
		let_union(open, &s->here[i]);
		let_union(open, &s->below[i]);
	}
}

/* Nobody may use it without having logged on; or: whom it refuses whatever
 * the mail, when others may send some. */
static void
settle_connection(struct settling *s)
{
	struct asked *asked = s->asked;
	struct server *server = asked->server;
	struct let open = { .who = { { 0 } } };
	struct set who = { 0 }, barred = { 0 };

	find_open(s, &open);
	s->logged_on = set_empty(&open.who[0]) && !set_empty(&open.who[1]);
	if (s->logged_on)
		server->anonymous = false;
	/* Those who may relay and nothing else do not keep others out. */
	if (!asked->domain_count || set_equal(&open.who[0], &s->far.who[0]))
		set_copy(&who, &asked->connect.who[s->logged_on]);
	else
		set_copy(&who, &open.who[0]);
	set_subtract(&barred, &open.who[1], &who);
	if (!s->logged_on && !set_empty(&barred) &&
	    !set_equal(&who, &asked->connect.who[0]))
		asked_note(asked, "some clients are refused unless they log "
		    "on; they are refused all the same");
	server->connection_mode = fill_list(asked, &who, &server->connection)
	    ? MODE_ALL_EXCEPT : MODE_ONLY;
	if (server->connection_mode == MODE_ALL_EXCEPT) {
		entries_append_all(&server->connection, &asked->refused_names);
		entries_settle(&server->connection);
	} else if (entries_count(&asked->refused_names))
		asked_note(asked, "client names that are refused are left "
		    "out, since only listed clients may connect");
	set_copy(&s->open.who[0], &who);
	set_copy(&s->open.who[1], &who);
	let_free(&open);
	set_free(&who);
	set_free(&barred);
}

static void
settle_relay(struct settling *s)
{
	struct asked *asked = s->asked;
	struct server *server = asked->server;
	const struct set *anyone = &s->far.who[0], *known = &s->far.who[1];
	struct set more = { 0 }, missing = { 0 };
	bool except;

	set_subtract(&more, known, anyone);
	set_subtract(&missing, &s->open.who[1], known);
	server->relay_authenticated = server->basic && !set_empty(&more) &&
	    set_empty(&missing);
	if (server->basic && !set_empty(&more) && !set_empty(&missing))
		asked_note(asked, "those who log on may relay from some "
		    "addresses only; they may from none now but those of the "
		    "list; see the routing restrictions");
	if (s->logged_on)
		anyone = server->relay_authenticated ? anyone : known;
	set_subtract(&missing, &s->open.who[0], anyone);
	except = set_empty(&missing) && !set_empty(anyone);
	if (except)
		asked_note(asked, "it lets EVERYBODY relay");
	else
		except = fill_list(asked, anyone, &server->relay);
	server->relay_mode = except ? MODE_ALL_EXCEPT : MODE_ONLY;
	if (!except) {
		entries_append_all(&server->relay, &asked->let_names);
		entries_settle(&server->relay);
	}
	set_free(&more);
	set_free(&missing);
}

/* --- domains ----------------------------------------------------------- */

enum answer_kind {
	AS_FAR, /* as for any other domain */
	AS_OURS, /* from everybody */
	AS_NONE, /* from nobody, and others would be */
	AS_SOME,
};

static enum answer_kind
kind_of(const struct settling *s, const struct let *let)
{
	struct set left = { 0 };
	bool all;

	set_subtract(&left, &s->open.who[s->logged_on],
	    &let->who[s->logged_on]);
	all = set_empty(&left) && !let_empty(let);
	set_free(&left);
	if (let_equal(let, &s->far))
		return AS_FAR;
	return all ? AS_OURS : let_empty(let) ? AS_NONE : AS_SOME;
}

/* The row that a new row for the domain would be an exception from. */
static const struct route *
parent_row(const struct server *server, const char *domain)
{
	for (const char *at = domain; (at = domain_parent(at)) != NULL;)
		for (size_t i = 0; i < server->route_count; i++)
			if (!server->routes[i].exact &&
			    !strcmp(server->routes[i].domain, at))
				return &server->routes[i];
	return NULL;
}

static void
add_row(struct settling *s, const char *domain, bool exact,
    enum answer_kind kind)
{
	struct asked *asked = s->asked;
	const struct route *parent = parent_row(asked->server, domain);
	struct route row = { .domain = mem_text(domain), .exact = exact,
		.action = kind == AS_NONE ? ROUTE_REJECT : ROUTE_INBOUND };

	if (kind == AS_OURS)
		asked->delivery(asked->context, &row);
	if (parent && parent->action == row.action &&
	    parent->port == row.port && !row.next_hop && !parent->next_hop)
		route_free(&row);
	else
		server_add_route(asked->server, row);
}

static void
settle_domain(struct settling *s, size_t i)
{
	struct asked *asked = s->asked;
	const char *domain = asked->domains[i];
	enum answer_kind here = kind_of(s, &s->here[i]);
	enum answer_kind below = kind_of(s, &s->below[i]);
	const struct route *parent = parent_row(asked->server, domain);

	if (here == AS_SOME || below == AS_SOME) {
		asked_note(asked, "mail for %s is accepted from some clients "
		    "only, which no row can; left out", domain);
	} else if (here == below) {
		if (here != AS_FAR)
			add_row(s, domain, false, here);
		else if (parent)
			asked_note(asked, "%s is not as %s, which covers it; "
			    "it comes out as that", domain, parent->domain);
	} else if (here != AS_FAR) {
		add_row(s, domain, true, here);
		if (below != AS_FAR && !parent)
			asked_note(asked, "names below %s are otherwise than "
			    "%s itself; left out", domain, domain);
	} else {
		asked_note(asked, "*.%s covers subdomains without the domain "
		    "itself, which no row can; left out", domain);
	}
}

static size_t
labels(const char *name)
{
	size_t count = 1;

	for (; *name; name++)
		count += *name == '.';
	return count;
}

/* Parents first, so that a row knows what it lies below. */
static void
settle_domains(struct settling *s)
{
	size_t most = 0;

	for (size_t i = 0; i < s->asked->domain_count; i++)
		if (labels(s->asked->domains[i]) > most)
			most = labels(s->asked->domains[i]);
	for (size_t n = 1; n <= most; n++)
		for (size_t i = 0; i < s->asked->domain_count; i++)
			if (labels(s->asked->domains[i]) == n)
				settle_domain(s, i);
}

void
adopt_settle(struct asked *asked)
{
	struct settling s = { .asked = asked };

	ask_all(&s);
	settle_connection(&s);
	settle_relay(&s);
	settle_domains(&s);
	for (size_t i = 0; i < asked->domain_count; i++) {
		let_free(&s.here[i]);
		let_free(&s.below[i]);
	}
	free(s.here);
	free(s.below);
	let_free(&s.far);
	let_free(&s.open);
}
