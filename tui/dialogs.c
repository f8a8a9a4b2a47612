#include "config.h"

#include "dialog_types.h"

const struct dialog_type *const dialog_types[] = {
	&ask_push_type,
	&ask_type,
	&authentication_type,
	&changes_type,
	&check_type,
	&commit_type,
	&computer_type,
	&connection_type,
	&entries_type,
	&gateway_type,
	&help_type,
	&import_type,
	&list_type,
	&main_type,
	&new_type,
	&output_type,
	&prompt_type,
	&push_type,
	&relay_type,
	&restrictions_type,
	&revisions_type,
	&route_type,
	&sheet_type,
	&steps_type,
	&text_type,
	&trust_type,
	&who_type,
	NULL,
};
