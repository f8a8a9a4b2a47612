#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "pins.h"

char *
jump_pin_name(const struct gateway *gateway)
{
	const char *at = strchr(gateway->jump, '@');
	const char *host = at ? at + 1 : gateway->jump, *colon;
	struct buf name = { 0 };

	colon = strrchr(host, ':');
	buf_addf(&name, "jump:%s%s", host,
	    colon && (host[0] != '[' || colon[-1] == ']') ? "" : ":22");
	return buf_take(&name);
}

static bool
load(struct store *store, const char *name, struct host_key *key,
    struct err *err)
{
	struct pin pin;

	if (!store_pin_get(store, name, &pin, err))
		return false;
	memcpy(key->type, pin.type, sizeof(key->type));
	memcpy(key->blob, pin.blob, pin.blob_len);
	key->blob_len = pin.blob_len;
	return true;
}

bool
pins_load(struct store *store, const struct gateway *gateway,
    struct host_keys *keys, struct err *err)
{
	char *jump;
	bool ok;

	memset(keys, 0, sizeof(*keys));
	if (!load(store, gateway->name, &keys->own, err))
		return false;
	if (!gateway->jump)
		return true;
	jump = jump_pin_name(gateway);
	ok = load(store, jump, &keys->jump, err);
	free(jump);
	return ok;
}

bool
pins_check(const struct gateway *gateway, const struct host_keys *keys,
    struct err *err)
{
	const char *name = gateway->name;

	if (gateway->jump && !keys->jump.type[0])
		return fail_as(err, ERR_REACH,
		    "gateway %s: no host key of its jump host %s is trusted; "
		    "see relayadm gateway fingerprint %s, then gateway trust",
		    name, gateway->jump, name);
	return keys->own.type[0] || fail_as(err, ERR_REACH,
	    "gateway %s: no host key is trusted; see relayadm gateway "
	    "fingerprint %s, then gateway trust", name, name);
}

bool
pin_save(struct store *store, const char *name, const struct host_key *key,
    struct err *err)
{
	struct pin pin = { .type = "" };

	if (!key)
		return store_pin_set(store, name, NULL, err);
	memcpy(pin.type, key->type, sizeof(pin.type));
	memcpy(pin.blob, key->blob, key->blob_len);
	pin.blob_len = key->blob_len;
	return store_pin_set(store, name, &pin, err);
}

struct ssh_target
gateway_target(const struct gateway *g, const struct host_keys *keys)
{
	return (struct ssh_target){ .host = g->host, .port = g->port,
		.user = g->user, .jump = g->jump,
		.transport = g->transport, .pin = &keys->own,
		.jump_pin = &keys->jump };
}
