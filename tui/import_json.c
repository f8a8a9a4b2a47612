#include "config.h"

#include <stdlib.h>

#include <jansson.h>

#include "changes.h"
#include "import_report.h"
#include "policy/set.h"

#define LINES_MOST 10000 /* of one kind; the counts say how many there are */

static json_t *
bad_json(const struct bad_line *bad, size_t count)
{
	json_t *all = json_array();

	for (size_t n = 0; n < count && n < LINES_MOST; n++)
		json_array_append_new(all,
		    json_pack("{s:I,s:I,s:s,s:s}", "line",
		        (json_int_t)bad[n].number, "column",
		        (json_int_t)bad[n].column, "text", bad[n].text,
		        "reason", bad[n].reason));
	return all;
}

static json_t *
words_json(unsigned holds)
{
	json_t *words = json_array();

	for (int i = 0; hold_words[i]; i++)
		if (holds >> i & 1)
			json_array_append_new(words,
			    json_string(hold_words[i]));
	return words;
}

static json_t *
entry_json(const struct entries *entries, size_t place)
{
	struct buf text = { 0 };
	struct entry entry;
	json_t *json;

	entries_at(entries, place, &entry);
	entry_add(&text, &entry);
	json = json_string(buf_text(&text));
	buf_free(&text);
	return json;
}

static json_t *
line_json(const struct import_report *r, const struct judged_line *line)
{
	const struct import *m = r->import;
	json_t *json = json_pack("{s:I}", "line", (json_int_t)line->line);

	if (line->kind == LINE_HELD)
		json_object_set_new(json, "why", words_json(line->holds));
	if (line->kind != LINE_SKIPPED && !m->route_count)
		json_object_set_new(json, "entry",
		    entry_json(line->kind == LINE_HELD ? &m->held : &m->entries,
		        line->place));
	if (line->kind == LINE_INSIDE && line->there)
		json_object_set_new(json, "inside",
		    entry_json(r->present, line->other));
	else if (line->kind == LINE_INSIDE || line->kind == LINE_TWICE)
		json_object_set_new(json, line->kind == LINE_TWICE ? "first"
		    : "inside_line", json_integer((json_int_t)line->other));
	return json;
}

static json_t *
lines_json(const struct import_report *r, enum line_kind kind)
{
	json_t *all = json_array();
	size_t count;
	uint32_t *places = import_judged(r->import, 1u << kind, &count);

	for (size_t i = 0; i < count && i < LINES_MOST; i++)
		json_array_append_new(all,
		    line_json(r, &r->import->judged[places[i]]));
	free(places);
	return all;
}

static json_t *
widest_json(const struct import *m)
{
	json_t *all = json_array();

	for (size_t i = 0; i < m->widest_count; i++) {
		struct buf text = { 0 }, size = { 0 };
		struct set set;

		net_add(&text, &m->widest[i].net);
		set_of_net(&set, &m->widest[i].net);
		count_add_exact(&size,
		    set_count(&set, m->widest[i].net.family));
		json_array_append_new(all,
		    json_pack("{s:I,s:s,s:s}", "line",
		        (json_int_t)m->widest[i].line, "entry",
		        buf_text(&text), "addresses", buf_text(&size)));
		set_free(&set);
		buf_free(&text);
		buf_free(&size);
	}
	return all;
}

static void
set_count_of(json_t *json, const char *key, size_t count)
{
	json_object_set_new(json, key, json_integer((json_int_t)count));
}

static void
set_counts(json_t *json, const struct import *m)
{
	set_count_of(json, "lines", m->lines);
	set_count_of(json, "new", m->added);
	set_count_of(json, "inside", m->inside);
	set_count_of(json, "known", m->known);
	set_count_of(json, "repeated", m->repeated);
	set_count_of(json, "held", m->holding);
	set_count_of(json, "skipped", m->skipped);
	set_count_of(json, "blank", m->blank);
}

static json_t *
moved_json(const struct entries *of, const struct entries *in)
{
	struct entries left = { 0 };
	json_t *all = json_array();

	entries_subtract(&left, of, in);
	for (size_t i = 0; i < entries_count(&left) && i < LINES_MOST; i++)
		json_array_append_new(all, entry_json(&left, i));
	entries_free(&left);
	return all;
}

static void
set_arrival(json_t *json, const struct arrival *a)
{
	const struct entries *after = arrival_entries(a);
	static const struct entries none;
	const struct entries *before =
	    target_entries(a->target, (struct policy *)(uintptr_t)a->draft);

	if (after) {
		before = before ? before : &none;
		json_object_set_new(json, "come", moved_json(after, before));
		json_object_set_new(json, "go", moved_json(before, after));
	}
	set_count_of(json, "before", a->before);
	set_count_of(json, "after", a->after);
	set_count_of(json, "came", a->came);
	set_count_of(json, "went", a->went);
}

json_t *
import_report_json(const struct import_report *r)
{
	const struct import *m = r->import;
	json_t *json = json_pack("{s:s,s:s?,s:s,s:b}", "format", m->format,
	    "why", m->why, "target", r->into, "applied", r->applied);

	if (r->id)
		json_object_set_new(json, "import",
		    json_integer((json_int_t)r->id));
	set_counts(json, m);
	json_object_set_new(json, "bad", bad_json(m->bad, m->bad_count));
	json_object_set_new(json, "left", bad_json(m->left, m->left_count));
	json_object_set_new(json, "held_lines", lines_json(r, LINE_HELD));
	json_object_set_new(json, "inside_lines", lines_json(r, LINE_INSIDE));
	json_object_set_new(json, "known_lines", lines_json(r, LINE_KNOWN));
	json_object_set_new(json, "repeated_lines", lines_json(r, LINE_TWICE));
	json_object_set_new(json, "skipped_lines",
	    lines_json(r, LINE_SKIPPED));
	json_object_set_new(json, "widest", widest_json(m));
	if (r->arrival)
		set_arrival(json, r->arrival);
	if (r->after)
		json_object_set_new(json, "difference",
		    changes_json(r->arrival->draft, r->after));
	return json;
}
