#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake.h"
#include "judge.h"
#include "mask.h"
#include "policy/mem.h"
#include "policy/name.h"
#include "slip.h"

#define MOST_LINES 10000000

/* --- lines ------------------------------------------------------------- */

void
text_trim(const char **text, size_t *len)
{
	while (*len && span_is_blank((*text)[0]))
		++*text, --*len;
	while (*len && span_is_blank((*text)[*len - 1]))
		--*len;
}

void
intake_open(struct intake *in, struct import *import,
    const struct import_rules *rules, const struct source *source)
{
	*in = (struct intake){ .import = import, .rules = rules,
		.source = source, .at = source->text,
		.comment = rules->comment,
		.comment_len = rules->comment ? strlen(rules->comment) : 0 };
	/* Old Macs ended lines with CR alone. */
	in->end = memchr(source->text, '\n', source->len) ? '\n' : '\r';
}

static bool
too_many(struct intake *in)
{
	in->stopped = true;
	return fail(&in->stop, "has more than 10,000,000 lines");
}

bool
intake_go_on(struct intake *in, size_t done)
{
	if (in->stopped)
		return false;
	if (in->import->lines > MOST_LINES)
		return too_many(in);
	if (in->rules->progress && !in->rules->progress(done, in->source->len,
	        in->rules->context)) {
		in->stopped = true;
		return fail_as(&in->stop, ERR_NO, "stopped");
	}
	return true;
}

static bool
next_line(struct intake *in, struct item *item)
{
	const char *stop = in->source->text + in->source->len, *eol;
	const char *line = in->at;

	if (line >= stop)
		return false;
	if (in->import->lines == MOST_LINES)
		return too_many(in);
	if (in->import->lines % 8192 == 0 && in->import->lines &&
	    !intake_go_on(in, (size_t)(in->at - in->source->text)))
		return false;
	eol = memchr(in->at, in->end, (size_t)(stop - in->at));
	if (!eol)
		eol = stop;
	*item = (struct item){ .line = ++in->import->lines, .text = line,
		.len = (size_t)(eol - line) };
	in->at = eol + 1;
	text_trim(&item->text, &item->len);
	item->column = (size_t)(item->text - line) + 1;
	return true;
}

bool
intake_line(struct intake *in, struct item *item, const char *marks)
{
	while (next_line(in, item)) {
		if (item->len &&
		    !memchr(marks, item->text[0], strlen(marks)))
			return true;
		in->import->blank++;
	}
	return false;
}

bool
intake_short_line(struct intake *in, struct item *item, const char *marks)
{
	while (intake_line(in, item, marks)) {
		if (item->len <= LONGEST_LINE)
			return true;
		intake_bad(in, item, "a line of more than 1,024 bytes");
	}
	return false;
}

bool
intake_indented(const struct intake *in, const struct item *item)
{
	return item->text > in->source->text &&
	    (item->text[-1] == ' ' || item->text[-1] == '\t');
}

const struct import_rules *
intake_rules(const struct intake *in)
{
	return in->rules;
}

void
intake_say(struct intake *in, const char *text)
{
	struct buf why = { 0 };

	if (in->import->why && in->import->why[0])
		buf_addf(&why, "%s: ", in->import->why);
	buf_add(&why, text);
	free(in->import->why);
	in->import->why = buf_take(&why);
}

void
intake_asked(struct intake *in, const char *kind, const char *name)
{
	struct buf *asked = &in->import->asked;

	buf_addf(asked, "%s%s %s", asked->len ? ", " : "", kind, name);
}

/* --- what was found ---------------------------------------------------- */

static struct bad_line *
new_line(struct bad_line **lines, size_t *count, size_t *cap)
{
	*lines = mem_grow(*lines, *count, cap, sizeof(**lines));
	return &(*lines)[(*count)++];
}

static void
set_line(struct bad_line *line, const struct item *item, const char *reason)
{
	*line = (struct bad_line){ item->line, item->column,
		mem_textn(item->text, item->len > 200 ? 200 : item->len),
		mem_text(reason) };
}

void
import_bad(struct import *m, uint32_t line, const char *text,
    const char *reason)
{
	struct item item = { .line = line, .text = text,
		.len = strlen(text) };

	set_line(new_line(&m->bad, &m->bad_count, &m->bad_cap), &item, reason);
}

static bool
is_skipped(struct intake *in, const struct item *item)
{
	struct judged_line line = { .line = (uint32_t)item->line,
		.kind = LINE_SKIPPED };

	if (!in->rules->skipped.count ||
	    !line_set_holds(&in->rules->skipped, (uint32_t)item->line))
		return false;
	import_note(in->import, &line);
	in->import->skipped++;
	return true;
}

