/* Lists of Exim and the little of its expansion that lists and conditions are
 * commonly written with (Exim specification, chapters 10 and 11). */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_exim.h"
#include "policy/mem.h"

#define DEEPEST 20

/* --- expansion --------------------------------------------------------- */

struct expanding {
	const struct exim *exim;
	const char *at;
	unsigned depth;
};

static bool expand(struct expanding *x, struct buf *to, bool braced);

static void
skip_blanks(struct expanding *x)
{
	x->at += strspn(x->at, " \t");
}

/* "{...}", worked out. */
static bool
braced(struct expanding *x, struct buf *to)
{
	skip_blanks(x);
	if (*x->at != '{' || x->depth > DEEPEST)
		return false;
	x->at++;
	x->depth++;
	if (!expand(x, to, true))
		return false;
	x->depth--;
	x->at++;
	return true;
}

static bool
compare(struct expanding *x, const char *word, bool *is)
{
	struct buf a = { 0 }, b = { 0 };
	bool ok = braced(x, &a) && braced(x, &b);

	if (ok && word[0] == '=')
		*is = strtol(buf_text(&a), NULL, 10) ==
		    strtol(buf_text(&b), NULL, 10);
	else
		*is = !strcmp(buf_text(&a), buf_text(&b));
	buf_free(&a);
	buf_free(&b);
	return ok;
}

static bool
exists(struct expanding *x, bool *is)
{
	struct buf path = { 0 };
	bool ok = braced(x, &path);

	*is = fetched_find(x->exim->files, buf_text(&path)) != NULL;
	buf_free(&path);
	return ok;
}

static bool
condition(struct expanding *x, bool *is)
{
	char word[16];
	size_t len;
	bool not = false, ok;

	skip_blanks(x);
	while (*x->at == '!') {
		not = !not;
		x->at++;
		skip_blanks(x);
	}
	len = strcspn(x->at, " \t{}");
	if (!len || len >= sizeof(word))
		return false;
	snprintf(word, sizeof(word), "%.*s", (int)len, x->at);
	x->at += len;
	if (!strcmp(word, "exists"))
		ok = exists(x, is);
	else if (!strcmp(word, "eq") || !strcmp(word, "eqi") ||
	    !strcmp(word, "=") || !strcmp(word, "=="))
		ok = compare(x, word, is);
	else
		return false;
	*is ^= not;
	return ok;
}

/* "${if CONDITION {YES}{NO}}" behind the "if". */
static bool
choose(struct expanding *x, struct buf *to)
{
	struct buf yes = { 0 }, no = { 0 };
	bool is, ok = condition(x, &is);

	skip_blanks(x);
	if (ok && *x->at == '}') {
		buf_add(&yes, "true");
	} else {
		ok = ok && braced(x, &yes);
		if (ok)
			skip_blanks(x);
		if (ok && *x->at == '{')
			ok = braced(x, &no);
		else if (ok && !strncmp(x->at, "fail", 4))
			x->at += 4; /* as good as an empty list */
		skip_blanks(x);
	}
	ok = ok && *x->at == '}';
	if (ok) {
		x->at++;
		buf_add(to, buf_text(is ? &yes : &no));
	}
	buf_free(&yes);
	buf_free(&no);
	return ok;
}

static bool
variable(struct expanding *x, struct buf *to, const char *name, size_t len)
{
	static const struct {
		const char *name;
		bool port;
	} known[] = {
		{ "received_port", true, },
		{ "interface_port", true, },
		{ "primary_hostname", false, },
		{ "qualify_domain", false, },
	};
	char value[300];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i].name) != len ||
		    strncmp(known[i].name, name, len) != 0)
			continue;
		if (known[i].port && !x->exim->port)
			return false;
		if (known[i].port)
			buf_addf(to, "%u", x->exim->port);
		else
			buf_add(to, exim_option(x->exim, known[i].name, value,
			    sizeof(value)));
		return true;
	}
	return false;
}

static bool
dollar(struct expanding *x, struct buf *to)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
	bool in_braces = *x->at == '{';
	size_t len;

	x->at += in_braces;
	if (in_braces && !strncmp(x->at, "if", 2) && strchr(" \t!", x->at[2])) {
		x->at += 2;
		return choose(x, to);
	}
	len = strspn(x->at, letters);
	if (!variable(x, to, x->at, len))
		return false;
	x->at += len;
	if (in_braces && *x->at != '}')
		return false;
	x->at += in_braces;
	return true;
}

static bool
expand(struct expanding *x, struct buf *to, bool in_braces)
{
	unsigned open = 0;

	while (*x->at) {
		char c = *x->at;

		if (in_braces && c == '}' && !open)
			return true;
		x->at++;
		if (c == '$') {
			if (!dollar(x, to))
				return false;
			continue;
		}
		if (c == '\\')
			return false;
		open += c == '{';
		open -= c == '}' && open;
		buf_addc(to, c);
	}
	return !in_braces;
}

