#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "intake.h"
#include "judge.h"
#include "policy/mem.h"
#include "policy/name.h"

/* Where only rows for a routing list are wanted, what may be those is. */
static const struct format *
guess_for(const struct import_rules *rules, const struct source *source,
    struct buf *why)
{
	const struct format *domains = format_find("domains");

	return rules->routing && domains->sniff(source, why) > 0
	    ? domains
	    : format_guess(source, why);
}

static bool
choose_format(const struct format **format, struct import *import,
    const struct source *source, const struct import_rules *rules,
    struct err *err)
{
	const char *name = rules->format;
	struct buf why = { 0 };

	if (name) {
		*format = format_find(name);
		if (!*format || !(*format)->read)
			return format_unknown(name, false, err);
	} else {
		*format = guess_for(rules, source, &why);
		import->why = buf_take(&why);
		if (!*format)
			return fail(err, "is JSON of no kind that is known "
			    "here; a policy document is read by load");
	}
	import->format = (*format)->name;
	return true;
}

static bool
read_source(struct intake *intake, const struct format *format,
    const struct source *source, struct err *err)
{
	if (!format->read(intake, source, err))
		return false;
	if (intake->stopped)
		*err = intake->stop;
	return !intake->stopped;
}

static bool
judge_source(struct import *import, const struct source *source,
    const struct import_rules *rules, const struct entries *present,
    struct err *err)
{
	const struct format *format;
	struct intake intake;
	bool ok;

	if (!choose_format(&format, import, source, rules, err))
		return false;
	intake_open(&intake, import, rules, source);
	if (format->first_match)
		intake.match.order =
		    format->narrowest ? MATCH_NARROWEST : MATCH_FIRST;
	ok = read_source(&intake, format, source, err);
	intake_settle(&intake);
	if (!ok) {
		found_free(&intake.found);
		return false;
	}
	judge_found(import, &intake.found, rules, present,
	    format->shared_cloud);
	import->overrules = rules->overrules;
	judge_rows(import, rules->routing);
	return true;
}

static bool
check_any(const struct import *m, struct err *err)
{
	return entries_count(&m->entries) || m->holding || m->route_count ||
	    m->bad_count || m->left_count || m->skipped ||
	    fail(err, "holds no entry, only comments");
}

bool
import_judge(struct import *import, const char *text, size_t len,
    const struct import_rules *rules, const struct entries *present,
    struct err *err)
{
	struct source source = { .name = rules->name ? rules->name : "" };

	*import = (struct import){ 0 };
	if (rules->comment && !name_check_comment(rules->comment,
	        strlen(rules->comment), err))
		return false;
	if (!source_open(&source, &import->own, text, len, err))
		return false;
	import->text = source.text;
	import->len = source.len;
	return judge_source(import, &source, rules, present, err) &&
	    check_any(import, err);
}

static void
free_lines(struct bad_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(lines[i].text);
		free(lines[i].reason);
	}
	free(lines);
}

void
import_free(struct import *import)
{
	free_lines(import->bad, import->bad_count);
	free_lines(import->left, import->left_count);
	for (size_t i = 0; i < import->route_count; i++)
		route_free(&import->routes[i]);
	free(import->routes);
	free(import->route_lines);
	free(import->why);
	free(import->choices);
	free(import->judged);
	buf_free(&import->own);
	buf_free(&import->asked);
	entries_free(&import->entries);
	entries_free(&import->held);
	*import = (struct import){ 0 };
}
