#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "words.h"

void
words_add(struct words *words, const char *word)
{
	words->items = mem_grow(words->items, words->count + 1, &words->cap,
	    sizeof(*words->items));
	words->items[words->count++] = mem_text(word);
	words->items[words->count] = NULL;
}

void
words_free(struct words *words)
{
	while (words->count)
		free(words->items[--words->count]);
	free(words->items);
	memset(words, 0, sizeof(*words));
}

/* One word, to its end; false when a quote does not end. */
static bool
read_word(const char **line, struct buf *word)
{
	char quote = 0;

	for (; **line; ++*line) {
		char c = **line;

		if (!quote && (c == ' ' || c == '\t'))
			break;
		if (c == quote)
			quote = 0;
		else if (!quote && (c == '\'' || c == '"'))
			quote = c;
		else if (c == '\\' && quote != '\'' && (*line)[1])
			buf_addc(word, *++*line);
		else
			buf_addc(word, c);
	}
	return !quote;
}

bool
words_split(struct words *words, const char *line, struct err *err)
{
	struct buf word = { 0 };
	bool ok = true;

	for (;;) {
		line += strspn(line, " \t");
		if (!*line || !ok)
			break;
		buf_clear(&word);
		ok = read_word(&line, &word);
		if (ok)
			words_add(words, buf_text(&word));
	}
	buf_free(&word);
	return ok || fail_as(err, ERR_USAGE, "a quote does not end");
}

void
words_split_begun(struct words *words, const char *line)
{
	struct buf word = { 0 };
	const char *from;

	do {
		line += strspn(line, " \t");
		from = line;
		buf_clear(&word);
		read_word(&line, &word);
		words_add(words, buf_text(&word));
	} while (*line && line != from);
	buf_free(&word);
}

void
words_add_quoted(struct buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-[]";

	buf_addc(out, ' ');
	if (*word && strspn(word, plain) == strlen(word)) {
		buf_add(out, word);
		return;
	}
	buf_addc(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_add(out, "'\\''");
		else
			buf_addc(out, *word);
	buf_addc(out, '\'');
}
