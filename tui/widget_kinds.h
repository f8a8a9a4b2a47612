/* Between the widget files; screens and dialogs need widget.h only. */
#ifndef TUI_WIDGET_KINDS_H
#define TUI_WIDGET_KINDS_H

#include "widget.h"

extern const struct widget label_widget, caption_widget, check_widget,
    radio_widget, choice_widget, pick_widget, line_widget, button_widget,
    table_widget, tree_widget, view_widget, tabs_widget, progress_widget,
    rule_widget;

/* A click on the row that is drawn at y: PRESSED when it is the one under the
 * cursor already and again is said. */
enum outcome scroll_click(struct scroll *scroll, int y, bool again);

int label_columns(const char *label);
int label_draw(const struct canvas *canvas, struct rect where, enum role role,
    const char *label);

/* Typing into a line; IGNORED for keys that a line does not know. */
enum outcome line_type(struct line *line, const struct event *event);
void line_show(struct line *line, const struct canvas *canvas, bool focus);

/* Which rows pass the filter, after it changed from a text that it extends
 * (narrower) or from anything.  In a long list the rest is for table_scan(). */
void table_filter(struct table *table, bool narrower);
enum outcome table_filter_key(struct table *table, const struct event *event);

/* In an upper frame, at x: the filter line while it is typed, else its text. */
void filter_show(struct line *filter, bool typing,
    const struct canvas *canvas, int x, bool focus);
/* One key of a filter line: HANDLED, IGNORED, or CHANGED when its text did;
 * *typing ends with Enter, Tab, Up, Down and Esc, which clears it. */
enum outcome filter_key(struct line *filter, bool *typing,
    const struct event *event);

#endif