/* A value in quotes, without them. */
static char *
unquoted(const char *text)
{
	struct buf bare = { 0 };
	size_t len = strlen(text);

	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return mem_text(text);
	for (size_t i = 1; i < len - 1; i++)
		if (text[i] != '\\' || i + 2 == len)
			buf_addc(&bare, text[i]);
		else
			buf_addc(&bare, text[++i]);
	return buf_take(&bare);
}

bool
exim_expand(const struct exim *exim, const char *text, struct buf *to)
{
	char *bare = unquoted(text);
	struct expanding x = { exim, bare, 0 };
	size_t before = to->len;
	bool ok = true;

	if (strchr(bare, '$'))
		ok = expand(&x, to, false);
	else
		buf_add(to, bare);
	if (!ok && to->data)
		to->data[to->len = before] = '\0';
	free(bare);
	return ok;
}

bool
exim_truth(const struct exim *exim, const char *text, bool *is)
{
	static const char *const yes[] = { "1", "yes", "true", NULL };
	static const char *const no[] = { "", "0", "no", "false", NULL };
	struct buf value = { 0 };
	bool ok = exim_expand(exim, text, &value), known = false;

	for (size_t i = 0; ok && yes[i]; i++)
		if (!strcmp(buf_text(&value), yes[i]))
			known = *is = true;
	for (size_t i = 0; ok && !known && no[i]; i++)
		if (!strcmp(buf_text(&value), no[i])) {
			known = true;
			*is = false;
		}
	buf_free(&value);
	return known;
}

/* --- items ------------------------------------------------------------- */

void
exim_list_begin(struct exim_list *l, const char *text)
{
	text += strspn(text, " \t");
	*l = (struct exim_list){ text, ':', false };
	if (text[0] == '<' && text[1] && ispunct((unsigned char)text[1])) {
		l->separator = text[1];
		l->at = text + 2;
	}
	l->done = !*l->at;
}

static void
trim(struct buf *item)
{
	size_t skip = strspn(buf_text(item), " \t");

	while (item->len > skip && strchr(" \t", item->data[item->len - 1]))
		item->len--;
	if (!item->data)
		return;
	memmove(item->data, item->data + skip, item->len - skip);
	item->len -= skip;
	item->data[item->len] = '\0';
}

bool
exim_list_next(struct exim_list *l, struct buf *item)
{
	buf_clear(item);
	if (l->done)
		return false;
	while (*l->at) {
		if (*l->at == l->separator && l->at[1] != l->separator)
			break;
		l->at += *l->at == l->separator;
		buf_addc(item, *l->at++);
	}
	l->done = !*l->at;
	l->at += !l->done;
	trim(item);
	return true;
}

bool
exim_list_line(const char **at, struct buf *item)
{
	const char *end;

	buf_clear(item);
	if (!**at)
		return false;
	end = *at + strcspn(*at, "\n");
	for (const char *c = *at; c < end; c++) {
		if (*c == '#' && (c == *at || c[-1] == ' ' || c[-1] == '\t'))
			break;
		buf_addc(item, *c);
	}
	trim(item);
	*at = *end ? end + 1 : end;
	return true;
}

/* --- domain lists ------------------------------------------------------ */

enum found {
	FOUND_NOT,
	FOUND_YES,
	FOUND_NO, /* an exception */
};

static enum found domain_items(struct exim *exim, const char *text,
    bool lines);

/* Is the domain below the suffix ".example.com" (or at all, of "")? */
static bool
ends_with(const char *domain, const char *suffix)
{
	size_t len = strlen(domain), end = strlen(suffix);

	return len >= end && !strcmp(domain + len - end, suffix);
}

static bool
domain_name(struct exim *exim, const char *name)
{
	char folded[DOMAIN_SIZE], own[300];

	if (!strcmp(name, "@"))
		name = exim_option(exim, "primary_hostname", own, sizeof(own));
	if (*name == '*') {
		domain_fold(folded, name + 1, strlen(name + 1));
		if (name[1] == '.' && exim->far)
			asked_add_domain(exim->asked, name + 2,
			    strlen(name + 2));
		else if (name[1] && name[1] != '.')
			asked_note(exim->asked, "%s covers every name that "
			    "ends so, which no row can; left out", name);
		return (!name[1] || name[1] == '.') &&
		    ends_with(exim->domain, folded);
	}
	domain_fold(folded, name, strlen(name));
	if (exim->far)
		asked_add_domain(exim->asked, name, strlen(name));
	return !strcmp(folded, exim->domain);
}

/* The keys of a file as lsearch has them: up to a blank or a colon, or in
 * quotes. */
