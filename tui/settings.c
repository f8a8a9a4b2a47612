#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_names.h"
#include "settings.h"
#include "theme.h"
#include "user_file.h"
#include "words.h"

#define LINES_MOST 2000

static bool
read_yes(const struct words *words, bool *value, struct err *err)
{
	const char *word = words->count == 2 ? words->items[1] : "";

	*value = !strcmp(word, "yes");
	return *value || !strcmp(word, "no") ||
	    fail_as(err, ERR_USAGE, "%s is yes or no", words->items[0]);
}

static bool
take_words(struct settings *settings, const struct words *words, int line,
    struct err *err)
{
	const char *first = words->items[0];

	if (!strcmp(first, "theme") && words->count == 2) {
		settings->theme = theme_find(words->items[1], err);
		return settings->theme != NULL;
	}
	if (!strcmp(first, "ascii"))
		return read_yes(words, &settings->ascii, err);
	if (!strcmp(first, "readonly"))
		return read_yes(words, &settings->readonly, err);
	if (!strcmp(first, "mouse"))
		return read_yes(words, &settings->mouse, err);
	if (!strcmp(first, "key") && words->count >= 4 && words->count <= 5)
		return key_names_change(
		    (const char *const *)(words->items + 1), line, err);
	return fail_as(err, ERR_USAGE, "'%.60s' is not: theme NAME, "
	    "ascii|readonly|mouse yes|no, key SCREEN KEY NEW [NEW]", first);
}

static bool
take_line(struct settings *settings, char *text, int line, struct err *err)
{
	struct words words = { 0 };
	bool ok;

	text[strcspn(text, "\n")] = '\0';
	if (text[strspn(text, " \t")] == '#')
		return true;
	ok = words_split(&words, text, err);
	if (ok && words.count)
		ok = take_words(settings, &words, line, err);
	words_free(&words);
	return ok;
}

static bool
read_lines(struct settings *settings, FILE *file, const char *path,
    struct err *err)
{
	char *text = NULL;
	size_t cap = 0;
	int line = 0;
	bool ok = true;

	while (ok && line < LINES_MOST && getline(&text, &cap, file) >= 0) {
		ok = take_line(settings, text, ++line, err) ||
		    fail_in(err, "%s: line %d", path, line);
	}
	free(text);
	return ok && (key_names_check(err) || fail_in(err, "%s", path));
}

bool
settings_read(struct settings *settings, struct err *err)
{
	char *path = user_config_file("config");
	FILE *file = fopen(path, "re");
	bool ok = true;

	memset(settings, 0, sizeof(*settings));
	if (file) {
		ok = read_lines(settings, file, path, err);
		fclose(file);
	} else if (errno != ENOENT && errno != ENOTDIR) {
		ok = fail_as(err, ERR_USAGE, "%s: %s", path, strerror(errno));
	}
	free(path);
	return ok;
}
