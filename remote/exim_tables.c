#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/field.h"
#include "policy/set.h"

#include "exim.h"

/* Ends the text and adds it under its path, which becomes the path of what is
 * looked up there.  Nothing for no rows. */
static bool
add_file(struct rendering *rendering, struct buf *path, size_t rows,
    struct buf *text)
{
	bool indexed = rows > EXIM_FLAT_ROWS;

	if (rows) {
		buf_add(path, indexed ? ".key" : ".list");
		rendering_add(rendering, path->data, text);
		buf_add(path, indexed ? ".dbm" : "");
	}
	buf_free(text);
	return indexed;
}

/* --- addresses of clients ---------------------------------------------- */

struct blocks {
	struct buf text;
	size_t count;
	bool used[2][129]; /* lengths of the prefixes of IPv4 and of IPv6 */
	bool indexed;
};

static void
count_block(const struct net *block, void *context)
{
	(void)block;
	++*(size_t *)context;
}

/* As ${mask:} writes it: colons would end the key. */
static void
add_mask_key(struct buf *text, const struct net *block)
{
	if (block->family == 4) {
		net_add_addr(text, 4, block->first);
	} else {
		for (int shift = 112; shift >= 0; shift -= 16)
			buf_addf(text, "%04x%s",
			    (unsigned)(block->first >> shift & 0xffff),
			    shift ? "." : "");
	}
	buf_addf(text, "/%d yes\n", net_prefix(block));
}

static void
add_block(const struct net *block, void *context)
{
	struct blocks *blocks = context;
	const char *quote = block->family == 6 ? "\"" : "";

	blocks->used[block->family == 6][net_prefix(block)] = true;
	if (blocks->indexed) {
		add_mask_key(&blocks->text, block);
		return;
	}
	buf_add(&blocks->text, quote);
	net_add(&blocks->text, block);
	buf_addf(&blocks->text, "%s yes\n", quote);
}

static void
add_lengths(struct buf *test, const bool used[129])
{
	const char *before = "<; ";

	for (int i = 0; i <= 128; i++) {
		if (!used[i])
			continue;
		buf_addf(test, "%s%d", before, i);
		before = " ; ";
	}
}

/* Is the address, masked to one of the lengths, a key? */
static void
add_mask_test(struct buf *test, const char *address,
    const struct blocks *blocks, const char *path)
{
	buf_addf(test, "${if forany{${if isip4{%s}{", address);
	add_lengths(test, blocks->used[0]);
	buf_add(test, "}{");
	add_lengths(test, blocks->used[1]);
	buf_addf(test, "}}}{bool{${lookup{${mask:%s/$item}}dbm{%s%s}"
	    "{yes}{no}}}}{yes}{no}}", address, EXIM_CURRENT, path);
}

static char *
addresses_render(const struct set *set, const char *address, struct buf *path,
    struct rendering *rendering)
{
	struct blocks blocks = { 0 };
	struct buf test = { 0 };

	set_blocks(set, count_block, &blocks.count);
	blocks.indexed = blocks.count > EXIM_FLAT_ROWS;
	set_blocks(set, add_block, &blocks);
	if (add_file(rendering, path, blocks.count, &blocks.text))
		add_mask_test(&test, address, &blocks, path->data);
	else if (blocks.count)
		buf_addf(&test, "${lookup{%s}iplsearch{%s%s}{yes}{no}}",
		    address, EXIM_CURRENT, path->data);
	return test.len ? buf_take(&test) : NULL;
}

/* --- names of clients -------------------------------------------------- */

struct names {
	struct buf text;
	size_t count;
};

static void
add_name(const char *domain, void *context)
{
	struct names *names = context;

	buf_addf(&names->text, "%s: yes\n", domain);
	names->count++;
}

static char *
names_render(const struct site *site, const struct server *server,
    const char *slot, struct rendering *rendering)
{
	struct names names = { 0 };
	struct buf path = { 0 }, test = { 0 };
	bool indexed;

	site_slot_names(site, server, slot, add_name, &names);
	buf_addf(&path, "server/%s/%s.names", server->name, slot);
	indexed = add_file(rendering, &path, names.count, &names.text);
	if (names.count)
		buf_addf(&test, "${if eq{$sender_host_name}{}{no}"
		    "{${lookup{$sender_host_name}partial0()%s{%s%s}"
		    "{yes}{no}}}}", indexed ? "dbm" : "lsearch", EXIM_CURRENT,
		    path.data);
	buf_free(&path);
	return test.len ? buf_take(&test) : NULL;
}

/* --- an entry list ----------------------------------------------------- */

void
exim_render_clients(const struct site *site, const struct server *server,
    const char *slot, struct rendering *rendering, struct client_tests *tests)
{
	const char *address = strcmp(slot, "local") ? "$sender_host_address"
	                                            : "$received_ip_address";
	struct buf path = { 0 };
	struct set set;

	buf_addf(&path, "server/%s/%s", server->name, slot);
	site_slot_set(site, server, slot, &set);
	tests->addresses = addresses_render(&set, address, &path, rendering);
	set_free(&set);
	buf_free(&path);
	tests->names = slot_find(slot)->only_addresses ? NULL
	    : names_render(site, server, slot, rendering);
}

void
client_tests_free(struct client_tests *tests)
{
	free(tests->addresses);
	free(tests->names);
}

/* --- the routing list -------------------------------------------------- */

/* partial0(.) looks for the domain itself, then for it and each of its parents
 * with a dot in front, longest first, and at last for "*". */
static void
add_route_row(struct buf *text, const struct route *route)
{
	bool every = !strcmp(route->domain, ".");

	buf_addf(text, "%s%s: %s\n", every || route->exact ? "" : ".",
	    every ? "*" : route->domain, action_words[route->action]);
}

char *
exim_render_routes(const struct server *server, struct rendering *rendering)
{
	struct buf text = { 0 }, path = { 0 }, value = { 0 };
	bool indexed;

	for (size_t i = 0; i < server->route_count; i++)
		add_route_row(&text, &server->routes[i]);
	buf_addf(&path, "server/%s/routes", server->name);
	indexed = add_file(rendering, &path, server->route_count, &text);
	if (server->route_count)
		buf_addf(&value, "${lookup{$domain}partial0(.)%s*{%s%s}"
		    "{$value}{}}", indexed ? "dbm" : "lsearch", EXIM_CURRENT,
		    path.data);
	buf_free(&path);
	return value.len ? buf_take(&value) : NULL;
}
