#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include "command.h"
#include "out.h"
#include "store/backup.h"

/* One file, or none where none is needed. */
static bool
one_file(struct session *session, int argc, char **argv, bool needed,
    const char **file, struct err *err)
{
	if (option_next(session, argc, argv, NULL, err) == '?')
		return false;
	if (argc - optind > 1 || (needed && argc == optind))
		return usage_error(err, argv[0], "one FILE is needed");
	*file = optind < argc ? argv[optind] : NULL;
	return true;
}

static void
report(const struct session *session, const char *file,
    const struct verified *v, const char *kept)
{
	if (session->json) {
		out_json(json_pack("{s:s,s:I,s:s,s:I,s:s,s:I,s:s?}", "file",
		    file,
		    "revisions", (json_int_t)v->revisions, "chain", v->chain,
		    "approvals", (json_int_t)v->approvals, "approval_chain",
		    v->approval_chain,
		    "objects", (json_int_t)v->objects, "kept", kept));
		return;
	}
	out_line("%s is sound: %" PRId64 " revision%s, %zu object%s in the "
	    "draft", file, v->revisions, v->revisions == 1 ? "" : "s",
	    v->objects, v->objects == 1 ? "" : "s");
	out_line("chain %s", v->chain);
	if (v->approvals)
		out_line("approvals %s", v->approval_chain);
	if (kept)
		out_line("what was there before is %s", kept);
}

COMMAND(backup)
{
	const char *file;
	struct verified verified;
	struct store *copy = NULL;
	bool ok;

	*status = 0;
	ok = one_file(session, argc, argv, true, &file, err) &&
	    session_open(session, STORE_WRITE, err) &&
	    store_backup(session->store, file, err) &&
	    store_open(&copy, file, STORE_WRITE, err) &&
	    store_verify(copy, &verified, err);
	if (ok)
		report(session, file, &verified, NULL);
	store_close(copy);
	return ok;
}

COMMAND(verify)
{
	char *path = store_path(session->database);
	const char *file;
	struct verified verified;
	struct store *store = NULL;
	bool ok;

	*status = 0;
	ok = one_file(session, argc, argv, false, &file, err);
	if (ok && !file)
		file = path;
	ok = ok && store_open(&store, file, STORE_READ, err) &&
	    store_verify(store, &verified, err);
	if (ok)
		report(session, file, &verified, NULL);
	store_close(store);
	free(path);
	return ok;
}

COMMAND(restore)
{
	char *path = store_path(session->database), *kept = NULL;
	const char *file;
	struct verified verified;
	bool ok;

	*status = 0;
	ok = one_file(session, argc, argv, true, &file, err);
	if (ok && session->readonly)
		ok = fail_as(err, ERR_NO, "read only: nothing is restored");
	ok = ok && store_restore(path, file, &verified, &kept, err);
	if (ok)
		report(session, path, &verified, kept);
	free(kept);
	free(path);
	return ok;
}
