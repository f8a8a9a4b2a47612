/* Host lists of Exim as sets of clients. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_exim.h"
#include "policy/mem.h"

#define DEEPEST 20

struct gathering {
	struct exim *exim;
	struct set in;   /* who is in it so far */
	struct set left; /* whom no item has had yet */
	struct entries names;
	unsigned depth;
	bool not;        /* the last item was an exception */
};

static void take_items(struct gathering *g, const char *text, bool lines,
    bool not);

static void
take_set(struct gathering *g, const struct set *item, bool not)
{
	struct set now = { 0 };

	set_intersect(&now, &g->left, item);
	if (!not)
		set_union(&g->in, &g->in, &now);
	set_subtract(&g->left, &g->left, item);
	set_free(&now);
}

static void
take_net(struct gathering *g, const struct net *net, bool not)
{
	struct set item;
	struct entry entry;

	set_of_net(&item, net);
	take_set(g, &item, not);
	set_free(&item);
	if (not)
		return;
	entry_clear(&entry);
	entry.kind = ENTRY_NET;
	entry.net = *net;
	entries_add(&g->exim->asked->seen, &entry);
}

static void
note(const struct gathering *g, bool not, const char *item, const char *why)
{
	asked_note(g->exim->asked, "the hosts of %s%s are NOT UNDERSTOOD: it "
	    "%s", not ? "! " : "", item, why);
}

/* "*.example.com": what the DNS vouches for. */
static void
take_name(struct gathering *g, const char *item, bool not)
{
	struct entry entry;
	struct err err;

	entry_clear(&entry);
	entry.kind = ENTRY_DOMAIN;
	if (item[0] != '*' || item[1] != '.') {
		note(g, not, item, "is a host whose addresses Exim looks up");
	} else if (not) {
		note(g, not, item, "excepts by name");
	} else if (domain_parse(entry.name, item + 2, strlen(item + 2),
	    &err)) {
		asked_note(g->exim->asked, "%s becomes domain:%s, which "
		    "covers %s itself, too", item, entry.name, entry.name);
		entries_add(&g->names, &entry);
	} else {
		note(g, not, item, err.text);
	}
}

static void
take_own(struct gathering *g, bool not)
{
	const char *text = fetched_find(g->exim->files, "addresses");

	if (!text)
		note(g, not, "@[]", "means the machine's own addresses");
	else
		take_items(g, text, true, not);
}

/* In keys of lsearch dots stand for the colons of IPv6. */
static void
take_lookup(struct gathering *g, const char *item, const char *path, bool not)
{
	const char *text = fetched_find(g->exim->files, path);
	bool plain = strstr(item, "iplsearch;") != NULL;
	struct buf key = { 0 };

	if (strncmp(item, "net", 3) != 0 || !strstr(item, "lsearch;") ||
	    !text) {
		note(g, not, item, text ? "is a look-up of another kind"
		                        : "could not be read");
		return;
	}
	while (*text) {
		const char *end = text + strcspn(text, "\n");
		size_t len = strcspn(text, plain ? " \t\n" : ": \t\n");
		size_t dots = 0;

		buf_clear(&key);
		if (*text == '"') {
			text++;
			len = strcspn(text, "\"\n");
		}
		if (len && *text != '#')
			buf_addn(&key, text, len);
		while (key.len && key.data[key.len - 1] == ':' &&
		    (key.len < 2 || key.data[key.len - 2] != ':'))
			key.data[--key.len] = '\0';
		for (size_t i = 0; i < key.len; i++)
			dots += key.data[i] == '.';
		for (size_t i = 0; dots > 3 && i < key.len; i++)
			if (key.data[i] == '.')
				key.data[i] = ':';
		if (key.len)
			take_items(g, key.data, true, not);
		text = *end ? end + 1 : end;
	}
	buf_free(&key);
}

