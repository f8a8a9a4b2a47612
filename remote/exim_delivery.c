#include "config.h"

#include "delivery.h"
#include "exim.h"

/* Debian's configuration sends mail for user@[192.0.2.1] nowhere. */
static const char literal_router[] =
    "relayadm_literal:\n"
    "  driver = ipliteral\n"
    "  domains = ! @[]\n"
    "  transport = RELAYADM_TRANSPORT\n";

/* What delivery says of a domain: "<+HOST:PORT", as route_data has it, "mx",
 * "here" or nothing: both leave it to the routers that follow. */
static const char hop_routers[] =
    "\n"
    "relayadm_hop:\n"
    "  driver = manualroute\n"
    "  condition = ${if match{RELAYADM_HOP}{\\N^<\\N}{yes}{no}}\n"
    "  route_data = RELAYADM_HOP\n"
    "  self = send\n"
    "  transport = RELAYADM_TRANSPORT\n"
    "  no_more\n"
    "\n"
    "relayadm_mx:\n"
    "  driver = dnslookup\n"
    "  condition = ${if eq{RELAYADM_HOP}{mx}{yes}{no}}\n"
    "  transport = RELAYADM_TRANSPORT\n"
    "  no_more\n";

static void
add_row(struct buf *rows, const struct hop *hop)
{
	if (hop->kind == HOP_MX)
		buf_addf(rows, "%s: mx\n", hop->key);
	else
		buf_addf(rows, "%s: <+%s:%u\n", hop->key, hop->host,
		    hop->port);
}

void
exim_render_delivery(const struct site *site, struct rendering *rendering)
{
	struct hops hops = { 0 };
	struct buf delivery = { 0 }, inbound = { 0 }, text = { 0 };

	hops_collect(&hops, site);
	for (size_t i = 0; i < hops.count; i++) {
		const struct hop *hop = &hops.items[i];

		if (hop->kind == HOP_HERE)
			buf_addf(&inbound, "%s\n", hop->key);
		if (hop->kind == HOP_HERE && hops_cover(&hops, hop))
			buf_addf(&delivery, "%s: here\n", hop->key);
		else if (hop->kind != HOP_HERE)
			add_row(&delivery, hop);
	}
	buf_add(&text, literal_router);
	if (delivery.len) {
		rendering_add(rendering, "delivery", &delivery);
		buf_add(&text, hop_routers);
	}
	rendering_add(rendering, "exim/routers", &text);
	if (inbound.len)
		rendering_add(rendering, "inbound", &inbound);
	buf_free(&delivery);
	buf_free(&inbound);
	hops_free(&hops);
}
