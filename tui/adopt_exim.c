/* What an Exim has (exim -bP config), as virtual servers: one for each port. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_exim.h"
#include "policy/field.h"
#include "policy/mem.h"

/* --- the configuration ------------------------------------------------- */

static const struct {
	const char *name;
	enum exim_section section;
} sections[] = {
	{ "acl", EXIM_ACL, },
	{ "routers", EXIM_ROUTERS, },
	{ "authenticators", EXIM_AUTHENTICATORS, },
};

static enum exim_section
find_section(const char *name)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (!strcmp(sections[i].name, name))
			return sections[i].section;
	return EXIM_OTHER;
}

/* A macro's definition has done its work by now. */
static bool
is_macro(const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (*text < 'A' || *text > 'Z')
		return false;
	text += len + strspn(text + len, " \t");
	return *text == '=';
}

static void
add_line(struct exim *exim, struct buf *text, enum exim_section *section)
{
	char *line = buf_take(text);

	if (!strncmp(line, "begin ", 6))
		*section = find_section(line + 6 + strspn(line + 6, " \t"));
	else if (*line && *line != '#' && !is_macro(line)) {
		exim->lines = mem_grow(exim->lines, exim->line_count,
		    &exim->line_cap, sizeof(*exim->lines));
		exim->lines[exim->line_count++] = (struct exim_line){
			*section, line };
		return;
	}
	free(line);
}

/* Lines without blanks around them; a backslash at the end goes on. */
static void
parse(struct exim *exim, const char *text)
{
	enum exim_section section = EXIM_MAIN;
	struct buf line = { 0 };

	while (*text) {
		const char *end = text + strcspn(text, "\n"), *last = end;
		bool more;

		text += strspn(text, " \t");
		while (last > text && strchr(" \t\r", last[-1]))
			last--;
		more = last > text && last[-1] == '\\';
		if (last > text)
			buf_addn(&line, text, (size_t)(last - text) - more);
		if (!more)
			add_line(exim, &line, &section);
		text = *end ? end + 1 : end;
	}
	add_line(exim, &line, &section);
}

const char *
exim_option(const struct exim *exim, const char *name, char *value,
    size_t size)
{
	const char *text = fetched_find(exim->files, "settings");
	size_t len = strlen(name);

	value[0] = '\0';
	for (const char *line = text; line && *line;) {
		const char *end = line + strcspn(line, "\n");

		if (!strncmp(line, name, len) &&
		    !strncmp(line + len, " =", 2)) {
			line += len + 2;
			line += line < end && *line == ' ';
			snprintf(value, size, "%.*s", (int)(end - line), line);
		}
		line = *end ? end + 1 : end;
	}
	return value;
}

const char *
exim_named(struct exim *exim, const char *kind, const char *name)
{
	size_t len = strlen(kind), name_len = strlen(name);

	if (exim->nested++ > MOST_NESTED)
		return NULL;

	for (size_t i = exim->line_count; i-- > 0;) {
		const char *at = exim->lines[i].text;

		if (exim->lines[i].section != EXIM_MAIN)
			continue;
		if (!strncmp(at, "hide ", 5))
			at += 5 + strspn(at + 5, " ");
		if (strncmp(at, kind, len) != 0)
			continue;
		at += len;
		at += strncmp(at, "_cache", 6) ? 0 : 6;
		at += strspn(at, " \t");
		if (strncmp(at, name, name_len) != 0)
			continue;
		at += name_len + strspn(at + name_len, " \t");
		if (*at == '=')
			return at + 1 + strspn(at + 1, " \t");
	}
	return NULL;
}

/* --- where accepted mail goes ------------------------------------------ */

/* The next router from a line on: its first line and the one behind it. */
static bool
next_router(const struct exim *exim, size_t *from, size_t *to)
{
	size_t i = *to;

	while (i < exim->line_count &&
	    (exim->lines[i].section != EXIM_ROUTERS ||
	        strchr(exim->lines[i].text, '=') ||
	        exim->lines[i].text[strlen(exim->lines[i].text) - 1] != ':'))
		i++;
	*from = i++;
	if (*from >= exim->line_count)
		return false;
	while (i < exim->line_count &&
	    exim->lines[i].section == EXIM_ROUTERS &&
	    (strchr(exim->lines[i].text, '=') ||
	        exim->lines[i].text[strlen(exim->lines[i].text) - 1] != ':'))
		i++;
	*to = i;
	return true;
}

