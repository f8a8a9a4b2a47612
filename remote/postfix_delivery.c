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
		const struct hop *hop = &hops.items[i];

		if (hop->kind == HOP_HERE)
			buf_addf(&inbound, "%s\n", hop->key);
		if (hop->kind == HOP_HERE && hops_cover(&hops, hop))
			buf_addf(&delivery, "%s :\n", hop->key);
		else if (hop->kind != HOP_HERE)
			add_transport(&delivery, hop);
	}
	if (delivery.len)
		rendering_add(rendering, "delivery", &delivery);
	if (inbound.len)
		rendering_add(rendering, "inbound", &inbound);
	buf_free(&delivery);
	buf_free(&inbound);
	hops_free(&hops);
}
