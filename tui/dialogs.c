#include "config.h"

#include "dialog_types.h"

const struct dialog_type *const dialog_types[] = {
	&ask_type,
	&authentication_type,
	&computer_type,
	&connection_type,
	&entries_type,
	&gateway_type,
	&help_type,
	&import_type,
	&journal_type,
	&list_type,
	&main_type,
	&new_type,
	&prompt_type,
	&relay_type,
	&restrictions_type,
	&route_type,
	&sheet_type,
	&trust_type,
	NULL,
};
