/* "show NAME --sources": each entry with the step that brought it. */
#ifndef TUI_SHOW_SOURCES_H
#define TUI_SHOW_SOURCES_H

#include "command.h"

/* Of a list or server of the draft. */
bool show_sources(struct session *session, struct policy *draft,
    enum object_kind kind, const char *name, struct err *err);

#endif
