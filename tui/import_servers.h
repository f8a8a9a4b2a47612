/* relayadm import FILE --as-servers: whole servers out of what others wrote. */
#ifndef TUI_IMPORT_SERVERS_H
#define TUI_IMPORT_SERVERS_H

#include "command.h"
#include "store/import.h"

struct servers_options {
	const char *file;
	bool dry_run, skip_bad;
	const struct import_rules *rules;
};

bool import_as_servers(struct session *session,
    const struct servers_options *options, struct err *err);

#endif
