#include "config.h"

#include "dialog.h"
#include "dialog_layout.h"
#include "widget_kinds.h"

static bool
is_in(const struct rect *rect, const struct event *event)
{
	return event->x >= rect->x && event->x < rect->x + rect->w &&
	    event->y >= rect->y && event->y < rect->y + rect->h;
}

/* A button or box takes no more than its label, however much room it has. */
static bool
is_on(const struct dialog *dialog, int place, const struct event *event)
{
	const struct control *control = &dialog->type->controls[place];
	const struct control_spot *spot = &dialog->spots[place];

	if (!is_in(&spot->seen, event) || !control_seen(dialog, control))
		return false;
	return (control->kind != CONTROL_BUTTON &&
	           control->kind != CONTROL_CHECK &&
	           control->kind != CONTROL_RADIO) ||
	    event->x < spot->x + 4 + label_columns(control->text);
}

/* The control that was drawn there, or -1; of several the one that begins
 * nearest: the room of a line often reaches below what is to the right. */
static int
control_at(const struct dialog *dialog, const struct event *event)
{
	int i, count = control_count(dialog), best = -1;

	for (i = 0; i < count; i++)
		if (is_on(dialog, i, event) &&
		    (best < 0 || dialog->spots[i].x >= dialog->spots[best].x))
			best = i;
	return best;
}

/* What is clicked gets the focus first. */
static void
click(struct dialog *dialog, int place, const struct event *event)
{
	const struct control *control = &dialog->type->controls[place];
	struct event inside = *event;

	inside.again = dialog->focus == place;
	inside.x -= dialog->spots[place].x;
	inside.y -= dialog->spots[place].y;
	if (control_enter(dialog, place))
		control_give(dialog, control, &inside);
}

void
dialog_mouse(struct dialog *dialog, const struct event *event)
{
	int place = control_at(dialog, event);

	/* A picture that is no more true is not what was meant. */
	if (place < 0 || dialog->behind || dialog->closing)
		return;
	if (event->key == K_CLICK)
		click(dialog, place, event);
	else if (control_is_list(&dialog->type->controls[place]))
		control_give(dialog, &dialog->type->controls[place], event);
}

void
dialog_click_key(struct dialog *dialog, int w, int x)
{
	const struct key_row *row = dialog_footer_row(dialog, w, x);
	struct event event = { 0 };

	if (!row || !dialog->shown || dialog->behind || dialog->closing)
		return;
	event.key = key_first(row);
	if (row->id == ID_NONE)
		dialog_key(dialog, &event);
	else
		dialog_run(dialog, row->id);
}
