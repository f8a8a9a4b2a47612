/* Microsoft 365's endpoints.  Their addresses serve all its customers. */
#include "config.h"

#include "format_list.h"
#include "provider.h"

static int
sniff(const struct source *source, struct buf *why)
{
	if (!source_is_json(source) || !source_has_key(source, "serviceArea"))
		return 0;
	buf_add(why, "JSON with serviceArea, as Microsoft 365 publishes it");
	return 95;
}

static const struct part_key keys[] = {
	{ "serviceArea", PART_SERVICE, },
	{ "ips", PART_RANGES, },
	{ "urls", PART_URLS, },
	{ "tcpPorts", PART_PORTS, },
	{ "category", PART_WORD, },
	{ "required", PART_REQUIRED, },
	{ NULL, PART_RANGE, },
};

static const struct provider provider = {
	.word = "m365",
	.keys = keys,
};

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	return provider_read(intake, source, &provider, err);
}

const struct format format_m365 = {
	.name = "m365",
	.title = "Microsoft 365 endpoints",
	.sniff = sniff,
	.read = read,
	.shared_cloud = true,
};
