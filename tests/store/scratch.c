#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/mem.h"
#include "scratch.h"
#include "store/document.h"
#include "tests/policy/unit.h"

void
scratch_make(char folder[SCRATCH_PATH])
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, SCRATCH_PATH, "%s/relayadm-XXXXXX",
	    tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
}

void
scratch_join(char path[SCRATCH_PATH], const char *folder, const char *name)
{
	int len = snprintf(path, SCRATCH_PATH, "%s/%s", folder, name);

	assert_true(len > 0 && len < SCRATCH_PATH);
}

void
scratch_remove(const char *folder)
{
	char path[SCRATCH_PATH];
	DIR *dir = opendir(folder);
	struct dirent *d;

	if (!dir)
		return;
	while ((d = readdir(dir)) != NULL) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		scratch_join(path, folder, d->d_name);
		if (unlink(path) != 0)
			scratch_remove(path);
	}
	closedir(dir);
	rmdir(folder);
}

void
scratch_read(struct buf *buf, const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	char piece[65536];
	ssize_t n;

	assert_true(fd >= 0);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_addn(buf, piece, (size_t)n);
	assert_int_equal(n, 0);
	close(fd);
}

void
scratch_write(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(close(fd), 0);
}

struct store *
scratch_open(const char *path)
{
	struct store *store;
	struct err err;

	if (!store_open(&store, path, STORE_WRITE, &err))
		fail_msg("%s", err.text);
	return store;
}

struct list *
scratch_list(const char *name, const char *const *entries)
{
	struct list *list = list_new(name);
	struct entry entry;
	struct err err;

	for (; entries && *entries; entries++) {
		if (!entry_parse(&entry, *entries, strlen(*entries), 0, &err))
			fail_msg("%s", err.text);
		entries_add(&list->entries, &entry);
	}
	return list;
}

void
scratch_edit(struct store *store, const char *label, const char *old_name,
    struct list *list)
{
	struct change change = { OBJECT_LIST, old_name, list };
	struct err err;
	int64_t head;

	if (!store_head(store, &head, &err) ||
	    !store_edit(store, label, &change, 1, &head, &err))
		fail_msg("%s: %s", label, err.text);
	list_free(list);
}

char *
scratch_text(struct store *store)
{
	struct buf text = { 0 };
	struct policy *policy;
	struct err err;
	int64_t head;

	if (!store_draft(store, &policy, &head, &err))
		fail_msg("%s", err.text);
	document_add(&text, policy);
	policy_free(policy);
	return buf_take(&text);
}
