/* "relayadm __complete", which the files in assets/completions ask: what can
 * stand at the end of a command line. */
#ifndef TUI_CMD_COMPLETE_H
#define TUI_CMD_COMPLETE_H

#include "command.h"

#define COMPLETE_WORD "__complete"

/* The options before a command, of main.c; then name NULL. */
extern const struct option global_options[];

/* argv: COMPLETE_WORD, then -- and the words behind the program's name, of which
 * the last one, perhaps empty, is to be completed; or --line and the line up to
 * the cursor, as it was typed, from the program's name on.
 *
 * Prints a line each, WORD or WORD, a tab and a few words about it; ":files" or
 * ":folders" where the name of one can stand, too.  Reads the database if there
 * is one, asks nobody else, says nothing of what fails. */
void complete_command(struct session *session, int argc, char **argv);

#endif
