#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "seen.h"
#include "out.h"
#include "policy/expire.h"
#include "site_check.h"

const struct command commands[] = {
	{ "load", "load FILE|- [--merge]",
	    "read a policy document into the draft", command_load, },
	{ "dump", "dump [REV|--draft]", "print the policy document",
	    command_dump, },
	{ "import",
	    "import FILE|- --into TARGET [--replace|--remove|--refresh] "
	    "[--dry-run] [--source NAME] "
	    "[--format F] [--accept KIND,...] [--widest N[,M]] [--skip-held] "
	    "[--strict] "
	    "[--skip-bad] [--rejects FILE] [--comment TEXT] [--widen] "
	    "[--expand] [--denied] [--column C] [--service S] [--region R] "
	    "[--port P] [--resolve] [--resolver ADDRESS[:PORT]] "
	    "| import FILE|- --as-servers [--service NAME] "
	    "[--null-means open|closed] [--dry-run] [--skip-bad] "
	    "| import --list-formats",
	    "take entries from a list", command_import, },
	{ "imports", "imports [TARGET]",
	    "list the imports, and what each brought", command_imports, },
	{ "export", "export TARGET [--format F] [--merged] [--rev N]",
	    "print a list", command_export, },
	{ "decide",
	    "decide SERVER --client A [--name H | --lookup [--resolver "
	    "ADDRESS[:PORT]]] [--authenticated] [--local A:PORT] "
	    "--recipient R [--explain] [--rev N|--at DATE] | "
	    "decide --batch FILE|-",
	    "say what a server does with a recipient, and why",
	    command_decide, },
	{ "draft",
	    "draft list|park|show|take|drop [NAME] [-m TEXT] [KIND:NAME...] "
	    "[--over] [--dry-run]",
	    "set changes aside under a name, and take them up again",
	    command_draft, },
	{ "check", "check [NAME...] [--rev N]",
	    "look for mistakes, open relays first", command_check, },
	{ "diff", "diff [FROM [TO]]", "say who gains and who loses",
	    command_diff, },
	{ "commit", "commit -m TEXT [--ticket TEXT] [--override CODE]...",
	    "make the draft a revision", command_commit, },
	{ "log", "log [server|gateway|list|invariant NAME]",
	    "list the revisions, or who changed an object", command_log, },
	{ "show", "show REV", "show a revision and what it changed",
	    command_show, },
	{ "revert", "revert REV", "make the draft what a revision was",
	    command_revert, },
	{ "undo", "undo", "take back the last edit of the draft",
	    command_undo, },
	{ "redo", "redo", "do again what was undone", command_redo, },
	{ "approve",
	    "approve [REV [-m TEXT] [--dry-run|--withdraw]] | "
	    "approve --need N [-m TEXT]",
	    "approve what somebody else has committed", command_approve, },
	{ "render", "render GATEWAY [--out DIR] [--rev N]",
	    "print the files that a push would place", command_render, },
	{ "push",
	    "push [GATEWAY|@GROUP...|--all] [--dry-run] [--rev N] [--jobs N] "
	    "[--canary N] [--wave N] [--pending] [--confirm SECONDS] "
	    "[--stop-after N] [--override CODE]... [--force] [--restart] "
	    "[--report] | push --list|--stop",
	    "bring gateways to a revision", command_push, },
	{ "rollback", "rollback GATEWAY [GENERATION [--yes]]",
	    "what was pushed to a gateway; push an earlier one again",
	    command_rollback, },
	{ "status", "status [GATEWAY...] [--jobs N]",
	    "ask gateways what they run", command_status, },
	{ "probe",
	    "probe GATEWAY|HOST[:PORT] [--to ADDRESS|--deliver ADDRESS] "
	    "[--near DOMAIN] [--from ADDRESS] [--via GATEWAY]... [--inside] "
	    "[--rate N] [--seconds N] [--all] [--yes HOST]",
	    "ask a mail server whether it relays, and does as the policy says",
	    command_probe, },
	{ "replay",
	    "replay LOG... [--gateway GATEWAY]... "
	    "[--server [SERVICE=]NAME]... [--rev N] [--all] "
	    "[--usage TARGET|--unused TARGET]",
	    "decide past mail anew: who would be cut off or let in",
	    command_replay, },
	{ "report",
	    "report [SERVER|GATEWAY...] [--format text|csv|json|html] "
	    "[--rev N|--draft]",
	    "who may relay through what, and why: for auditors",
	    command_report, },
	{ "gateway",
	    "gateway add|set|remove|show|fingerprint|trust|forget|test|setup|"
	    "adopt|compare NAME [KEY=VALUE...] [--fingerprint F] [--dry-run] "
	    "[--key FILE] [--boot-only] [--install] [--jobs N]",
	    "edit gateways and trust their host keys", command_gateway, },
	{ "server",
	    "server add|set|remove|show NAME [--preset P] [--sources] "
	    "[KEY=VALUE...]",
	    "edit virtual servers", command_server, },
	{ "list", "list add|set|remove|show NAME [--sources] [KEY=VALUE...]",
	    "edit named lists", command_list, },
	{ "invariant", "invariant add|set|remove|show NAME [KEY=VALUE...]",
	    "say what must always hold", command_invariant, },
	{ "batch", "batch FILE|- [--dry-run]",
	    "run many commands: all of them, or none", command_batch, },
	{ "backup", "backup FILE", "copy the whole database into a new file",
	    command_backup, },
	{ "verify", "verify [FILE]",
	    "read all of a database: is it what was committed",
	    command_verify, },
	{ "restore", "restore FILE",
	    "make the database what a copy is; what was there is kept",
	    command_restore, },
	{ "doctor", "doctor [--gateways] [--jobs N]",
	    "look at everything that has to be right: terminal, database, "
	    "keys",
	    command_doctor, },
	{ "keys", "keys [SCREEN]", "list the keys of the console",
	    command_keys, },
	{ "help", "help [COMMAND]", "list the commands", command_help, },
	{ NULL, NULL, NULL, NULL, },
};

