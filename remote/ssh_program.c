#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "dial.h"
#include "policy/mem.h"
#include "ssh_key.h"
#include "ssh_transport.h"

#define GATEWAY_ALIAS "relayadm-gateway"
#define JUMP_ALIAS "relayadm-jump"
#define ARGUMENTS_MAX 64

/* ssh(1) as a child: its standard input and output are one socket, its errors
 * another.  The trusted keys stand in a file of their own, so that it asks
 * nobody and believes nobody else. */
struct arguments {
	char *items[ARGUMENTS_MAX];
	size_t count;
};

struct program {
	struct ssh base;
	struct arguments arguments; /* all but the command */
	char folder[64];  /* of the file; "": none */
	struct buf known; /* its path */
	struct buf proxy, port;
	pid_t child; /* 0: none, or ended with this status */
	int ended;
	int io, errors;
};

static const char *const fixed_options[] = {
	"-T", "-x", "-a",
	"-o", "BatchMode=yes",
	"-o", "LogLevel=ERROR",
	"-o", "ConnectTimeout=20",
	"-o", "ServerAliveInterval=15",
	"-o", "GlobalKnownHostsFile=/dev/null",
	"-o", "CheckHostIP=no",
	"-o", "UpdateHostKeys=no",
	"-o", "HashKnownHosts=no",
	"-o", "VerifyHostKeyDNS=no",
	"-o", "ClearAllForwardings=yes",
	"-o", "PermitLocalCommand=no",
	"-o", "ControlMaster=no",
	"-o", "ControlPath=none",
	"-o", "RemoteCommand=none",
	"-o", "HostKeyAlias=" GATEWAY_ALIAS,
	NULL,
};

/* --- the file of trusted keys ------------------------------------------ */

static void
add_known(struct buf *text, const char *alias, const struct host_key *key)
{
	unsigned char encoded[4 * (sizeof(key->blob) / 3 + 1) + 1];

	EVP_EncodeBlock(encoded, key->blob, (int)key->blob_len);
	buf_addf(text, "%s %s %s\n", alias, key->type, (char *)encoded);
}

static bool
make_folder(struct program *p, struct err *err)
{
	const char *run = getenv("XDG_RUNTIME_DIR");

	snprintf(p->folder, sizeof(p->folder), "%.40s/relayadm-XXXXXX",
	    run && *run == '/' && strlen(run) <= 40 &&
	    access(run, W_OK | X_OK) == 0 ? run : "/tmp");
	if (mkdtemp(p->folder))
		return true;
	fail_as(err, ERR_REACH, "%s: %s", p->folder, strerror(errno));
	p->folder[0] = '\0';
	return false;
}

