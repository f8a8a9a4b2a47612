#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "exim.h"
#include "exim_walk.h"

#define NEST_MAX 4

void
visit_end(struct visit *visit)
{
	for (size_t i = 0; i < visit->read_count; i++)
		set_free(&visit->read[i].set);
	free(visit->read);
}

bool
visit_fail(struct visit *visit, const char *where, const char *what)
{
	if (!visit->broken)
		fail(visit->err, "%s: %s", where, what);
	visit->broken = true;
	return false;
}

/* Does the text go on with this?  Then it is passed over. */
static bool
take(const char **at, const char *literal)
{
	size_t len = strlen(literal);

	if (strncmp(*at, literal, len))
		return false;
	*at += len;
	return true;
}

static bool
take_number(const char **at, unsigned *number)
{
	const char *from = *at;

	*number = 0;
	while (**at >= '0' && **at <= '9' && *number < 100000)
		*number = *number * 10 + (unsigned)(*(*at)++ - '0');
	return *at > from;
}

/* --- files ------------------------------------------------------------- */

/* The file whose path goes on to the brace, less a suffix. */
static const struct rendered_file *
take_file(struct visit *visit, const char **at, const char *suffix)
{
	const struct rendered_file *file = NULL;
	size_t len, end = strlen(suffix);
	char *path;

	if (!take(at, EXIM_CURRENT))
		return NULL;
	len = strcspn(*at, "}\n");
	if (len > end && !strncmp(*at + len - end, suffix, end)) {
		path = mem_textn(*at, len - end);
		file = rendering_find(visit->rendering, path);
		free(path);
	}
	*at += len;
	if (!file)
		visit_fail(visit, "exim/acl", "a file is missing");
	return file;
}

/* A key of iplsearch: in quotes just when it holds a colon. */
static bool
take_net(const char **at, struct net *net)
{
	bool quoted = **at == '"';
	struct err err;
	size_t len;

	*at += quoted;
	len = strcspn(*at, quoted ? "\"\n" : " \n");
	if (!net_parse(net, *at, len, NET_STRICT, &err) ||
	    (net->family == 6) != quoted)
		return false;
	*at += len;
	return !quoted || take(at, "\"");
}

static bool
take_group(const char **at, unsigned *group)
{
	*group = 0;
	for (int i = 0; i < 4; i++) {
		char c = *(*at)++;
		bool digit = c >= '0' && c <= '9';

		if (!digit && (c < 'a' || c > 'f'))
			return false;
		*group = *group << 4 | (unsigned)(digit ? c - '0'
		                                        : c - 'a' + 10);
	}
	return true;
}

/* A key as ${mask:} writes it. */
static bool
take_masked(const char **at, struct net *net)
{
	u128 addr = 0;
	unsigned part, prefix;
	const char *dot = strchr(*at, '.');
	bool v6 = dot && dot - *at == 4;

	for (int i = 0; i < (v6 ? 8 : 4); i++) {
		if ((i && !take(at, ".")) || !(v6 ? take_group(at, &part)
		    : take_number(at, &part) && part < 256))
			return false;
		addr = addr << (v6 ? 16 : 8) | part;
	}
	net->family = v6 ? 6 : 4;
	net->first = addr;
	if (!take(at, "/") || !take_number(at, &prefix) ||
	    prefix > (unsigned)net_bits(net->family))
		return false;
	net->last = net_block_last(net->family, addr, (int)prefix);
	return net_prefix(net) == (int)prefix;
}

/* The addresses of a file whose rows all say yes. */
static const struct set *
read_addresses(struct visit *visit, const struct rendered_file *file,
    bool (*take_key)(const char **at, struct net *net))
{
	struct entries entries = { 0 };
	struct read_file *read;
	const char *at = file->data;

	for (size_t i = 0; i < visit->read_count; i++)
		if (visit->read[i].file == file)
			return &visit->read[i].set;
	while (*at) {
		struct entry entry = { .kind = ENTRY_NET };

		if (!take_key(&at, &entry.net) || !take(&at, " yes\n")) {
			visit_fail(visit, file->path,
			    "a row cannot be read back");
			break;
		}
		entries_append(&entries, &entry);
	}
	entries_settle(&entries);
	visit->read = mem_grow(visit->read, visit->read_count,
	    &visit->read_cap, sizeof(*visit->read));
	read = &visit->read[visit->read_count++];
	read->file = file;
	set_of_entries(&read->set, &entries);
	entries_free(&entries);
	return &read->set;
}

static const char *
find_row(const struct rendered_file *file, const char *key, size_t *len)
{
	size_t key_len = strlen(key);

	for (const char *at = file->data; *at;) {
		*len = strcspn(at, "\n");
		if (!strncmp(at, key, key_len) &&
		    !strncmp(at + key_len, ": ", 2)) {
			*len -= key_len + 2;
			return at + key_len + 2;
		}
		at += *len;
		at += *at == '\n';
	}
	return NULL;
}

