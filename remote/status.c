#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "fetch.h"
#include "push.h"
#include "textdiff.h"

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
	{ "clock", offsetof(struct gateway_status, clock), },
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
	struct answer answer = { .take = take_status, .context = status };

	memset(status, 0, sizeof(*status));
	if (gateway_ask(gateway, pins, key, "status", &answer, err))
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

static void
compare_files(const struct rendering *rendering,
    const struct fetched_files *files, struct buf *difference)
{
	for (size_t i = 0; i < files->count; i++)
		if (!rendering_find(rendering, files->items[i].path))
			textdiff_add(difference, files->items[i].path,
			    buf_text(&files->items[i].text), NULL);
	for (size_t i = 0; i < rendering->count; i++)
		textdiff_add(difference, rendering->files[i].path,
		    fetched_find(files, rendering->files[i].path),
		    rendering->files[i].data);
}

bool
push_preview(const struct push *push, struct buf *difference, struct err *err)
{
	struct fetched_files files;

	if (!files_in_force(push->site.gateway, push->pins, push->key, &files,
	        err))
		return false;
	compare_files(push->rendering, &files, difference);
	fetched_free(&files);
	return true;
}
