/* Plays a script of keys to a program and shows what its screen says.
 *
 *   play PROGRAM [ARGUMENT...] < SCRIPT
 *
 * Script, one order a line:
 *   size W H      before run: the size of the terminal (80 24)
 *   env A=B       before run
 *   under FILE    before run: by this script of sh, which gets the program and
 *                 its arguments
 *   run [ARG...]  starts the program with more arguments
 *   type TEXT     \r Enter, \e Esc, \t Tab, \b Backspace, \s blank, \xHH, \\
 *   enter FILE    types the first line of the file
 *   wait TEXT     until the screen shows it, 10 s at most
 *   lacks TEXT    until the screen does not show it, 10 s at most
 *   show          prints the screen
 *   cursor        prints the cursor's place
 *   each          shows it at 60x16, 132x43 and 80x24; wants "idle"
 *   looks         prints where it is bold, underlined, reversed or in colour
 *   clipboard TEXT  this and nothing else was put there last; without: nothing
 *   mouse         prints whether the mouse is asked for
 *   record FILE   before run: writes all that the program sends there
 *   svg FILE      writes a picture (light FILE: on white)
 *   resize W H
 *   mark          begins to count bytes; "bytes N": at most N came since
 *   quiet MS      until nothing came for so long
 *   do COMMAND    runs it by sh, with what it prints on standard error
 *   hold FILE     keeps writers of the database with this -shm file waiting;
 *                 "release" lets them go on
 *   idle          before run: monkey then waits for the program, loses the
 *                 line now and then, and fails at a push without a question
 *   anew COMMAND  before run: monkey then runs it by sh while no line is there
 *   monkey SEED N types N random keys, pastes and sizes; nothing that leaves
 *   signal N      sends it
 *   hangup        closes the terminal; "gone" waits for the end, prints how
 *
 * Ends with status 1, the last screen and the line at the first order that
 * does not come true. */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "policy/mem.h"
#include "term.h"
#include "tui/text_safe.h"

#define ALONE 60 /* ms; more than the program waits after an escape */
#define WAIT 10000
#define SETTLE 60 /* a frame that has begun to come is there by then */
#define ARGS_MOST 32
#define HITS 24
#define WRITE_LOCK 120 /* its byte: https://www.sqlite.org/walformat.html */

struct play {
	struct term term;
	char *argv[ARGS_MOST + 1];
	char script[200]; /* that the program runs under */
	int argc;
	int w, h;
	bool running;
	unsigned long mark;
	bool idle; /* it tells that it waits */
	bool waits; /* it has told so */
	bool asked; /* the last picture, since the last push, was its question */
	bool resized; /* it may still draw for the size before */
	long pushes;
	const char *fault; /* what monkey found */
	const char *hits[HITS]; /* by it, the last ones, in a ring; NULL: a size */
	unsigned long hit_count;
	char *anew; /* what makes a used database new; may be NULL */
	int line;
	int held; /* file, 0: none */
};

static char
unescape(const char **text)
{
	static const char from[] = "retbs\\";
	static const char to[] = "\r\033\t\177 \\";
	const char *place;
	char hex[3] = "";

	++*text;
	if (**text == 'x' && (*text)[1] && (*text)[2]) {
		memcpy(hex, *text + 1, 2);
		*text += 3;
		return (char)strtol(hex, NULL, 16);
	}
	place = **text ? strchr(from, **text) : NULL;
	*text += **text != '\0';
	return place ? to[place - from] : '?';
}

static bool
do_type(struct play *play, const char *text)
{
	struct buf bytes = { 0 };

	while (*text)
		buf_addc(&bytes, *text == '\\' ? unescape(&text) : *text++);
	term_type(&play->term, buf_text(&bytes), bytes.len);
	/* An escape that stands alone is known by nothing following it. */
	if (bytes.len && bytes.data[bytes.len - 1] == '\033' &&
	    term_taken(&play->term, WAIT))
		term_read(&play->term, ALONE);
	buf_free(&bytes);
	return true;
}

