#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_complete.h"
#include "complete.h"
#include "out.h"
#include "policy/mem.h"
#include "text_safe.h"
#include "theme.h"

#define WHAT_MOST 100 /* columns */

/* --- the line --------------------------------------------------------- */

/* The one at the front goes. */
static void
drop_word(struct words *words)
{
	free(words->items[0]);
	memmove(words->items, words->items + 1,
	    words->count-- * sizeof(*words->items));
}

static void
read_line(struct words *words, int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--line")) {
		words_split_begun(words, argv[2]);
		drop_word(words);
		return;
	}
	for (int i = 1 + (argc > 1 && !strcmp(argv[1], "--")); i < argc; i++)
		words_add(words, argv[i]);
}

/* --- before the command ----------------------------------------------- */

static const struct option *
global_find(const char *word)
{
	const struct option *o = global_options;
	size_t len = strcspn(word, "=");

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	while (o->name && (strlen(o->name) != len - 2 ||
	           strncmp(o->name, word + 2, len - 2) != 0))
		o++;
	return o->name ? o : NULL;
}

/* The value of a global option; prefix: "--theme=". */
static void
offer_global_value(struct offers *found, const struct option *o,
    const char *begun, const char *prefix)
{
	const struct theme *theme;
	struct buf word = { 0 };

	if (!strcmp(o->name, "database"))
		found->files = true;
	if (strcmp(o->name, "theme") != 0)
		return;
	for (theme = themes; theme->name; theme++) {
		buf_clear(&word);
		buf_addf(&word, "%s%s", prefix, theme->name);
		complete_add(found, begun, buf_text(&word), NULL);
	}
	buf_free(&word);
}

static void
offer_global(struct offers *found, const char *begun)
{
	const struct option *o = strchr(begun, '=') ? global_find(begun)
	                                            : NULL;
	struct buf word = { 0 };

	if (o && o->has_arg == required_argument) {
		buf_addn(&word, begun, strcspn(begun, "=") + 1);
		offer_global_value(found, o, begun, buf_text(&word));
	} else {
		for (o = global_options; o->name; o++) {
			buf_clear(&word);
			buf_addf(&word, "--%s", o->name);
			complete_add(found, begun, buf_text(&word), NULL);
		}
	}
	buf_free(&word);
}

/* Takes the options before the command off the words, of which the last one is
 * left; the one whose value that is, or NULL.  *database is what was named. */
static const struct option *
take_globals(char **database, struct words *words)
{
	const struct option *o;

	while (words->count > 1 && words->items[0][0] == '-') {
		const char *value = strchr(words->items[0], '=');
		char *taken = value ? mem_text(value + 1) : NULL;

		o = global_find(words->items[0]);
		drop_word(words);
		if (o && o->has_arg == required_argument && !value) {
			if (words->count == 1)
				return o;
			taken = mem_text(words->items[0]);
			drop_word(words);
		}
		if (taken && o && !strcmp(o->name, "database")) {
			free(*database);
			*database = taken;
		} else {
			free(taken);
		}
	}
	return NULL;
}

/* --- behind it -------------------------------------------------------- */

static void
offer_behind(struct session *session, struct offers *found,
    const struct words *before, const char *begun)
{
	struct policy *names = NULL;
	struct known known;
	struct err err;
	char *path = store_path(session->database);

	if (store_open(&session->store, path, STORE_GLANCE, &err) &&
	    !store_draft_names(session->store, &names, &err))
		names = NULL;
	free(path);
	known = (struct known){ names, session->store };
	complete_behind(found, before, begun, commands, &known);
	policy_free(names);
}

static void
find_offers(struct session *session, struct offers *found,
    struct words *words)
{
	char *database = NULL;
	const struct option *value = take_globals(&database, words);
	struct words before = { 0 };
	const char *begun = words->items[words->count - 1];
	size_t i;

	if (database)
		session->database = database;

	if (value)
		offer_global_value(found, value, begun, "");
	else if (words->count == 1 && *begun == '-')
		offer_global(found, begun);
	else {
		for (i = 0; i + 1 < words->count; i++)
			words_add(&before, words->items[i]);
		offer_behind(session, found, &before, begun);
	}
	offers_sort(found);
	words_free(&before);
	if (database)
		session->database = NULL;
	free(database);
}

/* --- the answer ------------------------------------------------------- */

/* What a terminal would not show as it is is no word to complete. */
static void
add_offer(struct buf *out, const struct offer *offer)
{
	struct buf safe = { 0 };
	const char *at;
	size_t len;
	struct shape shape;
	int columns = 0;

	text_safe_add(&safe, offer->word);
	if (strcmp(buf_text(&safe), offer->word) != 0 ||
	    offer->word[0] == ':') {
		buf_free(&safe);
		return;
	}
	buf_add(out, offer->word);
	buf_clear(&safe);
	text_safe_add(&safe, offer->what ? offer->what : "");
	at = buf_text(&safe);
	len = safe.len;
	while (text_next(&at, &len, &shape) && columns <= WHAT_MOST)
		columns += shape.width;
	if (safe.len)
		buf_addf(out, "\t%.*s", (int)(at - buf_text(&safe)),
		    buf_text(&safe));
	buf_addc(out, '\n');
	buf_free(&safe);
}

static void
print_offers(const struct offers *found)
{
	struct buf out = { 0 };
	struct err err;
	size_t i;

	for (i = 0; i < found->count; i++)
		add_offer(&out, &found->items[i]);
	if (found->files)
		buf_add(&out, ":files\n");
	if (found->folders)
		buf_add(&out, ":folders\n");
	out_text(&out);
	out_finish(&err);
	buf_free(&out);
}

/* Whoever waits at a prompt waits no longer than this. */
static void
give_up(int number)
{
	(void)number;
	_exit(0);
}

void
complete_command(struct session *session, int argc, char **argv)
{
	struct offers found = { 0 };
	struct words words = { 0 };

	signal(SIGALRM, give_up);
	alarm(1);
	read_line(&words, argc, argv);
	if (words.count)
		find_offers(session, &found, &words);
	print_offers(&found);
	offers_free(&found);
	words_free(&words);
}