const struct command *
command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

bool
session_open(struct session *session, enum store_mode mode, struct err *err)
{
	char *path;
	bool ok;

	if (session->store)
		return true;
	path = store_path(session->database);
	seen_place(path);
	ok = store_open(&session->store, path,
	    session->readonly ? STORE_READ : mode, err);
	if (ok)
		store_ask_also(session->store, site_findings_add);
	free(path);
	return ok;
}

void
session_close(struct session *session)
{
	if (session->store)
		store_close(session->store);
	session->store = NULL;
}

bool
session_policy(struct session *session, int64_t rev, struct policy **policy,
    struct err *err)
{
	int64_t head;

	if (!session_open(session, STORE_WRITE, err))
		return false;
	if (rev)
		return store_revision(session->store, rev, policy, err);
	return store_draft(session->store, policy, &head, err);
}

bool
session_judged(struct session *session, int64_t rev, struct policy **policy,
    struct err *err)
{
	if (!session_policy(session, rev, policy, err))
		return false;
	if (!rev)
		policy_drop_expired(*policy, store_now(), NULL);
	return true;
}

#define OPTION_JSON 0x1000
#define OPTIONS_MOST 40

/* -m is the only short one, for the commands that have --message. */
static bool
takes_message(const struct option *options)
{
	while (options && options->name && options->val != 'm')
		options++;
	return options && options->name;
}

int
option_next(struct session *session, int argc, char **argv,
    const struct option *options, struct err *err)
{
	struct option all[OPTIONS_MOST + 2];
	size_t n = 0;
	int c;

	for (; options && options[n].name; n++) {
		assert(n < OPTIONS_MOST);
		all[n] = options[n];
	}
	all[n++] = (struct option){ "json", no_argument, NULL, OPTION_JSON };
	all[n] = (struct option){ NULL, 0, NULL, 0 };
	opterr = 0;
	do {
		c = getopt_long(argc, argv, ":m:", all, NULL);
		if (c == OPTION_JSON)
			session->json = true;
	} while (c == OPTION_JSON);
	if (c == ':') {
		usage_error(err, argv[0], "a value is missing");
		fail_in(err, "%s", argv[optind - 1]);
		return '?';
	}
	if (c == '?' || (c == 'm' && !takes_message(options))) {
		usage_error(err, argv[0], "no such option");
		fail_in(err, "%s", argv[optind - 1]);
		return '?';
	}
	return c;
}

bool
option_number(const char *text, int64_t *number, struct err *err)
{
	char *end;
	long long value = strtoll(text, &end, 10);

	if (*text < '1' || *text > '9' || *end || value > 1000000000)
		return fail_as(err, ERR_USAGE,
		    "'%.40s' is not a number from 1", text);
	*number = value;
	return true;
}

bool
usage_error(struct err *err, const char *command, const char *why)
{
	const struct command *c = command_find(command);

	return fail_as(err, ERR_USAGE, "%s; usage: relayadm %s", why,
	    c ? c->usage : "COMMAND");
}

COMMAND(help)
{
	const struct command *one = argc > 1 ? command_find(argv[1]) : NULL;

	(void)session;
	*status = 0;
	if (argc > 1 && !one)
		return fail_as(err, ERR_USAGE, "%s: no such command", argv[1]);
	if (one) {
		out_line("usage: relayadm %s\n%s", one->usage, one->summary);
		return true;
	}
	out_line("usage: relayadm [--database FILE] [COMMAND]\n\n"
	    "Without a command the console opens.  Commands:\n");
	for (const struct command *c = commands; c->name; c++)
		out_line("  %-10s%s", c->name, c->summary);
	out_line("\nrelayadm help COMMAND shows how it is used; "
	    "see relayadm(1).");
	return true;
}
