/* The subcommands.  One row each: dispatch, help and completion read it. */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include <getopt.h>

#include "policy/relay.h"
#include "store/store.h"

struct session {
	const char *program;  /* argv[0], for messages and children */
	const char *database; /* --database, or NULL */
	bool json;
	bool readonly;        /* nothing may be written */
	struct store *store;  /* opened on first use */
};

struct command {
	const char *name;
	const char *usage; /* after "relayadm " */
	const char *summary;
	/* argv[0] is the command.  True, or false with the reason; *status is
	 * the exit status on success (0 or 1). */
	bool (*run)(struct session *session, int argc, char **argv,
	    int *status, struct err *err);
};

extern const struct command commands[]; /* then name NULL */

const struct command *command_find(const char *name);

bool session_open(struct session *session, enum store_mode mode,
    struct err *err);
void session_close(struct session *session);

/* The draft, or with rev > 0 a revision; the caller frees it. */
bool session_policy(struct session *session, int64_t rev,
    struct policy **policy, struct err *err);
/* The same, the draft as the next commit makes it: what has expired is gone. */
bool session_judged(struct session *session, int64_t rev,
    struct policy **policy, struct err *err);

/* --- options: getopt_long() with the messages of this program ------------ */

/* The next option, -1 at the end, '?' after setting err.  Start each command
 * with optind = 0.  --json is taken care of. */
int option_next(struct session *session, int argc, char **argv,
    const struct option *options, struct err *err);

bool option_number(const char *text, int64_t *number, struct err *err);

/* Wrong usage, with the command's usage line. */
bool usage_error(struct err *err, const char *command, const char *why);

/* --- the commands -------------------------------------------------------- */

#define COMMAND(name) \
	bool command_##name(struct session *session, int argc, char **argv, \
	    int *status, struct err *err)

struct approvals;
struct json_t;
/* Those of one revision, as "approve" and "log" print them. */
struct json_t *approvals_json(const struct approvals *approvals,
    int64_t revision);

/* "log KIND NAME": who changed one object. */
bool log_object(struct session *session, int argc, char **argv,
    struct err *err);

COMMAND(load);
COMMAND(dump);
COMMAND(import);
COMMAND(imports);
COMMAND(export);
COMMAND(decide);
COMMAND(check);
COMMAND(commit);
COMMAND(log);
COMMAND(show);
COMMAND(revert);
COMMAND(undo);
COMMAND(redo);
COMMAND(diff);
COMMAND(draft);
COMMAND(approve);
COMMAND(render);
COMMAND(push);
COMMAND(rollback);
COMMAND(status);
COMMAND(probe);
COMMAND(replay);
COMMAND(report);
COMMAND(gateway);
COMMAND(server);
COMMAND(list);
COMMAND(invariant);
COMMAND(backup);
COMMAND(batch);
COMMAND(verify);
COMMAND(restore);
COMMAND(doctor);
COMMAND(keys);
COMMAND(help);

#endif
