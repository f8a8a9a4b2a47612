#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "widget_kinds.h"

static void
show(const struct control *control, const char *word,
    const struct canvas *canvas, bool focus)
{
	struct rect label = { 0, 0, canvas->area.w, 1 };
	struct buf text = { 0 };
	int x = label_draw(canvas, label, ROLE_TEXT, control->text);

	if (x < control->value)
		x = control->value;
	buf_addf(&text, "< %s >", word);
	canvas_text(canvas, x, 0, focus ? ROLE_BUTTON_FOCUS : ROLE_FIELD,
	    buf_text(&text));
	buf_free(&text);
	if (focus)
		canvas_cursor(canvas, x + 2, 0);
}

static enum outcome
turn(int *at, int count, uint32_t key)
{
	if (count == 0)
		return IGNORED;
	if (key == ' ' || key == K_RIGHT || key == K_CLICK)
		*at = (*at + 1) % count;
	else if (key == K_LEFT)
		*at = (*at + count - 1) % count;
	else
		return IGNORED;
	return CHANGED;
}

static void
choice_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	show(control, control->words[*(int *)value], canvas, focus);
}

static enum outcome
choice_key(const struct control *control, void *value,
    const struct event *event)
{
	int count = 0;

	while (control->words[count])
		count++;
	return turn(value, count, event->key);
}

const struct widget choice_widget = { true, false, choice_show, choice_key };

void
pick_add(struct pick *pick, const char *word)
{
	pick->words = mem_resize(pick->words, pick->count + 2,
	    sizeof(*pick->words));
	pick->words[pick->count++] = mem_text(word);
	pick->words[pick->count] = NULL;
}

void
pick_set(struct pick *pick, const char *word)
{
	size_t i;

	for (i = 0; word && i < pick->count; i++)
		if (!strcmp(pick->words[i], word))
			pick->at = (int)i;
}

const char *
pick_word(const struct pick *pick)
{
	if (!pick->count)
		return NULL;
	return pick->words[(size_t)pick->at < pick->count ? (size_t)pick->at
	                                                  : 0];
}

void
pick_clear(struct pick *pick)
{
	size_t i;

	for (i = 0; i < pick->count; i++)
		free(pick->words[i]);
	free(pick->words);
	pick->words = NULL;
	pick->count = 0;
}

static void
pick_show(const struct control *control, void *value,
    const struct canvas *canvas, bool focus)
{
	const char *word = pick_word(value);

	show(control, word ? word : "(none)", canvas, focus);
}

static enum outcome
pick_key(const struct control *control, void *value,
    const struct event *event)
{
	struct pick *pick = value;

	(void)control;
	return turn(&pick->at, (int)pick->count, event->key);
}

const struct widget pick_widget = { true, false, pick_show, pick_key };
