#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "dialog.h"
#include "dialog_layout.h"
#include "policy/mem.h"
#include "used.h"

int
control_count(const struct dialog *dialog)
{
	int count = 0;

	while (dialog->type->controls[count].kind != CONTROL_END)
		count++;
	return count;
}

struct dialog *
dialog_open(struct app *app, const struct dialog_type *type,
    void (*done)(struct dialog *owner, struct dialog *dialog, bool ok))
{
	struct dialog *dialog = mem_new(1, sizeof(*dialog));

	dialog->type = type;
	dialog->app = app;
	dialog->state = mem_new(1, type->size);
	dialog->owner = app->depth ? app->stack[app->depth - 1] : NULL;
	dialog->done = done;
	dialog->stale = true;
	dialog->focus = -1;
	dialog->spots = mem_new((size_t)control_count(dialog) + 1,
	    sizeof(*dialog->spots));
	snprintf(dialog->title, sizeof(dialog->title), "%s", type->title);
	app_push(app, dialog);
	used_dialog(type);
	return dialog;
}

void
dialog_close(struct dialog *dialog, bool ok)
{
	dialog->closing = true;
	dialog->accepted = ok;
}

bool
dialog_has_work(const struct dialog *dialog)
{
	const struct control *control = dialog->type->controls;

	if (dialog->due)
		return true;
	for (; control->kind != CONTROL_END; control++) {
		const struct table *table = control_value(dialog, control);

		if (control->kind == CONTROL_TABLE && table_scanning(table))
			return true;
	}
	return false;
}

bool
dialog_work(struct dialog *dialog)
{
	const struct control *control = dialog->type->controls;

	for (; control->kind != CONTROL_END; control++)
		if (control->kind == CONTROL_TABLE &&
		    table_scan(control_value(dialog, control), 10))
			return true;
	if (!dialog->due)
		return false;
	dialog->type->refresh(dialog);
	dialog->due = false;
	return true;
}

void
dialog_free(struct dialog *dialog)
{
	if (dialog->type->clear)
		dialog->type->clear(dialog->state);
	free(dialog->state);
	free(dialog->spots);
	free(dialog);
}

void
dialog_touch(struct dialog *dialog)
{
	dialog->changed = true;
	dialog->stale = true;
}

void *
control_value(const struct dialog *dialog, const struct control *control)
{
	return (char *)dialog->state + control->offset;
}

static int
current_tab(const struct dialog *dialog)
{
	const struct control *control = dialog->type->controls;

	for (; control->kind != CONTROL_END; control++)
		if (control->kind == CONTROL_TABS)
			return *(int *)control_value(dialog, control);
	return 0;
}

bool
control_seen(const struct dialog *dialog, const struct control *control)
{
	if (control->tab && control->tab != current_tab(dialog))
		return false;
	return !control->alive || control->alive(dialog->state);
}

static bool
can_focus(const struct dialog *dialog, int place)
{
	const struct control *control = &dialog->type->controls[place];

	return widget_of(control->kind)->focus &&
	    control_seen(dialog, control);
}

static void
move_focus(struct dialog *dialog, int step)
{
	int count = control_count(dialog), place = dialog->focus, i;

	if (place < 0)
		place = step > 0 ? -1 : 0;
	for (i = 0; i < count; i++) {
		place = (place + step + count) % count;
		if (can_focus(dialog, place)) {
			dialog->focus = place;
			break;
		}
	}
	if (dialog->type->moved)
		dialog->type->moved(dialog);
}

bool
control_enter(struct dialog *dialog, int place)
{
	if (!can_focus(dialog, place))
		return false;
	dialog->focus = place;
	if (dialog->type->moved)
		dialog->type->moved(dialog);
	return true;
}

/* The control with the focus; moves it on when that cannot have it any more. */
const struct control *
dialog_focused(struct dialog *dialog)
{
	if (dialog->focus < 0 || !can_focus(dialog, dialog->focus))
		move_focus(dialog, 1);
	if (dialog->focus < 0 || !can_focus(dialog, dialog->focus))
		return NULL;
	return &dialog->type->controls[dialog->focus];
}

void
dialog_focus(struct dialog *dialog, size_t offset)
{
	int i, count = control_count(dialog);

	for (i = 0; i < count; i++)
		if (dialog->type->controls[i].offset == offset &&
		    dialog->type->controls[i].kind != CONTROL_BUTTON &&
		    can_focus(dialog, i)) {
			dialog->focus = i;
			return;
		}
}

const char *
dialog_hint(const struct dialog *dialog)
{
	return dialog->focus < 0 ? NULL
	                         : dialog->type->controls[dialog->focus].hint;
}

static void
turn_tab(struct dialog *dialog, int step)
{
	const struct control *control = dialog->type->controls;
	int count = 0, *tab;

	while (control->kind != CONTROL_TABS)
		control++;
	while (control->words[count])
		count++;
	tab = control_value(dialog, control);
	*tab = (*tab - 1 + step + count) % count + 1;
	dialog->focus = (int)(control - dialog->type->controls);
	dialog->stale = true;
}

static void
cancel(struct dialog *dialog)
{
	if (dialog->type->cancel && !dialog->type->cancel(dialog))
		return;
	if (!dialog->owner)
		app_run(dialog->app, ID_QUIT);
	else if (dialog->changed && !dialog->type->live)
		app_ask_discard(dialog);
	else
		dialog_close(dialog, false);
}

