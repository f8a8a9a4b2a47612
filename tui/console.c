#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "app.h"
#include "column_choice.h"
#include "company.h"
#include "console.h"
#include "dialogs.h"
#include "key_names.h"
#include "lent.h"
#include "policy/mem.h"
#include "push_run.h"
#include "seen.h"
#include "settings.h"
#include "site_check.h"
#include "terminal.h"
#include "text_safe.h"
#include "unlock.h"
#include "used.h"


static void
draw_bar(const struct app *app, const struct canvas *canvas)
{
	struct rect all = { 0, 0, canvas->area.w, 1 };
	struct buf left = { 0 }, right = { 0 };
	int columns;

	buf_addf(&left, " relayadm   %s", app->options.database);
	if (app->options.readonly)
		buf_add(&right, "READ ONLY   ");
	if (push_run_goes(app->push) || push_run_open(app->push))
		buf_addf(&right, "%s %zu/%zu   ", push_run_goes(app->push)
		        ? "PUSHING" : "PUSH OPEN",
		    app->push->count - push_run_count(app->push, NULL),
		    app->push->count);
	buf_addf(&right, "%s   ", store_author());
	if (app->revision)
		buf_addf(&right, "revision %lld", (long long)app->revision);
	else
		buf_add(&right, "no revision yet");
	if (app->dirty)
		buf_addf(&right, ", draft +%zu", app->steps);
	buf_addc(&right, ' ');
	columns = text_columns(buf_text(&right));
	canvas_fill(canvas, all, ROLE_BAR);
	all.w -= columns + 1;
	canvas_fit(canvas, all, ROLE_BAR, buf_text(&left));
	canvas_text(canvas, canvas->area.w - columns, 0, ROLE_BAR,
	    buf_text(&right));
	buf_free(&left);
	buf_free(&right);
}

static void
draw_path(const struct app *app, const struct canvas *canvas)
{
	struct rect all = { 0, 1, canvas->area.w, 1 };
	struct buf path = { 0 };
	const char *text;
	size_t i;

	for (i = 0; i < app->depth; i++)
		buf_addf(&path, "%s%s", i ? " > " : " ", app->stack[i]->title);
	text = buf_text(&path);
	if (text_columns(text) > all.w) {
		canvas_text(canvas, 0, 1, ROLE_TEXT, " ...");
		for (; *text && text_columns(text) > all.w - 5; text++)
			continue;
		text = strstr(text, " > ") ? strstr(text, " > ") : text;
		all.x = 4;
		all.w -= 4;
	}
	canvas_fit(canvas, all, ROLE_STRONG, text);
	buf_free(&path);
}

static void
draw_message(const struct app *app, const struct canvas *canvas, int y)
{
	struct rect all = { 3, y, canvas->area.w - 4, 1 };
	const char *text = buf_text(&app->message);
	char mark[2] = { app->mark, 0 };
	enum role role = app->mark == 'X' ? ROLE_BAD
	    : app->mark == '!'            ? ROLE_WARN
	                                  : ROLE_STRONG;

	if (!*text) {
		text = dialog_hint(app_top(app));
		role = ROLE_TEXT;
		mark[0] = 'i';
	}
	if (!text)
		return;
	canvas_text(canvas, 1, y, role, mark);
	if (text_columns(text) <= all.w) {
		canvas_fit(canvas, all, ROLE_TEXT, text);
		return;
	}
	all.h = 2; /* a long one takes the status line, too */
	canvas_fill(canvas, (struct rect){ 0, y + 1, canvas->area.w, 1 },
	    ROLE_TEXT);
	canvas_fill(canvas, all, ROLE_TEXT);
	canvas_wrap(canvas, all, ROLE_TEXT, text);
}

static void
add_number(struct buf *out, size_t number, const char *one, const char *many)
{
	buf_addc(out, ' ');
	buf_add_grouped(out, number);
	buf_addf(out, " %s ", number == 1 ? one : many);
}

static void
draw_status(const struct app *app, const struct canvas *canvas, int y)
{
	const struct dialog *top = app_top(app);
	struct rect all = { 0, y, canvas->area.w, 1 };
	struct buf text = { 0 };

	if (top->type->status) {
		top->type->status(top, &text);
	} else {
		add_number(&text, app->draft->server_count, "virtual server",
		    "virtual servers");
		add_number(&text, app->draft->gateway_count, "gateway",
		    "gateways");
		add_number(&text, app->draft->list_count, "list", "lists");
		company_add(&text, app);
	}
	canvas_fit(canvas, all, ROLE_TEXT, buf_text(&text));
	buf_free(&text);
}

