#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "import_preview.h"
#include "policy/mem.h"
#include "words.h"

/* How an import is read, as words that the command line knows, too: they are
 * remembered with it, and read again when it is refreshed. */

/* What DNS was asked stands behind them. */
#define ASKED "(asked DNS for "

static void
add_option(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%s--%s", out->len ? " " : "", name);
	if (!value)
		return;
	buf_addc(out, ' ');
	buf_add(out, value);
}

static void
add_quoted(struct buf *out, const char *name, const char *value)
{
	add_option(out, name, NULL);
	words_add_quoted(out, value);
}

static void
add_line(struct buf *out, const char *name, const struct line *line)
{
	if (*line_text(line))
		add_option(out, name, line_text(line));
}

static void
add_accepted(struct buf *out, unsigned accept)
{
	struct buf words = { 0 };

	for (int i = 0; i < HOLDS; i++)
		if (accept >> i & 1)
			buf_addf(&words, "%s%s", words.len ? "," : "",
			    hold_words[i]);
	if (words.len)
		add_option(out, "accept", buf_text(&words));
	buf_free(&words);
}

void
import_add_options(struct buf *out, const struct import_state *state)
{
	const char *format = pick_word(&state->format);

	if (format && strcmp(format, "auto") != 0)
		add_option(out, "format", format);
	if (state->widen)
		add_option(out, "widen", NULL);
	if (state->skip)
		add_option(out, "skip-bad", NULL);
	add_accepted(out, state->accept);
	add_line(out, "column", &state->column);
	add_line(out, "service", &state->service);
	add_line(out, "region", &state->region);
	add_line(out, "port", &state->port);
	if (state->resolve)
		add_option(out, "resolve", NULL);
	add_line(out, "resolver", &state->resolver);
}

void
import_add_asked(struct buf *out, const struct import *import)
{
	if (import->asked.len)
		buf_addf(out, "%s%s%s)", out->len ? " " : "", ASKED,
		    buf_text(&import->asked));
}

/* Those that only say how it is read, quoted as a shell wants them. */
static void
add_asked(struct buf *out, const struct import_state *state)
{
	const struct line *const lines[] = { &state->column, &state->service,
		&state->region, &state->port, &state->resolver };
	static const char *const names[] = { "column", "service", "region",
		"port", "resolver" };
	const char *format = pick_word(&state->format);

	if (format && strcmp(format, "auto") != 0)
		add_quoted(out, "format", format);
	if (state->widen)
		add_option(out, "widen", NULL);
	if (state->skip)
		add_option(out, "skip-bad", NULL);
	if (state->resolve)
		add_option(out, "resolve", NULL);
	for (int i = 0; i < 5; i++)
		if (*line_text(lines[i]))
			add_quoted(out, names[i], line_text(lines[i]));
}

/* What is held only for people who look on is not held on the command line,
 * where --strict asks for it. */
void
import_add_command(struct buf *out, const struct import_state *state)
{
	struct buf target = { 0 };

	if (!state->path || state->original.len || state->accepted.count ||
	    state->skipped.count)
		return;
	buf_add(out, "relayadm import");
	words_add_quoted(out, state->path);
	target_add(&target, &state->order.target);
	add_quoted(out, "into", buf_text(&target));
	if (state->mode != IMPORT_ADD)
		add_option(out, import_mode_words[state->mode], NULL);
	if (state->mode == IMPORT_REFRESH)
		add_quoted(out, "source", state->source);
	add_asked(out, state);
	add_option(out, "strict", NULL);
	add_accepted(out, state->accept);
	buf_free(&target);
}

static void
recall_one(const char *name, const char *value, void *context)
{
	struct import_state *state = context;
	struct err ignored;

	if (!strcmp(name, "widen"))
		state->widen = true;
	else if (!strcmp(name, "skip-bad"))
		state->skip = true;
	else if (!strcmp(name, "format"))
		pick_set(&state->format, value);
	else if (!strcmp(name, "accept"))
		hold_parse(&state->accept, value, &ignored);
	else if (!strcmp(name, "column"))
		line_set(&state->column, value);
	else if (!strcmp(name, "service"))
		line_set(&state->service, value);
	else if (!strcmp(name, "region"))
		line_set(&state->region, value);
	else if (!strcmp(name, "port"))
		line_set(&state->port, value);
	else if (!strcmp(name, "resolve"))
		state->resolve = true;
	else if (!strcmp(name, "resolver"))
		line_set(&state->resolver, value);
	state->resolve = state->resolve || *line_text(&state->resolver);
}

void
import_recall(struct import_state *state, const char *options)
{
	import_options_each(options, recall_one, state);
}

/* A value may have blanks in it, and ends where the next option begins, or what
 * was asked. */
void
import_options_each(const char *options,
    void (*take)(const char *name, const char *value, void *context),
    void *context)
{
	const char *asked = strstr(options, ASKED);
	const char *last = asked ? asked : options + strlen(options);

	while ((options = strstr(options, "--")) && options < last) {
		const char *next = strstr(options += 2, " --");
		const char *end = next && next < last ? next : last;
		char *word = mem_textn(options, (size_t)(end - options));
		char *value = word + strcspn(word, " ");
		size_t len = strlen(word);

		while (len && word[len - 1] == ' ')
			word[--len] = '\0';
		if (*value)
			*value++ = '\0';
		take(word, value, context);
		free(word);
		options = end;
	}
}

bool
import_port(const struct import_state *state, unsigned *port, struct err *err)
{
	const char *text = line_text(&state->port);
	long number;
	char *end;

	*port = 0;
	if (!*text)
		return true;
	number = strtol(text, &end, 10);
	if (*end || number < 1 || number > 65535)
		return fail(err, "'%.20s': a port is a number from 1 to 65535",
		    text);
	*port = (unsigned)number;
	return true;
}