static bool
write_known(struct program *p, const struct buf *text, struct err *err)
{
	int fd;
	bool ok;

	buf_addf(&p->known, "%s/known_hosts", p->folder);
	fd = open(buf_text(&p->known), O_WRONLY | O_CREAT | O_EXCL |
	    O_NOFOLLOW | O_CLOEXEC, 0600);
	ok = fd >= 0 && write(fd, buf_text(text), text->len) ==
	    (ssize_t)text->len;
	if (!ok)
		fail_as(err, ERR_REACH, "%s: %s", buf_text(&p->known),
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

/* pin NULL: whatever key the host shows will be written there. */
static bool
place_known(struct program *p, const struct ssh_target *target,
    const struct host_key *pin, struct err *err)
{
	struct buf text = { 0 };
	bool ok;

	if (pin)
		add_known(&text, GATEWAY_ALIAS, pin);
	if (target->jump)
		add_known(&text, JUMP_ALIAS, target->jump_pin);
	ok = make_folder(p, err) && write_known(p, &text, err);
	buf_free(&text);
	return ok;
}

static struct program *
program_new(void)
{
	struct program *p = mem_new(1, sizeof(*p));

	p->base.transport = &transport_program;
	p->base.output_most = SSH_OUTPUT_MAX;
	p->io = p->errors = -1;
	return p;
}

/* Ends at once: what it was to do is not waited for. */
static void
close_program(struct ssh *ssh)
{
	struct program *p = (struct program *)ssh;

	if (p->io >= 0)
		close(p->io);
	if (p->errors >= 0)
		close(p->errors);
	if (p->child) {
		kill(p->child, SIGKILL);
		while (waitpid(p->child, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	if (p->known.len)
		unlink(buf_text(&p->known));
	if (p->folder[0])
		rmdir(p->folder);
	for (size_t i = 0; i < p->arguments.count; i++)
		free(p->arguments.items[i]);
	buf_free(&p->known);
	buf_free(&p->proxy);
	buf_free(&p->port);
	buf_free(&p->base.output);
	free(p);
}

/* --- the command line -------------------------------------------------- */

static void
add(struct arguments *a, const char *format, const char *text)
{
	struct buf one = { 0 };
	const char *hole = strstr(format, "%s");

	if (hole) {
		buf_addn(&one, format, (size_t)(hole - format));
		buf_add(&one, text);
		buf_add(&one, hole + 2);
	} else {
		buf_add(&one, format);
	}
	a->items[a->count++] = buf_take(&one);
}

static void
add_key(struct arguments *a, const struct ssh_target *target)
{
	const char *file = target->key ? target->key->file : NULL;

	if (!file)
		file = getenv("RELAYADM_SSH_KEY");
	if (!file || !*file)
		return;
	add(a, "-i", NULL);
	add(a, "%s", file);
	add(a, "-o", NULL);
	add(a, "IdentitiesOnly=yes", NULL);
}

/* In double quotes, for the shell that starts a ProxyCommand; percent signs
 * are ssh's own there. */
static void
add_quoted(struct buf *buf, const char *text)
{
	buf_add(buf, " \"");
	for (; *text; text++) {
		if (strchr("\"\\$`", *text))
			buf_addc(buf, '\\');
		buf_addc(buf, *text);
		if (*text == '%')
			buf_addc(buf, '%');
	}
	buf_addc(buf, '"');
}

/* The way through: users and hosts hold nothing but letters, digits and
 * punctuation of names (policy/field.c), the file is of our own making. */
static bool
add_proxy(struct program *p, struct arguments *a,
    const struct ssh_target *target, struct err *err)
{
	const char *file = target->key && target->key->file
	    ? target->key->file : getenv("RELAYADM_SSH_KEY");
	struct hop hop;

	if (!hop_parse(&hop, target, err))
		return false;
	buf_addf(&p->proxy, "ProxyCommand=ssh -T -x -a -o BatchMode=yes "
	    "-o LogLevel=ERROR -o ConnectTimeout=20 "
	    "-o StrictHostKeyChecking=yes -o GlobalKnownHostsFile=/dev/null "
	    "-o UserKnownHostsFile=%s -o HostKeyAlias=" JUMP_ALIAS
	    " -o CheckHostIP=no -o UpdateHostKeys=no -o ControlMaster=no "
	    "-o ControlPath=none -o PermitLocalCommand=no -p %u",
	    buf_text(&p->known), hop.target.port);
	if (file && *file) {
		buf_add(&p->proxy, " -o IdentitiesOnly=yes -i");
		add_quoted(&p->proxy, file);
	}
	buf_add(&p->proxy, " -l");
	add_quoted(&p->proxy, hop.user);
	buf_add(&p->proxy, " -W \"[%h]:%p\" --");
	add_quoted(&p->proxy, hop.host);
	add(a, "-o", NULL);
	add(a, "%s", buf_text(&p->proxy));
	return true;
}

/* strict: "yes", or "accept-new" to learn the key. */
static bool
make_arguments(struct program *p, const struct ssh_target *target,
    const char *strict, struct err *err)
{
	struct arguments *a = &p->arguments;

	add(a, "ssh", NULL);
	for (size_t i = 0; fixed_options[i]; i++)
		add(a, fixed_options[i], NULL);
	add(a, "-o", NULL);
	add(a, "StrictHostKeyChecking=%s", strict);
	add(a, "-o", NULL);
	add(a, "UserKnownHostsFile=%s", buf_text(&p->known));
	add_key(a, target);
	if (target->jump && !add_proxy(p, a, target, err))
		return false;
	buf_addf(&p->port, "%u", target->port);
	add(a, "-p", NULL);
	add(a, "%s", buf_text(&p->port));
	add(a, "-l", NULL);
	add(a, "%s", target->user);
	if (strcmp(strict, "yes") != 0) {
		add(a, "-o", NULL);
		add(a, "PreferredAuthentications=none", NULL);
	}
	add(a, "--", NULL);
	add(a, "%s", target->host);
	return true;
}

/* --- the child --------------------------------------------------------- */

static int
spawn(struct program *p, const int io[2], const int errors[2])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults, none;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, io[1], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, io[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGTERM);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	/* In a group of its own: Ctrl-C at our terminal must not cut the line
	 * in the middle of a push. */
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(&p->child, "ssh", &actions, &attributes,
	    p->arguments.items, environ);
	if (rc)
		p->child = 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

static bool
begin(struct program *p, struct err *err)
{
	int io[2] = { -1, -1 }, errors[2] = { -1, -1 }, rc = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, io) != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, errors) != 0)
		rc = errno;
	else
		rc = spawn(p, io, errors);
	if (io[1] >= 0)
		close(io[1]);
	if (errors[1] >= 0)
		close(errors[1]);
	p->io = io[0];
	p->errors = errors[0];
	if (rc == ENOENT)
		return fail_as(err, ERR_REACH, "ssh is not installed here; "
		    "install openssh-client or set ssh.transport to built-in");
	return !rc || fail_as(err, ERR_REACH, "starting ssh: %s",
	    strerror(rc));
}

static void
drain_errors(struct program *p)
{
	char text[1024];
	ssize_t n;

	while ((n = recv(p->errors, text, sizeof(text), MSG_DONTWAIT)) > 0)
		ssh_take_errors(&p->base, text, (size_t)n);
}

/* The far end spoke or ssh failed: until the deadline. */
static bool
wait_io(struct program *p, short events)
{
	struct pollfd pollers[] = { { .fd = p->io, .events = events },
		{ .fd = p->errors, .events = POLLIN },
		{ .fd = dial_stop_file(), .events = POLLIN } };

	for (;;) {
		int64_t left = p->base.deadline - clock_now();

		if (left <= 0 || dial_stopped())
			return false;
		if (poll(pollers, 3, left > 60000 ? 60000 : (int)left) < 0 &&
		    errno != EINTR)
			return false;
		if (pollers[1].revents & POLLIN)
			drain_errors(p);
		else if (pollers[1].revents)
			pollers[1].fd = -1;
		if (pollers[0].revents)
			return true;
	}
}

static bool
start(struct ssh *ssh, const char *command, struct err *err)
{
	struct program *p = (struct program *)ssh;

	add(&p->arguments, "%s", command);
	return begin(p, err);
}

/* What ssh(1) said, as far as it can be told what it means. */
static const struct {
	const char *said, *meaning;
} sayings[] = {
	{ "REMOTE HOST IDENTIFICATION HAS CHANGED", "ANOTHER HOST KEY: the "
	    "gateway does not show the trusted one; nothing was sent; if its "
	    "key was changed on purpose, trust the new one with: relayadm "
	    "gateway trust", },
	{ "Host key verification failed", "ANOTHER HOST KEY: the gateway does "
	    "not show the trusted one; nothing was sent; if its key was "
	    "changed on purpose, trust the new one with: relayadm gateway "
	    "trust", },
	{ "Permission denied", "the gateway refused every key that ssh "
	    "offered; put its public key into that user's authorized_keys", },
	{ "Could not resolve hostname", "cannot find the address of the "
	    "host", },
	{ "Connection refused", "cannot connect: Connection refused", },
	{ "timed out", "cannot connect: no answer in time", },
	{ "stdio forwarding failed", "the jump host does not connect to the "
	    "gateway", },
	{ "no matching host key type", "no algorithm in common", },
};

/* Which of two hosts it was, as far as ssh tells. */
static const char *
way_of(const struct program *p)
{
	if (strstr(p->base.error_text, JUMP_ALIAS))
		return "jump host: ";
	return p->proxy.len ? "by way of the jump host: " : "";
}

static bool
fail_program(struct program *p, const char *what, struct err *err)
{
	char line[161];
	size_t len;

	drain_errors(p);
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		if (strstr(p->base.error_text, sayings[i].said))
			return fail_as(err, ERR_REACH, "%s%s", way_of(p),
			    sayings[i].meaning);
	len = strcspn(p->base.error_text, "\r\n");
	snprintf(line, sizeof(line), "%.*s", (int)len, p->base.error_text);
	for (char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return fail_as(err, ERR_REACH, "%s: ssh ended%s%s", what,
	    *line ? ": " : "", line);
}

static bool
send_all(struct ssh *ssh, const char *at, size_t len, struct err *err)
{
	struct program *p = (struct program *)ssh;

	while (len) {
		ssize_t n = send(p->io, at, len, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			at += n;
			len -= (size_t)n;
		} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
			return fail_program(p, "sending", err);
		} else if (!wait_io(p, POLLOUT)) {
			return fail_as(err, ERR_REACH,
			    "sending: no answer in time");
		}
	}
	return true;
}

/* 0 when the child has not ended by the deadline. */
static pid_t
wait_child(struct program *p, int *status)
{
	struct timespec pause = { 0, 5000000 };
	pid_t pid;

	while ((pid = waitpid(p->child, status, WNOHANG)) == 0 &&
	    clock_now() < p->base.deadline)
		nanosleep(&pause, NULL);
	return pid;
}

/* Not a word came: did ssh not get there, or was the command silent? */
static bool
check_connected(struct program *p, struct err *err)
{
	if (p->child && wait_child(p, &p->ended) > 0)
		p->child = 0;
	drain_errors(p);
	if (!p->child && WIFEXITED(p->ended) && WEXITSTATUS(p->ended) == 255)
		return fail_program(p, "connecting", err);
	return true;
}

static bool
read_some(struct ssh *ssh, struct err *err)
{
	struct program *p = (struct program *)ssh;
	char text[16384];
	ssize_t n = recv(p->io, text, sizeof(text), MSG_DONTWAIT);

	if (n > 0)
		return ssh_take_output(ssh, text, (size_t)n, err);
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		ssh->output_end = true;
		return ssh->output_total > 0 || check_connected(p, err);
	}
	return wait_io(p, POLLIN) || fail_as(err, ERR_REACH,
	    "reading: no answer in time");
}

static bool
end_input(struct ssh *ssh, struct err *err)
{
	(void)err;
	shutdown(((struct program *)ssh)->io, SHUT_WR);
	return true;
}

static bool
finish(struct ssh *ssh, int *status, struct err *err)
{
	struct program *p = (struct program *)ssh;

	if (p->child && wait_child(p, &p->ended) <= 0)
		return fail_as(err, ERR_REACH, "ending the command: ssh does "
		    "not end");
	p->child = 0;
	if (!WIFEXITED(p->ended))
		return fail_as(err, ERR_REACH, "ssh was killed");
	*status = WEXITSTATUS(p->ended);
	/* ssh's own failure, or a command that was killed. */
	return *status != 255 || fail_program(p, "ending the command", err);
}

/* ssh connects when the command starts. */
static bool
open_program(struct ssh **out, const struct ssh_target *target,
    struct err *err)
{
	struct program *p = program_new();

	if (!place_known(p, target, target->pin, err) ||
	    !make_arguments(p, target, "yes", err)) {
		close_program(&p->base);
		return false;
	}
	*out = &p->base;
	return true;
}

/* --- learning a key ---------------------------------------------------- */

static bool
read_learnt(struct program *p, struct host_key *key, struct err *err)
{
	unsigned char blob[sizeof(key->blob) + 3];
	char line[8192], *fields[3], *at = line;
	FILE *f = fopen(buf_text(&p->known), "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = !strncmp(line, GATEWAY_ALIAS " ",
		    strlen(GATEWAY_ALIAS) + 1);
	if (f)
		fclose(f);
	if (!found)
		return fail_program(p, "asking for the host key", err);
	for (int i = 0; i < 3; i++)
		fields[i] = strsep(&at, " \n");
	if (fields[2] && strlen(fields[2]) < sizeof(blob) * 4 / 3) {
		int n = EVP_DecodeBlock(blob, (unsigned char *)fields[2],
		    (int)strlen(fields[2]));
		size_t pad = strlen(fields[2]) - strcspn(fields[2], "=");

		if (n > 0 && host_key_parse(key, blob, (size_t)n - pad))
			return true;
	}
	return fail_as(err, ERR_REACH, "the host key is not usable");
}

static bool
fetch_host_key(const struct ssh_target *target, struct host_key *key,
    struct err *err)
{
	struct program *p = program_new();
	bool ok;

	p->base.deadline = clock_now() + 2000 * CONNECT_SECONDS;
	ok = place_known(p, target, NULL, err) &&
	    make_arguments(p, target, "accept-new", err);
	if (ok) {
		add(&p->arguments, "exit 0", NULL);
		ok = begin(p, err);
	}
	if (ok) {
		if (wait_child(p, &p->ended) > 0)
			p->child = 0;
		ok = read_learnt(p, key, err);
	}
	close_program(&p->base);
	return ok;
}

const struct transport transport_program = {
	.open = open_program,
	.fetch_host_key = fetch_host_key,
	.start = start,
	.write = send_all,
	.read_some = read_some,
	.end_input = end_input,
	.finish = finish,
	.close = close_program,
};
