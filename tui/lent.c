#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lent.h"
#include "policy/mem.h"
#include "terminal.h"

struct lent {
	pid_t pid;
	struct lent_calls calls;
	struct sigaction interrupt, quit; /* ours, while it has the keys */
};

/* Editors that take +LINE; another one might open a file of that name. */
static bool
takes_line(const char *editor)
{
	static const char *const known[] = { "vi", "vim", "nvim", "vim.tiny",
		"nano", "pico", "emacs", "emacsclient", "joe", "jed", "mg",
		"ne", "micro", "editor", NULL };
	size_t len = strcspn(editor, " \t"), i;
	const char *name = editor + len;

	while (name > editor && name[-1] != '/')
		name--;
	len -= (size_t)(name - editor);
	for (i = 0; known[i]; i++)
		if (strlen(known[i]) == len && !memcmp(known[i], name, len))
			return true;
	return false;
}

static const char *
choose_editor(void)
{
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");

	return visual && *visual ? visual : editor && *editor ? editor : "vi";
}

/* In the child; the variable holds a command with its options. */
static void
run_editor(const char *path, size_t line)
{
	const char *editor = choose_editor();
	char place[32];
	struct buf command = { 0 };
	int number;

	for (number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	close_range(3, ~0U, 0); /* also what we were given ourselves */
	snprintf(place, sizeof(place), "+%zu", line);
	buf_addf(&command, "exec %s \"$@\"", editor);
	if (line && takes_line(editor))
		execl("/bin/sh", "sh", "-c", buf_text(&command), "sh", place,
		    path, (char *)NULL);
	else
		execl("/bin/sh", "sh", "-c", buf_text(&command), "sh", path,
		    (char *)NULL);
	_exit(127);
}

/* Ctrl-C and Ctrl-\ mean the editor, but come to all that is in front. */
static void
ignore_keys(struct lent *lent)
{
	struct sigaction ignore;

	memset(&ignore, 0, sizeof(ignore));
	ignore.sa_handler = SIG_IGN;
	sigaction(SIGINT, &ignore, &lent->interrupt);
	sigaction(SIGQUIT, &ignore, &lent->quit);
}

bool
lent_edit(struct app *app, const char *path, size_t line,
    const struct lent_calls *calls, struct err *err)
{
	struct lent *lent = mem_new(1, sizeof(*lent));

	lent->calls = *calls;
	ignore_keys(lent);
	terminal_lend();
	lent->pid = fork();
	if (lent->pid == 0)
		run_editor(path, line);
	app->lent = lent;
	loop_forget(app->loop, STDIN_FILENO);
	if (lent->pid > 0)
		return true;
	fail(err, "no new process: %s", strerror(errno));
	lent->pid = 0;
	lent_end(app);
	return false;
}

/* Takes the terminal back; the caller has the struct. */
static struct lent *
take_back(struct app *app)
{
	struct lent *lent = app->lent;

	sigaction(SIGINT, &lent->interrupt, NULL);
	sigaction(SIGQUIT, &lent->quit, NULL);
	app->lent = NULL;
	terminal_take_back();
	console_listen(app);
	return lent;
}

void
lent_look(struct app *app)
{
	struct lent *lent = app->lent;
	int status;

	if (!lent || waitpid(lent->pid, &status, WNOHANG) != lent->pid)
		return;
	take_back(app);
	lent->calls.ended(lent->calls.context, status);
	lent->calls.clear(lent->calls.context);
	free(lent);
}

void
lent_end(struct app *app)
{
	struct lent *lent = app->lent;

	if (!lent)
		return;
	if (lent->pid > 0) {
		kill(lent->pid, SIGHUP);
		while (waitpid(lent->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	take_back(app);
	lent->calls.clear(lent->calls.context);
	free(lent);
}
