#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "policy/mem.h"

#define LINE_SECONDS 60
#define SEND_SECONDS 60

/* --- asking and reading every line of an answer ------------------------ */

static bool
fail_refused(const struct gateway *gateway, const char *text, struct err *err)
{
	return fail_as(err, ERR_REFUSED, "%s: %s", gateway->name, text);
}

static bool
read_answer(struct gate *gate, const struct gateway *gateway,
    const struct answer *answer, struct err *err)
{
	struct gate_line line = { 0 };
	char text[400] = "";
	bool ok, done = false, refused = false;
	unsigned seconds = answer->seconds ? answer->seconds : LINE_SECONDS;

	do {
		ok = gate_read(gate, &line, seconds, err);
		if (!ok)
			break;
		if (line.word == GATE_SEND && answer->payload) {
			ok = ssh_write(gate->ssh, answer->payload->data,
			    answer->payload->len, SEND_SECONDS, err);
		} else if (line.word == GATE_END) {
			gate_explain(gate, text, sizeof(text));
			refused = done = true;
		} else if (line.word == GATE_RESULT) {
			done = true;
			refused = strcmp(line.key, "OK") != 0;
			snprintf(text, sizeof(text), "%s", line.text);
			ok = gate_finish(gate, err);
		}
		if (ok && !refused)
			answer->take(answer->context, &line);
	} while (ok && !done);
	buf_free(&line.line);
	if (!ok)
		return fail_in(err, "%s", gateway->name);
	return !refused || fail_refused(gateway, text, err);
}

bool
gateway_ask(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, const char *verb, const struct answer *answer,
    struct err *err)
{
	struct gate gate;
	bool ok;

	if (!gate_open(&gate, gateway, pins, key, err))
		return fail_in(err, "%s", gateway->name);
	if (answer->most)
		ssh_allow(gate.ssh, answer->most);
	ok = gate_ask(&gate, gateway, verb,
	    answer->settings ? answer->settings : "", err);
	if (!ok)
		fail_in(err, "%s", gateway->name);
	ok = ok && read_answer(&gate, gateway, answer, err);
	gate_close(&gate);
	return ok;
}

/* --- files ------------------------------------------------------------- */

static void
take_file(void *context, const struct gate_line *line)
{
	struct fetched_files *files = context;

	if (line->word == GATE_FILE) {
		files->items = mem_grow(files->items, files->count,
		    &files->cap, sizeof(*files->items));
		files->items[files->count++] = (struct fetched){
			.path = mem_text(line->text) };
	} else if (line->word == GATE_LINE && files->count) {
		struct buf *text = &files->items[files->count - 1].text;

		buf_addf(text, "%s\n", line->text);
	}
}

static bool
ask_files(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, const char *verb, struct fetched_files *files,
    struct err *err)
{
	struct answer answer = { .take = take_file, .context = files };

	*files = (struct fetched_files){ 0 };
	if (gateway_ask(gateway, pins, key, verb, &answer, err))
		return true;
	fetched_free(files);
	return false;
}

bool
files_in_force(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, struct fetched_files *files, struct err *err)
{
	return ask_files(gateway, pins, key, "fetch", files, err);
}

bool
files_of_mta(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, struct fetched_files *files, struct err *err)
{
	return ask_files(gateway, pins, key, "examine", files, err);
}

const char *
fetched_find(const struct fetched_files *files, const char *path)
{
	for (size_t i = 0; i < files->count; i++)
		if (!strcmp(files->items[i].path, path))
			return buf_text(&files->items[i].text);
	return NULL;
}

void
fetched_free(struct fetched_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->items[i].path);
		buf_free(&files->items[i].text);
	}
	free(files->items);
	*files = (struct fetched_files){ 0 };
}
