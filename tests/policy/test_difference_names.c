/* What changes for the names of recipients' domains and of clients, row by
 * row. */
#include "config.h"

#include "policy/difference.h"
#include "unit.h"

/* --- routing domains -------------------------------------------------- */

/* "i example.com hub:26": an action and a row, up to the semicolon. */
static void
add_rows(struct server *s, const char *text)
{
	while (*text) {
		static const char letters[] = "irx";
		struct route r = { 0 };
		size_t len = strcspn(text + 2, " ;");
		const char *hop = text + 2 + len;
		struct err err;

		assert_true(route_parse(&r, text + 2, len, &err));
		r.action = (enum route_action)(strchr(letters, *text) -
		    letters);
		hop += *hop == ' ';
		len = strcspn(hop, ";");
		assert_true(route_parse_next_hop(&r, hop, len, &err));
		server_add_route(s, r);
		text = hop + len + (hop[len] == ';');
	}
}

static const struct {
	const char *before, *after;
	/* "f>i example.com=": its domain (=), names below it (*), from what to
	 * what, and ~ where just the next hop differs */
	const char *wanted;
} domains[] = {
	{ "", "", "", },
	{ "i a.example", "i a.example", "", },
	{ "", "i a.example", "f>i a.example=*;", },
	{ "", "r a.example", "f>r a.example=*;", },
	{ "", "x a.example", "f>x a.example=*;", },
	{ "i a.example", "", "i>f a.example=*;", },
	{ "i a.example", "x a.example", "i>x a.example=*;", },
	{ "", "i #a.example", "f>i a.example=;", },
	{ "i a.example", "i #a.example", "i>f a.example*;", },
	{ "i a.example", "x #a.example;i a.example", "i>x a.example=;", },
	{ "i a.example", "x #a.example;r a.example",
	    "i>x a.example=;i>r a.example*;", },
	{ "i #a.example", "i a.example", "f>i a.example*;", },
	{ "i a.example;x b.a.example", "i a.example", "x>i b.a.example=*;", },
	{ "i a.example", "r .;i a.example", "f>r .=*;", },
	{ "r .", "x .", "r>x .=*;", },
	{ "i .", "", "i>f .=*;", },
	{ "i a.example;i b.example", "i b.example;x a.example",
	    "i>x a.example=*;", },
	{ "i a.example;i c.example", "x a.example;x c.example",
	    "i>x a.example=*;i>x c.example=*;", },
	/* next hops */
	{ "i a.example hub", "i a.example hub:25", "", },
	{ "i a.example hub", "i a.example hub:26", "i>i~ a.example=*;", },
	{ "i a.example hub:26", "i a.example hub:26", "", },
	{ "r a.example hub:24", "r a.example hub", "r>r~ a.example=*;", },
	{ "r a.example", "r a.example hub", "r>r~ a.example=*;", },
	{ "r a.example hub", "r a.example other", "r>r~ a.example=*;", },
	{ "x a.example hub", "x a.example other", "", },
	{ "i a.example hub", "r a.example hub", "i>r a.example=*;", },
	{ "i a.example hub", "x a.example", "i>x a.example=*;", },
};

static void
add_domains(struct buf *buf, const struct server_difference *d)
{
	static const char letters[] = { [DOMAIN_FOREIGN] = 'f',
		[DOMAIN_INBOUND] = 'i', [DOMAIN_RELAYED] = 'r',
		[DOMAIN_REJECTED] = 'x' };

	for (size_t i = 0; i < d->domain_count; i++) {
		const struct domain_difference *x = &d->domains[i];

		buf_addf(buf, "%c>%c%s %s%s%s;", letters[x->before],
		    letters[x->after], x->before == x->after ? "~" : "",
		    x->domain, x->itself ? "=" : "",
		    x->subdomains ? "*" : "");
	}
}

/* --- client domains --------------------------------------------------- */

/* "r:x.example c!y.example": entries of relay (r), connection (c), clients
 * (b, whose box is then on); the mode is turned by a !.  "l:1" puts 192.0.2.1
 * into the box of local addresses, which is then on; "n" takes away what is
 * for everybody; "r@" includes the list. */
static void
add_local(struct server *s, uint32_t last)
{
	struct entry e = { .kind = ENTRY_NET,
		.net = { 4, 0xc0000200 + last, 0xc0000200 + last } };

	s->local.enabled = true;
	entries_add(&s->local.entries, &e);
}

static void
add_list(struct server *s)
{
	struct entry e = { .kind = ENTRY_LIST, .name = "l" };

	entries_add(&s->relay, &e);
}

static void
add_clients(struct server *s, const char *text)
{
	for (; *text; text += strspn(text, " ")) {
		struct entries *to = *text == 'r' ? &s->relay
		    : *text == 'c'                ? &s->connection
		                                  : &s->clients.entries;
		size_t len = strcspn(text, " ");
		struct entry e = { .kind = ENTRY_DOMAIN };

		if (*text == 'l' || *text == 'n' || text[1] == '@') {
			if (*text == 'l')
				add_local(s, (uint32_t)(text[2] - '0'));
			else if (*text == 'n')
				s->anonymous = s->relay_authenticated = false;
			else
				add_list(s);
			text += len;
			continue;
		}
		s->clients.enabled = s->clients.enabled || *text == 'b';
		if (text[1] == '!' && *text == 'r')
			s->relay_mode = MODE_ALL_EXCEPT;
		if (text[1] == '!' && *text == 'c')
			s->connection_mode = MODE_ONLY;
		if (len > 2) {
			memcpy(e.name, text + 2, len - 2);
			e.name[len - 2] = '\0';
			entries_add(to, &e);
		}
		text += len;
	}
}

