/* Servers that are hostile, slow or broken, each in a process of its own. */
#include "config.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "remote/dial.h"
#include "remote/ssh.h"
#include "remote/ssh_key.h"
#include "remote/ssh_transport.h"
#include "tests/policy/unit.h"

static const unsigned char blob[] = "\0\0\0\013ssh-ed25519\0\0\0\040"
    "0123456789abcdef0123456789abcdef";

static void
send_text(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		_exit(0);
}

static void
serve_silence(int fd)
{
	char byte;

	while (read(fd, &byte, 1) > 0)
		continue;
}

static void
serve_close(int fd)
{
	(void)fd;
}

static void
serve_flood(int fd)
{
	for (;;)
		send_text(fd, "one more line before the banner\r\n");
}

static void
serve_drip(int fd)
{
	for (;;) {
		send_text(fd, "x");
		usleep(100000);
	}
}

static void
serve_garbage(int fd)
{
	send_text(fd, "SSH-2.0-x\r\n");
	for (int i = 0; i < 4000; i++)
		send_text(fd, "\xff\xfe\x01\x80");
	serve_silence(fd);
}

static void
serve_huge_packet(int fd)
{
	static const unsigned char head[] = { 0x7f, 0xff, 0xff, 0xff, 4, 20 };

	send_text(fd, "SSH-2.0-x\r\n");
	if (write(fd, head, sizeof(head)) < 0)
		_exit(0);
	serve_silence(fd);
}

static void
serve_other_protocol(int fd)
{
	send_text(fd, "220 mail.example ESMTP\r\n");
	serve_silence(fd);
}

static void
serve_old_version(int fd)
{
	send_text(fd, "SSH-1.5-old\r\n");
	serve_silence(fd);
}

static const struct {
	const char *row;
	void (*serve)(int fd);
} servers[] = {
	{ "silence", serve_silence, },
	{ "closes at once", serve_close, },
	{ "floods before the banner", serve_flood, },
	{ "drips a banner", serve_drip, },
	{ "garbage after the banner", serve_garbage, },
	{ "a packet of 2 GB", serve_huge_packet, },
	{ "a mail server", serve_other_protocol, },
	{ "SSH 1", serve_old_version, },
};

static int
listen_somewhere(uint16_t *port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	*port = ntohs(addr.sin_port);
	return fd;
}

static pid_t
start_server(void (*serve)(int fd), uint16_t *port)
{
	int fd = listen_somewhere(port);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid) {
		close(fd);
		return pid;
	}
	alarm(30);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int client = accept(fd, NULL, NULL);

		serve(client);
		close(client);
	}
}

/* The same servers as the jump host. */
static void
test_jump_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(servers); i++) {
		struct ssh_target target = { .host = "127.0.0.1", .port = 1,
			.user = "root", .connect_seconds = 1 };
		char jump[40];
		struct host_key pin;
		struct err err = { 0 };
		struct ssh *ssh = NULL;
		uint16_t port;
		pid_t pid = start_server(servers[i].serve, &port);
		int64_t began = clock_now();

		assert_true(host_key_parse(&pin, blob, sizeof(blob) - 1));
		snprintf(jump, sizeof(jump), "ana@127.0.0.1:%u", port);
		target.pin = target.jump_pin = &pin;
		target.jump = jump;
		check_row(!ssh_open(&ssh, &target, &err), servers[i].row);
		check_row(!ssh && err.kind == ERR_REACH &&
		    strstr(err.text, "jump host"), servers[i].row);
		check_row(clock_now() - began < 3000, servers[i].row);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static const struct {
	const char *jump, *user, *host;
	unsigned port;
} hops[] = {
	{ "hop.example", "me", "hop.example", 22, },
	{ "ana@hop.example", "ana", "hop.example", 22, },
	{ "ana@hop.example:2222", "ana", "hop.example", 2222, },
	{ "192.0.2.1:22", "me", "192.0.2.1", 22, },
	{ "[2001:db8::1]", "me", "2001:db8::1", 22, },
	{ "b@[2001:db8::1]:2200", "b", "2001:db8::1", 2200, },
};

static void
test_hops(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(hops); i++) {
		struct ssh_target target = { .user = "me", .port = 99,
			.jump = hops[i].jump };
		struct err err = { 0 };
		struct hop hop;

		check_row(hop_parse(&hop, &target, &err), hops[i].jump);
		check_row(!strcmp(hop.target.user, hops[i].user) &&
		    !strcmp(hop.target.host, hops[i].host) &&
		    hop.target.port == hops[i].port && !hop.target.jump,
		    hops[i].jump);
	}
}

