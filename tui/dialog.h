/* Dialogs and screens: tables on top of the widgets.
 *
 * How a dialog is written (dialog_computer.c is a real one):
 *
 *   struct colour_state { int64_t head; int kind; struct line name; };
 *
 *   static const struct control controls[] = {
 *           { .kind = CONTROL_RADIO, .at = { 1, 0, 0, 0 }, .text = "&Red",
 *             .offset = offsetof(struct colour_state, kind), .value = 0, },
 *           { .kind = CONTROL_LINE, .at = { 1, 2, 0, 0 }, .text = "&Name",
 *             .offset = offsetof(struct colour_state, name), },
 *           { .kind = CONTROL_BUTTON, .at = { 1, -1, 0, 0 }, .text = "&OK",
 *             .id = ID_OK, },
 *           { .kind = CONTROL_BUTTON, .at = { 9, -1, 0, 0 }, .text = "Cancel",
 *             .id = ID_CANCEL, },
 *           { .kind = CONTROL_END, },
 *   };
 *
 *   const struct dialog_type dialog_colour = {
 *           .title = "Colour", .w = 50, .h = 8, .size = sizeof(struct
 *           colour_state), .controls = controls, .accept = accept, ...
 *   };
 *
 * and opened by
 *
 *   struct dialog *d = dialog_open(app, &dialog_colour, done);
 *   struct colour_state *state = d->state;   // zeroed: fill it in
 *
 * refresh() is called before the first picture and after every change: it sets
 * captions and tables from the state.  act(id) is told what was pressed or
 * changed.  accept() is OK: it stores the copy (app_edit()) and returns true,
 * or puts the reason into the message (app_say()) and returns false.  done() is
 * called on the opener when the dialog has closed.  A new type is also a row of
 * dialog_types[] (dialogs.c), whose keys are checked at the start.
 *
 * act(), accept() and done() change state; only the loop draws. */
#ifndef TUI_DIALOG_H
#define TUI_DIALOG_H

#include "key.h"
#include "widget.h"

struct app;
struct asked;

enum {
	ID_NONE,
	ID_OK,
	ID_CANCEL,
	ID_HELP,
	ID_NEXT,
	ID_PREVIOUS,
	ID_REDRAW,
	ID_SUSPEND,
	ID_QUIT,
	ID_TAB_NEXT,
	ID_TAB_PREVIOUS,
	ID_LOG,
	ID_UNDO,
	ID_REDO,
	ID_WHO,
	ID_COMMAND,
	ID_MOUSE,
	ID_LINES,
	ID_COLUMNS,
	ID_OWN = 100, /* a dialog's own begin here */
};

struct dialog_type {
	const char *title;
	int w, h;    /* with the frame; 0: all there is */
	int least_h; /* lines inside that it needs; it scrolls below that */
	int stack;   /* the first two controls lie one above the other: lines of
	                the lower one, or -lines of the upper, and never more
	                than half of what there is; 0: as the table says */
	bool screen; /* no frame; fills the body */
	bool live;   /* every edit is stored at once: nothing to lose on Esc */
	size_t size; /* of the state */
	const struct control *controls;
	const struct key_row *keys; /* NULL: none of its own */
	void (*refresh)(struct dialog *dialog);
	void (*act)(struct dialog *dialog, int id);
	/* The cursor of a list moved, or the focus did. */
	void (*moved)(struct dialog *dialog);
	bool (*accept)(struct dialog *dialog);
	/* Cancel: false when it cannot close yet; NULL: it can. */
	bool (*cancel)(struct dialog *dialog);
	/* Is told of every key first; true: it was for it. */
	bool (*key)(struct dialog *dialog, const struct event *event);
	/* A paste that is no single line for a field; NULL: refused. */
	void (*paste)(struct dialog *dialog, const char *text, size_t len);
	/* The draft in app changed under an open dialog. */
	void (*reload)(struct dialog *dialog);
	/* Frees what the state holds, not the state. */
	void (*clear)(void *state);
	/* What w is about here: fills in what is known; NULL: nothing. */
	void (*who)(const struct dialog *dialog, struct asked *asked);
	/* For the status line; NULL: the policy's. */
	void (*status)(const struct dialog *dialog, struct buf *out);
	/* Moves controls for the size (a rectangle each, in the order of the
	 * table; w 0 hides); NULL: as the table says. */
	void (*arrange)(const struct dialog *dialog, int w, int h,
	    struct rect *rects);
};

struct dialog {
	const struct dialog_type *type;
	struct app *app;
	void *state;
	struct dialog *owner; /* the one below when it was opened, or NULL */
	void (*done)(struct dialog *owner, struct dialog *dialog, bool ok);
	char title[160];
	int focus;    /* place in controls, -1: none can have it */
	bool changed; /* something would be lost by Cancel */
	bool stale;   /* refresh() is due */
	bool behind;  /* the draft is another one since the last refresh() */
	bool closing, accepted;
	bool shown; /* it is what was drawn on top last */
	int scroll; /* lines hidden above */
	struct control_spot *spots; /* of each control; see dialog_layout.h */
	bool due;   /* refresh() left what takes long for a second call, while
	               no key waits */
};

struct dialog *dialog_open(struct app *app, const struct dialog_type *type,
    void (*done)(struct dialog *owner, struct dialog *dialog, bool ok));
/* Closes after the present event; ok as for done(). */
void dialog_close(struct dialog *dialog, bool ok);
/* Puts the focus on the control with this value offset. */
void dialog_focus(struct dialog *dialog, size_t offset);
/* Something changed: refresh() before the next picture; counts as changed. */
void dialog_touch(struct dialog *dialog);

/* --- for the loop ------------------------------------------------------- */

void dialog_draw(struct dialog *dialog, const struct canvas *body, bool top);
void dialog_key(struct dialog *dialog, const struct event *event);
/* A click or the wheel; x and y of the event are on the grid. */
void dialog_mouse(struct dialog *dialog, const struct event *event);
/* The key that the footer of w columns shows at x is clicked. */
void dialog_click_key(struct dialog *dialog, int w, int x);
/* What stands in the message line when there is no message, or NULL. */
const char *dialog_hint(const struct dialog *dialog);
/* Keys of the footer, as wide as w. */
void dialog_footer(const struct dialog *dialog, struct buf *out, int w);
/* Does a piece of what takes long (a filter); false when nothing is left. */
bool dialog_work(struct dialog *dialog);
bool dialog_has_work(const struct dialog *dialog);
void dialog_free(struct dialog *dialog);
/* Runs what a key row or a button asks for. */
void dialog_run(struct dialog *dialog, int id);

/* Unique keys and hot letters; for tests and the start. */
bool dialog_type_check(const struct dialog_type *type, struct err *err);
extern const struct dialog_type *const dialog_types[]; /* ended by NULL */

#endif