static const char *
router_option(const struct exim *exim, size_t from, size_t to,
    const char *name)
{
	size_t len = strlen(name);

	for (size_t i = from; i < to; i++) {
		const char *at = exim->lines[i].text;

		if (strncmp(at, name, len) != 0)
			continue;
		at += len + strspn(at + len, " \t");
		if (*at == '=')
			return at + 1 + strspn(at + 1, " \t");
	}
	return NULL;
}

/* "host", "host::25", "[192.0.2.1]:25" of a list with one host in it. */
static bool
set_hop(struct route *row, const char *text, size_t len)
{
	struct buf hop = { 0 };
	struct err err;
	bool ok;

	for (size_t i = 0; i < len; i++)
		if (text[i] != '"' && !(text[i] == ':' && i + 1 < len &&
		        text[i + 1] == ':'))
			buf_addc(&hop, text[i]);
	if (hop.len && hop.data[0] == '[' && !strchr(hop.data + 1, ':')) {
		memmove(hop.data, hop.data + 1, hop.len);
		hop.len--;
		hop.data[strcspn(hop.data, "]")] = '\0';
		hop.len = strlen(hop.data);
	}
	ok = hop.len && !strpbrk(hop.data, "$;/ ") &&
	    route_parse_next_hop(row, hop.data, hop.len, &err);
	buf_free(&hop);
	return ok;
}

/* "DOMAINS HOSTS OPTIONS; DOMAINS ...": those of the domain. */
static bool
take_route_list(struct exim *exim, const char *text, struct route *row)
{
	while (*text) {
		size_t len, hosts;
		char *pattern;
		bool fits;

		text += strspn(text, " \t\"");
		len = strcspn(text, " \t;");
		pattern = mem_textn(text, len);
		fits = exim_domain_list(exim, pattern);
		free(pattern);
		if (fits) {
			text += len + strspn(text + len, " \t");
			hosts = strcspn(text, " \t;\"");
			return set_hop(row, text, hosts);
		}
		text += strcspn(text, ";");
		text += *text == ';';
	}
	return false;
}

static void
take_router(struct exim *exim, size_t from, size_t to, struct route *row)
{
	const char *driver = router_option(exim, from, to, "driver");
	const char *list = router_option(exim, from, to, "route_list");
	const char *name = exim->lines[from].text;

	if (!driver || !strcmp(driver, "dnslookup")) {
		row->action = ROUTE_RELAY;
	} else if (!strcmp(driver, "manualroute")) {
		if (list && take_route_list(exim, list, row))
			row->action = ROUTE_RELAY;
		else
			asked_note(exim->asked, "mail for %s goes on to be "
			    "delivered by the router %.*s", row->domain,
			    (int)strlen(name) - 1, name);
	}
}

/* By the first router that has the domain. */
static void
find_delivery(void *context, struct route *row)
{
	struct exim *exim = context;
	const char *domains;
	size_t from = 0, to = 0;

	row->action = ROUTE_INBOUND;
	exim->domain = row->domain;
	exim->nested = 0;
	while (next_router(exim, &from, &to)) {
		domains = router_option(exim, from, to, "domains");
		if (domains && !exim_domain_list(exim, domains))
			continue;
		take_router(exim, from, to, row);
		return;
	}
}

/* --- who is let through ------------------------------------------------ */

static void
pass_acl(struct exim *exim, const char *option, bool otherwise,
    struct let *let)
{
	char value[2000];
	struct buf name = { 0 };

	exim_option(exim, option, value, sizeof(value));
	if (exim_expand(exim, value, &name)) {
		exim_acl(exim, buf_text(&name), otherwise, let);
	} else {
		asked_note(exim->asked, "%s is NOT UNDERSTOOD; it is taken to "
		    "refuse everybody", option);
		*let = (struct let){ .who = { { 0 } } };
	}
	buf_free(&name);
}

