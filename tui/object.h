/* add, set, remove and show for the objects of a policy. */
#ifndef TUI_OBJECT_H
#define TUI_OBJECT_H

#include "command.h"

bool object_command(struct session *session, enum object_kind kind, int argc,
    char **argv, struct err *err);

#endif