const char *
visit_find(const struct rendered_file *file, const char *domain, size_t *len)
{
	const char *found = find_row(file, domain, len);

	for (const char *d = domain; d && !found; d = domain_parent(d)) {
		struct buf key = { 0 };

		buf_addf(&key, ".%s", d);
		found = find_row(file, key.data, len);
		buf_free(&key);
	}
	return found ? found : find_row(file, "*", len);
}

/* The fields of the first row that holds the address. */
static const char *
find_listener(struct visit *visit, const struct rendered_file *file)
{
	for (const char *at = file->data; *at;) {
		struct net net;

		if (!take_net(&at, &net)) {
			visit_fail(visit, file->path,
			    "a row cannot be read back");
			return NULL;
		}
		if (net_holds(&net, visit->local.family, visit->local.addr))
			return at;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return NULL;
}

const char *
visit_field(struct visit *visit, const char *name, size_t *len)
{
	const struct rendered_file *file = rendering_find(visit->rendering,
	    "listeners");
	const char *at = file ? find_listener(visit, file) : NULL;
	size_t name_len = strlen(name);

	while (at && *at == ' ') {
		*len = strcspn(++at, " \n");
		if (!strncmp(at, name, name_len) && at[name_len] == '=') {
			*len -= name_len + 1;
			return at + name_len + 1;
		}
		at += *len;
	}
	return NULL;
}

/* --- conditions -------------------------------------------------------- */

/* All clients, or none of them. */
static bool
decide_all(bool yes, struct set *set)
{
	if (yes)
		set_all(set);
	return true;
}

/* A look-up of the client's address, or of what it connected to. */
static bool
decide_address(struct visit *visit, const struct set *found, bool local,
    struct set *set)
{
	if (local)
		return decide_all(set_holds(found, visit->local.family,
		    visit->local.addr), set);
	set_copy(set, found);
	return true;
}

static bool
take_address(const char **at, bool *local)
{
	*local = take(at, "$received_ip_address");
	return *local || take(at, "$sender_host_address");
}

static bool
test_list(struct visit *visit, const char *at, struct set *set)
{
	const struct rendered_file *file;
	bool local;

	if (!take(&at, "${lookup{") || !take_address(&at, &local) ||
	    !take(&at, "}iplsearch{"))
		return false;
	file = take_file(visit, &at, "");
	return file && take(&at, "}{yes}{no}}\n") && decide_address(visit,
	    read_addresses(visit, file, take_net), local, set);
}

/* "<; 8 ; 24" */
static bool
take_lengths(const char **at, bool lengths[129])
{
	unsigned length;

	while (**at != '}') {
		if ((!take(at, "<; ") && !take(at, " ; ")) ||
		    !take_number(at, &length) || length > 128)
			return false;
		lengths[length] = true;
	}
	return true;
}

/* Every prefix that a key has is asked for. */
static bool
check_lengths(struct visit *visit, const struct rendered_file *file,
    bool lengths[2][129])
{
	for (const char *at = file->data; *at;) {
		struct net net;

		if (!take_masked(&at, &net) || !take(&at, " yes\n") ||
		    !lengths[net.family == 6][net_prefix(&net)])
			return visit_fail(visit, file->path,
			    "a row is never looked up");
	}
	return true;
}

static bool
test_index(struct visit *visit, const char *at, struct set *set)
{
	bool lengths[2][129] = { 0 }, local, again;
	const struct rendered_file *file;

	if (!take(&at, "${if forany{${if isip4{") ||
	    !take_address(&at, &local) || !take(&at, "}{") ||
	    !take_lengths(&at, lengths[0]) || !take(&at, "}{") ||
	    !take_lengths(&at, lengths[1]) ||
	    !take(&at, "}}}{bool{${lookup{${mask:") ||
	    !take_address(&at, &again) || again != local ||
	    !take(&at, "/$item}}dbm{"))
		return false;
	file = take_file(visit, &at, ".dbm");
	return file && take(&at, "}{yes}{no}}}}{yes}{no}}\n") &&
	    check_lengths(visit, file, lengths) && decide_address(visit,
	        read_addresses(visit, file, take_masked), local, set);
}

/* Clients without a verified name are in none. */
static bool
test_names(struct visit *visit, const char *at, struct set *set)
{
	const struct rendered_file *file;
	bool indexed;

	(void)set;
	if (!take(&at, "${if eq{$sender_host_name}{}{no}"
	    "{${lookup{$sender_host_name}partial0()"))
		return false;
	indexed = take(&at, "dbm{");
	if (!indexed && !take(&at, "lsearch{"))
		return false;
	file = take_file(visit, &at, indexed ? ".dbm" : "");
	return file && take(&at, "}{yes}{no}}}}\n");
}

static bool
test_route(struct visit *visit, const char *at, struct set *set)
{
	const struct rendered_file *file;
	const char *found;
	size_t len = 0;
	bool indexed;

	if (!take(&at, "${if eq{${lookup{$domain}partial0(.)"))
		return false;
	indexed = take(&at, "dbm*{");
	if (!indexed && !take(&at, "lsearch*{"))
		return false;
	file = take_file(visit, &at, indexed ? ".dbm" : "");
	if (!file || !take(&at, "}{$value}{}}}{"))
		return false;
	found = visit->domain ? visit_find(file, visit->domain, &len) : NULL;
	return decide_all(found && !strncmp(at, found, len) &&
	    !strncmp(at + len, "}{yes}{no}}\n", 12), set);
}

/* How the recipient was written; TLS is always on. */
static bool
test_word(struct visit *visit, const char *at, struct set *set)
{
	bool domain = visit->domain != NULL, plain = !visit->routed;

	if (take(&at, "RELAYADM_PLAIN\n"))
		return decide_all(domain && plain, set);
	if (take(&at, "RELAYADM_NAME\n"))
		return decide_all(!domain && plain, set);
	if (take(&at, "RELAYADM_DOMAIN\n"))
		return decide_all(domain, set);
	return take(&at, "RELAYADM_CLEAR\n");
}

/* The clients for which the condition, up to the end of its line, is true. */
static void
test_condition(struct visit *visit, const char *at,
    const struct set *clients, struct set *set)
{
	static bool (*const tests[])(struct visit *, const char *,
	    struct set *) = { test_list, test_index, test_names, test_route,
		test_word };
	char *name;

	if (take(&at, "authenticated = *\n")) {
		decide_all(visit->authenticated, set);
		return;
	}
	if (take(&at, "acl = ")) {
		name = mem_textn(at, strcspn(at, "\n"));
		visit_list(visit, name, clients, set);
		free(name);
		return;
	}
	if (take(&at, "condition = "))
		for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
			if (tests[i](visit, at, set))
				return;
	visit_fail(visit, "exim/acl", "an unknown condition");
}

/* --- lists ------------------------------------------------------------- */

/* Leaves of the clients those that one condition or modifier lets go on. */
static void
apply(struct visit *visit, const char *at, struct set *clients)
{
	struct set some = { 0 };
	bool not = take(&at, "! ");

	if (take(&at, "message = 5"))
		return;
	test_condition(visit, at, clients, &some);
	if (not)
		set_subtract(clients, clients, &some);
	else
		set_intersect(clients, clients, &some);
	set_free(&some);
}

static const char *
next_line(const char *at)
{
	at += strcspn(at, "\n");
	return at + (*at == '\n');
}

/* One statement: a verb with its conditions, which all must hold.  Returns what
 * follows it. */
static const char *
visit_statement(struct visit *visit, const char *at, struct set *open,
    struct set *accepted)
{
	struct set clients;
	bool accept = take(&at, "  accept");

	if (!accept && !take(&at, "  deny"))
		visit_fail(visit, "exim/acl", "an unknown verb");
	set_copy(&clients, open);
	if (take(&at, " "))
		apply(visit, at, &clients);
	else if (*at != '\n')
		visit_fail(visit, "exim/acl", "an unknown verb");
	at = next_line(at);
	while (take(&at, "    ")) {
		apply(visit, at, &clients);
		at = next_line(at);
	}
	if (accept)
		set_union(accepted, accepted, &clients);
	set_subtract(open, open, &clients);
	set_free(&clients);
	return at;
}

static const char *
find_list(struct visit *visit, const char *list)
{
	const struct rendered_file *file = rendering_find(visit->rendering,
	    "exim/acl");
	struct buf head = { 0 };
	const char *found = NULL;

	buf_addf(&head, "\n%s:\n", list);
	if (file)
		found = strstr(file->data, head.data);
	if (found)
		found += head.len;
	else
		visit_fail(visit, list, "the list is missing");
	buf_free(&head);
	return found;
}

void
visit_list(struct visit *visit, const char *list, const struct set *clients,
    struct set *accepted)
{
	const char *at = find_list(visit, list);
	struct set open;

	*accepted = (struct set){ 0 };
	if (at && visit->depth == NEST_MAX)
		visit_fail(visit, list, "lists call one another");
	if (visit->broken)
		return;
	visit->depth++;
	set_copy(&open, clients);
	while (*at == ' ' && !visit->broken)
		at = visit_statement(visit, at, &open, accepted);
	set_free(&open);
	visit->depth--;
}