static void
test_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(servers); i++) {
		struct ssh_target target = { .host = "127.0.0.1",
			.user = "root", .connect_seconds = 1 };
		struct host_key pin;
		struct err err = { 0 };
		struct ssh *ssh = NULL;
		pid_t pid = start_server(servers[i].serve, &target.port);
		int64_t began = clock_now();

		assert_true(host_key_parse(&pin, blob, sizeof(blob) - 1));
		target.pin = &pin;
		check_row(!ssh_open(&ssh, &target, &err), servers[i].row);
		check_row(!ssh && err.kind == ERR_REACH && *err.text,
		    servers[i].row);
		check_row(clock_now() - began < 3000, servers[i].row);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static void
test_refusals(void **state)
{
	struct ssh_target target = { .host = "127.0.0.1", .port = 1,
		.user = "root", .connect_seconds = 1 };
	struct host_key pin;
	struct err err = { 0 };
	struct ssh *ssh;

	(void)state;
	assert_false(ssh_open(&ssh, &target, &err));
	assert_non_null(strstr(err.text, "not trusted yet"));
	assert_true(host_key_parse(&pin, blob, sizeof(blob) - 1));
	target.pin = &pin;
	assert_false(ssh_open(&ssh, &target, &err));
	assert_non_null(strstr(err.text, "Connection refused"));
	target.jump = "hop.example";
	assert_false(ssh_open(&ssh, &target, &err));
	assert_non_null(strstr(err.text, "jump host hop.example is not"));
	target.jump = "127.0.0.1:1";
	target.jump_pin = &pin;
	assert_false(ssh_open(&ssh, &target, &err));
	assert_non_null(strstr(err.text, "jump host 127.0.0.1:1: cannot"));
	target.jump = NULL;
	target.host = "";
	assert_false(ssh_open(&ssh, &target, &err));
	assert_non_null(strstr(err.text, "no SSH host"));
}

static const struct {
	const char *row, *data;
	size_t len;
	bool ok;
} blobs[] = {
	{ "ed25519", (const char *)blob, sizeof(blob) - 1, true, },
	{ "empty", "", 0, false, },
	{ "short", "\0\0\0", 3, false, },
	{ "longer than it is", "\0\0\0\377ssh", 7, false, },
	{ "a huge type", "\0\001\0\0ssh-ed25519", 15, false, },
	{ "no type", "\0\0\0\0abc", 7, false, },
	{ "an escape in the type", "\0\0\0\003a\033b", 7, false, },
};

static void
test_blobs(void **state)
{
	char text[FINGERPRINT_SIZE];
	struct host_key key;

	(void)state;
	for (size_t i = 0; i < ROWS(blobs); i++)
		check_row(host_key_parse(&key, blobs[i].data, blobs[i].len) ==
		    blobs[i].ok, blobs[i].row);
	assert_true(host_key_parse(&key, blob, sizeof(blob) - 1));
	assert_string_equal(key.type, "ssh-ed25519");
	host_key_fingerprint(&key, text);
	/* As ssh-keygen -l prints it for this key. */
	assert_string_equal(text, "SHA256:r0jjAatH+rPa97KMRB4yEkCq0GlcmkYyacWqmoyiTwI");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_jump_servers),
		cmocka_unit_test(test_hops),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_blobs),
	};

	return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