void
dialog_run(struct dialog *dialog, int id)
{
	switch (id) {
	case ID_NONE:
		break;
	case ID_OK:
		if (!dialog->type->accept || dialog->type->accept(dialog))
			dialog_close(dialog, true);
		break;
	case ID_CANCEL:
		cancel(dialog);
		break;
	case ID_NEXT:
		move_focus(dialog, 1);
		break;
	case ID_PREVIOUS:
		move_focus(dialog, -1);
		break;
	case ID_TAB_NEXT:
		turn_tab(dialog, 1);
		break;
	case ID_TAB_PREVIOUS:
		turn_tab(dialog, -1);
		break;
	default:
		if (id >= ID_OWN && dialog->type->act)
			dialog->type->act(dialog, id);
		else if (id < ID_OWN)
			app_run(dialog->app, id);
		break;
	}
}

static void
settle(struct dialog *dialog, const struct control *control,
    enum outcome outcome)
{
	if (outcome == HANDLED && dialog->type->moved)
		dialog->type->moved(dialog);
	if (outcome == CHANGED) {
		if (control->kind == CONTROL_TABS)
			dialog->stale = true;
		else
			dialog_touch(dialog);
	}
	if (outcome == CHANGED && control->id >= ID_OWN && dialog->type->act)
		dialog->type->act(dialog, control->id);
	if (outcome == PRESSED)
		dialog_run(dialog, control->id);
}

/* The hot letter of a control that shows; presses it or goes there. */
static bool
run_hot(struct dialog *dialog, uint32_t letter)
{
	const struct event space = { .key = ' ', };
	int i, count = control_count(dialog);

	if (letter >= 128 || !letter)
		return false;
	for (i = 0; i < count; i++) {
		const struct control *control = &dialog->type->controls[i];
		const struct widget *widget = widget_of(control->kind);

		if (!can_focus(dialog, i) ||
		    label_hot(control->text) != tolower((int)letter))
			continue;
		dialog->focus = i;
		if (!widget->text && control->kind != CONTROL_TABLE)
			settle(dialog, control,
			    widget->key(control,
			        control_value(dialog, control), &space));
		return true;
	}
	return false;
}

/* A whole paste goes to a field if it is one line, else to the dialog. */
static void
take_paste(struct dialog *dialog, const struct event *event)
{
	const struct control *control = dialog_focused(dialog);
	const char *end = memchr(event->text, '\n', event->len);
	bool many = end && (size_t)(end - event->text) + 1 < event->len;

	if (control && control->kind == CONTROL_LINE && !many)
		settle(dialog, control,
		    widget_of(control->kind)
		        ->key(control, control_value(dialog, control), event));
	else if (dialog->type->paste)
		dialog->type->paste(dialog, event->text, event->len);
	else
		app_say(dialog->app, '!', "nothing here takes a paste of %zu "
		    "bytes", event->len);
}

bool
control_typing(const struct dialog *dialog, const struct control *control)
{
	if (control->kind == CONTROL_TABLE) {
		const struct table *table = control_value(dialog, control);

		return table->filtering;
	}
	if (control->kind == CONTROL_TREE) {
		const struct tree *tree = control_value(dialog, control);

		return tree->filtering;
	}
	return widget_of(control->kind)->text;
}

bool
control_give(struct dialog *dialog, const struct control *control,
    const struct event *event)
{
	enum outcome outcome = widget_of(control->kind)
	                           ->key(control,
	                               control_value(dialog, control), event);

	settle(dialog, control, outcome);
	return outcome != IGNORED;
}

bool
control_is_list(const struct control *control)
{
	return control->kind == CONTROL_TABLE ||
	    control->kind == CONTROL_TREE || control->kind == CONTROL_VIEW;
}

static void
take_rest(struct dialog *dialog, const struct control *control, uint32_t key)
{
	const struct key_row *row = key_find(general_keys, key, dialog);
	bool back = dialog->type->screen &&
	    (!control || control_is_list(control));

	if (key == K_ESC && !dialog->owner)
		app_say(dialog->app, 'i', "q leaves relayadm");
	else if (row) {
		used_key("everywhere", row);
		dialog_run(dialog, row->id);
	} else if (key & K_ALT)
		run_hot(dialog, key & ~(uint32_t)K_ALT);
	else if (run_hot(dialog, key))
		return;
	else if (key == K_DOWN || key == K_RIGHT)
		move_focus(dialog, 1);
	else if (key == K_UP || (key == K_LEFT && !back))
		move_focus(dialog, -1);
	else if ((key == K_LEFT || key == 'h') && back && dialog->owner)
		dialog_run(dialog, ID_CANCEL);
	else if (key == K_ENTER && dialog->type->accept)
		dialog_run(dialog, ID_OK);
}

void
dialog_key(struct dialog *dialog, const struct event *event)
{
	const struct control *control;
	const struct key_row *row;
	bool typing;

	/* Keys that came with the one that changed the draft, before anything
	 * was drawn, mean rows that are there no more. */
	if (dialog->behind && dialog->type->refresh)
		dialog->type->refresh(dialog);
	dialog->behind = false;
	if (dialog->closing)
		return;
	if (dialog->type->key && dialog->type->key(dialog, event))
		return;
	if (event->key == K_PASTE) {
		take_paste(dialog, event);
		return;
	}
	control = dialog_focused(dialog);
	typing = control && control_typing(dialog, control);
	if (typing && control_give(dialog, control, event))
		return;
	row = key_find(dialog->type->keys, event->key, dialog);
	if (row && !(typing && event->key >= 32 && event->key < K_NAMED)) {
		used_key(dialog->type->title, row);
		dialog_run(dialog, row->id);
		return;
	}
	if (control && !typing && control_give(dialog, control, event)) {
		if (control_is_list(control))
			used_key("lists",
			    key_find(list_keys, event->key, dialog));
		return;
	}
	take_rest(dialog, control, event->key);
}
