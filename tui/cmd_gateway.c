#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "cmd_gateway.h"
#include "object.h"
#include "out.h"
#include "pins.h"
#include "policy/mem.h"

bool
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

/* A key that a gateway, or first its jump host, shows. */
struct shown {
	const struct gateway *gateway;
	struct policy *draft;
	struct host_key key;
	bool of_jump; /* the jump host's: it is not trusted yet */
	char fingerprint[FINGERPRINT_SIZE];
};

static bool
fetch_key(struct shown *shown, struct session *session, const char *name,
    struct err *err)
{
	struct ssh_target target;
	struct host_keys keys;
	bool ok;

	if (!find_gateway(session, name, &shown->draft, &shown->gateway, err)
	    || !pins_load(session->store, shown->gateway, &keys, err))
		return false;
	target = gateway_target(shown->gateway, &keys);
	shown->of_jump = target.jump && !keys.jump.type[0];
	ok = shown->of_jump ? ssh_fetch_jump_key(&target, &shown->key, err)
	                    : ssh_fetch_host_key(&target, &shown->key, err);
	if (!ok)
		return fail_in(err, "gateway %s", name);
	host_key_fingerprint(&shown->key, shown->fingerprint);
	return true;
}

static bool
gateway_fingerprint(struct session *session, const char *name,
    struct err *err)
{
	unsigned char blob[4 * sizeof(((struct host_key *)0)->blob) / 3 + 8];
	struct shown shown = { 0 };
	bool ok = fetch_key(&shown, session, name, err);

	if (ok) {
		EVP_EncodeBlock(blob, shown.key.blob,
		    (int)shown.key.blob_len);
		out_line("%s\t%s\t%s%s%s", shown.key.type,
		    shown.fingerprint, (char *)blob,
		    shown.of_jump ? "\tjump host " : "",
		    shown.of_jump ? shown.gateway->jump : "");
	}
	policy_free(shown.draft);
	return ok;
}

static bool
trust_shown(struct session *session, const struct shown *shown,
    struct err *err)
{
	const char *name = shown->gateway->name;
	char *pin = shown->of_jump ? jump_pin_name(shown->gateway)
	                           : mem_text(name);
	bool ok = pin_save(session->store, pin, &shown->key, err);

	free(pin);
	if (!ok)
		return false;
	if (shown->of_jump)
		out_line("jump host %s: the %s key %s is trusted; now trust "
		    "that of %s itself", shown->gateway->jump,
		    shown->key.type, shown->fingerprint, name);
	else
		out_line("gateway %s: the %s key %s is trusted", name,
		    shown->key.type, shown->fingerprint);
	return true;
}

static bool
gateway_trust(struct session *session, const char *name,
    const char *fingerprint, struct err *err)
{
	struct shown shown = { 0 };
	bool ok = session_open(session, STORE_WRITE, err) &&
	    fetch_key(&shown, session, name, err);

	if (ok && strcmp(shown.fingerprint, fingerprint) != 0)
		ok = fail_as(err, ERR_REACH,
		    "%s %s shows the %s key %s, not %.80s; nothing is trusted",
		    shown.of_jump ? "jump host" : "gateway",
		    shown.of_jump ? shown.gateway->jump : name,
		    shown.key.type, shown.fingerprint, fingerprint);
	ok = ok && trust_shown(session, &shown, err);
	policy_free(shown.draft);
	return ok;
}

/* The gateway's own key, and that of its jump host too. */
static bool
gateway_forget(struct session *session, const char *name, struct err *err)
{
	const struct gateway *gateway;
	struct policy *draft = NULL;
	char *jump = NULL;
	bool ok;

	if (!session_open(session, STORE_WRITE, err) ||
	    !session_policy(session, 0, &draft, err))
		return false;
	gateway = policy_gateway(draft, name);
	if (gateway && gateway->jump)
		jump = jump_pin_name(gateway);
	ok = pin_save(session->store, name, NULL, err) &&
	    (!jump || pin_save(session->store, jump, NULL, err));
	if (ok)
		out_line("gateway %s: no host key is trusted any more%s%s",
		    name, jump ? ", nor that of its jump host " : "",
		    jump ? gateway->jump : "");
	free(jump);
	policy_free(draft);
	return ok;
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
	if (!strcmp(verb, "setup"))
		return gateway_setup(session, argc, argv, err);
	if (!strcmp(verb, "adopt"))
		return gateway_adopt(session, argc, argv, err);
	if (!strcmp(verb, "compare"))
		return gateway_compare(session, argc, argv, status, err);
	if (!strcmp(verb, "test"))
		return gateway_test(session, argc, argv, err);
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