static void
ask_recipient(void *context, const char *domain, struct let *let)
{
	struct exim *exim = context;

	exim->domain = domain;
	exim->nested = 0;
	exim->far = !*domain;
	pass_acl(exim, "acl_smtp_rcpt", false, let);
	exim->far = false;
}

/* Nobody has logged on when these ask. */
static void
narrow_early(struct exim *exim, const char *option)
{
	struct let let;

	pass_acl(exim, option, true, &let);
	set_free(&let.who[1]);
	set_copy(&let.who[1], &let.who[0]);
	let_intersect(&exim->asked->connect, &let);
	let_free(&let);
}

static void
ask_connection(struct exim *exim)
{
	struct asked *asked = exim->asked;
	const struct exim_hosts *hosts;
	char value[2000];
	struct let let;

	exim->domain = "";
	exim->nested = 0;
	exim->far = true;
	let_all(&asked->connect);
	exim_option(exim, "host_reject_connection", value, sizeof(value));
	if (exim_host_list(exim, value, &hosts)) {
		for (int i = 0; i < 2; i++)
			set_subtract(&asked->connect.who[i],
			    &asked->connect.who[i], &hosts->who);
		entries_append_all(&asked->refused_names, &hosts->names);
		entries_settle(&asked->refused_names);
	}
	narrow_early(exim, "acl_smtp_connect");
	narrow_early(exim, "acl_smtp_helo");
	pass_acl(exim, "acl_smtp_mail", true, &let);
	let_intersect(&asked->connect, &let);
	let_free(&let);
	exim->far = false;
}

/* --- listeners --------------------------------------------------------- */

struct ports {
	struct listener items[64];
	size_t count;
};

static unsigned
find_port(const char *text)
{
	static const struct {
		const char *name;
		unsigned port;
	} names[] = {
		{ "smtp", 25, },
		{ "submission", 587, },
		{ "smtps", 465, },
		{ "ssmtp", 465, },
		{ "submissions", 465, },
	};
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i].name, text))
			return names[i].port;
	return *text && !*end && number <= 65535 ? (unsigned)number : 0;
}

static void
add_listener(struct exim *exim, struct ports *ports, const char *address,
    unsigned port)
{
	struct listener l = { .port = (uint16_t)port };
	struct net net;
	struct err err;

	if (!strcmp(address, "::0"))
		address = "::";
	if (!port || !net_parse_addr(&net, address, strlen(address), &err)) {
		buf_addf(&exim->asked->adoption->notes, "the listener %s port "
		    "%u is left out\n", address, port);
		return;
	}
	l.family = net.family;
	l.addr = net.first;
	if (!adopt_is_ours(exim->files, &l) &&
	    ports->count < sizeof(ports->items) / sizeof(ports->items[0]))
		ports->items[ports->count++] = l;
}

/* "192.0.2.1", "192.0.2.1.587", "[2001:db8::1]:25", "2001:db8::1.25". */
static void
add_interface(struct exim *exim, struct ports *ports, char *text)
{
	char value[300], *port = NULL, *dot = strrchr(text, '.');
	size_t dots = 0;
	struct exim_list list;
	struct buf item = { 0 };

	for (const char *c = text; *c; c++)
		dots += *c == '.';
	if (*text == '[' && strchr(text, ']')) {
		port = strchr(text, ']');
		*port++ = '\0';
		port += *port == ':';
		text++;
	} else if (dots == 4 || (dots == 1 && strchr(text, ':'))) {
		*dot = '\0';
		port = dot + 1;
	}
	if (port && *port) {
		add_listener(exim, ports, text, find_port(port));
		return;
	}
	exim_option(exim, "daemon_smtp_ports", value, sizeof(value));
	exim_list_begin(&list, value);
	while (exim_list_next(&list, &item))
		if (item.len)
			add_listener(exim, ports, text, find_port(item.data));
	buf_free(&item);
}

