#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "gate.h"
#include "push.h"
#include "textdiff.h"

#define LINE_SECONDS 60

/* --- asking and reading every line of an answer ------------------------ */

struct answer {
	void (*take)(void *context, const struct gate_line *line);
	void *context;
};

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

	do {
		ok = gate_read(gate, &line, LINE_SECONDS, err);
		if (!ok)
			break;
		if (line.word == GATE_END) {
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

static bool
ask(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, const char *verb, const struct answer *answer,
    struct err *err)
{
	struct gate gate;
	bool ok;

	if (!gate_open(&gate, gateway, pins, key, err))
		return fail_in(err, "%s", gateway->name);
	ok = gate_ask(&gate, gateway, verb, "", err);
	if (!ok)
		fail_in(err, "%s", gateway->name);
	ok = ok && read_answer(&gate, gateway, answer, err);
	gate_close(&gate);
	return ok;
}

/* --- the status -------------------------------------------------------- */

static void
take_listener(struct gateway_status *status, const char *text)
{
	struct gateway_listener *l;

	status->listeners = mem_grow(status->listeners, status->listener_count,
	    &status->listener_cap, sizeof(*status->listeners));
	l = &status->listeners[status->listener_count++];
	l->answers = !strncmp(text, "yes ", 4);
	text += strcspn(text, " ");
	l->address = mem_text(*text ? text + 1 : text);
}

static void
take_drift(struct gateway_status *status, const char *text)
{
	status->drift = mem_grow(status->drift, status->drift_count,
	    &status->drift_cap, sizeof(*status->drift));
	status->drift[status->drift_count++] = mem_text(text);
}

static const struct {
	const char *key;
	size_t offset, size;
} texts[] = {
	{ "digest", offsetof(struct gateway_status, digest), DIGEST_SIZE, },
	{ "author", offsetof(struct gateway_status, author), 64, },
	{ "pending", offsetof(struct gateway_status, pending), 100, },
	{ "version", offsetof(struct gateway_status, version), 64, },
};

static const struct {
	const char *key;
	size_t offset;
} numbers[] = {
	{ "generation", offsetof(struct gateway_status, generation), },
	{ "revision", offsetof(struct gateway_status, revision), },
	{ "time", offsetof(struct gateway_status, pushed), },
};

static void
take_value(struct gateway_status *status, const struct gate_line *line)
{
	char *base = (char *)status;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!strcmp(texts[i].key, line->key))
			snprintf(base + texts[i].offset, texts[i].size, "%s",
			    line->text);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!strcmp(numbers[i].key, line->key)) {
			int64_t number = strtoll(line->text, NULL, 10);

			memcpy(base + numbers[i].offset, &number,
			    sizeof(number));
		}
}

static void
take_status(void *context, const struct gate_line *line)
{
	struct gateway_status *status = context;

	if (line->word != GATE_STATUS)
		return;
	if (!strcmp(line->key, "managed"))
		status->managed = true;
	else if (!strcmp(line->key, "running"))
		status->running = true;
	else if (!strcmp(line->key, "listener"))
		take_listener(status, line->text);
	else if (!strcmp(line->key, "drift"))
		take_drift(status, line->text);
	else
		take_value(status, line);
}

bool
status_ask(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, struct gateway_status *status, struct err *err)
{
	struct answer answer = { take_status, status };

	memset(status, 0, sizeof(*status));
	if (ask(gateway, pins, key, "status", &answer, err))
		return true;
	status_clear(status);
	return false;
}

void
status_clear(struct gateway_status *status)
{
	for (size_t i = 0; i < status->drift_count; i++)
		free(status->drift[i]);
	for (size_t i = 0; i < status->listener_count; i++)
		free(status->listeners[i].address);
	free(status->drift);
	free(status->listeners);
	memset(status, 0, sizeof(*status));
}

/* --- the preview ------------------------------------------------------- */

struct present {
	char *path;
	struct buf text;
};

struct presents {
	struct present *items;
	size_t count, cap;
};

static void
take_file(void *context, const struct gate_line *line)
{
	struct presents *files = context;

	if (line->word == GATE_FILE) {
		files->items = mem_grow(files->items, files->count,
		    &files->cap, sizeof(*files->items));
		files->items[files->count++] = (struct present){
			.path = mem_text(line->text) };
	} else if (line->word == GATE_LINE && files->count) {
		struct buf *text = &files->items[files->count - 1].text;

		buf_addf(text, "%s\n", line->text);
	}
}

static const struct present *
find_present(const struct presents *files, const char *path)
{
	for (size_t i = 0; i < files->count; i++)
		if (!strcmp(files->items[i].path, path))
			return &files->items[i];
	return NULL;
}

static void
compare_files(const struct rendering *rendering, const struct presents *files,
    struct buf *difference)
{
	for (size_t i = 0; i < files->count; i++)
		if (!rendering_find(rendering, files->items[i].path))
			textdiff_add(difference, files->items[i].path,
			    buf_text(&files->items[i].text), NULL);
	for (size_t i = 0; i < rendering->count; i++) {
		const struct present *old = find_present(files,
		    rendering->files[i].path);

		textdiff_add(difference, rendering->files[i].path,
		    old ? buf_text(&old->text) : NULL,
		    rendering->files[i].data);
	}
}

bool
push_preview(const struct push *push, struct buf *difference, struct err *err)
{
	struct presents files = { 0 };
	struct answer answer = { take_file, &files };
	bool ok = ask(push->site.gateway, push->pins, push->key, "fetch",
	    &answer, err);

	if (ok)
		compare_files(push->rendering, &files, difference);
	for (size_t i = 0; i < files.count; i++) {
		free(files.items[i].path);
		buf_free(&files.items[i].text);
	}
	free(files.items);
	return ok;
}