static bool
do_enter(struct play *play, const char *path)
{
	char text[256];
	FILE *in = fopen(path, "r");
	bool ok = in && fgets(text, sizeof(text), in);

	if (in)
		fclose(in);
	if (ok)
		term_type(&play->term, text, strcspn(text, "\n"));
	return ok;
}

static bool
do_wait(struct play *play, const char *text)
{
	return term_wait(&play->term, text, WAIT);
}

static bool
do_lacks(struct play *play, const char *text)
{
	int tries = WAIT / SETTLE;

	while (term_has(&play->term, text) && tries-- > 0)
		term_read(&play->term, SETTLE);
	return !term_has(&play->term, text);
}

static void
print_screen(struct play *play)
{
	struct buf screen = { 0 };

	term_text(&play->term, &screen);
	fputs(buf_text(&screen), stdout);
	buf_free(&screen);
}

static bool
do_show(struct play *play, const char *text)
{
	(void)text;
	if (play->term.fd >= 0)
		term_quiet(&play->term, SETTLE);
	print_screen(play);
	return true;
}

static bool
do_cursor(struct play *play, const char *text)
{
	(void)text;
	term_quiet(&play->term, SETTLE);
	printf("cursor %d,%d%s\n", play->term.cursor_x, play->term.cursor_y,
	    play->term.cursor_shown ? "" : " hidden");
	return true;
}

static bool
draw(struct play *play, const char *path, bool light)
{
	FILE *out = fopen(path, "w");

	if (!out)
		return false;
	term_quiet(&play->term, 50);
	term_svg(&play->term, out, light);
	return fclose(out) == 0;
}

static bool
do_svg(struct play *play, const char *path)
{
	return draw(play, path, false);
}

static bool
do_light(struct play *play, const char *path)
{
	return draw(play, path, true);
}

static bool
do_record(struct play *play, const char *path)
{
	play->term.record = fopen(path, "w");
	return play->term.record != NULL;
}

static bool
do_mouse(struct play *play, const char *text)
{
	(void)text;
	term_quiet(&play->term, SETTLE);
	printf("mouse %s\n", play->term.mouse ? "on" : "off");
	return true;
}

static bool
do_clipboard(struct play *play, const char *text)
{
	const char *holds;

	term_quiet(&play->term, SETTLE);
	holds = buf_text(&play->term.clipboard);
	if (!strcmp(holds, text))
		return true;
	printf("the clipboard holds: %s\n", holds);
	return false;
}

static bool
do_looks(struct play *play, const char *text)
{
	(void)text;
	term_quiet(&play->term, SETTLE);
	term_looks(&play->term, stdout);
	return true;
}

static bool
do_signal(struct play *play, const char *text)
{
	return kill(play->term.pid, (int)strtol(text, NULL, 10)) == 0;
}

static bool
do_under(struct play *play, const char *path)
{
	static char shell[] = "sh";

	if (play->argc + 2 > ARGS_MOST)
		return false;
	memmove(play->argv + 2, play->argv,
	    (size_t)play->argc * sizeof(*play->argv));
	snprintf(play->script, sizeof(play->script), "%s", path);
	play->argv[0] = shell;
	play->argv[1] = play->script;
	play->argc += 2;
	return true;
}

static void
read_size(const char *text, int *w, int *h)
{
	char *end;

	*w = (int)strtol(text, &end, 10);
	*h = (int)strtol(end, NULL, 10);
}

static bool
do_size(struct play *play, const char *text)
{
	read_size(text, &play->w, &play->h);
	return true;
}

static bool
do_resize(struct play *play, const char *text)
{
	int w, h;

	read_size(text, &w, &h);
	term_resize(&play->term, w, h);
	return true;
}

static bool
do_env(struct play *play, const char *text)
{
	char *copy = mem_text(text), *value = strchr(copy, '=');

	(void)play;
	if (value) {
		*value = '\0';
		setenv(copy, value + 1, 1);
	} else {
		unsetenv(copy);
	}
	free(copy);
	return true;
}

static bool
do_run(struct play *play, const char *text)
{
	char *copy = mem_text(text), *rest = copy, *word;

	while ((word = strsep(&rest, " ")) && play->argc < ARGS_MOST)
		if (*word)
			play->argv[play->argc++] = word;
	term_start(&play->term, play->argv, play->w, play->h);
	free(copy);
	play->running = true;
	return true;
}

