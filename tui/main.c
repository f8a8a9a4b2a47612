#include "config.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <langinfo.h>

#include "cmd_complete.h"
#include "command.h"
#include "console.h"
#include "out.h"
#include "passphrase.h"
#include "remote/keyring.h"
#include "text_safe.h"

struct global {
	struct session session;
	struct console_options console;
};

static void
print_version(void)
{
	out_line("relayadm %s", PACKAGE_VERSION);
}

enum global_option {
	GLOBAL_DATABASE = 0x2000,
	GLOBAL_ASCII,
	GLOBAL_MONO,
	GLOBAL_THEME,
	GLOBAL_READONLY,
	GLOBAL_MOUSE,
	GLOBAL_JSON,
	GLOBAL_PASSPHRASE,
	GLOBAL_VERSION,
	GLOBAL_HELP,
};

const struct option global_options[] = {
	{ "database", required_argument, NULL, GLOBAL_DATABASE },
	{ "ascii", no_argument, NULL, GLOBAL_ASCII },
	{ "mono", no_argument, NULL, GLOBAL_MONO },
	{ "theme", required_argument, NULL, GLOBAL_THEME },
	{ "readonly", no_argument, NULL, GLOBAL_READONLY },
	{ "mouse", no_argument, NULL, GLOBAL_MOUSE },
	{ "json", no_argument, NULL, GLOBAL_JSON },
	{ "passphrase-fd", required_argument, NULL, GLOBAL_PASSPHRASE },
	{ "version", no_argument, NULL, GLOBAL_VERSION },
	{ "help", no_argument, NULL, GLOBAL_HELP },
	{ NULL, 0, NULL, 0 },
};

/* The place of the command in argv, or argc; -1: done, 0: wrong usage. */
static int
read_global(struct global *g, int argc, char **argv, struct err *err)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:hV", global_options, NULL)) !=
	    -1) {
		switch (c) {
		case GLOBAL_DATABASE:
			g->session.database = optarg;
			break;
		case GLOBAL_ASCII:
			g->console.ascii = true;
			break;
		case GLOBAL_MONO:
			g->console.theme = "mono";
			break;
		case GLOBAL_THEME:
			g->console.theme = optarg;
			break;
		case GLOBAL_READONLY:
			g->console.readonly = true;
			g->session.readonly = true;
			break;
		case GLOBAL_MOUSE:
			g->console.mouse = true;
			break;
		case GLOBAL_JSON:
			g->session.json = true;
			break;
		case GLOBAL_PASSPHRASE:
			if (!passphrase_by_file(optarg, err))
				return 0;
			break;
		case 'V':
		case GLOBAL_VERSION:
			print_version();
			return -1;
		case 'h':
		case GLOBAL_HELP:
			command_help(&g->session, 1, argv, &c, err);
			return -1;
		default:
			fail_as(err, ERR_USAGE,
			    "%s: no such option, or its value is missing; see "
			    "relayadm --help",
			    argv[optind - 1]);
			return 0;
		}
	}
	return optind;
}

/* "COMMAND --help" and "COMMAND VERB --help" ask what "help COMMAND" tells. */
static bool
asks_help(int argc, char **argv)
{
	const char *last = argv[argc - 1];

	return (argc == 2 || (argc == 3 && argv[1][0] != '-')) &&
	    (!strcmp(last, "--help") || !strcmp(last, "-h"));
}

static bool
run_command(struct session *session, int argc, char **argv, int *status,
    struct err *err)
{
	const struct command *command = command_find(argv[0]);

	if (!strcmp(argv[0], COMPLETE_WORD)) {
		complete_command(session, argc, argv);
		return true;
	}
	if (!command)
		return fail_as(err, ERR_USAGE,
		    "%s: no such command; see relayadm help", argv[0]);
	if (asks_help(argc, argv)) {
		char *help[] = { argv[0], argv[0], NULL };

		return command_help(session, 2, help, status, err) &&
		    out_finish(err);
	}
	optind = 0;
	return command->run(session, argc, argv, status, err) &&
	    out_finish(err);
}

/* A process that others cannot look into, with its three files open. */
static void
prepare_process(void)
{
	static const struct rlimit none = { 0, 0 };
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 3);
	if (fd >= 3)
		close(fd);
	umask(077);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
}

static void
prepare_locale(void)
{
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	text_use_utf8(!strcmp(nl_langinfo(CODESET), "UTF-8"));
}

/* The program by its own file, so that its children are the same program
 * whatever $PATH says. */
static int
run_console(struct global *g)
{
	char self[4096], *path = store_path(g->session.database);
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int status;

	self[len > 0 ? len : 0] = '\0';
	g->console.program = len > 0 ? self : g->session.program;
	g->console.database = path;
	g->console.commands = commands;
	status = console_run(&g->console);
	free(path);
	return status;
}

static int
finish(const struct global *g, bool ok, int status, const struct err *err)
{
	if (ok)
		return status;
	out_error(err, g->session.json);
	return err->kind ? (int)err->kind : ERR_NO;
}

int
main(int argc, char **argv)
{
	struct global g = { .session.program = argv[0] };
	struct err err = { 0 };
	int status = 0, first;
	bool ok;

	if (getuid() != geteuid() || getgid() != getegid()) {
		fputs("relayadm: refuses to run setuid or setgid\n", stderr);
		return ERR_USAGE;
	}
	prepare_process();
	prepare_locale();
	passphrase_by_terminal();
	first = read_global(&g, argc, argv, &err);
	if (first < 0)
		return 0;
	if (first > 0 && first == argc)
		return run_console(&g);
	ok = first > 0 &&
	    run_command(&g.session, argc - first, argv + first, &status, &err);
	session_close(&g.session);
	keyring_forget();
	return finish(&g, ok, status, &err);
}
