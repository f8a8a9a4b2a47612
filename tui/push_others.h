/* Pushes that other consoles or commands began. */
#ifndef TUI_PUSH_OTHERS_H
#define TUI_PUSH_OTHERS_H

#include "command.h"

/* Those that go on with the steps of their gateways, and the last ones. */
bool push_others_list(struct session *session, struct err *err);
/* Asks those that go on to begin no more gateways. */
bool push_others_stop(struct session *session, struct err *err);

#endif
