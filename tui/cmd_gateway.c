#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "command.h"
#include "object.h"
#include "out.h"
#include "remote/ssh.h"

static bool
find_gateway(struct session *session, const char *name,
    struct policy **draft, const struct gateway **gateway, struct err *err)
{
	if (!session_policy(session, 0, draft, err))
		return false;
	*gateway = policy_gateway(*draft, name);
	if (!*gateway)
		return fail(err, "there is no gateway %s", name);
	if (!*(*gateway)->host)
		return fail(err, "gateway %s: no SSH host is set; relayadm "
		    "gateway set %s ssh.host=HOST", name, name);
	return true;
}

static bool
fetch_key(const struct gateway *g, struct host_key *key, struct err *err)
{
	struct ssh_target target = { .host = g->host, .port = g->port,
		.user = g->user, .jump = g->jump };

	if (!ssh_fetch_host_key(&target, key, err))
		return fail_in(err, "gateway %s", g->name);
	return true;
}

static bool
gateway_fingerprint(struct session *session, const char *name,
    struct err *err)
{
	char text[FINGERPRINT_SIZE];
	unsigned char blob[4 * sizeof(((struct host_key *)0)->blob) / 3 + 8];
	const struct gateway *gateway;
	struct policy *draft = NULL;
	struct host_key key;
	bool ok = find_gateway(session, name, &draft, &gateway, err) &&
	    fetch_key(gateway, &key, err);

	if (ok) {
		host_key_fingerprint(&key, text);
		EVP_EncodeBlock(blob, key.blob, (int)key.blob_len);
		out_line("%s\t%s\t%s", key.type, text, (char *)blob);
	}
	policy_free(draft);
	return ok;
}

static void
pin_of_key(struct pin *pin, const struct host_key *key)
{
	memset(pin, 0, sizeof(*pin));
	memcpy(pin->type, key->type, sizeof(pin->type));
	memcpy(pin->blob, key->blob, key->blob_len);
	pin->blob_len = key->blob_len;
}

/* Trusts the key that the gateway shows, if it is the one that was named. */
static bool
gateway_trust(struct session *session, const char *name,
    const char *fingerprint, struct err *err)
{
	char text[FINGERPRINT_SIZE];
	const struct gateway *gateway;
	struct policy *draft = NULL;
	struct host_key key;
	struct pin pin;
	bool ok = find_gateway(session, name, &draft, &gateway, err) &&
	    fetch_key(gateway, &key, err);

	if (ok) {
		host_key_fingerprint(&key, text);
		ok = !strcmp(text, fingerprint) ||
		    fail_as(err, ERR_REACH,
		        "gateway %s shows the %s key %s, not %.80s; nothing "
		        "is trusted", name, key.type, text, fingerprint);
	}
	if (ok) {
		pin_of_key(&pin, &key);
		ok = store_pin_set(session->store, name, &pin, err);
	}
	if (ok)
		out_line("gateway %s: the %s key %s is trusted", name,
		    key.type, text);
	policy_free(draft);
	return ok;
}

static bool
gateway_forget(struct session *session, const char *name, struct err *err)
{
	if (!session_open(session, STORE_WRITE, err) ||
	    !store_pin_set(session->store, name, NULL, err))
		return false;
	out_line("gateway %s: no host key is trusted any more", name);
	return true;
}

static bool
read_fingerprint(struct session *session, int argc, char **argv,
    const char **fingerprint, struct err *err)
{
	static const struct option options[] = {
		{ "fingerprint", required_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = option_next(session, argc, argv, options, err)) != -1) {
		if (c == '?')
			return false;
		*fingerprint = optarg;
	}
	if (optind + 2 != argc)
		return usage_error(err, "gateway", "one NAME is needed");
	return true;
}

COMMAND(gateway)
{
	const char *verb = argc > 1 ? argv[1] : "", *fingerprint = NULL;

	*status = 0;
	if (strcmp(verb, "fingerprint") && strcmp(verb, "trust") &&
	    strcmp(verb, "forget"))
		return object_command(session, OBJECT_GATEWAY, argc, argv,
		    err);
	if (!read_fingerprint(session, argc, argv, &fingerprint, err))
		return false;
	if (!strcmp(verb, "fingerprint"))
		return gateway_fingerprint(session, argv[optind + 1], err);
	if (!strcmp(verb, "forget"))
		return gateway_forget(session, argv[optind + 1], err);
	if (!fingerprint)
		return fail_as(err, ERR_USAGE,
		    "compare what relayadm gateway fingerprint %s prints with "
		    "ssh-keygen -lf on the gateway, then say --fingerprint "
		    "SHA256:...", argv[optind + 1]);
	return gateway_trust(session, argv[optind + 1], fingerprint, err);
}
