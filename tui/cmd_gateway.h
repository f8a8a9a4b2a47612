/* Verbs of "relayadm gateway" that reach out to one. */
#ifndef TUI_CMD_GATEWAY_H
#define TUI_CMD_GATEWAY_H

#include "command.h"

/* The draft's; ERR_INPUT when there is none or it has no SSH host. */
bool find_gateway(struct session *session, const char *name,
    struct policy **draft, const struct gateway **gateway, struct err *err);

/* argv[1] is the verb. */
bool gateway_setup(struct session *session, int argc, char **argv,
    struct err *err);
bool gateway_adopt(struct session *session, int argc, char **argv,
    struct err *err);
/* Of any number; *status becomes 1 when they are not alike. */
bool gateway_compare(struct session *session, int argc, char **argv,
    int *status, struct err *err);
bool gateway_test(struct session *session, int argc, char **argv,
    struct err *err);

#endif
