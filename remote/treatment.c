#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/domain.h"
#include "policy/mem.h"
#include "policy/set.h"

#include "share.h"
#include "treatment.h"

#define FOREIGN "foreign.relayadm.invalid"

/* --- one domain --------------------------------------------------------- */

bool
treatment_equal(const struct treatment *a, const struct treatment *b)
{
	return a->fate == b->fate && a->way == b->way &&
	    !strcmp(a->hop, b->hop);
}

void
treatment_add(struct buf *buf, const struct treatment *t)
{
	static const char *const ways[] = {
		[WAY_USUAL] = "relayed",
		[WAY_HERE] = "delivered here",
		[WAY_MX] = "relayed to its MX",
		[WAY_HOP] = "sent to ",
	};
	static const char *const fates[] = {
		[FATE_FOREIGN] = "as any other domain",
		[FATE_REJECTED] = "rejected",
		[FATE_ACCEPTED] = "",
		[FATE_MIXED] = "accepted from some clients only",
	};

	buf_add(buf, fates[t->fate]);
	if (t->fate != FATE_ACCEPTED && t->way != WAY_USUAL)
		buf_add(buf, ", but ");
	if (t->fate == FATE_ACCEPTED || t->way != WAY_USUAL)
		buf_addf(buf, "%s%s", ways[t->way], t->hop);
}

void
treatment_set_hop(struct treatment *t, const char *text, size_t len)
{
	const char *close = *text == '[' ? memchr(text, ']', len) : NULL;
	const char *colon = close ? close + 1 : memrchr(text, ':', len);
	const char *host = text + (close != NULL), *end = text + len;
	const char *host_end = close ? close : colon ? colon : end;
	bool six = memchr(host, ':', (size_t)(host_end - host)) != NULL;

	t->way = WAY_HOP;
	if (!colon || colon >= end || *colon != ':')
		colon = NULL;
	snprintf(t->hop, sizeof(t->hop), "%s%.*s%s:%.*s", six ? "[" : "",
	    (int)(host_end - host), host, six ? "]" : "",
	    colon ? (int)(end - colon - 1) : 2, colon ? colon + 1 : "25");
}

/* Has the file a line of that key? */
static bool
has_line(const char *text, const char *dot, const char *domain)
{
	struct buf key = { 0 };
	bool found = false;

	buf_addf(&key, "%s%s", dot, domain);
	for (; !found && *text; text += *text == '\n') {
		found = strcspn(text, ": \n") == key.len &&
		    !memcmp(text, key.data, key.len);
		text += strcspn(text, "\n");
	}
	buf_free(&key);
	return found;
}

#define NO_ROW 1000

/* So many labels are above the nearest row of the file; NO_ROW: there is
 * none. */
static int
find_distance(const struct rendering *rendering, const char *name,
    const char *domain)
{
	const struct rendered_file *file = rendering_find(rendering, name);
	int distance = 0;

	if (!file)
		return NO_ROW;
	if (has_line(file->data, "", domain))
		return 0;
	for (const char *d = domain; d; d = domain_parent(d), distance++)
		if (has_line(file->data, ".", d) && d != domain)
			return distance;
	return NO_ROW;
}

bool
treatment_is_here(const struct rendering *rendering, const char *domain)
{
	int here = find_distance(rendering, "inbound", domain);

	return here != NO_ROW &&
	    here <= find_distance(rendering, "delivery", domain);
}

/* --- from what a dialect says -------------------------------------------- */

/* Clients that are as the server wants them, and those that are logged on. */
struct answers {
	struct set clients[2];
	struct treatment way;
};

static void
ask(const struct treating *t, const char *domain, bool anonymous,
    struct answers *answers)
{
	answers->way = (struct treatment){ .fate = FATE_FOREIGN };
	t->accepted(t->context, domain, !anonymous, &answers->clients[0]);
	t->accepted(t->context, domain, true, &answers->clients[1]);
	t->way(t->context, domain, &answers->way);
}

static void
free_answers(struct answers *answers)
{
	set_free(&answers->clients[0]);
	set_free(&answers->clients[1]);
}

static bool
is_all(const struct answers *answers, enum share share)
{
	return share_of(&answers->clients[0]) == share &&
	    (share == ALL || share_of(&answers->clients[1]) == share);
}

static bool
same_clients(const struct answers *a, const struct answers *b)
{
	return set_equal(&a->clients[0], &b->clients[0]) &&
	    set_equal(&a->clients[1], &b->clients[1]);
}

static void
judge(const struct answers *here, const struct answers *foreign,
    struct treatment *found)
{
	bool same = same_clients(here, foreign);

	*found = here->way;
	/* As any other domain, perhaps; a row can say this. */
	if (is_all(here, NONE))
		*found = (struct treatment){ .fate = FATE_REJECTED };
	else if (same && treatment_equal(&here->way, &foreign->way))
		*found = (struct treatment){ .fate = FATE_FOREIGN };
	else if (is_all(here, ALL))
		found->fate = FATE_ACCEPTED;
	else
		found->fate = same ? FATE_FOREIGN : FATE_MIXED;
}

void
treat_all(const struct treating *t, const struct recipients *recipients,
    struct treatment *found)
{
	struct answers foreign, here;

	ask(t, FOREIGN, recipients->anonymous, &foreign);
	for (size_t i = 0; i < recipients->count; i++) {
		ask(t, recipients->domains[i], recipients->anonymous, &here);
		judge(&here, &foreign, &found[i]);
		free_answers(&here);
	}
	free_answers(&foreign);
}

/* --- which domains are named ---------------------------------------------- */

