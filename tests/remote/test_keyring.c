/* Locked key files, made by ssh-keygen(1): what opens them, who is asked, how
 * often, and what stays. */
#include "config.h"

#include <pthread.h>
#include <unistd.h>

#include "policy/buf.h"
#include "remote/keyring.h"
#include "remote/ssh_key.h"
#include "tests/policy/unit.h"

static char dir[] = "/tmp/keyring.XXXXXX";

static const struct {
	const char *name, *options;
	bool locked;
} files[] = {
	{ "ed25519", "-t ed25519 -N 'open it'", true, },
	{ "ecdsa", "-t ecdsa -N 'open it'", true, },
	{ "pem", "-t ecdsa -m PEM -N 'open it'", true, },
	{ "pkcs8", "-t ecdsa -m PKCS8 -N 'open it'", true, },
	{ "rsa", "-t rsa -b 1024 -N 'open it'", true, },
	{ "open", "-t ed25519 -N ''", false, },
	{ "open-pem", "-t ecdsa -m PEM -N ''", false, },
};

static const char *
path(const char *name)
{
	static char text[2][100];
	static int which;

	which = !which;
	snprintf(text[which], sizeof(text[which]), "%s/%s", dir, name);
	return text[which];
}

static int
make_files(void **state)
{
	struct buf command = { 0 };
	int rc = 0;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	for (size_t i = 0; !rc && i < ROWS(files); i++) {
		buf_clear(&command);
		buf_addf(&command, "ssh-keygen -q -a 4 %s -f %s",
		    files[i].options, path(files[i].name));
		rc = system(buf_text(&command));
	}
	buf_free(&command);
	return rc;
}

static int
remove_files(void **state)
{
	struct buf command = { 0 };
	int rc;

	(void)state;
	buf_addf(&command, "rm -rf %s", dir);
	rc = system(buf_text(&command));
	buf_free(&command);
	return rc;
}

static void
test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(files); i++) {
		const char *file = path(files[i].name);
		bool locked = files[i].locked;

		check_row(key_file_locked(file) == locked, files[i].name);
		check_row(key_file_opens(file, "open it"), files[i].name);
		check_row(key_file_opens(file, "open") == !locked,
		    files[i].name);
		check_row(key_file_opens(file, "") == !locked, files[i].name);
	}
	assert_false(key_file_locked(path("none")));
	assert_false(key_file_opens(path("none"), "open it"));
	assert_false(key_file_locked(path("ed25519.pub")));
}

/* Says one after the other; after the last one nothing. */
struct script {
	const char *const *words;
	int asked;
};

static bool
say(void *context, const char *file, int attempt,
    char passphrase[PASSPHRASE_SIZE])
{
	struct script *script = context;
	const char *word = script->words[script->asked];

	assert_non_null(strstr(file, dir));
	assert_int_equal(attempt, script->asked + 1);
	if (!word)
		return false;
	script->asked++;
	snprintf(passphrase, PASSPHRASE_SIZE, "%s", word);
	return true;
}

static const struct {
	const char *row, *words[5];
	enum unlocking how;
	int asked;
} rows[] = {
	{ "right", { "open it", }, UNLOCK_DONE, 1, },
	{ "wrong, then right", { "x", "open it", }, UNLOCK_DONE, 2, },
	{ "twice wrong", { "x", "open it ", "open it", }, UNLOCK_DONE, 3, },
	{ "too often", { "x", "y", "z", "open it", }, UNLOCK_WRONG, 3, },
	{ "nobody", { NULL, }, UNLOCK_UNTOLD, 0, },
	{ "no more", { "x", }, UNLOCK_WRONG, 1, },
};

static void
check_script(const char *row, const char *const *words, enum unlocking how,
    int asked)
{
	struct script script = { .words = words };
	struct keyring_asker asker = { say, &script };
	char passphrase[PASSPHRASE_SIZE];
	const char *file = path("ed25519");

	keyring_ask_by(&asker);
	check_row(keyring_unlock(file) == how, row);
	check_row(script.asked == asked, row);
	/* Nobody is asked a second time, whatever he said. */
	check_row(keyring_unlock(file) == how, row);
	check_row(script.asked == asked, row);
	check_row(keyring_get(file, passphrase) == (how == UNLOCK_DONE), row);
	if (how == UNLOCK_DONE)
		check_same(passphrase, "open it", row);
	check_row(!keyring_get(path("ecdsa"), passphrase), row);
	check_row(keyring_forget(), row);
	check_row(keyring_is_empty(), row);
	check_row(!keyring_get(file, passphrase), row);
}

static void
test_asking(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check_script(rows[i].row, rows[i].words, rows[i].how,
		    rows[i].asked);
}

static void *
unlock(void *file)
{
	return keyring_unlock(file) == UNLOCK_DONE ? file : NULL;
}

static void
test_threads(void **state)
{
	static const char *const words[] = { "open it", NULL };
	struct script script = { .words = words };
	struct keyring_asker asker = { say, &script };
	pthread_t threads[8];
	char file[100];
	void *done;

	(void)state;
	snprintf(file, sizeof(file), "%s", path("ecdsa"));
	keyring_ask_by(&asker);
	for (size_t i = 0; i < ROWS(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, unlock,
		    file), 0);
	for (size_t i = 0; i < ROWS(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &done), 0);
		assert_ptr_equal(done, file);
	}
	assert_int_equal(script.asked, 1);
	keyring_forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_asking),
		cmocka_unit_test(test_threads),
	};

	if (system("command -v ssh-keygen >/dev/null") != 0) {
		puts("1..0 # SKIP ssh-keygen is not installed");
		return 77;
	}
	return cmocka_run_group_tests_name("keyring", tests, make_files,
	    remove_files);
}