static void
find_listeners(struct exim *exim, struct ports *ports)
{
	char value[2000];
	struct exim_list list;
	struct buf item = { 0 };
	bool six;

	exim_option(exim, "local_interfaces", value, sizeof(value));
	six = !strstr(fetched_find(exim->files, "settings"), "\ndisable_ipv6");
	exim_list_begin(&list, *value ? value : "<; ::0 ; 0.0.0.0");
	while (exim_list_next(&list, &item)) {
		if (item.len && (six || !strchr(item.data, ':') ||
		    item.data[0] == '['))
			add_interface(exim, ports, item.data);
	}
	buf_free(&item);
}

/* --- one server for each port ------------------------------------------ */

static bool
has_port(const struct exim *exim, const char *option, unsigned port)
{
	char value[300];
	struct exim_list list;
	struct buf item = { 0 };
	bool found = false;

	exim_option(exim, option, value, sizeof(value));
	exim_list_begin(&list, value);
	while (exim_list_next(&list, &item))
		if (item.len && find_port(item.data) == port)
			found = true;
	buf_free(&item);
	return found;
}

static bool
logs_on(const struct exim *exim)
{
	char value[300];

	if (!*exim_option(exim, "auth_advertise_hosts", value, sizeof(value)))
		return false;
	for (size_t i = 0; i < exim->line_count; i++)
		if (exim->lines[i].section == EXIM_AUTHENTICATORS &&
		    !strncmp(exim->lines[i].text, "server_", 7))
			return true;
	return false;
}

static void
adopt_port(struct exim *exim, struct adoption *a, const struct ports *ports,
    unsigned port)
{
	struct asked asked = { .adoption = a, .ask = ask_recipient,
		.delivery = find_delivery, .context = exim };
	char name[20], value[300], *own;
	struct err err;

	snprintf(name, sizeof(name), "%u", port);
	snprintf(asked.name, sizeof(asked.name), "port %u", port);
	own = adopt_name(a, name);
	if (has_port(exim, "tls_on_connect_ports", port)) {
		asked_note(&asked, "TLS from the first byte "
		    "(tls_on_connect_ports); left out, it stays as it is");
		free(own);
		return;
	}
	exim->asked = &asked;
	exim->port = port;
	asked.server = server_new(own);
	for (size_t i = 0; i < ports->count; i++)
		if (ports->items[i].port == port)
			server_add_listener(asked.server, &ports->items[i],
			    &err);
	asked.server->basic = logs_on(exim);
	asked.server->tls = *exim_option(exim, "tls_advertise_hosts", value,
	    sizeof(value)) ? TLS_OFFERED : TLS_NONE;
	ask_connection(exim);
	adopt_settle(&asked);
	policy_add_server(a->policy, asked.server);
	asked_clear(&asked);
	free(own);
}

static void
exim_free(struct exim *exim)
{
	for (size_t i = 0; i < exim->line_count; i++)
		free(exim->lines[i].text);
	for (size_t i = 0; i < exim->host_count; i++) {
		free(exim->hosts[i].text);
		set_free(&exim->hosts[i].who);
		entries_free(&exim->hosts[i].names);
	}
	free(exim->lines);
	free(exim->hosts);
}

bool
adopt_exim(struct adoption *a, const struct fetched_files *files,
    const char *gateway, struct err *err)
{
	struct exim exim = { .files = files };
	struct asked none = { .adoption = a };
	struct ports ports = { .count = 0 };

	*a = (struct adoption){ .files = files, .gateway = gateway,
		.policy = policy_new() };
	if (!fetched_find(files, "config") || !fetched_find(files, "settings"))
		return fail_as(err, ERR_REFUSED, "%s: the gateway did not say "
		    "what its mail server has", gateway);
	parse(&exim, fetched_find(files, "config"));
	exim.asked = &none;
	find_listeners(&exim, &ports);
	for (size_t i = 0; i < ports.count; i++) {
		size_t n = 0;

		while (ports.items[n].port != ports.items[i].port)
			n++;
		if (n == i)
			adopt_port(&exim, a, &ports, ports.items[i].port);
	}
	exim_free(&exim);
	return a->policy->server_count || fail_as(err, ERR_NO,
	    "%s: there is no listener but what was pushed from here", gateway);
}