static void
add_named(struct named_domains *named, const char *where, const char *how,
    size_t how_len, const char *name, size_t name_len)
{
	char domain[DOMAIN_SIZE];
	struct named_domain *item;
	struct buf token = { 0 };
	struct err err;
	size_t at;

	if (!domain_parse(domain, name, name_len, &err) ||
	    domain_covers("relayadm.invalid", domain))
		return;
	named->items = mem_grow(named->items, named->count, &named->cap,
	    sizeof(*named->items));
	buf_addf(&token, "%s\n%.*s\n", where, (int)how_len, how);
	at = token.len;
	buf_add(&token, domain);
	item = &named->items[named->count++];
	item->token = buf_take(&token);
	item->domain = item->token + at;
}

/* "example.com: inbound", ".example.com OK", "example.com" */
static void
read_row(struct named_domains *named, const char *where, const char *line,
    size_t len)
{
	size_t key = strcspn(line, ": \t\n"), dot = *line == '.';

	if (key > len)
		key = len;
	if (key > dot)
		add_named(named, where, line, len, line + dot, key - dot);
}

/* "...(a\.example|b\.example)$": how is what stands before. */
static void
read_expression(struct named_domains *named, const char *where,
    const char *line, size_t len)
{
	const char *end = line + len, *at = end;

	while (at > line && at[-1] != '(')
		at--;
	for (size_t how = (size_t)(at - line); at < end; at++) {
		size_t one = strcspn(at, "|)\n");
		struct buf name = { 0 };

		for (size_t i = 0; i < one; i++)
			if (at[i] != '\\')
				buf_addc(&name, at[i]);
		add_named(named, where, line, how, buf_text(&name), name.len);
		buf_free(&name);
		at += one;
		if (at >= end || *at != '|')
			break;
	}
}

/* What OpenSMTPD does with those in a table: the rest of the rule that names
 * it, if there is one. */
static void
add_rule(struct buf *where, const struct rendering *rendering,
    const char *path)
{
	const struct rendered_file *conf = rendering_find(rendering,
	    "smtpd/conf");
	struct buf key = { 0 }, name = { 0 };
	const char *at, *line;

	buf_addf(&key, "/%s\"\n", path);
	at = conf ? strstr(conf->data, key.data) : NULL;
	line = at;
	while (line && line > conf->data && line[-1] != '\n')
		line--;
	/* table "NAME" "file:..." */
	if (line && !strncmp(line, "table \"", 7)) {
		buf_addf(&name, "<%.*s>", (int)strcspn(line + 7, "\""),
		    line + 7);
		at = strstr(conf->data, name.data);
		if (at)
			buf_addf(where, " %.*s", (int)strcspn(at, "\n"), at);
	}
	buf_free(&key);
	buf_free(&name);
}

static void
read_lines(struct named_domains *named, const struct rendering *rendering,
    const struct rendered_file *file)
{
	struct buf where = { 0 };

	buf_add(&where, file->path);
	add_rule(&where, rendering, file->path);
	for (const char *at = file->data; *at; at += *at == '\n') {
		size_t len = strcspn(at, "\n");

		if (*at == '^')
			read_expression(named, where.data, at, len);
		else if (*at != '#')
			read_row(named, where.data, at, len);
		at += len;
	}
	buf_free(&where);
}

/* Files that hold domains; the end of the path, or how its last part begins. */
static const char *const whole[] = { "inbound", "delivery", "accept.text",
	"reject.text", "routes.list" };
static const char *const beginnings[] = { "to_", "inbound_", "reject_",
	"relay_" };

static bool
has_domains(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (!strcmp(name, whole[i]))
			return true;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (!strncmp(name, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

static int
compare_tokens(const void *a, const void *b)
{
	const struct named_domain *x = a, *y = b;

	return strcmp(x->token, y->token);
}

void
named_domains_read(struct named_domains *named,
    const struct rendering *rendering)
{
	for (size_t i = 0; i < rendering->count; i++)
		if (has_domains(rendering->files[i].path))
			read_lines(named, rendering, &rendering->files[i]);
	if (named->count)
		qsort(named->items, named->count, sizeof(*named->items),
		    compare_tokens);
}

void
named_domains_free(struct named_domains *named)
{
	for (size_t i = 0; i < named->count; i++)
		free(named->items[i].token);
	free(named->items);
	*named = (struct named_domains){ 0 };
}

/* --- lists of them -------------------------------------------------------- */

static void
add_domain(struct domain_list *list, const char *domain)
{
	list->items = mem_grow(list->items, list->count, &list->cap,
	    sizeof(*list->items));
	list->items[list->count++] = mem_text(domain);
}

void
domain_list_add(struct domain_list *list, const struct named_domains *named)
{
	for (size_t i = 0; i < named->count; i++)
		add_domain(list, named->items[i].domain);
}

void
domain_list_add_other(struct domain_list *list, const struct named_domains *a,
    const struct named_domains *b)
{
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		int order = i == a->count ? 1
		    : k == b->count       ? -1
		                          : compare_tokens(&a->items[i],
		                                &b->items[k]);

		if (order < 0)
			add_domain(list, a->items[i].domain);
		else if (order > 0)
			add_domain(list, b->items[k].domain);
		i += order <= 0;
		k += order >= 0;
	}
}

static size_t
count_labels(const char *domain)
{
	size_t count = 0;

	for (; domain; domain = domain_parent(domain))
		count++;
	return count;
}

static int
compare_domains(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	size_t m = count_labels(x), n = count_labels(y);

	return m != n ? (m < n ? -1 : 1) : strcmp(x, y);
}

void
domain_list_settle(struct domain_list *list)
{
	size_t kept = 0;

	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items),
		    compare_domains);
	for (size_t i = 0; i < list->count; i++) {
		if (kept && !strcmp(list->items[kept - 1], list->items[i]))
			free(list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

void
domain_list_free(struct domain_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct domain_list){ 0 };
}
