#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "digest.h"
#include "ssh_key.h"

/* OpenSSH's own form begins with its name and that of the cipher: the length in
 * base64, and how it goes on where there is none. */
#define OPENSSH_FORM "b3BlbnNzaC1rZXktdjEAAAAA"
#define OPENSSH_OPEN OPENSSH_FORM "BG5vbm"

static const char *const default_files[] = {
	".ssh/id_ed25519",
	".ssh/id_ecdsa",
};

void
host_key_fingerprint(const struct host_key *key, char text[FINGERPRINT_SIZE])
{
	unsigned char sum[32], code[48];
	size_t len;

	digest_raw(sum, key->blob, key->blob_len);
	len = (size_t)EVP_EncodeBlock(code, sum, sizeof(sum));
	while (len && code[len - 1] == '=')
		len--;
	memcpy(text, "SHA256:", 7);
	memcpy(text + 7, code, len);
	text[7 + len] = '\0';
}

bool
host_key_parse(struct host_key *key, const void *data, size_t len)
{
	const unsigned char *blob = data;
	size_t type_len;

	memset(key, 0, sizeof(*key));
	if (!blob || len < 4 || len > sizeof(key->blob))
		return false;
	type_len = blob[3];
	if (blob[0] || blob[1] || blob[2] || !type_len ||
	    type_len + 4 > len || type_len >= sizeof(key->type))
		return false;
	for (size_t i = 0; i < type_len; i++)
		if (blob[4 + i] < '!' || blob[4 + i] > '~')
			return false;
	memcpy(key->type, blob + 4, type_len);
	memcpy(key->blob, blob, len);
	key->blob_len = len;
	return true;
}

/* "TYPE BASE64 comment" */
static bool
parse_public(struct host_key *key, const char *line)
{
	unsigned char blob[sizeof(key->blob) + 3];
	const char *code = strchr(line, ' ');
	size_t len = code ? strcspn(++code, " \r\n") : 0;
	int n;

	if (!len || len % 4 || len / 4 * 3 > sizeof(key->blob))
		return false;
	n = EVP_DecodeBlock(blob, (const unsigned char *)code, (int)len);
	while (n > 0 && len && code[len - 1] == '=')
		len--, n--;
	return n > 0 && host_key_parse(key, blob, (size_t)n);
}

bool
key_file_public(const char *file, struct host_key *key)
{
	struct buf path = { 0 };
	char line[4096];
	FILE *in;
	bool ok;

	buf_addf(&path, "%s.pub", file);
	in = fopen(path.data, "re");
	buf_free(&path);
	if (!in)
		return false;
	ok = fgets(line, sizeof(line), in) && parse_public(key, line);
	fclose(in);
	return ok;
}

/* Takes a string of RFC 4251 5 off the front. */
static bool
take_string(const unsigned char **at, size_t *left, size_t *len)
{
	const unsigned char *p = *at;

	if (*left < 4 || p[0] || p[1])
		return false;
	*len = (size_t)p[2] << 8 | p[3];
	if (*len > *left - 4)
		return false;
	*at += 4 + *len;
	*left -= 4 + *len;
	return true;
}

/* "openssh-key-v1", cipher, kdf and its options, how many (1), the public
 * one: PROTOCOL.key of OpenSSH. */
static bool
parse_private(struct host_key *key, const unsigned char *at, size_t left)
{
	size_t len;

	if (left < 15 || memcmp(at, "openssh-key-v1", 15) != 0)
		return false;
	at += 15;
	left -= 15;
	for (int i = 0; i < 3; i++)
		if (!take_string(&at, &left, &len))
			return false;
	if (left < 4)
		return false;
	at += 4;
	left -= 4;
	return take_string(&at, &left, &len) &&
	    host_key_parse(key, at - len, len);
}

/* The base64 between the lines that begin with a hyphen; how many characters,
 * in whole groups. */
static int
take_code(char *code, const char *text, size_t len)
{
	bool skipped = false, begins = true;
	int n = 0;

	for (size_t i = 0; i < len; i++) {
		if (begins)
			skipped = text[i] == '-';
		begins = text[i] == '\n';
		if (!skipped && text[i] > ' ')
			code[n++] = text[i];
	}
	return n & ~3;
}

bool
key_file_own(const char *file, struct host_key *key)
{
	char text[4096], code[4096];
	unsigned char blob[4096];
	int fd, n = 0;
	ssize_t len;
	bool ok;

	memset(key, 0, sizeof(*key));
	if (key_file_public(file, key))
		return true;
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	len = fd >= 0 ? read(fd, text, sizeof(text)) : -1;
	if (fd >= 0)
		close(fd);
	if (len > 0)
		n = take_code(code, text, (size_t)len);
	if (n)
		n = EVP_DecodeBlock(blob, (unsigned char *)code, n);
	ok = n > 0 && parse_private(key, blob, (size_t)n);
	explicit_bzero(text, sizeof(text));
	explicit_bzero(code, sizeof(code));
	explicit_bzero(blob, sizeof(blob));
	return ok;
}

char *
key_file_default(void)
{
	const char *home = getenv("HOME");

	for (size_t i = 0; home &&
	     i < sizeof(default_files) / sizeof(default_files[0]); i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s/%s", home, default_files[i]);
		if (!access(path.data, R_OK))
			return buf_take(&path);
		buf_free(&path);
	}
	return NULL;
}

static bool
says_locked(const char *line)
{
	if (!strncmp(line, OPENSSH_FORM, strlen(OPENSSH_FORM)))
		return strncmp(line, OPENSSH_OPEN, strlen(OPENSSH_OPEN)) != 0;
	return !strncmp(line, "-----BEGIN ENCRYPTED PRIVATE KEY", 32) ||
	    !strncmp(line, "Proc-Type: 4,ENCRYPTED", 22);
}

bool
key_file_locked(const char *file)
{
	FILE *in = fopen(file, "re");
	char line[256];
	bool locked = false;

	if (!in)
		return false;
	/* It stands in the first lines. */
	for (int i = 0; !locked && i < 4 && fgets(line, sizeof(line), in); i++)
		locked = says_locked(line);
	explicit_bzero(line, sizeof(line));
	fclose(in);
	return locked;
}