static bool
next_key(const char **at, struct buf *key)
{
	buf_clear(key);
	while (**at) {
		const char *line = *at, *end = line + strcspn(line, "\n");
		size_t len = strcspn(line, ": \t\n");

		*at = *end ? end + 1 : end;
		if (*line == '"') {
			line++;
			len = strcspn(line, "\"\n");
		}
		if (!len || *line == '#' || *line == ' ' || *line == '\t')
			continue;
		buf_addn(key, line, len);
		return true;
	}
	return false;
}

static bool
domain_lookup(struct exim *exim, const char *item, const char *path)
{
	const char *text = fetched_find(exim->files, path);
	bool partial = !strncmp(item, "partial", 7), found = false;
	bool alike = !partial || !strncmp(item, "partial-lsearch", 15) ||
	    !strncmp(item, "partial0-lsearch", 16) ||
	    !strncmp(item, "partial1-lsearch", 16);
	struct buf key = { 0 };

	if (!text || !strstr(item, "lsearch;") || !alike ||
	    strstr(item, "wildlsearch;")) {
		asked_note(exim->asked, "%s could not be read", item);
		return false;
	}
	while (next_key(&text, &key)) {
		bool star = !strncmp(key.data, "*.", 2);

		if ((key.data[0] == '*' && !(partial && star)) ||
		    strchr(key.data, ';'))
			asked_note(exim->asked, "the key %s of %s is left "
			    "out", key.data, path);
		else
			found |= domain_name(exim, key.data);
		if (star && partial && !strchr(key.data, ';'))
			found |= domain_name(exim, key.data + 2); /* itself */
	}
	buf_free(&key);
	return found;
}

static const struct {
	const char *begin, *why;
} domain_others[] = {
	{ "@[]", NULL, }, /* no name is */
	{ "@mx", "asks the DNS", },
	{ "^", "is a regular expression", },
	{ "$", "is worked out when Exim runs", },
};

static enum found
domain_item(struct exim *exim, const char *item)
{
	const char *path = strchr(item, ';');
	bool not = *item == '!';
	enum found in = FOUND_NOT;

	item += not;
	item += strspn(item, " \t");
	for (size_t i = 0; i < sizeof(domain_others) /
	     sizeof(domain_others[0]); i++)
		if (!strncmp(item, domain_others[i].begin,
		        strlen(domain_others[i].begin))) {
			if (domain_others[i].why)
				asked_note(exim->asked, "the domains of %s "
				    "are NOT UNDERSTOOD: it %s", item,
				    domain_others[i].why);
			return FOUND_NOT;
		}
	if (!*item)
		return FOUND_NOT;
	if (*item == '+') {
		const char *text = exim_named(exim, "domainlist", item + 1);

		if (!text || exim->depth >= DEEPEST)
			asked_note(exim->asked, "the domains of %s are NOT "
			    "UNDERSTOOD", item);
		else if (domain_items(exim, text, false) == FOUND_YES)
			in = FOUND_YES;
	} else if (*item == '/') {
		const char *text = fetched_find(exim->files, item);

		if (text)
			in = domain_items(exim, text, true);
		else
			asked_note(exim->asked, "the file %s could not be "
			    "read there", item);
	} else if (path) {
		in = domain_lookup(exim, item, path + 1 +
		    strspn(path + 1, " ")) ? FOUND_YES : FOUND_NOT;
	} else {
		in = domain_name(exim, item) ? FOUND_YES : FOUND_NOT;
	}
	if (not && in != FOUND_NOT)
		in = in == FOUND_YES ? FOUND_NO : FOUND_YES;
	return in;
}

/* The first item that has it decides; behind an exception at the end lies
 * everything else. */
static enum found
domain_items(struct exim *exim, const char *text, bool lines)
{
	struct exim_list list;
	struct buf item = { 0 };
	enum found in = FOUND_NOT;
	bool not = false;

	exim->depth++;
	exim_list_begin(&list, text);
	while (lines ? exim_list_line(&text, &item)
	             : exim_list_next(&list, &item)) {
		const char *one = buf_text(&item);
		enum found now;

		if (!*one)
			continue;
		not = *one == '!';
		/* All are looked at, for the domains that they name. */
		now = domain_item(exim, one);
		if (in == FOUND_NOT)
			in = now;
	}
	exim->depth--;
	buf_free(&item);
	if (in == FOUND_NOT && not && !lines)
		in = FOUND_YES;
	return in;
}

bool
exim_domain_list(struct exim *exim, const char *text)
{
	struct buf list = { 0 };
	bool in = false;

	if (exim_expand(exim, text, &list))
		in = domain_items(exim, buf_text(&list), false) == FOUND_YES;
	else
		asked_note(exim->asked, "the domains of %s are NOT "
		    "UNDERSTOOD", text);
	buf_free(&list);
	return in;
}