static void
draw_keys(const struct app *app, const struct canvas *canvas, int y)
{
	struct rect all = { 0, y, canvas->area.w, 1 };
	struct buf text = { 0 };

	dialog_footer(app_top(app), &text, canvas->area.w);
	canvas_fit(canvas, all, ROLE_BAR, buf_text(&text));
	buf_free(&text);
}

static void
draw_small(const struct canvas *canvas)
{
	char text[80];

	snprintf(text, sizeof(text), "%dx%d needed, now %dx%d; Ctrl-C: quit",
	    CONSOLE_LEAST_W, CONSOLE_LEAST_H, canvas->area.w, canvas->area.h);
	canvas_text(canvas, 0, 0, ROLE_TEXT, text);
}

/* From the last screen up: what is above it lies on it. */
static void
draw_dialogs(const struct app *app, const struct canvas *canvas)
{
	struct rect body = { 0, 2, canvas->area.w, canvas->area.h - 5 };
	struct canvas part = canvas_part(canvas, body);
	size_t i = app->depth;

	while (i > 1 && !app->stack[i - 1]->type->screen)
		i--;
	for (i = i ? i - 1 : 0; i < app->depth; i++)
		dialog_draw(app->stack[i], &part, i + 1 == app->depth);
}

static bool
is_small(void)
{
	int w, h;

	terminal_size(&w, &h);
	return w < CONSOLE_LEAST_W || h < CONSOLE_LEAST_H;
}

static void
draw(const struct app *app, struct grid *grid)
{
	struct canvas canvas;
	int w, h;

	terminal_size(&w, &h);
	grid_resize(grid, w, h);
	grid_erase(grid);
	canvas = canvas_of(grid);
	for (size_t i = 0; i < app->depth; i++)
		app->stack[i]->shown = false;
	if (is_small()) {
		draw_small(&canvas);
		return;
	}
	draw_dialogs(app, &canvas);
	draw_bar(app, &canvas);
	draw_path(app, &canvas);
	draw_status(app, &canvas, h - 2);
	draw_message(app, &canvas, h - 3);
	draw_keys(app, &canvas, h - 1);
}

static void
take_mouse(struct app *app, const struct event *event)
{
	int w, h;

	terminal_size(&w, &h);
	if (event->key == K_CLICK && event->y == h - 1)
		dialog_click_key(app_top(app), w, event->x);
	else
		dialog_mouse(app_top(app), event);
}

/* May be hit when nothing is to be seen: it answers and changes nothing. */
static bool
is_harmless(const struct key_row *row)
{
	return row && (row->id == ID_REDRAW || row->id == ID_SUSPEND);
}

static void
take(struct app *app, const struct event *event)
{
	const struct key_row *row = key_find(general_keys, event->key,
	    app_top(app));

	if (event->key == K_RESIZE)
		return;
	if (is_small() && !is_harmless(row)) {
		app->quit = app->quit || event->key == K_CTRL('c');
		return;
	}
	buf_clear(&app->message);
	if (event->key == K_CLICK || event->key == K_WHEEL_UP ||
	    event->key == K_WHEEL_DOWN) {
		take_mouse(app, event);
		app_reap(app);
		return;
	}
	if (is_harmless(row))
		used_key("everywhere", row);
	if (row && row->id == ID_REDRAW)
		terminal_redraw();
	else if (row && row->id == ID_SUSPEND)
		terminal_suspend();
	else
		dialog_key(app_top(app), event);
	app_reap(app);
}

static void
on_terminal(void *context)
{
	struct app *app = context;
	struct event event;
	bool any = false;

	while (!app->quit && !app->lent && terminal_read(&event)) {
		take(app, &event);
		any = app->keyed = true;
	}
	if (!any && !app->lent && terminal_gone())
		app->quit = true;
}

void
console_listen(struct app *app)
{
	loop_watch(app->loop, STDIN_FILENO, on_terminal, app);
}

static void
on_second(void *context)
{
	struct app *app = context;

	loop_after(app->loop, 1000, on_second, app);
	if (app_catch_up(app))
		app_say(app, 'i', "the draft was changed elsewhere");
	app_hear_approvals(app);
	company_look(app);
	push_run_notice(app);
}

