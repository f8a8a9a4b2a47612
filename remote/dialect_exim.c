#include "config.h"

#include <stdlib.h>

#include "policy/mem.h"

#include "delivery.h"
#include "exim.h"

static void
find_gaps(const struct site *site, struct gaps *gaps)
{
	delivery_find_gaps(site, "Exim", gaps);
}

/* The recipient as the client wrote it: Exim drops a source route (RFC 5321
 * appendix C) and quotation marks unseen, and gives an address without a domain
 * one of its own. */
#define RCPT "(?i)^RCPT TO:\\s*<?"
#define NO_IMCEA "(?![\"\\\\]*i[\"\\\\]*m[\"\\\\]*c[\"\\\\]*e[\"\\\\]*a)"
#define LOCAL_PART "(?:[^\\s<>()@%!\"\\\\,;:]" \
	"|\"(?:[^\"\\\\@%!]|\\\\[^@%!])*\"|\\\\[^\\s@%!])+"
#define DOMAIN_PART "@(?:\\[[^\\]\\s]*\\]|[^\\s@\"<>()\\\\,;:]+)"
#define END ">?(?:\\s.*)?$"
#define MATCH(expression) \
	"${if match{$smtp_command}{\\N" expression "\\N}{yes}{no}}\n"

#define OURS(theirs, ours) "${if eq{RELAYADM_SERVER}{}{" theirs "}{" ours "}}\n"

/* The gateway puts the administrator's own settings of these, for listeners
 * that are none of ours, before this as RELAYADM_THEIR_..., and
 * local_interfaces. */
static const char main_text[] =
    "RELAYADM_LISTENER = ${if def:received_ip_address"
    "{${lookup{$received_ip_address}iplsearch{" EXIM_CURRENT "listeners}"
    "{$value}{}}}{}}\n"
    "RELAYADM_SERVER = ${extract{p$received_port}{RELAYADM_LISTENER}"
    "{$value}{}}\n"
    "RELAYADM_TLS = ${extract{t$received_port}{RELAYADM_LISTENER}"
    "{$value}{}}\n"
    "RELAYADM_BASIC = ${extract{b$received_port}{RELAYADM_LISTENER}"
    "{$value}{}}\n"
    "RELAYADM_CLEAR = ${if def:tls_in_cipher{no}{yes}}\n"
    "RELAYADM_AUTH = ${if and{{eq{RELAYADM_BASIC}{yes}}"
    "{or{{!eq{RELAYADM_TLS}{required}}{def:tls_in_cipher}}}}{*}{}}\n"
    "RELAYADM_HOP = ${lookup{$domain}partial0(.)lsearch*{" EXIM_CURRENT
    "delivery}{$value}{}}\n"
    "\n"
    "# a local part that carries no route, at a domain\n"
    "RELAYADM_PLAIN = " MATCH(RCPT NO_IMCEA LOCAL_PART DOMAIN_PART END)
    "# the same without a domain\n"
    "RELAYADM_NAME = " MATCH(RCPT NO_IMCEA LOCAL_PART END)
    "# any local part at a domain\n"
    "RELAYADM_DOMAIN = " MATCH(RCPT "[^>]*" DOMAIN_PART END)
    "\n"
    "acl_smtp_connect = " OURS("RELAYADM_THEIR_CONNECT",
        "relayadm_connect_RELAYADM_SERVER")
    "acl_smtp_helo = " OURS("RELAYADM_THEIR_HELO", "relayadm_accept")
    "acl_smtp_mail = " OURS("RELAYADM_THEIR_MAIL",
        "relayadm_mail_RELAYADM_SERVER")
    "acl_smtp_rcpt = " OURS("RELAYADM_THEIR_RCPT",
        "relayadm_rcpt_RELAYADM_SERVER")
    "tls_advertise_hosts = " OURS("RELAYADM_THEIR_TLS",
        "${if eq{RELAYADM_TLS}{none}{}{*}}")
    "auth_advertise_hosts = " OURS("RELAYADM_THEIR_AUTH", "RELAYADM_AUTH")
    "recipient_unqualified_hosts = " OURS("RELAYADM_THEIR_UNQUALIFIED", "*")
    "smtputf8_advertise_hosts = " OURS("RELAYADM_THEIR_UTF8", "")
    "allow_domain_literals = true\n"
    "strip_trailing_dot = true\n";

