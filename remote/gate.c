#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "gate_script.h"

#define FINISH_SECONDS 20
#define SEND_SECONDS 60

/* The whole command: constant, the same for every request.  dd takes not a byte
 * more than the script, because the request follows on the same input. */
#define READ_SCRIPT \
	"/bin/sh -c 'read -r n && s=$(dd bs=\"$n\" count=1 iflag=fullblock " \
	"2>/dev/null) && eval \"$s\"'"

static const char *const commands[] = {
	[BECOME_NONE] = "exec " READ_SCRIPT,
	[BECOME_SUDO] = "exec sudo -n " READ_SCRIPT,
};

bool
gate_open(struct gate *gate, const struct gateway *gateway,
    const struct host_keys *pins, const struct ssh_key *key, struct err *err)
{
	struct ssh_target target = {
		.host = gateway->host,
		.port = gateway->port,
		.user = gateway->user,
		.jump = gateway->jump,
		.transport = gateway->transport,
		.pin = &pins->own,
		.jump_pin = &pins->jump,
		.key = key,
	};

	gate->ssh = NULL;
	nonce_make(gate->nonce);
	return ssh_open(&gate->ssh, &target, err);
}

bool
gate_start(struct gate *gate, const struct gateway *gateway,
    const struct buf *script, const char *input, struct err *err)
{
	struct buf text = { 0 };
	bool ok;

	buf_addf(&text, "%zu\n%s%s", script->len, buf_text(script), input);
	ok = ssh_start(gate->ssh, commands[gateway->become], err) &&
	    ssh_write(gate->ssh, text.data, text.len, SEND_SECONDS, err);
	buf_free(&text);
	return ok;
}

bool
gate_ask(struct gate *gate, const struct gateway *gateway, const char *verb,
    const char *settings, struct err *err)
{
	struct buf script = { 0 }, request = { 0 };
	bool ok;

	for (size_t i = 0; gate_script[i]; i++)
		buf_add(&script, gate_script[i]);
	buf_addf(&request, "relayadm 1 %s %s\nmta %s\n%send\n", verb,
	    gate->nonce, mta_words[gateway->mta], settings);
	ok = gate_start(gate, gateway, &script, buf_text(&request), err);
	buf_free(&script);
	buf_free(&request);
	return ok;
}

/* --- reading ----------------------------------------------------------- */

static const struct {
	const char *name;
	enum gate_word word;
	bool number, key;
} words[] = {
	{ "RELAYADM-STEP ", GATE_STEP, false, true, },
	{ "RELAYADM-SEND ", GATE_SEND, false, false, },
	{ "RELAYADM-SERVING ", GATE_SERVING, false, false, },
	{ "RELAYADM-STATUS ", GATE_STATUS, false, true, },
	{ "RELAYADM-FILE ", GATE_FILE, false, false, },
	{ "RELAYADM-RESULT ", GATE_RESULT, true, true, },
};

static void
make_printable(struct buf *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (line->data[i] < ' ' || line->data[i] > '~')
			line->data[i] = '?';
}

static const char *
take_key(char *key, size_t size, const char *at)
{
	size_t len = strcspn(at, " ");

	snprintf(key, size, "%.*s", (int)(len < size ? len : size - 1), at);
	at += len;
	return *at ? at + 1 : at;
}

/* Is it a line of the dialogue? */
static bool
parse_line(const struct gate *gate, struct gate_line *line)
{
	const char *text = buf_text(&line->line);
	size_t nonce_len = NONCE_SIZE - 1;

	if (*text == '=') {
		line->word = GATE_LINE;
		line->text = text + 1;
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].name);
		char number[24];

		if (strncmp(text, words[i].name, len) ||
		    strncmp(text + len, gate->nonce, nonce_len) ||
		    text[len + nonce_len] != ' ')
			continue;
		text += len + nonce_len + 1;
		line->word = words[i].word;
		if (words[i].number) {
			text = take_key(number, sizeof(number), text);
			line->generation = strtoll(number, NULL, 10);
		}
		if (words[i].key)
			text = take_key(line->key, sizeof(line->key), text);
		line->text = text;
		return true;
	}
	return false;
}

bool
gate_read(struct gate *gate, struct gate_line *line, unsigned seconds,
    struct err *err)
{
	bool end = false;

	line->key[0] = '\0';
	line->text = "";
	for (;;) {
		if (!ssh_read_line(gate->ssh, &line->line, &end, seconds, err))
			return false;
		if (end) {
			line->word = GATE_END;
			return true;
		}
		make_printable(&line->line);
		if (parse_line(gate, line))
			return true;
	}
}

bool
gate_finish(struct gate *gate, struct err *err)
{
	int status;

	return ssh_finish(gate->ssh, &status, FINISH_SECONDS, err);
}

void
gate_explain(const struct gate *gate, char *text, size_t size)
{
	const char *said = gate->ssh ? ssh_error_text(gate->ssh) : "";
	size_t len = strcspn(said, "\r\n");

	if (strstr(said, "password is required") ||
	    strstr(said, "not in the sudoers") ||
	    strstr(said, "not allowed to execute"))
		snprintf(text, size, "no right to become root: sudo must let "
		    "the user run /bin/sh without a password");
	else
		snprintf(text, size, "the gateway ended without an answer%s"
		    "%.*s", len ? ": " : "", (int)(len > 200 ? 200 : len),
		    said);
	for (char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
}

void
gate_close(struct gate *gate)
{
	ssh_close(gate->ssh);
	gate->ssh = NULL;
}
