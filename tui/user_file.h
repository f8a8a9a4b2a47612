/* Where a user's own files of the console are. */
#ifndef TUI_USER_FILE_H
#define TUI_USER_FILE_H

#include <stdbool.h>

/* $XDG_STATE_HOME/relayadm/NAME, else ~/.local/state/relayadm/NAME; its folders
 * are made, mode 0700.  The caller frees it. */
char *user_state_file(const char *name);
/* $XDG_CONFIG_HOME/relayadm/NAME, else ~/.config/relayadm/NAME; nothing is
 * made. */
char *user_config_file(const char *name);

#endif
