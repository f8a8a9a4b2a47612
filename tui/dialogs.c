#include "config.h"

#include "dialog_types.h"

const struct dialog_type *const dialog_types[] = {
	&ask_type,
	&help_type,
	&journal_type,
	&main_type,
	&prompt_type,
	NULL,
};
