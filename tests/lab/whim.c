/* A random policy and questions about it, with the answers of the policy core:
 *     whim SEED GATEWAY FOLDER MTA [COUNT]
 * for the gateway 127.60.GATEWAY.1 of the lab, whose root is that of the MTA.
 * Writes into the folder "policy" (lines for plain.h), "questions" (for ask) and
 * "want" (reply code and decision a line).  The same seed gives the same files.
 *
 * With a count, so many policies, each in a folder of its seed, with clients that
 * no loopback address has: the rendering, and "questions" as the gate of relayadm
 * reads them.  A seed whose policy the MTA cannot express has no folder; how many
 * there were is printed. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "policy/mem.h"
#include "policy/relay.h"
#include "remote/dialect.h"

#include "plain.h"

#define QUESTIONS 220

static uint64_t state;
static bool smtpd, old; /* OpenSMTPD; that of Debian 12 */
static bool far;        /* clients of everywhere, not those of the loopback */

static unsigned
dice(unsigned sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % sides);
}

#define PICK(pool) pool[dice(sizeof(pool) / sizeof(pool[0]))]

static const char *const nets[] = {
	"127.10.0.0/16", "127.10.9.0/24", "127.10.9.7", "127.10.9.128/25",
	"127.20.0.0/15", "127.21.4.0/22", "127.21.5.9-127.21.6.3",
	"127.30.0.0-127.30.0.9", "127.30.0.8/29", "127.0.0.0/8", "127.40.1.1",
	"127.40.0.0/13", "127.61.0.0/24", "0.0.0.0/1", "128.0.0.0/1",
	"192.0.2.0/24", "2001:db8::/32", "::/0", "2001:db8::1-2001:db8::9",
};

static const char *const clients[] = {
	"127.10.0.0", "127.10.255.255", "127.9.255.255", "127.11.0.0",
	"127.10.9.0", "127.10.9.7", "127.10.9.8", "127.10.9.127",
	"127.10.9.128", "127.10.10.0", "127.20.0.1", "127.21.4.0",
	"127.21.3.255", "127.21.5.9", "127.21.6.3", "127.21.6.4",
	"127.21.8.0", "127.22.0.0", "127.30.0.0", "127.30.0.7",
	"127.30.0.8", "127.30.0.9", "127.30.0.10", "127.30.0.16",
	"127.40.1.1", "127.40.1.2", "127.47.255.255", "127.48.0.0",
	"127.61.0.1", "127.99.9.9", "127.200.1.1", "127.254.255.254",
};

static const char *const far_clients[] = {
	"8.8.8.8", "126.255.255.255", "128.0.0.0", "192.0.1.255", "192.0.2.0",
	"192.0.2.255", "192.0.3.0", "127.255.255.255", "223.255.255.255",
};

static const char *const v6_clients[] = {
	"2001:db8::", "2001:db8::1", "2001:db8::9", "2001:db8::a",
	"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::",
	"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:4860::8888", "fe80::1",
};

/* Stand in the gateway's /etc/hosts (live.sh puts them there). */
static const struct {
	const char *addr, *name;
} named[] = {
	{ "127.61.0.9", "host.corp.example", },
	{ "127.61.0.10", "corp.example.evil.example", },
	{ "127.61.0.11", "notcorp.example", },
	{ "127.61.0.12", "corp.example", },
	{ "127.61.0.13", "a.b.corp.example", },
};

static const char *const domains[] = {
	"a.example", "b.a.example", "c.b.a.example", "sea.example",
	"chelsea.example", "xn--bcher-kva.example", "in.example",
	"relay.example", "x.in.example", "1.example",
};

