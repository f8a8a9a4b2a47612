#include "config.h"

#include <string.h>

#include "command.h"
#include "out.h"
#include "store/import.h"
#include "words.h"

/* Commands that read or change the database and nothing else.  Not with these:
 * verbs that reach gateways, options (as they begin) that ask DNS. */
static const struct {
	const char *name, *but[8];
} allowed[] = {
	{ "check", { NULL }, },
	{ "commit", { NULL }, },
	{ "decide", { "--loo", "--res", NULL }, },
	{ "diff", { NULL }, },
	{ "draft", { NULL }, },
	{ "dump", { NULL }, },
	{ "export", { NULL }, },
	{ "gateway", { "trust", "test", "setup", "adopt", "compare", NULL }, },
	{ "import", { "--res", NULL }, },
	{ "imports", { NULL }, },
	{ "invariant", { NULL }, },
	{ "list", { NULL }, },
	{ "load", { NULL }, },
	{ "log", { NULL }, },
	{ "redo", { NULL }, },
	{ "revert", { NULL }, },
	{ "server", { NULL }, },
	{ "show", { NULL }, },
	{ "undo", { NULL }, },
};

static bool
is_among(const char *word, const char *const *among)
{
	for (; *among; among++)
		if (!strcmp(word, *among) || (**among == '-' &&
		    !strncmp(word, *among, strlen(*among))))
			return true;
	return false;
}

/* Of those that are no option the first counts, which is the verb. */
static bool
has_any(const struct words *words, const char *const *among)
{
	bool verb = false;

	for (size_t i = 1; i < words->count; i++) {
		bool option = words->items[i][0] == '-';

		if ((option || !verb) && is_among(words->items[i], among))
			return true;
		verb = verb || !option;
	}
	return false;
}

static const struct command *
find_allowed(const struct words *words, struct err *err)
{
	const char *name = words->items[0];

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (!strcmp(name, allowed[i].name) &&
		    !has_any(words, allowed[i].but))
			return command_find(name);
	fail_as(err, ERR_USAGE, command_find(name)
	        ? "%.40s: not like this in a batch, which reads and changes "
	          "the database and asks nobody else"
	        : "%.40s: no such command; see relayadm help", name);
	return NULL;
}

static bool
run_words(struct session *session, const struct words *words, struct err *err)
{
	const struct command *command = find_allowed(words, err);
	bool json = session->json, ok;
	int status = 0;

	if (!command)
		return false;
	optind = 0;
	ok = command->run(session, (int)words->count, words->items, &status,
	    err);
	session->json = json;
	return ok && (!status || fail_as(err, ERR_NO, "the answer is no"));
}

static bool
run_line(struct session *session, const char *line, struct err *err)
{
	struct words words = { 0 };
	bool ok = words_split(&words, line, err);

	if (ok && words.count && words.items[0][0] != '#')
		ok = run_words(session, &words, err);
	words_free(&words);
	return ok;
}

/* All lines, up to the first that fails. */
static bool
run_lines(struct session *session, char *text, const char *name,
    struct err *err)
{
	size_t number = 1;

	for (char *next; text; text = next, number++) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		text[strcspn(text, "\r")] = '\0';
		if (!run_line(session, text, err))
			return fail_in(err, "nothing was changed: %.200s: line "
			    "%zu", name, number);
	}
	return true;
}

static bool
run_gathered(struct session *session, struct buf *text, const char *name,
    bool keep, struct err *err)
{
	struct err ignored;
	bool ok;

	if (!store_gather(session->store, err))
		return false;
	ok = !text->len || run_lines(session, text->data, name, err);
	return store_gathered(session->store, ok && keep,
	    ok ? err : &ignored) && ok;
}

COMMAND(batch)
{
	static const struct option options[] = {
		{ "dry-run", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	const char *name;
	struct buf text = { 0 };
	bool dry = false, ok;
	int c;

	*status = 0;
	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		dry = true;
	}
	if (optind + 1 != argc)
		return usage_error(err, "batch", "one FILE, or -");
	name = argv[optind];
	ok = session_open(session, STORE_WRITE, err) &&
	    import_read_file(&text, name, err) &&
	    run_gathered(session, &text, name, !dry, err);
	buf_free(&text);
	if (ok && dry)
		out_note("dry run: nothing was changed");
	return ok;
}
