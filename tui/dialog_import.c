#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog_types.h"
#include "import_preview.h"
#include "policy/mem.h"
#include "store/format.h"
#include "text_safe.h"

#define AT(member) offsetof(struct import_state, member)

enum {
	REJUDGE = ID_OWN,
	RESHOW,
	OTHER_SERVER,
	MEND,
	SKIP_LINE,
	ACCEPT_LINE,
	ACCEPT_KIND,
	SAVE_REJECTS,
};

static const char *const mode_names[] = { "add", "replace", "remove", NULL };

static bool
has_bad(const void *value)
{
	const struct import_state *state = value;

	return state->shown && state->shown->import.bad_count > 0;
}

static bool
has_choice(const void *value)
{
	const struct import_state *state = value;

	return state->order.targeted && state->mode != IMPORT_REFRESH;
}

/* Of what a provider publishes a part may be asked for. */
static bool
is_provider(const void *value)
{
	static const char *const names[] = { "aws", "azure", "google", "m365",
		NULL };
	const struct import_state *state = value;

	return state->shown &&
	    word_find(names, state->shown->import.format) >= 0;
}

/* What it names DNS may be asked for. */
static bool
leaves_to_dns(const void *value)
{
	const struct import_state *state = value;

	return state->resolve || (state->shown &&
	    !strcmp(state->shown->import.format, "spf"));
}

static bool
is_plain(const void *value)
{
	return !is_provider(value) && !leaves_to_dns(value);
}

static bool
has_problems(const struct dialog *dialog)
{
	const struct import_state *state = dialog->state;

	return state->shown && (state->shown->import.bad_count ||
	    state->shown->import.holding);
}

static bool
is_table(const void *value)
{
	const struct import_state *state = value;
	const char *format = state->shown ? state->shown->import.format : "";

	return *line_text(&state->column) || !strcmp(format, "csv") ||
	    !strcmp(format, "tsv");
}

static const struct control import_controls[] = {
	{ .kind = CONTROL_CAPTION, .at = { 0, 0, 0, 0 },
	    .offset = AT(counts), },
	{ .kind = CONTROL_CAPTION, .at = { 0, 1, 0, 0 },
	    .offset = AT(effect), },
	{ .kind = CONTROL_CAPTION, .at = { 0, 2, 0, 0 }, .offset = AT(guess), },
	{ .kind = CONTROL_TABLE, .at = { 0, 3, 0, REST(6) },
	    .text = "Preview", .offset = AT(table), .id = MEND, },
	{ .kind = CONTROL_CAPTION, .at = { 0, -6, 0, 2 },
	    .offset = AT(reason), },
	{ .kind = CONTROL_CHOICE, .at = { 0, -4, 26, 0 }, .text = "S&how",
	    .offset = AT(show), .words = import_show_words, .id = RESHOW,
	    .value = 7, .hint = "which lines the list shows", },
	{ .kind = CONTROL_PICK, .at = { 27, -4, 30, 0 }, .text = "&Format",
	    .offset = AT(format), .id = REJUDGE, .value = 7,
	    .hint = "auto: as the file looks; Space changes it", },
	{ .kind = CONTROL_LINE, .at = { 58, -4, 0, 0 }, .text = "Colum&n",
	    .offset = AT(column), .id = REJUDGE, .value = 7,
	    .alive = is_table, .hint = "its title, or its number from 1", },
	{ .kind = CONTROL_CHECK, .at = { 0, -3, 0, 0 },
	    .text = "&Widen: drop host bits, read 192.0.2. and 192.0.2 as "
	            "blocks",
	    .offset = AT(widen), .id = REJUDGE, .alive = is_plain,
	    .hint = "8.8.8.9/24 is then read as 8.8.8.0/24", },
	{ .kind = CONTROL_LINE, .at = { 0, -3, 30, 0 }, .text = "Ser&vice",
	    .offset = AT(service), .id = REJUDGE, .value = 8,
	    .alive = is_provider,
	    .hint = "only that; one that is not there lists those that are", },
	{ .kind = CONTROL_LINE, .at = { 31, -3, 28, 0 }, .text = "Re&gion",
	    .offset = AT(region), .id = REJUDGE, .value = 7,
	    .alive = is_provider,
	    .hint = "only that; one that is not there lists those that are", },
	{ .kind = CONTROL_LINE, .at = { 60, -3, 0, 0 }, .text = "Po&rt",
	    .offset = AT(port), .id = REJUDGE, .value = 5,
	    .alive = is_provider, .hint = "only what serves this port", },
	{ .kind = CONTROL_CHECK, .at = { 0, -3, 36, 0 },
	    .text = "Ask D&NS for what it leaves to it",
	    .offset = AT(resolve), .id = REJUDGE, .alive = leaves_to_dns,
	    .hint = "include:, redirect=, a and mx, for at most 60 seconds", },
	{ .kind = CONTROL_LINE, .at = { 37, -3, 0, 0 }, .text = "Ser&ver",
	    .offset = AT(resolver), .id = OTHER_SERVER, .value = 8,
	    .alive = leaves_to_dns,
	    .hint = "ADDRESS or ADDRESS:PORT, then tick; none: the usual",
	},
	{ .kind = CONTROL_CHECK, .at = { 0, -2, 44, 0 },
	    .text = "Leave out the &bad lines, take the others",
	    .offset = AT(skip), .alive = has_bad,
	    .hint = "off: all or nothing", },
	{ .kind = CONTROL_CHOICE, .at = { 45, -2, 0, 0 }, .text = "&Do",
	    .offset = AT(mode), .words = mode_names, .id = REJUDGE,
	    .value = 3, .alive = has_choice,
	    .hint = "add; replace: the rest of the list goes; remove these", },
	{ .kind = CONTROL_BUTTON, .at = { 0, -1, 12, 0 }, .text = "&Cancel",
	    .id = ID_CANCEL, },
	{ .kind = CONTROL_BUTTON, .at = { 12, -1, 11, 0 }, .text = "App&ly",
	    .id = ID_OK, .hint = "one step of the draft; u takes it back", },
	{ .kind = CONTROL_END, },
};

