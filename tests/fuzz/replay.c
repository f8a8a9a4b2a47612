/* Runs a fuzz target on every file of a folder: its argument, or the corpus
 * that is named as the program is (replay_NAME), in $srcdir.  Prints TAP. */
#include "config.h"

#include <dirent.h>
#include <string.h>

#include "fuzz.h"

/* NULL when it cannot be read.  The caller frees it. */
static uint8_t *
read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(1 << 20);

	*size = f && data ? fread(data, 1, 1 << 20, f) : 0;
	if (f && !ferror(f)) {
		fclose(f);
		return data;
	}
	if (f)
		fclose(f);
	free(data);
	return NULL;
}

/* A copy of the very size, so that a sanitizer sees one byte too many. */
static void
run(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		exit(99);
	if (size)
		memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static size_t
run_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	size_t count = 0;

	while (dir && (e = readdir(dir))) {
		char path[8192];
		uint8_t *data;
		size_t size;

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		data = read_file(path, &size);
		if (!data)
			continue;
		run(data, size);
		free(data);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}

int
main(int argc, char **argv)
{
	const char *srcdir = getenv("srcdir");
	const char *name = strstr(argv[0], "replay_");
	char folder[4096];
	size_t count;

	while (name && strstr(name + 1, "replay_"))
		name = strstr(name + 1, "replay_");
	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
	    srcdir ? srcdir : ".", name ? name + 7 : "");
	printf("1..1\n");
	fflush(stdout);
	run(NULL, 0);
	count = run_folder(argc > 1 ? argv[1] : folder);
	printf("%sok 1 - %zu inputs\n", count ? "" : "not ", count);
	return !count;
}