static void
take_named(struct gathering *g, const char *name, bool not)
{
	static const char *const words[] = { "include_unknown",
		"ignore_unknown", "include_defer", "ignore_defer", "caseful",
		NULL };
	const char *text = exim_named(g->exim, "hostlist", name);
	struct gathering inner = { .exim = g->exim, .depth = g->depth };

	if (word_find(words, name) >= 0)
		return;
	if (!text || g->depth > DEEPEST) {
		note(g, not, name, "is no list of hosts");
		return;
	}
	set_all(&inner.left);
	take_items(&inner, text, false, false);
	if (inner.not)
		set_union(&inner.in, &inner.in, &inner.left);
	take_set(g, &inner.in, not);
	if (!not)
		entries_append_all(&g->names, &inner.names);
	else if (entries_count(&inner.names))
		note(g, not, name, "excepts by name");
	entries_settle(&g->names);
	entries_free(&inner.names);
	set_free(&inner.in);
	set_free(&inner.left);
}

static void
take_item(struct gathering *g, const char *item, bool not)
{
	static const struct net all4 = { 4, 0, NET_LAST4 };
	static const struct net all6 = { 6, 0, NET_LAST6 };
	const char *path = strchr(item, ';');
	struct net net;
	struct err err;

	if (!strcmp(item, "*")) {
		take_net(g, &all4, not);
		take_net(g, &all6, not);
	} else if (!strcmp(item, "@[]")) {
		take_own(g, not);
	} else if (!strcmp(item, "localhost")) {
		take_item(g, "127.0.0.1", not);
		take_item(g, "::1", not);
	} else if (*item == '+') {
		take_named(g, item + 1, not);
	} else if (*item == '/' && fetched_find(g->exim->files, item)) {
		take_items(g, fetched_find(g->exim->files, item), true, not);
	} else if (*item == '/') {
		note(g, not, item, "could not be read there");
	} else if (path) {
		take_lookup(g, item, path + 1 + strspn(path + 1, " "), not);
	} else if (net_parse(&net, item, strlen(item), NET_IMPORT | NET_WIDEN,
	    &err)) {
		take_net(g, &net, not);
	} else if (isdigit((unsigned char)*item) || strchr(item, ':')) {
		note(g, not, item, err.text);
	} else {
		take_name(g, item, not);
	}
}

static void
take_items(struct gathering *g, const char *text, bool lines, bool not)
{
	struct exim_list list;
	struct buf item = { 0 };

	g->depth++;
	exim_list_begin(&list, text);
	while (lines ? exim_list_line(&text, &item)
	             : exim_list_next(&list, &item)) {
		const char *one = buf_text(&item);
		bool inner = *one == '!';

		one += inner;
		one += strspn(one, " \t");
		if (*one && g->depth <= DEEPEST)
			take_item(g, one, not ^ inner);
		if (*one && !lines)
			g->not = inner;
	}
	g->depth--;
	buf_free(&item);
}

static const struct exim_hosts *
find_hosts(const struct exim *exim, const char *text)
{
	for (size_t i = 0; i < exim->host_count; i++)
		if (!strcmp(exim->hosts[i].text, text))
			return &exim->hosts[i];
	return NULL;
}

bool
exim_host_list(struct exim *exim, const char *text,
    const struct exim_hosts **hosts)
{
	struct gathering g = { .exim = exim };
	struct buf list = { 0 };
	bool ok = exim_expand(exim, text, &list);

	*hosts = ok ? find_hosts(exim, buf_text(&list)) : NULL;
	if (ok && !*hosts) {
		set_all(&g.left);
		take_items(&g, buf_text(&list), false, false);
		if (g.not)
			set_union(&g.in, &g.in, &g.left);
		set_free(&g.left);
		exim->hosts = mem_grow(exim->hosts, exim->host_count,
		    &exim->host_cap, sizeof(*exim->hosts));
		exim->hosts[exim->host_count] = (struct exim_hosts){
			mem_text(buf_text(&list)), g.in, g.names };
		*hosts = &exim->hosts[exim->host_count++];
	}
	buf_free(&list);
	return ok;
}