/* %s is a domain. */
static const char *const forms[] = {
	"u@%s", "u@%s", "u@%s", "u@%s", "u@sub.%s", "U.V+w@x.y.%s",
	"u@not%s", "u%%far.example@%s", "u%%in.example@%s", "far!u@%s",
	"\"u@far.example\"@%s", "\"u v\"@%s", "@far.example:u@%s",
	"@in.example,@far.example:u@%s", "IMCEASMTP-u+40far@%s",
	"imceaex-x@%s", "u@%s.", "a!b%%c@%s", "\"a!b\"@%s", "u@%s.evil.example",
};

static const char *const others[] = {
	"postmaster", "u", "u%far.example", "far!u", "u@[127.0.0.1]",
	"u@[IPv6:::1]", "u@localhost", "u@foreign.example", "\"u@in.example\"",
	"u%in.example@localhost", "u@[192.0.2.1]", "Postmaster", "imceaex-x",
};

static const char *const bools[] = { "false", "true" };
static const char *const modes[] = { "only", "all-except" };
static const char *const tls[] = { "none", "offered", "offered", "required" };

static void
write_entries(FILE *out, const char *slot, unsigned most, bool names)
{
	for (unsigned i = dice(most + 1); i; i--)
		fprintf(out, "entry %s %s\n", slot, PICK(nets));
	if (names && !dice(3))
		fprintf(out, "entry %s domain:corp.example\n", slot);
	if (names && !dice(4))
		fprintf(out, "entry %s list:pool\n", slot);
}

static void
write_routes(FILE *out)
{
	static const char *const hops[] = { "", "", " mail.hop.example:2525",
		" [2001:db8::25]", " 192.0.2.25" };
	bool used[2][sizeof(domains) / sizeof(domains[0])] = { 0 };

	for (unsigned i = dice(7); i; i--) {
		unsigned d = dice(sizeof(domains) / sizeof(domains[0]));
		unsigned exact = dice(2);

		if (used[exact][d])
			continue;
		used[exact][d] = true;
		/* One next hop for a domain, whatever the server. */
		fprintf(out, "route %s%s %s%s\n", exact ? "#" : "", domains[d],
		    d % 3 == 0 ? "reject" : d % 3 == 1 ? "inbound" : "relay",
		    d % 3 ? hops[d % 5] : "");
	}
	if (!dice(5))
		fprintf(out, "route . %s\n", dice(2) ? "reject" : "inbound");
}

/* OpenSMTPD takes no password without TLS; that of Debian 12 has none that
 * works. */
static void
write_authentication(FILE *out)
{
	const char *basic = bools[dice(4) > 0], *offer = PICK(tls);

	if (smtpd && (old || !strcmp(offer, "none"))) {
		basic = "false";
		if (old && !strcmp(offer, "required"))
			offer = "offered";
	}
	fprintf(out, "set authentication.basic %s\n", basic);
	fprintf(out, "set authentication.tls %s\n", offer);
}

static void
write_server(FILE *out, unsigned number, unsigned place)
{
	bool open = dice(3) > 0; /* else connection control cuts most off */

	fprintf(out, "server s%u\nlisten 127.60.%u.%u:%u\n", place, number,
	    place + 1, dice(2) ? 25 : 587);
	if (!dice(3))
		fprintf(out, "listen 127.60.%u.3:%u\n", number, 3000 + place);
	if (far && !dice(3))
		fprintf(out, "listen [2001:db8:60::%u]:25\n", place + 1);
	fprintf(out, "set authentication.anonymous %s\n", bools[dice(5) > 0]);
	write_authentication(out);
	fprintf(out, "set connection.mode %s\n", modes[open]);
	write_entries(out, "connection", open ? 2 : 6, true);
	fprintf(out, "set relay.mode %s\n", PICK(modes));
	fprintf(out, "set relay.authenticated %s\n", PICK(bools));
	write_entries(out, "relay", 5, true);
	fprintf(out, "set routing.reroute %s\n", bools[dice(5) > 0]);
	fprintf(out, "set routing.restrictions.authenticated %s\n",
	    bools[!dice(4)]);
	fprintf(out, "set routing.restrictions.clients.enabled %s\n",
	    bools[!dice(3)]);
	write_entries(out, "clients", 4, true);
	fprintf(out, "set routing.restrictions.local.enabled %s\n",
	    bools[!dice(4)]);
	if (dice(2))
		fprintf(out, "entry local 127.60.%u.%u\n", number,
		    1 + dice(3));
	write_entries(out, "never", 2, false);
	write_routes(out);
}

