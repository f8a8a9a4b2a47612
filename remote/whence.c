#include "config.h"

#include <string.h>

#include "fetch.h"
#include "whence.h"

static void
take_address(void *context, const struct gate_line *line)
{
	struct listener *own = context;
	struct net net;
	struct err err;

	if (line->word == GATE_STATUS && !strcmp(line->key, "from") &&
	    net_parse_addr(&net, line->text, strlen(line->text), &err))
		*own = (struct listener){ net.family, net.first, 0 };
}

bool
whence_ask(const struct gateway *gateway, const struct host_keys *pins,
    const struct ssh_key *key, const struct listener *place,
    struct listener *own, struct err *err)
{
	struct buf settings = { 0 };
	struct answer answer = { .take = take_address, .context = own };
	bool ok;

	*own = (struct listener){ 0 };
	buf_add(&settings, "address ");
	if (place->family == 4)
		buf_add(&settings, "00000000000000000000ffff");
	for (int shift = place->family == 4 ? 28 : 124; shift >= 0; shift -= 4)
		buf_addf(&settings, "%x",
		    (unsigned)(place->addr >> shift) & 15);
	buf_addf(&settings, "\nport %u\n", place->port);
	answer.settings = buf_text(&settings);
	ok = gateway_ask(gateway, pins, key, "whence", &answer, err);
	buf_free(&settings);
	return ok;
}