static const char acl_head[] =
    "relayadm_accept:\n"
    "  accept\n"
    "\n"
    "relayadm_deny:\n"
    "  deny\n";

static const char transports[] =
    "relayadm_smtp:\n"
    "  driver = smtp\n";

/* --- the listeners ----------------------------------------------------- */

struct place {
	const struct listener *listener;
	const struct server *server;
	unsigned number; /* of the server */
};

struct places {
	struct place *items;
	size_t count, cap;
};

static void
add_fields(struct buf *text, const struct place *place)
{
	const struct server *s = place->server;
	unsigned port = place->listener->port;

	buf_addf(text, " p%u=%u t%u=%s", port, place->number, port,
	    tls_words[s->tls]);
	if (s->basic)
		buf_addf(text, " b%u=yes", port);
}

static bool
same_address(const struct listener *a, const struct listener *b)
{
	return a->family == b->family && a->addr == b->addr;
}

/* A row holds all ports of an address; those of the wildcard come last, for
 * of two fields of one name the first counts. */
static void
add_row(struct buf *text, const struct places *all, size_t at)
{
	const struct listener *l = all->items[at].listener;

	for (size_t i = 0; i < at; i++)
		if (same_address(all->items[i].listener, l))
			return;
	if (!l->addr) {
		buf_add(text, l->family == 4 ? "0.0.0.0/0" : "\"::/0\"");
	} else {
		buf_add(text, l->family == 6 ? "\"" : "");
		net_add_addr(text, l->family, l->addr);
		buf_add(text, l->family == 6 ? "\"" : "");
	}
	for (size_t i = at; i < all->count; i++)
		if (same_address(all->items[i].listener, l))
			add_fields(text, &all->items[i]);
	for (size_t i = 0; l->addr && i < all->count; i++)
		if (all->items[i].listener->family == l->family &&
		    !all->items[i].listener->addr)
			add_fields(text, &all->items[i]);
	buf_addc(text, '\n');
}

/* The first row that matches counts: wildcards at the end. */
static void
render_listeners(const struct places *all, struct rendering *rendering)
{
	struct buf text = { 0 };

	for (int wildcard = 0; wildcard < 2; wildcard++)
		for (size_t i = 0; i < all->count; i++)
			if ((all->items[i].listener->addr == 0) == wildcard)
				add_row(&text, all, i);
	rendering_add(rendering, "listeners", &text);
}

static void
render_services(const struct places *all, struct rendering *rendering)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		const struct listener *l = all->items[i].listener;

		buf_addf(&text, "%u ", l->family);
		net_add_addr(&text, l->family, l->addr);
		buf_addf(&text, " %u %s\n", l->port,
		    all->items[i].server->name);
	}
	rendering_add(rendering, "services", &text);
}

/* --- all of it --------------------------------------------------------- */

static void
add_text(struct rendering *rendering, const char *path, const char *constant)
{
	struct buf text = { 0 };

	buf_add(&text, constant);
	rendering_add(rendering, path, &text);
}

static void
add_places(struct places *all, const struct server *server, unsigned number)
{
	for (size_t i = 0; i < server->listener_count; i++) {
		all->items = mem_grow(all->items, all->count, &all->cap,
		    sizeof(*all->items));
		all->items[all->count++] = (struct place){
			&server->listeners[i], server, number };
	}
}

static void
render(const struct site *site, struct rendering *rendering)
{
	struct places all = { 0 };
	struct buf acl = { 0 };
	unsigned number = 0;

	buf_add(&acl, acl_head);
	for (size_t i = 0; i < site->gateway->server_count; i++) {
		const struct server *server = site_server(site, i);

		if (!server)
			continue;
		add_places(&all, server, ++number);
		exim_render_acl(site, server, number, rendering, &acl);
	}
	rendering_add(rendering, "exim/acl", &acl);
	add_text(rendering, "exim/main", main_text);
	add_text(rendering, "exim/transports", transports);
	exim_render_delivery(site, rendering);
	render_listeners(&all, rendering);
	render_services(&all, rendering);
	free(all.items);
}

const struct dialect dialect_exim = {
	.find_gaps = find_gaps,
	.render = render,
	.reread = exim_reread,
	.reach = exim_reach,
	.treat = exim_treat,
};