void
intake_bad(struct intake *in, const struct item *item, const char *format, ...)
{
	struct import *m = in->import;
	char reason[600];
	va_list args;

	if (is_skipped(in, item))
		return;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	set_line(new_line(&m->bad, &m->bad_count, &m->bad_cap), item, reason);
}

void
intake_left(struct intake *in, const struct item *item, const char *format,
    ...)
{
	struct import *m = in->import;
	char reason[600];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	set_line(new_line(&m->left, &m->left_count, &m->left_cap), item,
	    reason);
}

/* One note of the item; false, and the line is bad, when it may not be. */
static bool
take_note(struct intake *in, const struct item *item, enum note_kind kind,
    const char *text, size_t len)
{
	struct err err;

	if (!text || !len ||
	    note_texts_set(&in->notes, kind, text, len, &err))
		return true;
	intake_bad(in, item, "%s", err.text);
	return false;
}

/* The item's notes, with the comment for all where it has none. */
static bool
take_notes(struct intake *in, const struct item *item, struct entry *entry)
{
	entry->comment = in->comment;
	if (!item->comment && !item->owner && !item->ticket && !item->expires)
		return true;
	note_texts_clear(&in->notes);
	if (!take_note(in, item, NOTE_COMMENT, item->comment,
	        item->comment_len) ||
	    !take_note(in, item, NOTE_OWNER, item->owner, item->owner_len) ||
	    !take_note(in, item, NOTE_TICKET, item->ticket,
	        item->ticket_len) ||
	    !take_note(in, item, NOTE_EXPIRES, item->expires,
	        item->expires ? 10 : 0))
		return false;
	note_texts_lend(&in->notes, entry);
	if (!entry->comment)
		entry->comment = in->comment;
	return true;
}

static void
keep_name(struct found_name **names, size_t *count, size_t *cap,
    const char *name, uint32_t line)
{
	*names = mem_grow(*names, *count, cap, sizeof(**names));
	(*names)[(*count)++] = (struct found_name){ mem_text(name), line };
}

static void
keep_found(struct found *f, const struct entry *entry, uint32_t line)
{
	const struct net *net = &entry->net;

	if (entry->kind == ENTRY_DOMAIN) {
		keep_name(&f->domains, &f->domain_count, &f->domain_cap,
		    entry->name, line);
	} else if (entry->kind == ENTRY_LIST) {
		keep_name(&f->lists, &f->list_count, &f->list_cap,
		    entry->name, line);
	} else if (net->family == 4) {
		f->v4 = mem_grow(f->v4, f->v4_count, &f->v4_cap,
		    sizeof(*f->v4));
		f->v4[f->v4_count++] = (struct found4){
			{ (uint32_t)net->first, (uint32_t)net->last }, line };
	} else {
		f->v6 = mem_grow(f->v6, f->v6_count, &f->v6_cap,
		    sizeof(*f->v6));
		f->v6[f->v6_count++] =
		    (struct found6){ net->first, net->last, line };
	}
}

static void
keep_entry(struct intake *in, const struct item *item)
{
	if (!take_notes(in, item, &in->entry))
		return;
	keep_found(&in->found, &in->entry, (uint32_t)item->line);
	if (note_any(&in->entry))
		entries_append_note(&in->import->entries, &in->entry);
}

static void
take_entry(struct intake *in, const struct item *item)
{
	bool taken = !item->undecided && item->denied == in->rules->denied;
	bool held;

	if (is_skipped(in, item))
		return;
	held = first_match_hold(&in->match, &in->entry, item, taken);
	if (!taken)
		intake_left(in, item, "%s", item->undecided ? item->undecided
		    : item->denied ? "the source denies it"
		                   : "the source allows it");
	else if (!held)
		keep_entry(in, item);
}

static bool
parse_entry(struct intake *in, const char *text, size_t len, struct err *err)
{
	unsigned rules = in->rules->widen ? NET_IMPORT | NET_WIDEN : NET_IMPORT;

	entry_clear(&in->entry);
	if (net_parse_usual(&in->entry.net, text, len))
		return true;
	if (!slip_check_ascii(span_of(text, len), &in->column, err))
		return false;
	if (entry_parse(&in->entry, text, len, rules, err))
		return true;
	slip_explain(span_of(text, len), err);
	return false;
}

bool
intake_parse_net(struct intake *in, struct span text, struct net *net,
    struct err *err)
{
	if (!parse_entry(in, text.text, text.len, err))
		return false;
	if (in->entry.kind != ENTRY_NET)
		return fail(err, "'%.*s' is not an IP address",
		    SPAN_SHOWN(text));
	*net = in->entry.net;
	return true;
}

struct masked {
	struct intake *intake;
	const struct item *item;
};

static void
take_piece(const struct net *net, void *context)
{
	const struct masked *m = context;

	intake_net(m->intake, m->item, net);
}

