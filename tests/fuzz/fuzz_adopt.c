/* Configurations of mail servers: whatever stands in them, the servers that are
 * made of them are whole. The first byte chooses the reader; the files follow,
 * each behind a byte 1: what the gateway tells, and "/f". */
#include "config.h"

#include <string.h>

#include "policy/mem.h"
#include "store/document.h"
#include "tui/adopt.h"

#include "fuzz.h"

static const struct {
	bool (*read)(struct adoption *adoption,
	    const struct fetched_files *files, const char *gateway,
	    struct err *err);
	const char *paths[5];
} readers[] = {
	{ adopt_postfix, { "settings", "services", "overrides", "/f", "/g", },
	    },
	{ adopt_exim, { "settings", "config", "ours", "/f", "addresses", }, },
	{ adopt_smtpd, { "config", "addresses", "ours", "/f", "names", }, },
};

static void
add_files(struct fetched_files *files, const char *const *paths,
    const char *text)
{
	files->items = mem_new(5, sizeof(*files->items));
	files->cap = 5;
	while (files->count < 5) {
		struct fetched *f = &files->items[files->count];
		size_t len = strcspn(text, "\1");

		f->path = mem_text(paths[files->count++]);
		buf_addn(&f->text, text, len);
		text += len + (text[len] == '\1');
	}
}

/* What was made can be written down and read again. */
static void
check_whole(const struct policy *policy)
{
	struct policy *again = NULL;
	struct buf text = { 0 };
	struct err err;

	document_add(&text, policy);
	demand(document_read(&again, text.data, text.len, &err));
	policy_free(again);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fetched_files files = { 0 };
	struct adoption adoption;
	size_t which;
	struct err err;
	char *text;

	if (!size)
		return 0;
	which = data[0] % (sizeof(readers) / sizeof(readers[0]));
	text = mem_textn((const char *)data + 1, size - 1);
	add_files(&files, readers[which].paths, text);
	if (readers[which].read(&adoption, &files, "gw", &err))
		check_whole(adoption.policy);
	demand(!adoption.notes.len ||
	    adoption.notes.data[adoption.notes.len - 1] == '\n');
	adoption_free(&adoption);
	fetched_free(&files);
	free(text);
	return 0;
}
