/* smtpd.conf(5) as words, and its tables. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "adopt_smtpd.h"
#include "policy/mem.h"

#define DEEPEST 10

static void
add_word(struct smtpd_words *s, const char *word, size_t len)
{
	s->words = mem_grow(s->words, s->count, &s->cap, sizeof(*s->words));
	s->words[s->count++] = mem_textn(word, len);
}

void
smtpd_split(struct smtpd_words *s, const char *text)
{
	while (*(text += strspn(text, " \t\r\n"))) {
		size_t len = strcspn(text, " \t\r\n");

		add_word(s, text, len);
		text += len;
	}
}

void
smtpd_words_free(struct smtpd_words *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->words[i]);
	free(s->words);
	*s = (struct smtpd_words){ 0 };
}

const struct smtpd_words *
smtpd_find(const struct smtpd *smtpd, const char *kind, const char *name)
{
	for (size_t i = 0; i < smtpd->count; i++) {
		const struct smtpd_words *s = &smtpd->statements[i];

		if (s->count > 2 && !strcmp(s->words[0], kind) &&
		    !strcmp(s->words[1], name))
			return s;
	}
	return NULL;
}

/* --- words ------------------------------------------------------------- */

/* "$name": what it was set to before. */
static void
add_macro(struct smtpd *smtpd, struct smtpd_words *s, const char *name,
    size_t len)
{
	for (size_t i = smtpd->count; i-- > 0;) {
		const struct smtpd_words *m = &smtpd->statements[i];

		if (m->count < 2 || strcmp(m->words[1], "=") != 0 ||
		    strlen(m->words[0]) != len ||
		    strncmp(m->words[0], name, len) != 0)
			continue;
		smtpd->read += m->count;
		for (size_t n = 2; n < m->count && smtpd->read < MOST_WORDS;
		     n++)
			add_word(s, m->words[n], strlen(m->words[n]));
		return;
	}
	add_word(s, name - 1, len + 1);
}

/* A word, or a sign by itself; returns what is behind it. */
static const char *
take_word(struct smtpd *smtpd, struct smtpd_words *s, const char *at)
{
	static const char signs[] = "{}!=";
	size_t len;

	if (*at == '"') {
		len = strcspn(at + 1, "\"\n");
		add_word(s, at + 1, len);
		at += 1 + len;
		return at + (*at == '"');
	}
	if (strchr(signs, *at)) {
		add_word(s, at, 1);
		return at + 1;
	}
	len = strcspn(at, " \t\r\n,{}=\"#\\");
	if (!len)
		return at + 1;
	if (*at == '$')
		add_macro(smtpd, s, at + 1, len - 1);
	else
		add_word(s, at, len);
	return at + len;
}

static void
end_statement(struct smtpd *smtpd, struct smtpd_words *s, unsigned depth)
{
	const char *text;

	if (s->count == 2 && !strcmp(s->words[0], "include")) {
		text = fetched_find(smtpd->files, s->words[1]);
		if (text && depth < DEEPEST)
			smtpd_parse(smtpd, text, depth + 1);
		else
			buf_addf(&smtpd->asked->adoption->notes, "the file %s "
			    "that is included could not be read there\n",
			    s->words[1]);
	} else if (s->count) {
		smtpd->statements = mem_grow(smtpd->statements, smtpd->count,
		    &smtpd->cap, sizeof(*smtpd->statements));
		smtpd->statements[smtpd->count++] = *s;
		*s = (struct smtpd_words){ 0 };
	}
	smtpd_words_free(s);
}

void
smtpd_parse(struct smtpd *smtpd, const char *at, unsigned depth)
{
	struct smtpd_words s = { 0 };
	unsigned open = 0;

	while (*at && smtpd->read < MOST_WORDS) {
		if (*at == '#') {
			at += strcspn(at, "\n");
		} else if (*at == '\\' && at[1] == '\n') {
			at += 2;
		} else if (*at == '\n') {
			at++;
			if (!open)
				end_statement(smtpd, &s, depth);
		} else if (strchr(" \t\r,", *at)) {
			at++;
		} else {
			open += *at == '{';
			open -= *at == '}' && open;
			smtpd->read++;
			at = take_word(smtpd, &s, at);
		}
	}
	if (smtpd->read >= MOST_WORDS)
		asked_note(smtpd->asked, "its configuration is too much; what "
		    "stands behind %d words is left out", MOST_WORDS);
	end_statement(smtpd, &s, depth);
}