/* The effect gets a second line where it needs one: no loss is cut off. */
static void
import_arrange(const struct dialog *dialog, int w, int h, struct rect *rects)
{
	const struct import_state *state = dialog->state;
	int more = text_columns(buf_text(&state->effect.text)) > w;

	(void)h;
	rects[1].h += more;
	rects[2].y += more;
	rects[3].y += more;
	rects[3].h -= more;
}

static const struct key_row import_keys[] = {
	{ 'e', 0, "Mend", "mend the line here; it is judged anew", MEND,
	    has_problems, },
	{ 's', 0, "Skip", "leave the line out", SKIP_LINE, has_problems, },
	{ 'a', 0, "Accept", "the held line is meant", ACCEPT_LINE,
	    has_problems, },
	{ 'A', 0, NULL, "all that are held for the same reason are meant",
	    ACCEPT_KIND, has_problems, },
	{ 'x', 0, "Save rejects", "write bad and held lines to a file",
	    SAVE_REJECTS, has_problems, },
	{ 0 },
};

static void
import_moved(struct dialog *dialog)
{
	import_say_row(dialog->state);
}

static void
import_refresh(struct dialog *dialog)
{
	import_say_all(dialog->state);
}

/* --- what is done to a line -------------------------------------------- */

static void
line_list_add(struct line_list *list, uint32_t line)
{
	size_t i = list->count;

	for (size_t k = 0; k < list->count; k++)
		if (list->lines[k] == line)
			return;
	list->lines = mem_grow(list->lines, list->count, &list->cap,
	    sizeof(*list->lines));
	for (; i && list->lines[i - 1] > line; i--)
		list->lines[i] = list->lines[i - 1];
	list->lines[i] = line;
	list->count++;
}

/* All of the source with another line in place of one. */
static void
replace_line(struct import_state *state, uint32_t number, const char *with)
{
	const struct import *m = &state->shown->import;
	struct line_finder finder = { .import = m };
	struct buf text = { 0 };
	const char *line;
	size_t len;

	if (!line_finder_go(&finder, number, &line, &len))
		return;
	if (!state->original.len)
		buf_addn(&state->original, buf_text(&state->shown->task.text),
		    state->shown->task.text.len);
	buf_addn(&text, m->text, (size_t)(line - m->text));
	buf_add(&text, with);
	buf_addn(&text, line + len, (size_t)(m->text + m->len - line) - len);
	import_begin(state, &text, NULL);
}

