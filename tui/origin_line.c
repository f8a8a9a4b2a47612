#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "import_preview.h"
#include "origin_line.h"
#include "policy/mem.h"

/* Milliseconds that are waited for it before the rest is said. */
#define FELT 100

char *
origin_path(const char *label)
{
	static const char *const verbs[] = { "import, replacing, ",
		"import, removing, ", "import ", "refresh from ", NULL };
	const char *end = NULL;
	int i = 0;

	while (verbs[i] && strncmp(label, verbs[i], strlen(verbs[i])) != 0)
		i++;
	if (!verbs[i])
		return NULL;
	label += strlen(verbs[i]);
	for (const char *p = label; (p = strstr(p, " into ")); p++)
		end = p;
	return end ? mem_textn(label, (size_t)(end - label)) : NULL;
}

/* --- in the thread ----------------------------------------------------- */

struct recalled {
	struct import_rules rules;
	char *column, *service, *region;
};

static void
recall(const char *name, const char *value, void *context)
{
	struct recalled *r = context;

	if (!strcmp(name, "widen"))
		r->rules.widen = true;
	else if (!strcmp(name, "denied"))
		r->rules.denied = true;
	else if (!strcmp(name, "expand"))
		r->rules.expand = true;
	else if (!strcmp(name, "column") && !r->column)
		r->column = mem_text(value);
	else if (!strcmp(name, "service") && !r->service)
		r->service = mem_text(value);
	else if (!strcmp(name, "region") && !r->region)
		r->region = mem_text(value);
	else if (!strcmp(name, "port"))
		r->rules.port = (unsigned)strtoul(value, NULL, 10);
}

static bool
goes_on(size_t done, size_t total, void *context)
{
	struct origin_line *line = context;

	return beside_note(&line->beside, done, total);
}

static uint32_t
find_line(struct origin_line *line, const struct buf *text)
{
	struct recalled r = { .rules = { .format = line->record.format,
		.progress = goes_on, .context = line } };
	struct entries wanted = { 0 };
	struct import import;
	struct err ignored;
	uint32_t found = 0;

	import_options_each(line->record.options, recall, &r);
	r.rules.column = r.column;
	r.rules.service = r.service;
	r.rules.region = r.region;
	entries_add(&wanted, &line->entry);
	if (import_judge(&import, buf_text(text), text->len, &r.rules, &wanted,
	        &ignored)) {
		for (size_t i = 0; !found && i < import.judged_count; i++)
			if (import.judged[i].kind == LINE_KNOWN)
				found = import.judged[i].line;
		import_free(&import);
	}
	entries_free(&wanted);
	free(r.column);
	free(r.service);
	free(r.region);
	return found;
}

static void
run(void *context)
{
	struct origin_line *line = context;
	struct buf text = { 0 };
	struct err ignored;

	line->read = import_read_file(&text, line->path, &ignored);
	line->same = line->read &&
	    import_record_fits(&line->record, buf_text(&text), text.len);
	if (line->same)
		line->line = find_line(line, &text);
	buf_free(&text);
}

/* --- in the loop ------------------------------------------------------- */

static void
on_ended(void *context)
{
	struct origin_line *line = context;

	if (line->line)
		app_say(line->app, 'i', "%s, line %u%s", line->said,
		    (unsigned)line->line, line->after);
	else if (line->read && !line->same)
		app_say(line->app, 'i', "%s; the file has changed since, so "
		    "the line is not known%s", line->said, line->after);
	else
		app_say(line->app, 'i', "%s%s", line->said, line->after);
}

/* The record of the import is taken out of all of them. */
static bool
find_record(struct origin_line *line, int64_t id)
{
	struct import_record *all;
	size_t count, i = 0;
	struct err ignored;

	if (!store_imports(line->app->store, NULL, &all, &count, &ignored))
		return false;
	while (i < count && all[i].id != id)
		i++;
	if (i < count) {
		line->record = all[i];
		all[i] = all[--count];
		import_records_free(all, count);
		return true;
	}
	import_records_free(all, count);
	return false;
}

void
origin_line_ask(struct origin_line *line, struct app *app,
    const struct origin *origin, const struct entry *entry,
    const struct origin_said *said)
{
	struct err ignored;

	origin_line_clear(line);
	line->app = app;
	line->said = mem_text(said->before);
	line->after = mem_text(said->after);
	line->path = origin->import ? origin_path(origin->label) : NULL;
	line->entry = *entry;
	line->entry.comment = line->entry.owner = line->entry.ticket = NULL;
	line->beside = (struct beside){ .run = run, .ended = on_ended,
		.context = line };
	if (!line->path || !find_record(line, origin->import) ||
	    !beside_start(&line->beside, app->loop, &ignored) ||
	    !beside_await(&line->beside, FELT))
		app_say(app, 'i', "%s%s", said->before, said->after);
}

void
origin_line_clear(struct origin_line *line)
{
	beside_clear(&line->beside);
	free(line->record.author);
	free(line->record.target);
	free(line->record.source);
	free(line->record.format);
	free(line->record.options);
	free(line->path);
	free(line->said);
	free(line->after);
	memset(line, 0, sizeof(*line));
}
