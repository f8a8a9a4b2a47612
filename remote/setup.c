#include "config.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "gate.h"
#include "gate_script.h"
#include "setup.h"

#define LINE_SECONDS 60

static void
add_gate_digest(struct buf *script)
{
	struct buf gate = { 0 };
	char digest[DIGEST_SIZE];

	for (size_t i = 0; gate_script[i]; i++)
		buf_add(&gate, gate_script[i]);
	digest_hex(digest, gate.data, gate.len);
	buf_add(script, digest);
	buf_free(&gate);
}

void
setup_add(struct buf *script, const struct host_key *key)
{
	unsigned char encoded[4 * (sizeof(key->blob) / 3 + 1) + 1];

	buf_add(script, "#!/bin/sh\n");
	if (key) {
		EVP_EncodeBlock(encoded, key->blob, (int)key->blob_len);
		buf_addf(script, "key='%s %s'\n", key->type,
		    (const char *)encoded);
	} else {
		buf_add(script, "key=none\n");
	}
	buf_add(script, "want=");
	add_gate_digest(script);
	buf_addc(script, '\n');
	for (size_t i = 0; setup_script[i]; i++)
		buf_add(script, setup_script[i]);
}

static void
make_printable(struct buf *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (line->data[i] < ' ' || line->data[i] > '~')
			line->data[i] = '?';
}

/* What an account that may do nothing but push is told instead. */
static bool
check_refusal(const char *line, struct err *err)
{
	const char *why = strstr(line, " REFUSED ");

	if (strncmp(line, "RELAYADM-RESULT ", 16) != 0)
		return true;
	return fail_as(err, ERR_REFUSED, "this account may do nothing but "
	    "push; run the script that setup prints as root there%s%s",
	    why ? ", for " : "", why ? why + strlen(" REFUSED ") : "");
}

/* *done: the script's own last word came. */
static bool
read_lines(struct gate *gate, void (*say)(void *context, const char *line),
    void *context, bool *done, struct err *err)
{
	struct buf line = { 0 };
	bool end = false, ok = true;

	*done = false;
	while (ok && (ok = ssh_read_line(gate->ssh, &line, &end, LINE_SECONDS,
	    err)) && !end) {
		make_printable(&line);
		ok = check_refusal(buf_text(&line), err);
		if (ok)
			say(context, buf_text(&line));
		*done = !strcmp(buf_text(&line), "relayadm setup: done");
	}
	buf_free(&line);
	return ok;
}

bool
setup_run(const struct gateway *gateway, const struct host_keys *pins,
    const struct buf *script, void (*say)(void *context, const char *line),
    void *context, struct err *err)
{
	struct gate gate;
	struct err end = { 0 };
	char text[300], input[80];
	bool ok, done;

	if (!gate_open(&gate, gateway, pins, NULL, err))
		return fail_in(err, "%s", gateway->name);
	/* The script reads no input; a gate that takes no other script than
	 * its own does. */
	snprintf(input, sizeof(input), "relayadm 1 setup %s\n", gate.nonce);
	ok = gate_start(&gate, gateway, script, input, err) &&
	    read_lines(&gate, say, context, &done, err);
	if (!ok) {
		fail_in(err, "%s", gateway->name);
	} else if (!gate_finish(&gate, &end) || !done) {
		gate_explain(&gate, text, sizeof(text));
		ok = fail_as(err, ERR_REFUSED, "%s: %s", gateway->name, text);
	}
	gate_close(&gate);
	return ok;
}
