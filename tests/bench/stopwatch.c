/* Runs a command several times and says how long the fastest run took, what
 * processor time that was, and how much memory the greediest had: milliseconds,
 * milliseconds, kilobytes, with blanks between.  Says nothing when a run fails
 * or takes too long.
 *
 *	stopwatch [-n RUNS] [-t SECONDS] [-i INPUT] [-o OUTPUT] [-r DATABASE]
 *	    COMMAND...
 *
 * -r: before each run the file is removed, and what SQLite puts beside it. */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct order {
	long runs, seconds;
	const char *input, *output, *remove;
	char **command;
};

struct measured {
	double wall, cpu; /* ms */
	long peak;        /* kB */
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
remove_database(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[4096];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

static void
redirect(const char *path, int flags, int to)
{
	int fd = open(path, flags, 0666);

	if (fd < 0 || dup2(fd, to) < 0)
		_exit(127);
	close(fd);
}

_Noreturn static void
become(const struct order *o)
{
	redirect(o->input, O_RDONLY, STDIN_FILENO);
	redirect(o->output, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
	redirect("/dev/null", O_WRONLY, STDERR_FILENO);
	if (o->seconds)
		alarm((unsigned)o->seconds);
	execvp(o->command[0], o->command);
	_exit(127);
}

static double
milliseconds(const struct timeval *t)
{
	return (double)t->tv_sec * 1e3 + (double)t->tv_usec / 1e3;
}

static bool
run(const struct order *o, struct measured *m)
{
	struct rusage usage;
	double start;
	int status;
	pid_t pid;

	if (o->remove)
		remove_database(o->remove);
	start = now();
	pid = fork();
	if (pid == 0)
		become(o);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
		return false;
	m->wall = now() - start;
	m->cpu = milliseconds(&usage.ru_utime) + milliseconds(&usage.ru_stime);
	m->peak = usage.ru_maxrss;
	/* 1 is "no" or "different", which is an answer. */
	return WIFEXITED(status) && WEXITSTATUS(status) <= 1;
}

static bool
read_order(struct order *o, int argc, char **argv)
{
	int c;

	*o = (struct order){ .runs = 3, .input = "/dev/null",
		.output = "/dev/null" };
	while ((c = getopt(argc, argv, "+n:t:i:o:r:")) != -1) {
		switch (c) {
		case 'n': o->runs = strtol(optarg, NULL, 10); break;
		case 't': o->seconds = strtol(optarg, NULL, 10); break;
		case 'i': o->input = optarg; break;
		case 'o': o->output = optarg; break;
		case 'r': o->remove = optarg; break;
		default: return false;
		}
	}
	o->command = argv + optind;
	return optind < argc;
}

int
main(int argc, char **argv)
{
	struct measured best = { 0, 0, 0 }, m;
	struct order o;

	if (!read_order(&o, argc, argv))
		return 2;
	for (long i = 0; i < o.runs; i++) {
		if (!run(&o, &m))
			return 1;
		if (i == 0 || m.wall < best.wall)
			best = (struct measured){ m.wall, m.cpu, best.peak };
		if (m.peak > best.peak)
			best.peak = m.peak;
	}
	printf("%.2f %.2f %ld\n", best.wall, best.cpu, best.peak);
	return 0;
}
