/* Between the two files of a push that another one began. */
#ifndef TUI_PUSH_ATTACH_H
#define TUI_PUSH_ATTACH_H

#include "push_run.h"

/* A round that goes on; its gateways become rows. */
void push_attach_round(struct push_run *run, int64_t round);
/* What the store tells by now, again each second until all have ended. */
void push_attach_look(void *run);
/* Asks those who are at work; false, with a message, when none is. */
bool push_attach_stop(struct push_run *run);

#endif
