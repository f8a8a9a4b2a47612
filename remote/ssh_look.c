#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"

#include "ssh_key.h"
#include "ssh_library.h"
#include "ssh_look.h"

const char *const ssh_method_words[] = { "key exchange", "host key", "cipher",
	"MAC", NULL };

const char *
ssh_library_version(void)
{
	return libssh2_version(0);
}

/* --- algorithms ---------------------------------------------------------- */

static bool
names_have(const char *names, const char *name, size_t len)
{
	for (const char *p = names;; p++) {
		size_t part = strcspn(p, ",");

		if (part == len && !memcmp(p, name, len))
			return true;
		p += part;
		if (!*p)
			return false;
	}
}

bool
ssh_algorithms_have(const struct buf *names, const char *name)
{
	return names_have(buf_text(names), name, strlen(name));
}

bool
ssh_algorithms_meet(const struct buf *own, const struct buf *server)
{
	for (const char *p = buf_text(own);; p++) {
		size_t len = strcspn(p, ",");

		if (len && names_have(buf_text(server), p, len))
			return true;
		p += len;
		if (!*p)
			return false;
	}
}

static void
add_supported(LIBSSH2_SESSION *session, int method, const char *wanted,
    struct buf *names)
{
	const char **all = NULL;
	int count = libssh2_session_supported_algs(session, method, &all);

	for (int i = 0; i < count; i++)
		if (names_have(wanted, all[i], strlen(all[i])))
			buf_addf(names, "%s%s", names->len ? "," : "", all[i]);
	if (count > 0)
		libssh2_free(session, all);
}

bool
ssh_own_algorithms(struct ssh_algorithms *own)
{
	static const int methods[SSH_METHODS] = { LIBSSH2_METHOD_KEX,
		LIBSSH2_METHOD_HOSTKEY, LIBSSH2_METHOD_CRYPT_SC,
		LIBSSH2_METHOD_MAC_SC };
	LIBSSH2_SESSION *session = session_library_new(NULL);

	memset(own, 0, sizeof(*own));
	if (!session)
		return false;
	for (int i = 0; i < SSH_METHODS; i++)
		add_supported(session, methods[i],
		    session_method_names(methods[i]), &own->names[i]);
	libssh2_session_free(session);
	return true;
}

void
ssh_algorithms_free(struct ssh_algorithms *algorithms)
{
	for (int i = 0; i < SSH_METHODS; i++)
		buf_free(&algorithms->names[i]);
}

/* --- keys ----------------------------------------------------------------- */

bool
ssh_type_usable(const char *type)
{
	return !strcmp(type, "ssh-ed25519") ||
	    !strncmp(type, "ecdsa-sha2-nist", 15);
}

static void
take_identities(LIBSSH2_AGENT *agent, struct host_key **keys, size_t *count)
{
	struct libssh2_agent_publickey *identity = NULL;
	size_t cap = 0;

	while (!libssh2_agent_get_identity(agent, &identity, identity)) {
		*keys = mem_grow(*keys, *count, &cap, sizeof(**keys));
		/* One that is no key here has an empty type. */
		host_key_parse(&(*keys)[(*count)++], identity->blob,
		    identity->blob_len);
	}
}

bool
ssh_agent_keys(struct host_key **keys, size_t *count)
{
	LIBSSH2_SESSION *session = NULL;
	LIBSSH2_AGENT *agent = NULL;
	bool ok;

	*keys = NULL;
	*count = 0;
	if (getenv("SSH_AUTH_SOCK"))
		session = session_library_new(NULL);
	if (session)
		agent = libssh2_agent_init(session);
	ok = agent && !libssh2_agent_connect(agent) &&
	    !libssh2_agent_list_identities(agent);
	if (ok)
		take_identities(agent, keys, count);
	if (agent) {
		libssh2_agent_disconnect(agent);
		libssh2_agent_free(agent);
	}
	if (session)
		libssh2_session_free(session);
	return ok;
}