static void
on_mended(struct dialog *owner, struct dialog *dialog, bool ok)
{
	struct import_state *state = owner->state;

	if (ok && state->shown)
		replace_line(state, state->mending, prompt_text(dialog));
}

static void
mend(struct import_state *state, uint32_t number)
{
	struct line_finder finder = { .import = &state->shown->import };
	struct prompt prompt = { .title = "Mend the line",
		.label = "The line as it should be:" };
	struct buf text = { 0 };
	const char *line;
	size_t len;

	if (!number || !line_finder_go(&finder, number, &line, &len))
		return;
	if (len > 250) {
		app_say(state->dialog->app, '!', "line %u is too long to be "
		    "mended here; s skips it", (unsigned)number);
		return;
	}
	buf_addn(&text, line, len);
	prompt.initial = buf_text(&text);
	state->mending = number;
	prompt_open(state->dialog->app, &prompt, on_mended);
	buf_free(&text);
}

static bool
check_rejects(struct dialog *prompt, const char *path, struct err *err)
{
	const struct import_state *state = prompt->owner->state;

	return import_rejects_write(&state->shown->import,
	    &state->shown->task.rules, path, err);
}

static void
on_rejects(struct dialog *owner, struct dialog *dialog, bool ok)
{
	if (ok)
		app_say(owner->app, 'i', "bad and held lines written to %s",
		    prompt_text(dialog));
}

static void
accept_held(struct import_state *state, size_t row, bool all)
{
	unsigned holds = import_rows_holds(&state->rows, row);

	if (!holds) {
		app_say(state->dialog->app, '!', "only a held line can be "
		    "accepted; e mends this one, s skips it");
		return;
	}
	if (all)
		state->accept |= holds;
	else
		line_list_add(&state->accepted,
		    import_rows_line(&state->rows, row));
	import_begin_again(state);
}

static void
act_on_line(struct import_state *state, int id)
{
	struct prompt prompt = { .title = "Save rejects",
		.label = "Write bad and held lines to this new file:",
		.check = check_rejects };
	size_t row;

	if (!state->shown)
		return;
	if (id == SAVE_REJECTS) {
		prompt_open(state->dialog->app, &prompt, on_rejects);
		return;
	}
	if (!table_row(&state->table, &row))
		return;
	if (id == MEND) {
		mend(state, import_rows_line(&state->rows, row));
	} else if (id == SKIP_LINE && import_rows_line(&state->rows, row)) {
		line_list_add(&state->skipped,
		    import_rows_line(&state->rows, row));
		import_begin_again(state);
	} else if (id == ACCEPT_LINE || id == ACCEPT_KIND) {
		accept_held(state, row, id == ACCEPT_KIND);
	}
}

/* No server is asked while its address is being typed. */
static void
forget_answers(struct import_state *state)
{
	if (!state->resolve)
		return;
	state->resolve = false;
	import_begin_again(state);
}

static void
import_act(struct dialog *dialog, int id)
{
	struct import_state *state = dialog->state;

	if (id == REJUDGE)
		import_begin_again(state);
	else if (id == RESHOW)
		import_reshow(state);
	else if (id == OTHER_SERVER)
		forget_answers(state);
	else if (id >= MEND && id <= SAVE_REJECTS)
		act_on_line(state, id);
	dialog->changed = false;
}

/* --- applying ---------------------------------------------------------- */

static bool
may_apply(struct import_state *state)
{
	struct app *app = state->dialog->app;
	const struct import *m;

	if (state->going || !state->shown) {
		app_say(app, '!', "wait until the file is read, or Esc");
		return false;
	}
	m = &state->shown->import;
	if (state->refused)
		app_say(app, '!', "what is asked for cannot be read: mend "
		    "what is wrong below, or format");
	else if (m->bad_count && !state->skip)
		app_say(app, '!', "%zu bad lines: e mends one, s skips one, or "
		    "tick Leave out", m->bad_count);
	else if (m->holding)
		app_say(app, '!', "%zu held: a accepts a line, A all of its "
		    "kind, s skips one", m->holding);
	else if (state->order.targeted && state->head != app->head) {
		app_say(app, '!', "the draft has changed; judged anew");
		import_begin_again(state);
	} else
		return app_may_edit(app);
	return false;
}