static bool
do_mark(struct play *play, const char *text)
{
	(void)text;
	play->mark = play->term.bytes;
	return true;
}

static bool
do_bytes(struct play *play, const char *text)
{
	unsigned long sent = play->term.bytes - play->mark;

	fprintf(stderr, "%lu bytes\n", sent);
	return sent <= strtoul(text, NULL, 10);
}

static bool
do_quiet(struct play *play, const char *text)
{
	term_quiet(&play->term, (int)strtol(text, NULL, 10));
	return true;
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A low terminal scrolls in the question, its keys stay. */
static bool
is_asked(struct play *play)
{
	return term_has(&play->term, "Type  push") ||
	    term_has(&play->term, "v:Dry run") ||
	    term_has(&play->term, "Type  roll back");
}

/* It has drawn a picture; it has drawn all that came, and waits; or a push
 * begins: then what it drew last was the question, and no other push's. */
static void
on_mark(void *context, char what)
{
	struct play *play = context;

	if (what == '.') {
		play->waits = true;
		play->resized = false;
	} else if (what == 'D') {
		play->asked = is_asked(play) || (play->resized && play->asked);
	} else if (what == 'P') {
		play->pushes++;
		if (!play->asked) {
			play->fault = "a push began that nobody was asked "
			    "about";
			print_screen(play);
		}
		play->asked = false;
	}
}

static bool
do_idle(struct play *play, const char *text)
{
	(void)text;
	setenv("RELAYADM_TEST_FD", "1", 1);
	play->term.on_mark = on_mark;
	play->term.context = play;
	play->idle = true;
	return true;
}

/* Until it has drawn what came of all keys; false: it hangs.  It may still be
 * telling of what it drew before it took the last ones: so it is woken after
 * that. */
static bool
settle(struct play *play)
{
	int tries;

	if (!term_taken(&play->term, WAIT)) {
		play->fault = "it takes no keys";
		return false;
	}
	term_quiet(&play->term, 0);
	play->waits = false;
	if (play->term.fd >= 0)
		kill(play->term.pid, SIGWINCH);
	for (tries = 0; tries < WAIT && play->term.fd >= 0; tries++) {
		if (play->waits)
			return true;
		term_step(&play->term, 1);
	}
	if (play->term.fd >= 0)
		play->fault = "it hangs";
	return play->term.fd < 0;
}

/* Twice: the first answer may be of a picture before the size changed. */
static bool
show_at(struct play *play, int w, int h)
{
	term_resize(&play->term, w, h);
	if (!settle(play) || !settle(play))
		return false;
	printf("== %dx%d\n", w, h);
	return do_show(play, "");
}

static bool
do_each(struct play *play, const char *text)
{
	(void)text;
	return play->idle && show_at(play, 60, 16) && show_at(play, 132, 43) &&
	    show_at(play, 80, 24);
}

/* What a careless hand may hit; never what leaves or stops the program. */
static void
hit(struct play *play, uint64_t dice)
{
	static const char *const keys[] = { "\033[A", "\033[B", "\033[C",
		"\033[D", "\r", "\r", "\t", "\t", "\033[Z", "\033", " ", " ",
		"a", "e", "d", "i", "x", "u", "p", "c", "C", "w", "L", "H", "U",
		"y", "]", "[", "?", "/", "*", "-", "g", "G", "\022", "\023",
		"\177", "1", "9", ".", ":", "192.0.2.7", "::1", "/24", "x y",
		"\033[5~", "\033[6~", "\033[H", "\033[F", "\033a", "\033o",
		"\033[200~10.0.0.1\r10.0.0.300\r\033[201~",
		"\033[200~one line\033[201~", "\303\274", "\346\274\242",
		"P", "push 1", "R", "r", "roll back 1", "B", "E", "T", "v", "f",
		"\024", "\031", "\033[200~", "\033[201~", "\033[1;", "\377",
		"\033O", "\033[M !!", "\300\200", "$", "'", "M", "D", "\033[<0;10;5M", "\033[<0;44;9M",
		"\033[<0;5;24M", "\033[<0;30;12M", "\033[<0;3;22M",
		"\033[<64;9;9M", "\033[<65;9;9M", "\033[<0;9999;0M",
		"\033[<;;;M", "\033[<0;1", "\033[M", "Ppush 1\r",
		"Ppush 2\r", "Ppush 1\r", "Ppush 2\r" };
	const char *key = keys[dice / 64 % (sizeof(keys) / sizeof(keys[0]))];
	int burst = (int)(dice >> 40) % 8;

	play->hits[play->hit_count++ % HITS] = dice % 64 > 1 ? key : NULL;
	/* What is on its way would be drawn on an empty screen. */
	if (play->idle && dice % 64 <= 1 && !settle(play))
		return;
	play->resized = play->resized || dice % 64 <= 1;
	if (dice % 64 == 0)
		term_resize(&play->term, (int)(dice / 128 % 140) + 1,
		    (int)(dice / 32768 % 50) + 1);
	else if (dice % 64 == 1)
		term_resize(&play->term, 1, 1);
	else
		term_type(&play->term, key, strlen(key));
	if (play->idle && burst == 0)
		(void)settle(play);
	else if (!play->idle)
		term_read(&play->term, 3);
}

/* Somebody else at work meanwhile. */
static bool
do_command(struct play *play, const char *text)
{
	int status = 0;
	pid_t pid = fork();

	(void)play;
	if (pid == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* The line is lost, or the hand found the way out (help runs its rows): the
 * program ends by itself and is started anew. */
static bool
start_anew(struct play *play)
{
	term_hang_up(&play->term);
	if (!term_gone(&play->term, WAIT) || !WIFEXITED(play->term.status) ||
	    WEXITSTATUS(play->term.status) != 0) {
		play->fault = "it did not end well when its line was lost";
		return false;
	}
	term_stop(&play->term);
	if (play->anew && !do_command(play, play->anew)) {
		play->fault = "no new start";
		return false;
	}
	term_start(&play->term, play->argv, play->w, play->h);
	play->asked = play->resized = false;
	return settle(play);
}

/* Back to the main screen, and what pushes, in one breath. */
static bool
rush(struct play *play)
{
	static const char *const keys[] = { "\033", "g", "\033", "g",
		"\033", "g", "\033", "g", "\033", "Ppush 2\r", "\r",
		"\025push 1", "\r" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		term_type(&play->term, keys[i], strlen(keys[i]));
		if (!settle(play) || play->fault)
			return false;
	}
	return true;
}

#define RUSH 500 /* every so many events */
#define LINE_LOST 4999 /* every so many events */

/* What was hit, the last one last. */
static void
print_hits(const struct play *play)
{
	unsigned long at = play->hit_count > HITS ? play->hit_count - HITS : 0;
	struct buf safe = { 0 };

	for (; at < play->hit_count; at++) {
		const char *key = play->hits[at % HITS];

		text_safe_add(&safe, key ? key : "(size)");
		buf_addc(&safe, ' ');
	}
	printf("hit: %s\n", buf_text(&safe));
	buf_free(&safe);
}

static bool
do_monkey(struct play *play, const char *text)
{
	char *end;
	uint64_t seed =
	    strtoull(text, &end, 10) * 2654435761u + 88172645463325252u;
	long count = strtol(end, NULL, 10), i;
	bool ok = true;

	for (i = 0; ok && i < count && play->term.fd >= 0; i++) {
		hit(play, next_random(&seed));
		ok = !play->fault;
		if (ok && play->idle && i % RUSH == RUSH - 1)
			ok = rush(play);
		if (ok && play->idle && i % LINE_LOST == LINE_LOST - 1)
			ok = start_anew(play);
		if (ok && play->idle && play->term.fd < 0)
			ok = start_anew(play);
	}
	if (play->fault)
		print_hits(play);
	fprintf(stderr, "monkey %s: %ld events, %ld pushes%s%s\n", text, i,
	    play->pushes, play->fault ? ": " : "",
	    play->fault ? play->fault : "");
	if (play->term.fd < 0 && term_gone(&play->term, WAIT))
		fprintf(stderr, "it ended with status %#x\n",
		    (unsigned)play->term.status);
	term_resize(&play->term, play->w, play->h);
	return ok && play->term.fd >= 0;
}

static bool
do_anew(struct play *play, const char *text)
{
	free(play->anew);
	play->anew = mem_text(text);
	return true;
}

/* As another program that writes for long. */
static bool
do_hold(struct play *play, const char *path)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = WRITE_LOCK, .l_len = 1 };

	play->held = open(path, O_RDWR | O_CLOEXEC);
	return play->held > 0 && fcntl(play->held, F_SETLKW, &lock) == 0;
}

static bool
do_release(struct play *play, const char *text)
{
	(void)text;
	return close(play->held) == 0;
}

static bool
do_hangup(struct play *play, const char *text)
{
	(void)text;
	term_hang_up(&play->term);
	return true;
}

static bool
do_gone(struct play *play, const char *text)
{
	(void)text;
	if (!term_gone(&play->term, WAIT))
		return false;
	if (WIFEXITED(play->term.status))
		printf("exit %d", WEXITSTATUS(play->term.status));
	else
		printf("signal %d", WTERMSIG(play->term.status));
	printf("%s%s%s\n",
	    play->term.alternate ? " on the alternate screen" : "",
	    play->term.mouse ? " with the mouse on" : "",
	    play->term.cursor_shown ? "" : " without a cursor");
	return true;
}

enum when {
	BEFORE = 1, /* run */
	AFTER = 2,
};

static const struct {
	const char *name;
	bool (*play)(struct play *play, const char *text);
	int when;
} orders[] = {
	{ "anew", do_anew, BEFORE, },
	{ "bytes", do_bytes, AFTER, },
	{ "clipboard", do_clipboard, AFTER, },
	{ "cursor", do_cursor, AFTER, },
	{ "do", do_command, BEFORE | AFTER, },
	{ "each", do_each, AFTER, },
	{ "enter", do_enter, AFTER, },
	{ "env", do_env, BEFORE, },
	{ "gone", do_gone, AFTER, },
	{ "hangup", do_hangup, AFTER, },
	{ "hold", do_hold, AFTER, },
	{ "idle", do_idle, BEFORE, },
	{ "lacks", do_lacks, AFTER, },
	{ "light", do_light, AFTER, },
	{ "looks", do_looks, AFTER, },
	{ "mark", do_mark, AFTER, },
	{ "monkey", do_monkey, AFTER, },
	{ "mouse", do_mouse, AFTER, },
	{ "quiet", do_quiet, AFTER, },
	{ "record", do_record, BEFORE, },
	{ "release", do_release, AFTER, },
	{ "resize", do_resize, AFTER, },
	{ "run", do_run, BEFORE, },
	{ "show", do_show, AFTER, },
	{ "signal", do_signal, AFTER, },
	{ "size", do_size, BEFORE, },
	{ "svg", do_svg, AFTER, },
	{ "type", do_type, AFTER, },
	{ "under", do_under, BEFORE, },
	{ "wait", do_wait, AFTER, },
};

static bool
follow(struct play *play, char *line)
{
	char *rest = line, *name = strsep(&rest, " ");
	size_t i;

	if (!*name || *name == '#')
		return true;
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (!strcmp(orders[i].name, name) &&
		    (orders[i].when & (play->running ? AFTER : BEFORE)))
			return orders[i].play(play, rest ? rest : "");
	return false;
}

int
main(int argc, char **argv)
{
	struct play play = { .w = 80, .h = 24, };
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int i, status = 0;

	text_use_utf8(true);
	for (i = 1; i < argc && i <= ARGS_MOST; i++)
		play.argv[play.argc++] = argv[i];
	while (!status && (n = getline(&line, &cap, stdin)) > 0) {
		play.line++;
		line[n - (line[n - 1] == '\n')] = '\0';
		if (follow(&play, line))
			continue;
		status = 1;
		printf("line %d fails: %s\n", play.line, line);
		if (play.running)
			do_show(&play, "");
	}
	free(line);
	free(play.anew);
	if (play.running)
		term_stop(&play.term);
	return status;
}
