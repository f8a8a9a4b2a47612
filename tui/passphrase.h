/* Who is asked for the passphrase of a locked key while a command runs: a person
 * at /dev/tty, or whoever holds the other end of a file. */
#ifndef TUI_PASSPHRASE_H
#define TUI_PASSPHRASE_H

#include "policy/err.h"

/* At the terminal, if there is one. */
void passphrase_by_terminal(void);
/* A line of this file for each question; where it is a socket, the question is
 * written to it first: "passphrase ATTEMPT FILE". */
bool passphrase_by_file(const char *number, struct err *err);

#endif
