/* Every type of dialog, for the table that is checked at the start. */
#ifndef TUI_DIALOG_TYPES_H
#define TUI_DIALOG_TYPES_H

#include "dialog.h"

extern const struct dialog_type apply_type;
extern const struct dialog_type approve_type;
extern const struct dialog_type asides_type;
extern const struct dialog_type ask_push_type;
extern const struct dialog_type ask_type;
extern const struct dialog_type authentication_type;
extern const struct dialog_type carry_type;
extern const struct dialog_type changes_type;
extern const struct dialog_type check_type;
extern const struct dialog_type columns_type;
extern const struct dialog_type commit_type;
extern const struct dialog_type computer_type;
extern const struct dialog_type conflict_type;
extern const struct dialog_type connection_type;
extern const struct dialog_type entries_type;
extern const struct dialog_type find_type;
extern const struct dialog_type gateway_type;
extern const struct dialog_type help_type;
extern const struct dialog_type import_type;
extern const struct dialog_type invariant_type;
extern const struct dialog_type invariants_type;
extern const struct dialog_type list_type;
extern const struct dialog_type log_type;
extern const struct dialog_type main_type;
extern const struct dialog_type merge_type;
extern const struct dialog_type name_type;
extern const struct dialog_type new_type;
extern const struct dialog_type output_type;
extern const struct dialog_type palette_type;
extern const struct dialog_type park_type;
extern const struct dialog_type past_type;
extern const struct dialog_type prompt_type;
extern const struct dialog_type push_type;
extern const struct dialog_type relay_type;
extern const struct dialog_type restrictions_type;
extern const struct dialog_type revisions_type;
extern const struct dialog_type rollback_type;
extern const struct dialog_type route_type;
extern const struct dialog_type sheet_type;
extern const struct dialog_type sort_type;
extern const struct dialog_type sources_type;
extern const struct dialog_type steps_type;
extern const struct dialog_type text_type;
extern const struct dialog_type trust_type;
extern const struct dialog_type unlock_type;
extern const struct dialog_type who_type;

#endif