/* A mask with holes, when that was asked for. */
static bool
take_mask(struct intake *in, const struct item *item, struct span text)
{
	struct masked context = { in, item };
	struct mask mask;

	if (!mask_parse(&mask, span_trim(text)) ||
	    mask_pieces(&mask) > MASK_PIECES ||
	    ((mask.addr & ~mask.fixed) && !in->rules->widen))
		return false;
	mask_expand(&mask, take_piece, &context);
	return true;
}

static void
bad_entry(struct intake *in, const struct item *item)
{
	struct item bad = *item;

	bad.column = in->column;
	intake_bad(in, &bad, "%s", in->why.text);
}

void
intake_entry(struct intake *in, const struct item *item, const char *text,
    size_t len)
{
	in->column = item->column ? item->column : 1;
	if (parse_entry(in, text, len, &in->why))
		take_entry(in, item);
	else if (!in->rules->expand ||
	    !take_mask(in, item, span_of(text, len)))
		bad_entry(in, item);
}

void
intake_net(struct intake *in, const struct item *item, const struct net *net)
{
	entry_clear(&in->entry);
	in->entry.kind = ENTRY_NET;
	in->entry.net = *net;
	take_entry(in, item);
}

void
intake_domain(struct intake *in, const struct item *item, const char *text,
    size_t len)
{
	struct buf name = { 0 };

	buf_add(&name, "domain:");
	buf_addn(&name, text, len);
	intake_entry(in, item, buf_text(&name), name.len);
	buf_free(&name);
}

void
intake_route(struct intake *in, const struct item *item, const char *domain,
    size_t len, enum route_action action, const char *next_hop)
{
	struct import *m = in->import;
	struct route route = { 0 };
	struct err err;
	struct entry noted;

	if (is_skipped(in, item))
		return;
	entry_clear(&noted);
	if (!route_parse(&route, domain, len, &err) || (next_hop &&
	        !route_parse_next_hop(&route, next_hop, strlen(next_hop),
	            &err))) {
		intake_bad(in, item, "%s", err.text);
		route_free(&route);
		return;
	}
	if (!take_notes(in, item, &noted)) {
		route_free(&route);
		return;
	}
	route.action = action;
	route.comment = mem_text_or_null(noted.comment);
	m->routes = mem_grow(m->routes, m->route_count, &m->route_cap,
	    sizeof(*m->routes));
	m->route_lines = mem_grow(m->route_lines, m->route_count,
	    &m->route_line_cap, sizeof(*m->route_lines));
	m->route_lines[m->route_count] = (uint32_t)item->line;
	m->routes[m->route_count++] = route;
}

/* --- rows whose order matters ------------------------------------------ */

static void
settle_take(void *context, const struct entry *entry, const struct item *item)
{
	struct intake *in = context;

	in->entry = *entry;
	keep_entry(in, item);
}

static void
settle_cut(void *context, const struct entry *entry, const struct item *item,
    size_t by_line)
{
	if (by_line)
		intake_left(context, item, "line %zu decides about a part of "
		    "it; what remains was taken as blocks", by_line);
	settle_take(context, entry, item);
}

static void
settle_lost(void *context, const struct entry *entry, const struct item *item,
    size_t by_line, bool hidden)
{
	(void)entry;
	if (!hidden)
		intake_bad(context, item, "line %zu denies a name within it, "
		    "and a list cannot except one; leave this line out or "
		    "name the hosts that are meant", by_line);
	else if (by_line)
		intake_left(context, item, "line %zu decides about all of "
		    "it", by_line);
	else
		intake_left(context, item, "nothing remains of it that other "
		    "lines do not give");
}

static int
compare_lines(const void *x, const void *y)
{
	const struct bad_line *a = x, *b = y;

	return (a->number > b->number) - (a->number < b->number);
}

/* Lines from place on came late: each goes where its number belongs. */
static void
order_lines(struct bad_line *lines, size_t place, size_t count)
{
	struct bad_line *all;
	size_t i = 0, j = place, n = 0;

	if (place == count)
		return;
	qsort(lines + place, count - place, sizeof(*lines), compare_lines);
	all = mem_new(count, sizeof(*all));
	while (n < count)
		all[n++] = j == count || (i < place &&
		        lines[i].number <= lines[j].number)
		    ? lines[i++]
		    : lines[j++];
	memcpy(lines, all, count * sizeof(*lines));
	free(all);
}

void
intake_settle(struct intake *in)
{
	struct match_calls calls = { settle_take, settle_cut, settle_lost, in };
	size_t bad = in->import->bad_count, left = in->import->left_count;

	first_match_settle(&in->match, &calls);
	order_lines(in->import->bad, bad, in->import->bad_count);
	order_lines(in->import->left, left, in->import->left_count);
}