static void
run(struct app *app)
{
	struct grid grid = { 0 };

	console_listen(app);
	loop_after(app->loop, 1000, on_second, app);
	while (!app->quit) {
		unsigned signals;

		company_tell(app);
		if (!app->lent) {
			draw(app, &grid);
			terminal_show(&grid);
			loop_tell('D');
		}
		app->keyed = false;
		if (app_has_work(app)) {
			signals = loop_step(app->loop, 0);
			if (!app->keyed && !app->quit)
				app_work(app);
		} else {
			loop_tell('.');
			signals = loop_step(app->loop, -1);
		}
		if (signals & SIGNAL_END)
			app->quit = true;
		if ((signals & SIGNAL_CONTINUE) && !app->lent)
			terminal_redraw();
		if (signals & SIGNAL_CHILD)
			lent_look(app);
		app_reap(app);
	}
	lent_end(app);
	grid_free(&grid);
}

static void
close_app(struct app *app)
{
	while (app->depth)
		dialog_free(app->stack[--app->depth]);
	free(app->stack);
	push_run_free(app->push);
	unlock_free(app);
	company_free(app);
	edit_text_forget(app);
	if (app->draft)
		app_forget(app);
	policy_free(app->draft);
	relay_free(app->base_compiled);
	policy_free(app->base);
	approvals_clear(&app->approvals);
	app_forget_then(app);
	buf_free(&app->message);
	journal_free(&app->journal);
	if (app->store)
		store_close(app->store);
}

static int
complain(const struct err *err)
{
	struct buf text = { 0 };

	text_safe_add(&text, err->text);
	fprintf(stderr, "relayadm: %s\n", buf_text(&text));
	buf_free(&text);
	return (int)err->kind;
}

/* The path of this program; another file of that name may have come since. */
static char *
own_path(const char *argument)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return mem_text(argument);
	path[n] = '\0';
	return mem_text(access(path, X_OK) == 0 ? path : argument);
}

/* The option, else $RELAYADM_THEME, else none with $NO_COLOR, else what the
 * user has set. */
static const struct theme *
choose_theme(const struct app *app, const struct settings *settings,
    struct err *err)
{
	const char *named = getenv("RELAYADM_THEME");
	const char *no_color = getenv("NO_COLOR");

	if (app->options.theme)
		return theme_find(app->options.theme, err);
	if (named && *named)
		return theme_find(named, err);
	if (no_color && *no_color)
		return theme_find("mono", err);
	return settings->theme ? settings->theme : &themes[0];
}

static bool
set_options(struct app *app, struct err *err)
{
	struct settings settings;

	if (!settings_read(&settings, err))
		return false;
	app->options.ascii |= settings.ascii;
	app->options.mouse |= settings.mouse;
	app->options.readonly |= settings.readonly;
	app->theme = choose_theme(app, &settings, err);
	return app->theme && key_names_check(err);
}

static bool
start(struct app *app, struct err *err)
{
	enum store_mode mode;

	if (!set_options(app, err))
		return false;
	mode = app->options.readonly ? STORE_READ : STORE_WRITE;
	seen_place(app->options.database);
	if (!store_open(&app->store, app->options.database, mode, err))
		return false;
	store_ask_also(app->store, site_findings_add);
	return app_reload(app, err);
}

/* A console stays open for days: what a long list took for a moment goes back
 * to the system at once, not into a heap with holes. */
static void
give_memory_back(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

int
console_run(const struct console_options *options)
{
	char *program = own_path(options->program);
	struct app app = { 0 };
	struct err err;
	int status = 0;

	give_memory_back();
	app.options = *options;
	app.options.program = program;
	if (!start(&app, &err)) {
		status = complain(&err);
		close_app(&app);
		free(program);
		return status;
	}
	app.loop = loop_new();
	column_choice_load();
	if (terminal_start(app.options.ascii, app.theme, &err)) {
		terminal_mouse(app.options.mouse);
		main_open(&app);
		app.push = push_run_attach(&app);
		if (terminal_note())
			app_say(&app, '!', "%s", terminal_note());
		run(&app);
		terminal_stop();
	} else {
		status = complain(&err);
	}
	close_app(&app);
	column_choice_free();
	loop_free(app.loop);
	free(program);
	return status;
}
