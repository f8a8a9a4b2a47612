/* What the main screen does with the gateway under the cursor beyond editing
 * it.  All of it goes on beside the loop, by the command of the same name. */
#ifndef TUI_MAIN_GATEWAY_H
#define TUI_MAIN_GATEWAY_H

#include "main_tree.h"

/* Connects and says what fits and what does not. */
void main_gateway_test(struct app *app, const struct main_row *row);
/* Asks, then reads what it lets relay now into the draft. */
void main_gateway_adopt(struct dialog *dialog, const struct main_row *row);
/* What was pushed there, and back to it. */
void main_gateway_rollback(struct app *app, const struct main_row *row);

/* Which gateways differ: of the group under the cursor, or of all. */
void main_gateway_compare(struct app *app, const struct main_row *row);

#endif
