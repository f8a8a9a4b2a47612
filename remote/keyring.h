/* Passphrases of locked key files: asked for when one is needed, once for each
 * file, and held for the life of this process in memory that is wiped.  Any
 * thread may call this; one asks at a time, the others wait for what it gets. */
#ifndef REMOTE_KEYRING_H
#define REMOTE_KEYRING_H

#include <stdbool.h>

#define PASSPHRASE_SIZE 1024 /* with its NUL */
#define KEYRING_ATTEMPTS 3

/* Asks a person for the passphrase of the file; attempt is from 1, and those
 * before it were wrong.  False: there is nobody, or nobody wants to say. */
struct keyring_asker {
	bool (*ask)(void *context, const char *file, int attempt,
	    char passphrase[PASSPHRASE_SIZE]);
	void *context;
};

/* Before the first thread; without it nobody is asked. */
void keyring_ask_by(const struct keyring_asker *asker);

/* The passphrase of the file; wipe it after use. */
bool keyring_get(const char *file, char passphrase[PASSPHRASE_SIZE]);
/* Keeps one that opens the file. */
void keyring_put(const char *file, const char *passphrase);
/* All of them; true if there was any. */
bool keyring_forget(void);
bool keyring_is_empty(void);

enum unlocking {
	UNLOCK_DONE,   /* keyring_get() knows it now */
	UNLOCK_UNTOLD, /* nobody said it */
	UNLOCK_WRONG,  /* so many times it was wrong */
};

/* Asks unless the file's passphrase is there already.  Who does not say it once
 * is not asked again for this file. */
enum unlocking keyring_unlock(const char *file);

#endif
