#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dial.h"
#include "ssh_transport.h"

static const struct transport *const transports[] = {
	[TRANSPORT_LIBRARY] = &transport_library,
	[TRANSPORT_PROGRAM] = &transport_program,
};

static const char untrusted[] = "its host key is not trusted yet; use: "
    "relayadm gateway trust";

static void
set_deadline(struct ssh *ssh, unsigned seconds)
{
	ssh->deadline = clock_now() + (int64_t)seconds * 1000;
}

static bool
check_target(const struct ssh_target *target, struct err *err)
{
	if (!*target->host)
		return fail_as(err, ERR_REACH, "the gateway has no SSH host; "
		    "set ssh.host");
	if (target->jump && (!target->jump_pin || !*target->jump_pin->type))
		return fail_as(err, ERR_REACH, "the host key of its jump host "
		    "%s is not trusted yet; use: relayadm gateway trust",
		    target->jump);
	return true;
}

bool
ssh_open(struct ssh **ssh, const struct ssh_target *target, struct err *err)
{
	*ssh = NULL;
	if (!target->pin || !*target->pin->type)
		return fail_as(err, ERR_REACH, "%s", untrusted);
	if (!check_target(target, err))
		return false;
	return transports[target->transport]->open(ssh, target, err);
}

bool
ssh_open_way(struct ssh **ssh, const struct ssh_target *target, int *fd,
    struct err *err)
{
	*ssh = NULL;
	*fd = -1;
	return check_target(target, err) &&
	    ssh_library_way(ssh, target, fd, err);
}

void
ssh_close(struct ssh *ssh)
{
	if (ssh)
		ssh->transport->close(ssh);
}

bool
ssh_fetch_host_key(const struct ssh_target *target, struct host_key *key,
    struct err *err)
{
	return check_target(target, err) &&
	    transports[target->transport]->fetch_host_key(target, key, err);
}

bool
ssh_fetch_jump_key(const struct ssh_target *target, struct host_key *key,
    struct err *err)
{
	struct hop hop;

	return hop_parse(&hop, target, err) &&
	    transports[target->transport]->fetch_host_key(&hop.target, key,
	        err);
}

bool
hop_parse(struct hop *hop, const struct ssh_target *target, struct err *err)
{
	const char *at = strchr(target->jump, '@');
	const char *host = at ? at + 1 : target->jump, *colon;
	size_t len;

	hop->target = *target;
	hop->target.jump = NULL;
	hop->target.pin = target->jump_pin;
	hop->target.port = 22;
	snprintf(hop->user, sizeof(hop->user), "%.*s",
	    at ? (int)(at - target->jump) : (int)strlen(target->user),
	    at ? target->jump : target->user);
	colon = strrchr(host, ':');
	len = strlen(host);
	if (colon && (host[0] != '[' || colon[-1] == ']')) {
		len = (size_t)(colon - host);
		hop->target.port = (uint16_t)strtoul(colon + 1, NULL, 10);
	}
	if (len > 1 && host[0] == '[' && host[len - 1] == ']')
		host++, len -= 2;
	snprintf(hop->host, sizeof(hop->host), "%.*s", (int)len, host);
	hop->target.user = hop->user;
	hop->target.host = hop->host;
	return hop->target.port || fail_as(err, ERR_REACH,
	    "the jump host %s has no port", target->jump);
}

/* --- the command ------------------------------------------------------- */

bool
ssh_start(struct ssh *ssh, const char *command, struct err *err)
{
	set_deadline(ssh, CONNECT_SECONDS);
	return ssh->transport->start(ssh, command, err);
}

bool
ssh_write(struct ssh *ssh, const void *data, size_t len, unsigned seconds,
    struct err *err)
{
	set_deadline(ssh, seconds);
	return ssh->transport->write(ssh, data, len, err);
}

static void
forget_taken(struct ssh *ssh)
{
	struct buf *output = &ssh->output;

	if (!ssh->output_taken)
		return;
	output->len -= ssh->output_taken;
	memmove(output->data, output->data + ssh->output_taken, output->len);
	ssh->output_taken = 0;
}

bool
ssh_take_output(struct ssh *ssh, const char *text, size_t len, struct err *err)
{
	ssh->output_total += len;
	if (ssh->output_total > ssh->output_most)
		return fail_as(err, ERR_REACH,
		    "the gateway sent more than %u MB",
		    (unsigned)(ssh->output_most >> 20));
	forget_taken(ssh);
	buf_addn(&ssh->output, text, len);
	return true;
}

void
ssh_allow(struct ssh *ssh, uint64_t output_most)
{
	ssh->output_most = output_most;
}

void
ssh_take_errors(struct ssh *ssh, const char *text, size_t len)
{
	size_t room = ERROR_TEXT - ssh->error_len;
	size_t take = len < room ? len : room;

	memcpy(ssh->error_text + ssh->error_len, text, take);
	ssh->error_len += take;
}

/* The next line of what was read; false when there is no whole one. */
static bool
take_line(struct ssh *ssh, struct buf *line)
{
	size_t left = ssh->output.len - ssh->output_taken, len;
	const char *data, *end;

	if (!left)
		return false;
	data = ssh->output.data + ssh->output_taken;
	end = memchr(data, '\n', left);
	if (!end)
		return false;
	len = (size_t)(end - data);
	buf_addn(line, data, len);
	ssh->output_taken += len + 1;
	return true;
}

bool
ssh_read_line(struct ssh *ssh, struct buf *line, bool *end, unsigned seconds,
    struct err *err)
{
	set_deadline(ssh, seconds);
	*end = false;
	buf_clear(line);
	while (!take_line(ssh, line)) {
		if (ssh->output_end) {
			*end = true;
			return true;
		}
		if (ssh->output.len - ssh->output_taken > SSH_LINE_MAX)
			return fail_as(err, ERR_REACH,
			    "the gateway sent a line of over %d bytes",
			    SSH_LINE_MAX);
		if (clock_now() > ssh->deadline)
			return fail_as(err, ERR_REACH,
			    "reading: no answer in time");
		if (!ssh->transport->read_some(ssh, err))
			return false;
	}
	return true;
}

const char *
ssh_error_text(const struct ssh *ssh)
{
	return ssh->error_text;
}

bool
ssh_finish(struct ssh *ssh, int *status, unsigned seconds, struct err *err)
{
	*status = -1;
	set_deadline(ssh, seconds);
	if (!ssh->transport->end_input(ssh, err))
		return false;
	while (!ssh->output_end)
		if (!ssh->transport->read_some(ssh, err))
			return false;
	if (!ssh->transport->finish(ssh, status, err))
		return false;
	return !*status || fail_as(err, ERR_REACH,
	    "the command on the gateway ended with status %d", *status);
}
