#include "config.h"

#include <string.h>
#include <strings.h>

#include "whim_make.h"

static uint64_t state;
static bool smtpd, old; /* OpenSMTPD; that of Debian 12 */
static enum whim_reach reach;

unsigned
dice(unsigned sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % sides);
}

uint64_t
whim_mark(void)
{
	return state;
}

void
whim_go_on(uint64_t mark)
{
	state = mark;
}

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
#define CONNECTING 8 /* of them; a link-local address has no link there */

/* Stand in the gateway's /etc/hosts (names.sh puts them there). */
static const struct {
	const char *addr, *addr6, *name;
} named[] = {
	{ "127.61.0.9", "2001:db8:61::9", "host.corp.example", },
	{ "127.61.0.10", "2001:db8:61::10", "corp.example.evil.example", },
	{ "127.61.0.11", "2001:db8:61::11", "notcorp.example", },
	{ "127.61.0.12", "2001:db8:61::12", "corp.example", },
	{ "127.61.0.13", "2001:db8:61::13", "a.b.corp.example", },
};
#define NAMED (sizeof(named) / sizeof(named[0]))

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
write_listeners(FILE *out, unsigned number, unsigned place)
{
	unsigned ports = place / WHIM_SERVERS * 100; /* of its part */

	place %= WHIM_SERVERS;
	fprintf(out, "listen 127.60.%u.%u:%u\n", number, place + 1,
	    (dice(2) ? 25 : 587) + ports);
	if (!dice(3))
		fprintf(out, "listen 127.60.%u.3:%u\n", number,
		    3000 + place + ports);
	if (reach == WHIM_FAR && !dice(3))
		fprintf(out, "listen [2001:db8:60::%u]:%u\n", place + 1,
		    25 + ports);
	if (reach == WHIM_WIDE)
		fprintf(out, "listen [2001:db8:60:%u::%u]:25\n", number,
		    place + 1);
}

/* The name of a gateway's server is its only one. */
static void
write_name(FILE *out, const char *word, unsigned number, unsigned place)
{
	if (reach == WHIM_WIDE)
		fprintf(out, "%s g%us%u\n", word, number, place);
	else
		fprintf(out, "%s s%u\n", word, place);
}

static void
write_local(FILE *out, unsigned number)
{
	if (reach == WHIM_WIDE && dice(2))
		fprintf(out, "entry local 2001:db8:60:%u::%u\n", number,
		    1 + dice(2));
	if (dice(2))
		fprintf(out, "entry local 127.60.%u.%u\n", number,
		    1 + dice(3));
}

static void
write_server(FILE *out, unsigned number, unsigned place)
{
	bool open = dice(3) > 0; /* else connection control cuts most off */

	write_name(out, "server", number, place);
	write_listeners(out, number, place);
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
	write_local(out, number);
	write_entries(out, "never", 2, false);
	write_routes(out);
}

void
whim_write_list(FILE *out)
{
	fprintf(out, "list pool\nmember 127.40.1.1\nmember 127.21.4.0/22\n"
	    "member domain:b.corp.example\n");
}

unsigned
whim_write_servers(FILE *out, unsigned number, unsigned part)
{
	unsigned servers = 1 + dice(WHIM_SERVERS);

	for (unsigned i = 0; i < servers; i++)
		write_server(out, number, WHIM_SERVERS * part + i);
	return servers;
}

void
whim_write_carrier(FILE *out, unsigned number, const char *mta,
    const unsigned *servers, unsigned parts)
{
	fprintf(out, "gateway g%u\nset ssh.host 127.60.%u.1\n"
	    "set ssh.port 2222\nset mta %s\n", number, number,
	    smtpd ? "opensmtpd" : mta);
	for (unsigned part = 0; part < parts; part++)
		for (unsigned i = 0; i < servers[part]; i++)
			write_name(out, "carry", number,
			    WHIM_SERVERS * part + i);
}

void
whim_write_gateway(FILE *out, unsigned number, const char *mta)
{
	unsigned servers = whim_write_servers(out, number, 0);

	whim_write_carrier(out, number, mta, &servers, 1);
}

void
whim_recipient(char *text, size_t size)
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

/* No dice are cast for it, so that what is asked besides stays what it was. */
bool
whim_go_home(char *text, size_t size, const char *gateway)
{
	static const char foreign[] = "foreign.example";
	size_t len = strlen(text), tail = sizeof(foreign) - 1;

	if (len < tail || strcasecmp(text + len - tail, foreign) != 0 ||
	    state >> 40 & 1)
		return false;
	snprintf(text + len - tail, size - (len - tail), "%s.lab.example",
	    gateway);
	return true;
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
int
whim_reply(enum decision_kind kind, const char *recipient)
{
	size_t len = strlen(recipient);

	return smtpd && kind != REFUSE_CONNECTION &&
	    (strchr(recipient, '"') || recipient[len - 1] == '.') ? 501
	                                                     : replies[kind];
}

/* --- questions ------------------------------------------------------------------- */

/* One in five has a name, where the MTA can be told of one. */
const char *
whim_client(const struct listener *listener, const char **name)
{
	unsigned who = dice(NAMED * 5);
	bool six = listener->family == 6;

	*name = NULL;
	if (who < NAMED && !(reach == WHIM_FAR && (smtpd || six))) {
		*name = named[who].name;
		return six ? named[who].addr6 : named[who].addr;
	}
	if (six)
		return reach == WHIM_FAR ? PICK(v6_clients)
		                         : v6_clients[dice(CONNECTING)];
	return reach == WHIM_LOOPBACK || dice(3) ? PICK(clients)
	                                         : PICK(far_clients);
}

bool
whim_ask(struct question *question, const char *client,
    const struct listener *listener)
{
	struct net net;
	struct err err;

	if (!net_parse_addr(&net, client, strlen(client), &err))
		return false;
	question->family = net.family;
	question->client = net.first;
	question->local_family = listener->family;
	question->local = listener->addr;
	question->local_port = listener->port;
	return true;
}

void
whim_begin(uint64_t seed, const char *mta, enum whim_reach from)
{
	old = !strcmp(mta, "opensmtpd");
	smtpd = old || !strcmp(mta, "opensmtpd7");
	reach = from;
	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (int i = 0; i < 20; i++)
		dice(2);
}