void
smtpd_free(struct smtpd *smtpd)
{
	for (size_t i = 0; i < smtpd->count; i++)
		smtpd_words_free(&smtpd->statements[i]);
	free(smtpd->statements);
}

/* --- tables ------------------------------------------------------------ */

/* The first word of each line. */
static void
add_lines(struct smtpd_words *keys, const char *text)
{
	while (*text) {
		const char *end = text + strcspn(text, "\n");
		size_t len;

		text += strspn(text, " \t");
		len = strcspn(text, " \t\r\n");
		if (len && *text != '#')
			add_word(keys, text, len);
		text = *end ? end + 1 : end;
	}
}

/* "{ a, b = c }": of pairs the first. */
static size_t
add_braced(struct smtpd_words *keys, const struct smtpd_words *s, size_t at)
{
	for (at++; at < s->count && strcmp(s->words[at], "}") != 0; at++)
		if (!strcmp(s->words[at], "="))
			at++;
		else
			add_word(keys, s->words[at], strlen(s->words[at]));
	return at + 1;
}

static bool
read_table(struct smtpd *smtpd, const char *name, struct smtpd_words *keys)
{
	const struct smtpd_words *s = smtpd_find(smtpd, "table", name);
	const char *text = NULL;

	if (s && !strcmp(s->words[2], "{")) {
		add_braced(keys, s, 2);
		return true;
	}
	if (s && s->count == 3 && !strncmp(s->words[2], "file:", 5))
		text = fetched_find(smtpd->files, s->words[2] + 5);
	else if (s && s->count == 3 && s->words[2][0] == '/')
		text = fetched_find(smtpd->files, s->words[2]);
	else if (s && s->count == 4 && !strcmp(s->words[2], "file"))
		text = fetched_find(smtpd->files, s->words[3]);
	if (text)
		add_lines(keys, text);
	else
		asked_note(smtpd->asked, "the table %s could not be read",
		    name);
	return text != NULL;
}

bool
smtpd_keys(struct smtpd *smtpd, const struct smtpd_words *s, size_t *at,
    struct smtpd_words *keys)
{
	const char *word = *at < s->count ? s->words[*at] : "";
	size_t len = strlen(word);
	bool ok = true;

	if (len > 2 && word[0] == '<' && word[len - 1] == '>') {
		char *name = mem_textn(word + 1, len - 2);

		ok = read_table(smtpd, name, keys);
		free(name);
		++*at;
	} else if (!strcmp(word, "{")) {
		*at = add_braced(keys, s, *at);
	} else if (*at < s->count) {
		add_word(keys, word, len);
		++*at;
	}
	return ok;
}

/* "[2001:db8::1]", "IPv6:2001:db8::1" and plain ones. */
static bool
parse_client(const char *key, struct net *net, struct err *err)
{
	if (!strncmp(key, "IPv6:", 5))
		key += 5;
	return net_parse(net, key, strlen(key), NET_IMPORT | NET_WIDEN, err);
}

void
smtpd_clients(struct smtpd *smtpd, const struct smtpd_words *keys,
    struct set *who)
{
	struct entries nets = { 0 };
	struct entry entry;
	struct err err;

	entry_clear(&entry);
	entry.kind = ENTRY_NET;
	for (size_t i = 0; i < keys->count; i++)
		if (parse_client(keys->words[i], &entry.net, &err))
			entries_append(&nets, &entry);
		else
			asked_note(smtpd->asked, "the client %s is NOT "
			    "UNDERSTOOD: %s", keys->words[i], err.text);
	entries_settle(&nets);
	set_of_entries(who, &nets);
	entries_append_all(&smtpd->asked->seen, &nets);
	entries_settle(&smtpd->asked->seen);
	entries_free(&nets);
}