static const struct {
	const char *before, *after;
	/* of each name what it gains and loses more than others: the
	 * connection, relay, relay having logged on, sending at all */
	const char *wanted;
} clients[] = {
	{ "", "", "", },
	{ "r:x.example", "r:x.example", "", },
	{ "", "r:x.example", "x.example +r;", },
	{ "r:x.example", "", "x.example -r;", },
	{ "r:x.example", "r:y.example", "x.example -r;y.example +r;", },
	{ "r:x.example r:y.example", "r:y.example", "x.example -r;", },
	{ "r:y.example", "r:x.example r:y.example", "x.example +r;", },
	{ "r!", "r!x.example", "x.example -r;", },
	{ "r!x.example", "r!", "x.example +r;", },
	{ "r!", "c:x.example r!", "x.example -cras;", },
	{ "c:x.example r!", "r!", "x.example +cras;", },
	{ "c! r!", "c!x.example r!", "x.example +cras;", },
	{ "c!x.example r!", "c! r!", "x.example -cras;", },
	{ "b: r!", "b:x.example r!", "x.example +ra;", },
	{ "b:x.example r!", "b: r!", "x.example -ra;", },
	{ "c:x.example r:x.example", "r:x.example", "x.example +cras;", },
	{ "c:x.example", "", "x.example +cas;", },
	/* others gain or lose at the same time */
	{ "r:x.example", "r!x.example", "x.example -r;", },
	{ "r!x.example", "r:x.example", "x.example +r;", },
	{ "r:x.example", "r!", "", },
	{ "r!", "r:x.example", "", },
	{ "c!x.example r!", "c:x.example r!", "x.example -cras;", },
	{ "c:x.example r!", "c!x.example r!", "x.example +cras;", },
	/* one name stays as it is, another does not */
	{ "r:a.example", "r:a.example r:x.example", "x.example +r;", },
	{ "r:a.example r:x.example", "r:a.example", "x.example -r;", },
	/* the connection alone */
	{ "n c:x.example", "n", "x.example +c;", },
	{ "n", "n c:x.example", "x.example -c;", },
	/* where the local address matters */
	{ "l:1", "l:1 r:x.example", "x.example +r;", },
	{ "l:1 r:x.example", "l:1", "x.example -r;", },
	{ "l:1 r:x.example", "l:2 r:x.example", "x.example +r -r;", },
	{ "l:1 l:2 r:x.example", "l:2 r:x.example", "x.example -r;", },
	{ "l:2 r:x.example", "l:1 l:2 r:x.example", "x.example +r;", },
	/* by way of a list that holds i.example */
	{ "", "r@", "i.example +r;", },
	{ "r@", "", "i.example -r;", },
	{ "r@", "r@ r:x.example", "x.example +r;", },
	{ "r:x.example", "r@ r:x.example", "i.example +r;", },
	/* listed in several places, each needed */
	{ "b:x.example r:", "b:x.example r:x.example", "x.example +r;", },
	{ "b: r:x.example", "b:x.example r:x.example", "x.example +ra;", },
};

static void
add_letters(struct buf *buf, char sign, const bool which[REACHES])
{
	static const struct {
		enum reach reach;
		char letter;
	} order[] = {
		{ REACH_CONNECT, 'c', }, { REACH_RELAY, 'r', },
		{ REACH_RELAY_AUTH, 'a', }, { REACH_ANONYMOUS, 's', },
	};
	bool any = false;

	for (size_t i = 0; i < ROWS(order); i++) {
		if (!which[order[i].reach])
			continue;
		if (!any)
			buf_addf(buf, " %c", sign);
		buf_addc(buf, order[i].letter);
		any = true;
	}
}

static void
add_names(struct buf *buf, const struct server_difference *d)
{
	for (size_t i = 0; i < d->client_count; i++) {
		buf_add(buf, d->clients[i].domain);
		add_letters(buf, '+', d->clients[i].gains);
		add_letters(buf, '-', d->clients[i].loses);
		buf_addc(buf, ';');
	}
}

/* --- all rows --------------------------------------------------------- */

static void
check(const char *const sides[2],
    void (*make)(struct server *s, const char *text),
    void (*say)(struct buf *buf, const struct server_difference *d),
    const char *wanted)
{
	struct policy *p[2];
	struct compiled *c[2];
	struct difference d;
	struct buf text = { 0 };
	char row[160];

	for (int i = 0; i < 2; i++) {
		struct server *s = server_new("a");
		struct listener l = { 4, 0, 25 };
		struct err err;

		assert_true(server_add_listener(s, &l, &err));
		make(s, sides[i]);
		p[i] = policy_new();
		policy_add_list(p[i], list_new("l"));
		entries_add(&p[i]->lists[0]->entries, &(struct entry){
		    .kind = ENTRY_DOMAIN, .name = "i.example" });
		policy_add_server(p[i], s);
		c[i] = relay_compile(p[i]);
	}
	difference_make(&d, c[0], c[1]);
	say(&text, &d.servers[0]);
	snprintf(row, sizeof(row), "%s -> %s", sides[0], sides[1]);
	check_same(buf_text(&text), wanted, row);
	assert_true(!*wanted || !d.same);
	difference_free(&d);
	buf_free(&text);
	for (int i = 0; i < 2; i++) {
		relay_free(c[i]);
		policy_free(p[i]);
	}
}

static void
test_domains(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(domains); i++)
		check((const char *const[]){ domains[i].before,
		    domains[i].after }, add_rows, add_domains,
		    domains[i].wanted);
}

static void
test_clients(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(clients); i++)
		check((const char *const[]){ clients[i].before,
		    clients[i].after }, add_clients, add_names,
		    clients[i].wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
