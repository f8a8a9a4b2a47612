#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "policy/mem.h"

#include "keyring.h"
#include "ssh_key.h"

/* Each lies in memory of its own, so that nothing else moves or copies it. */
struct secret {
	struct secret *next;
	char *file;
	enum unlocking how;
	char passphrase[PASSPHRASE_SIZE];
};

static struct secret *secrets;
static struct keyring_asker asker;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;   /* of secrets */
static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER; /* of a person */

void
keyring_ask_by(const struct keyring_asker *by)
{
	asker = *by;
}

static struct secret *
find(const char *file)
{
	struct secret *secret = secrets;

	while (secret && strcmp(secret->file, file) != 0)
		secret = secret->next;
	return secret;
}

static void
note(const char *file, enum unlocking how, const char *passphrase)
{
	struct secret *secret;

	pthread_mutex_lock(&lock);
	secret = find(file);
	if (!secret) {
		secret = mem_new(1, sizeof(*secret));
		/* Out of swap where that is allowed. */
		mlock(secret, sizeof(*secret));
		secret->file = mem_text(file);
		secret->next = secrets;
		secrets = secret;
	}
	secret->how = how;
	explicit_bzero(secret->passphrase, sizeof(secret->passphrase));
	snprintf(secret->passphrase, sizeof(secret->passphrase), "%s",
	    passphrase);
	pthread_mutex_unlock(&lock);
}

/* What is known of the file; false: nothing. */
static bool
recall(const char *file, enum unlocking *how)
{
	const struct secret *secret;

	pthread_mutex_lock(&lock);
	secret = find(file);
	if (secret)
		*how = secret->how;
	pthread_mutex_unlock(&lock);
	return secret != NULL;
}

bool
keyring_get(const char *file, char passphrase[PASSPHRASE_SIZE])
{
	const struct secret *secret;
	bool known;

	pthread_mutex_lock(&lock);
	secret = find(file);
	known = secret && secret->how == UNLOCK_DONE;
	if (known)
		memcpy(passphrase, secret->passphrase, PASSPHRASE_SIZE);
	pthread_mutex_unlock(&lock);
	return known;
}

void
keyring_put(const char *file, const char *passphrase)
{
	note(file, UNLOCK_DONE, passphrase);
}

bool
keyring_is_empty(void)
{
	bool empty;

	pthread_mutex_lock(&lock);
	empty = secrets == NULL;
	pthread_mutex_unlock(&lock);
	return empty;
}

bool
keyring_forget(void)
{
	struct secret *secret, *next;
	bool any;

	pthread_mutex_lock(&lock);
	any = secrets != NULL;
	for (secret = secrets; secret; secret = next) {
		next = secret->next;
		free(secret->file);
		explicit_bzero(secret, sizeof(*secret));
		munlock(secret, sizeof(*secret));
		free(secret);
	}
	secrets = NULL;
	pthread_mutex_unlock(&lock);
	return any;
}

static enum unlocking
ask(const char *file)
{
	char passphrase[PASSPHRASE_SIZE] = "";
	enum unlocking how = UNLOCK_WRONG;
	int attempt;

	for (attempt = 1; how == UNLOCK_WRONG && attempt <= KEYRING_ATTEMPTS;
	     attempt++) {
		if (!asker.ask ||
		    !asker.ask(asker.context, file, attempt, passphrase))
			how = UNLOCK_UNTOLD;
		else if (key_file_opens(file, passphrase))
			how = UNLOCK_DONE;
	}
	/* Wrong ones were asked for, and none came any more. */
	if (how == UNLOCK_UNTOLD && attempt > 2)
		how = UNLOCK_WRONG;
	note(file, how, how == UNLOCK_DONE ? passphrase : "");
	explicit_bzero(passphrase, sizeof(passphrase));
	return how;
}

enum unlocking
keyring_unlock(const char *file)
{
	enum unlocking how;

	pthread_mutex_lock(&asking);
	if (!recall(file, &how))
		how = ask(file);
	pthread_mutex_unlock(&asking);
	return how;
}