static void
write_policy(FILE *out, unsigned number, const char *mta)
{
	unsigned servers = 1 + dice(2);

	fprintf(out, "list pool\nmember 127.40.1.1\nmember 127.21.4.0/22\n"
	    "member domain:b.corp.example\n");
	for (unsigned i = 0; i < servers; i++)
		write_server(out, number, i);
	fprintf(out, "gateway g%u\nset ssh.host 127.60.%u.1\n"
	    "set ssh.port 2222\nset mta %s\n", number, number, mta);
	for (unsigned i = 0; i < servers; i++)
		fprintf(out, "carry s%u\n", i);
}

static void
make_recipient(char *text, size_t size)
{
	const char *form, *hole;
	char domain[64];

	if (!dice(6)) {
		snprintf(text, size, "%s", PICK(others));
		return;
	}
	form = PICK(forms);
	hole = strstr(form, "%s");
	snprintf(domain, sizeof(domain), "%s", dice(6) ? PICK(domains)
	                                               : "foreign.example");
	for (char *c = domain; *c && !dice(9); c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	*text = '\0';
	for (const char *c = form; c < hole; c++) {
		size_t len = strlen(text);

		snprintf(text + len, size - len, "%c", *c);
		c += c[0] == '%' && c[1] == '%';
	}
	snprintf(text + strlen(text), size - strlen(text), "%s%s", domain,
	    hole + 2);
}

static const int replies[] = {
	[REFUSE_CONNECTION] = 554,
	[REQUIRE_AUTHENTICATION] = 530,
	[REJECT_RECIPIENT] = 550,
	[ACCEPT_INBOUND] = 250,
	[DENY_RELAY] = 550,
	[ACCEPT_RELAY] = 250,
};

/* OpenSMTPD itself takes neither quotation marks nor a dot at the end, and says
 * so before any filter is asked. */
static int
wanted_reply(enum decision_kind kind, const char *recipient)
{
	size_t len = strlen(recipient);

	return smtpd && kind != REFUSE_CONNECTION &&
	    (strchr(recipient, '"') || recipient[len - 1] == '.') ? 501
	                                                     : replies[kind];
}

static void
write_question(const struct policy *policy, const struct compiled *compiled,
    FILE *questions, FILE *want)
{
	const struct server *s = policy->servers[dice(
	    (unsigned)policy->server_count)];
	const struct listener *l = &s->listeners[dice(
	    (unsigned)s->listener_count)];
	unsigned who = dice(sizeof(named) / sizeof(named[0]) * 5);
	bool known = who < sizeof(named) / sizeof(named[0]);
	const char *client = known ? named[who].addr : PICK(clients);
	struct question q = {
		.name = known ? named[who].name : NULL,
		.authenticated = s->basic && dice(2),
		.local_family = l->family, .local = l->addr,
		.local_port = l->port,
	};
	struct buf server = { 0 }, what = { 0 };
	struct decision decision;
	char recipient[256], full[300];
	struct net net;
	struct err err;

	make_recipient(recipient, sizeof(recipient));
	snprintf(full, sizeof(full), "<%s>", recipient);
	q.recipient = full;
	if (!net_parse_addr(&net, client, strlen(client), &err))
		abort();
	q.family = net.family;
	q.client = net.first;
	relay_decide(relay_ruleset(compiled, s->name), &q, &decision);
	listener_add(&server, l);
	decision_add_what(&what, &decision);
	fprintf(questions, "%s\t%d\t%s\t%s\n", client, q.authenticated,
	    server.data, recipient);
	fprintf(want, "%d\t%s row %d %s\n",
	    wanted_reply(decision.kind, recipient),
	    decision_words[decision.kind], decision.row, what.data);
	buf_free(&server);
	buf_free(&what);
}

/* --- for the gate ---------------------------------------------------------------- */

#define SESSIONS 8 /* of a policy; a session is of one client */
#define RECIPIENTS 8

struct asker {
	const struct policy *policy;
	const struct compiled *compiled;
	const struct rendering *rendering;
};

/* Which line of the file "services" is it? */
static unsigned
number_of(const struct asker *a, const struct listener *l)
{
	const struct rendered_file *services = rendering_find(a->rendering,
	    "services");
	struct buf want = { 0 };
	unsigned number = 0;

	buf_addf(&want, "%u ", l->family);
	net_add_addr(&want, l->family, l->addr);
	buf_addf(&want, " %u ", l->port);
	for (const char *at = services->data; *at; at = strchr(at, '\n') + 1) {
		number++;
		if (!strncmp(at, buf_text(&want), want.len)) {
			buf_free(&want);
			return number;
		}
	}
	abort();
}

static const char *
pick_client(const struct listener *l, const char **name)
{
	unsigned who = dice(sizeof(named) / sizeof(named[0]) * 5);

	*name = NULL;
	if (l->family == 6)
		return PICK(v6_clients);
	if (!smtpd && who < sizeof(named) / sizeof(named[0])) {
		*name = named[who].name;
		return named[who].addr;
	}
	return dice(3) ? PICK(clients) : PICK(far_clients);
}

/* By XCLIENT a Postfix says only at RCPT that it would have refused the
 * connection, and there it asks nothing about the postmaster. */
static void
write_session(const struct asker *a, FILE *questions)
{
	const struct server *s = a->policy->servers[dice(
	    (unsigned)a->policy->server_count)];
	const struct listener *l = &s->listeners[dice(
	    (unsigned)s->listener_count)];
	struct question q = { .authenticated = s->basic && dice(2),
		.local_family = l->family, .local = l->addr,
		.local_port = l->port };
	const char *client = pick_client(l, &q.name);
	struct decision decision;
	char recipient[256], full[300];
	struct net net;
	struct err err;

	if (!net_parse_addr(&net, client, strlen(client), &err))
		abort();
	q.family = net.family;
	q.client = net.first;
	q.recipient = full;
	for (int i = 0; i < RECIPIENTS; i++) {
		do {
			make_recipient(recipient, sizeof(recipient));
			snprintf(full, sizeof(full), "<%s>", recipient);
			relay_decide(relay_ruleset(a->compiled, s->name), &q,
			    &decision);
		} while (decision.row <= 2 && !strcasecmp(recipient,
		    "postmaster"));
		fprintf(questions, "%u\t%s\t%s\t%d\t%s\t%d\n",
		    number_of(a, l), client, q.name ? q.name : "-",
		    q.authenticated, full,
		    wanted_reply(decision.kind, recipient));
	}
}

static FILE *open_in(const char *folder, const char *name);

static void
make_folders(const char *folder, const char *path)
{
	struct buf at = { 0 };

	for (const char *slash = strchr(path, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		buf_clear(&at);
		buf_addf(&at, "%s/%.*s", folder, (int)(slash - path), path);
		mkdir(buf_text(&at), 0755);
	}
	buf_free(&at);
}

static int
write_rendering(const struct asker *a, const char *folder)
{
	FILE *file;

	mkdir(folder, 0755);
	for (size_t i = 0; i < a->rendering->count; i++) {
		const struct rendered_file *f = &a->rendering->files[i];

		make_folders(folder, f->path);
		file = open_in(folder, f->path);
		if (!file || fwrite(f->data, 1, f->len, file) != f->len ||
		    fclose(file) != 0)
			return 1;
	}
	file = open_in(folder, "questions");
	if (!file)
		return 1;
	for (int i = 0; i < SESSIONS; i++)
		write_session(a, file);
	return fclose(file) != 0;
}

/* One seed.  *gap: the MTA cannot express it. */
static int
write_for_gate(const char *folder, const char *policy_path, bool *gap)
{
	struct asker a = { .policy = plain_read(policy_path) };
	struct rendering rendering = { 0 };
	struct gaps gaps = { 0 };
	struct site site = { .policy = a.policy };
	struct err err;
	int rc = 0;

	if (!a.policy)
		return 1;
	site.compiled = a.compiled = relay_compile(a.policy);
	site.gateway = a.policy->gateways[0];
	a.rendering = &rendering;
	site_find_gaps(&site, &gaps);
	*gap = gaps.count > 0;
	if (!*gap && site_render(&site, &rendering, &err))
		rc = write_rendering(&a, folder);
	else if (!*gap)
		rc = fprintf(stderr, "%s: %s\n", folder, err.text) > 0;
	rendering_free(&rendering);
	gaps_free(&gaps);
	relay_free((struct compiled *)(uintptr_t)a.compiled);
	policy_free((struct policy *)(uintptr_t)a.policy);
	return rc;
}

/* --- files ------------------------------------------------------------------------ */

static FILE *
open_in(const char *folder, const char *name)
{
	struct buf path = { 0 };
	FILE *file;

	buf_addf(&path, "%s/%s", folder, name);
	file = fopen(path.data, "w");
	if (!file)
		perror(path.data);
	buf_free(&path);
	return file;
}

static int
write_questions(const char *folder)
{
	FILE *questions = open_in(folder, "questions");
	FILE *want = open_in(folder, "want");
	struct buf path = { 0 };
	struct compiled *compiled;
	struct policy *policy;

	buf_addf(&path, "%s/policy", folder);
	policy = plain_read(path.data);
	buf_free(&path);
	if (!policy || !questions || !want)
		return 1;
	compiled = relay_compile(policy);
	for (int i = 0; i < QUESTIONS; i++)
		write_question(policy, compiled, questions, want);
	relay_free(compiled);
	policy_free(policy);
	fclose(questions);
	fclose(want);
	return 0;
}

static int
begin(const char *folder, uint64_t seed, unsigned number, const char *mta)
{
	FILE *policy = open_in(folder, "policy");

	if (!policy)
		return 1;
	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (int i = 0; i < 20; i++)
		dice(2);
	write_policy(policy, number, smtpd ? "opensmtpd" : mta);
	return fclose(policy) != 0;
}

static int
write_many(const char *folder, uint64_t seed, uint64_t count,
    unsigned number, const char *mta)
{
	struct buf path = { 0 }, own = { 0 };
	unsigned gaps = 0;
	bool gap;
	int rc = 0;

	far = true;
	buf_addf(&path, "%s/policy", folder);
	for (; !rc && count; seed++) {
		rc = begin(folder, seed, number, mta);
		buf_clear(&own);
		buf_addf(&own, "%s/%llu", folder, (unsigned long long)seed);
		rc = rc ||
		    write_for_gate(buf_text(&own), buf_text(&path), &gap);
		gaps += !rc && gap;
		count -= !rc && !gap;
	}
	printf("%u\n", gaps);
	buf_free(&own);
	buf_free(&path);
	return rc;
}

int
main(int argc, char **argv)
{
	uint64_t seed;
	unsigned number;

	if (argc != 5 && argc != 6)
		return 2;
	seed = strtoull(argv[1], NULL, 10);
	number = (unsigned)strtoul(argv[2], NULL, 10);
	old = !strcmp(argv[4], "opensmtpd");
	smtpd = old || !strcmp(argv[4], "opensmtpd7");
	if (argc == 6)
		return write_many(argv[3], seed, strtoull(argv[5], NULL, 10),
		    number, argv[4]);
	return begin(argv[3], seed, number, argv[4]) ||
	    write_questions(argv[3]);
}
