#include "config.h"

#include "delivery.h"
#include "postfix.h"

/* A row of transport(5). */
static void
add_transport(struct buf *rows, const struct hop *hop)
{
	bool bare = *hop->host != '[';

	if (hop->kind == HOP_MX)
		buf_addf(rows, "%s :\n", hop->key);
	else
		buf_addf(rows, "%s smtp:%s%s%s:%u\n", hop->key,
		    bare ? "[" : "", hop->host, bare ? "]" : "", hop->port);
}

void
delivery_render(const struct site *site, struct rendering *rendering)
{
	struct hops hops = { 0 };
	struct buf delivery = { 0 }, inbound = { 0 };

	hops_collect(&hops, site);
	for (size_t i = 0; i < hops.count; i++) {
		if (hops.items[i].kind == HOP_HERE)
			buf_addf(&inbound, "%s\n", hops.items[i].key);
		else
			add_transport(&delivery, &hops.items[i]);
	}
	if (delivery.len)
		rendering_add(rendering, "delivery", &delivery);
	if (inbound.len)
		rendering_add(rendering, "inbound", &inbound);
	buf_free(&delivery);
	buf_free(&inbound);
	hops_free(&hops);
}