static bool
import_accept(struct dialog *dialog)
{
	struct import_state *state = dialog->state;
	struct err err;

	if (!may_apply(state))
		return false;
	if (state->order.targeted) {
		import_apply(state);
		return false; /* it closes this one when all is stored */
	}
	if (!state->order.take(dialog->owner, &state->shown->import.entries,
	        &err)) {
		app_fail(dialog->app, &err);
		return false;
	}
	app_say(dialog->app, 'i', "%zu entries added from %s; OK stores them",
	    state->shown->import.added, state->source);
	return true;
}

static void
import_reload(struct dialog *dialog)
{
	struct import_state *state = dialog->state;

	if (!state->stored && state->head != dialog->app->head)
		import_begin_again(state);
}

static void
import_clear(void *value)
{
	struct import_state *state = value;

	import_stop(state);
	import_rows_clear(&state->rows);
	table_clear(&state->table);
	pick_clear(&state->format);
	line_clear(&state->column);
	line_clear(&state->service);
	line_clear(&state->region);
	line_clear(&state->port);
	line_clear(&state->resolver);
	free(state->accepted.lines);
	free(state->skipped.lines);
	buf_free(&state->original);
	buf_free(&state->counts.text);
	buf_free(&state->effect.text);
	buf_free(&state->guess.text);
	buf_free(&state->reason.text);
	free(state->source);
	free(state->path);
}

const struct dialog_type import_type = {
	.title = "Import",
	.least_h = 14,
	.arrange = import_arrange,
	.size = sizeof(struct import_state),
	.controls = import_controls,
	.keys = import_keys,
	.refresh = import_refresh,
	.moved = import_moved,
	.act = import_act,
	.accept = import_accept,
	.reload = import_reload,
	.clear = import_clear,
};

/* --- opening ----------------------------------------------------------- */

static void
fill_table(struct import_state *state)
{
	state->table.columns = import_columns;
	state->table.cell = import_rows_cell;
	state->table.look = import_rows_look;
	state->table.context = &state->rows;
	state->table.empty = "Nothing of the kind.";
	pick_add(&state->format, "auto");
	for (size_t i = 0; formats[i]; i++)
		if (formats[i]->read)
			pick_add(&state->format, formats[i]->name);
}

static const char *
without_folders(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Takes over the text; NULL: reads the path. */
static void
preview(struct app *app, const struct import_order *order, struct buf *text,
    const char *path)
{
	struct dialog *dialog = dialog_open(app, &import_type, NULL);
	struct import_state *state = dialog->state;

	state->dialog = dialog;
	state->order = *order;
	state->source = mem_text(*order->source ? order->source
	    : path                            ? without_folders(path)
	                              : "what was pasted");
	state->path = path ? mem_text(path) : NULL;
	snprintf(dialog->title, sizeof(dialog->title), "%s %.50s into %s",
	    *order->source ? "Refresh" : "Import", state->source,
	    order->title);
	fill_table(state);
	if (*order->source) {
		state->mode = IMPORT_REFRESH;
		import_recall(state, order->options);
	}
	dialog_focus(dialog, AT(table));
	import_begin(state, text, path);
}

static void
on_file(struct dialog *owner, struct dialog *dialog, bool ok)
{
	if (ok)
		preview(owner->app, prompt_context(dialog), NULL,
		    prompt_text(dialog));
}

/* An import is a step of its own; what was changed before must be one, too. */
static bool
is_clean(struct app *app, const struct import_order *order)
{
	const struct dialog *dialog = app_top(app);
	bool changed = false;

	for (; order->targeted && dialog; dialog = dialog->owner)
		changed = changed || (dialog->changed && !dialog->type->live);
	if (changed)
		app_say(app, '!', "an import is a step of its own: OK the "
		    "other changes of this dialog first");
	return !changed;
}

void
import_open(struct app *app, const struct import_order *order)
{
	struct prompt prompt = { .title = "Import",
		.label = "Read a list from this file:", .context = order,
		.context_size = sizeof(*order), };
	struct buf text = { 0 };

	if (!is_clean(app, order))
		return;
	if (*order->source) {
		prompt.title = "Refresh";
		prompt.label = "Read the source anew from this file:";
		prompt.initial = order->source;
	}
	if (order->text) {
		buf_addn(&text, order->text, order->len);
		preview(app, order, &text, NULL);
		return;
	}
	prompt_open(app, &prompt, on_file);
}
