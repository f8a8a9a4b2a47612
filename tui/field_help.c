#include "config.h"

#include <stdio.h>

#include "app.h"
#include "dialog_layout.h"
#include "dialogs.h"
#include "filter_words.h"

/* What each kind of field takes. */
static const char *const ways[CONTROL_KINDS] = {
	[CONTROL_CHECK] = "a box: Space ticks it, or not",
	[CONTROL_RADIO] = "one of several: Space chooses it",
	[CONTROL_CHOICE] = "one of some words: Space takes the next",
	[CONTROL_PICK] = "one of some words: Space takes the next",
	[CONTROL_LINE] = "a text: type it; Ctrl-U empties it, Ctrl-W takes a "
	                 "word back",
	[CONTROL_BUTTON] = "a button: Enter or Space presses it",
	[CONTROL_TABLE] = "a list: arrows or j k move, / filters, Enter opens",
	[CONTROL_TREE] = "a tree: arrows move, open and close",
	[CONTROL_VIEW] = "a text to read: arrows or j k scroll it",
	[CONTROL_TABS] = "tabs: arrows or their digits turn them",
};

static void
add_line(struct buf *out, const char *title, const char *text)
{
	buf_addf(out, "%-12s %s\n", title, text);
}

/* Without the mark of the hot letter. */
static void
add_label(struct buf *out, const char *label)
{
	for (; label && *label; label++)
		if (*label != '&')
			buf_addc(out, *label);
}

static void
add_words(struct buf *out, const struct control *control)
{
	const char *const *word = control->words;
	struct buf text = { 0 };

	for (; word && *word; word++)
		buf_addf(&text, "%s%s", text.len ? ", " : "", *word);
	if (text.len)
		add_line(out, "One of", buf_text(&text));
	buf_free(&text);
}

/* The same as this key does, says the key's own line. */
static void
add_key(struct buf *out, const struct dialog *dialog,
    const struct control *control)
{
	const struct key_row *row = dialog->type->keys;
	char name[16];

	if (control->id < ID_OWN)
		return;
	for (; row && (row->key || row->id); row++) {
		if (row->id != control->id)
			continue;
		add_line(out, "Does", row->help);
		add_line(out, "Key", key_name(key_first(row), name));
		return;
	}
}

static void
add_filter(struct buf *out, const struct dialog *dialog,
    const struct control *control)
{
	const struct table *table;
	struct buf keys = { 0 };

	if (control->kind != CONTROL_TABLE)
		return;
	table = control_value(dialog, control);
	if (table->aim) {
		filter_add_keys(&keys);
		buf_addf(out, "%-12s text, or words; relayadm(1) says them "
		    "all:\n%-12s %s\n", "Filters by", "", buf_text(&keys));
	}
	buf_free(&keys);
}

static void
add_hot(struct buf *out, const struct control *control)
{
	char hot = label_hot(control->text);

	if (hot)
		buf_addf(out, "%-12s Alt-%c, or %c where no text is typed\n",
		    "Goes there", hot, hot);
}

void
field_help_open(const struct dialog *dialog)
{
	const struct control *control = dialog->focus < 0
	    ? NULL : &dialog->type->controls[dialog->focus];
	struct buf text = { 0 };

	if (!control) {
		app_say(dialog->app, '!', "no field has the cursor there");
		return;
	}
	buf_addc(&text, '\1');
	add_label(&text, control->text ? control->text : dialog->title);
	buf_add(&text, "\n\n");
	if (control->hint)
		add_line(&text, "Is for", control->hint);
	add_line(&text, "Is", ways[control->kind]);
	add_words(&text, control);
	add_key(&text, dialog, control);
	add_filter(&text, dialog, control);
	add_hot(&text, control);
	text_open(dialog->app, "The field with the cursor", buf_text(&text));
	buf_free(&text);
}
