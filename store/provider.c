#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "policy/mem.h"
#include "policy/number.h"
#include "provider.h"
#include "reader.h"
#include "spot.h"
#include "told.h"

#define WORD_SIZE 128

struct range {
	struct item item;
	char *text; /* ours */
};

/* One object, and what of it is known so far. */
struct reading {
	const struct provider *provider;
	struct intake *intake;
	struct spot spot;
	struct told services, regions; /* that are there */
	bool any_array;
	size_t objects;
	struct range *ranges;
	size_t count, cap;
	char service[WORD_SIZE], region[WORD_SIZE], ports[WORD_SIZE];
	char word[WORD_SIZE];
	bool optional;
	size_t urls;
	struct item url;
	unsigned seen; /* bits by place in keys */
};

/* --- what an object says ------------------------------------------------ */

static bool
read_word(struct reader *json, char word[WORD_SIZE])
{
	const char *text;

	if (reader_peek(json) == 'n')
		return reader_null(json);
	if (!reader_text(json, &text))
		return false;
	if (strlen(text) >= WORD_SIZE)
		return reader_fail(json, "a name of more than %d bytes",
		    WORD_SIZE - 1);
	memcpy(word, text, strlen(text) + 1);
	return true;
}

static bool
read_range(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;
	const char *text;
	size_t at;

	(void)index;
	reader_peek(json);
	at = json->pos + 1;
	if (!reader_text(json, &text))
		return false;
	r->ranges = mem_grow(r->ranges, r->count, &r->cap, sizeof(*r->ranges));
	r->ranges[r->count++] = (struct range){
		spot_item(&r->spot, at, json->pos - 1 - at), mem_text(text) };
	return true;
}

static bool
read_url(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;
	const char *text;
	size_t at;

	reader_peek(json);
	at = json->pos + 1;
	if (!reader_text(json, &text))
		return false;
	if (!index)
		r->url = spot_item(&r->spot, at, json->pos - 1 - at);
	r->urls++;
	return true;
}

/* "25", "80,443", "3478-3481". */
static bool
port_among(const char *ports, uint32_t port, bool *among)
{
	*among = false;
	while (*ports) {
		size_t n = strcspn(ports, ","), dash = strcspn(ports, "-");
		uint32_t first, last;

		if (dash > n)
			dash = n;
		if (!number_parse(&first, ports, dash, 65535))
			return false;
		last = first;
		if (dash < n && !number_parse(&last, ports + dash + 1,
		        n - dash - 1, 65535))
			return false;
		*among |= first <= port && port <= last;
		ports += n;
		ports += *ports == ',';
	}
	return true;
}

static bool
read_ports(struct reader *json, struct reading *r)
{
	bool among;

	if (!read_word(json, r->ports))
		return false;
	return port_among(r->ports, 0, &among) ||
	    reader_fail(json, "'%s' is no list of ports", r->ports);
}

static bool
read_required(struct reader *json, struct reading *r)
{
	bool required;

	if (!reader_bool(json, &required))
		return false;
	r->optional = !required;
	return true;
}

static bool read_member(struct reader *json, const char *key, void *context);

static bool
read_part(struct reader *json, enum part part, struct reading *r)
{
	switch (part) {
	case PART_RANGE:
		return read_range(json, 0, r);
	case PART_RANGES:
		return reader_array(json, read_range, r);
	case PART_SERVICE:
		return read_word(json, r->service);
	case PART_REGION:
		return read_word(json, r->region);
	case PART_PORTS:
		return read_ports(json, r);
	case PART_WORD:
		return read_word(json, r->word);
	case PART_REQUIRED:
		return read_required(json, r);
	case PART_URLS:
		return reader_array(json, read_url, r);
	case PART_INNER:
		return reader_object(json, read_member, r);
	}
	return false;
}

static bool
read_member(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;
	const struct part_key *keys = r->provider->keys;

	for (unsigned i = 0; keys[i].key; i++) {
		if (strcmp(keys[i].key, key) != 0)
			continue;
		if (r->seen & 1u << i)
			return reader_fail(json, "a second time");
		r->seen |= 1u << i;
		return read_part(json, keys[i].part, r);
	}
	return reader_skip(json);
}

/* --- what is taken of it ------------------------------------------------ */

static bool
is_asked_for(struct reading *r)
{
	unsigned port = intake_rules(r->intake)->port;
	/* Of "Storage.WestUS" the service is Storage, too. */
	bool service = told_add(&r->services, r->service,
	    strcspn(r->service, "."));
	bool region = told_add(&r->regions, r->region, strlen(r->region));
	bool among = true;

	if (port)
		port_among(r->ports, port, &among);
	return service && region && among;
}

static void
add_purpose(struct buf *buf, const struct reading *r)
{
	buf_add(buf, r->provider->word);
	if (r->service[0])
		buf_addf(buf, " %s", r->service);
	if (r->region[0])
		buf_addf(buf, " %s", r->region);
	if (r->ports[0])
		buf_addf(buf, ", port %s", r->ports);
	if (r->word[0])
		buf_addf(buf, ", %s", r->word);
	if (r->optional)
		buf_add(buf, ", not required");
}

static void
take_range(struct reading *r, struct range *range, const struct buf *purpose)
{
	struct item *item = &range->item;
	size_t len = strlen(range->text);

	item->comment = buf_text(purpose);
	item->comment_len = purpose->len;
	if (strspn(range->text, "0123456789abcdefABCDEF:./") == len)
		intake_entry(r->intake, item, range->text, len);
	else
		intake_bad(r->intake, item,
		    "'%.80s' is not an address or a block", range->text);
}

static void
take_object(struct reading *r)
{
	struct buf purpose = { 0 };

	add_purpose(&purpose, r);
	if (r->urls)
		intake_left(r->intake, &r->url,
		    "%zu URLs of %s; a relay list holds addresses", r->urls,
		    buf_text(&purpose));
	if (!is_asked_for(r)) {
		if (r->count)
			intake_left(r->intake, &r->ranges[0].item,
			    "%zu ranges of %s, which was not asked for",
			    r->count, buf_text(&purpose));
	} else {
		for (size_t i = 0; i < r->count; i++)
			take_range(r, &r->ranges[i], &purpose);
	}
	buf_free(&purpose);
}

static void
clear_object(struct reading *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->ranges[i].text);
	r->count = r->urls = 0;
	r->service[0] = r->region[0] = r->ports[0] = r->word[0] = '\0';
	r->optional = false;
	r->seen = 0;
}

static bool
read_item(struct reader *json, size_t index, void *context)
{
	struct reading *r = context;

	(void)index;
	clear_object(r);
	if (++r->objects % 1024 == 0 && !intake_go_on(r->intake, json->pos))
		return false;
	if (!reader_object(json, read_member, r))
		return false;
	take_object(r);
	return true;
}

/* --- the file ----------------------------------------------------------- */

static bool
read_top(struct reader *json, const char *key, void *context)
{
	struct reading *r = context;
	const char *const *arrays = r->provider->arrays;

	for (size_t i = 0; arrays[i]; i++) {
		if (strcmp(arrays[i], key) != 0)
			continue;
		r->any_array = true;
		return reader_array(json, read_item, r);
	}
	return reader_skip(json);
}

static bool
read_all(struct reader *json, struct reading *r)
{
	const char *const *arrays = r->provider->arrays;
	bool ok = arrays ? reader_object(json, read_top, r)
	                 : reader_array(json, read_item, r);

	if (!ok || !reader_end(json))
		return false;
	return !arrays || r->any_array || reader_fail_key(json, arrays[0],
	    "is missing, so this is another kind of file");
}

/* What was asked for must be there. */
static bool
check_asked(const struct reading *r, struct err *err)
{
	const struct import_rules *rules = intake_rules(r->intake);
	bool ports = false;

	for (size_t i = 0; r->provider->keys[i].key; i++)
		ports |= r->provider->keys[i].part == PART_PORTS;
	if (rules->port && !ports)
		return fail(err, "the ranges of %s name no ports; leave the "
		    "port out", r->provider->word);
	return told_check(&r->services, "service", err) &&
	    told_check(&r->regions, "region", err);
}

/* What can be asked for. */
static void
tell_choices(struct reading *r)
{
	struct buf text = { 0 };

	if (r->services.count) {
		buf_add(&text, "services ");
		told_add_names(&text, &r->services);
	}
	if (r->regions.count) {
		buf_add(&text, text.len ? "; regions " : "regions ");
		told_add_names(&text, &r->regions);
	}
	if (text.len)
		r->intake->import->choices = buf_take(&text);
	buf_free(&text);
}

bool
provider_read(struct intake *intake, const struct source *source,
    const struct provider *provider, struct err *err)
{
	struct reading r = { .provider = provider, .intake = intake,
		.spot = { .source = source },
		.services = { .asked = intake_rules(intake)->service,
			.all = true },
		.regions = { .asked = intake_rules(intake)->region,
			.all = true } };
	struct reader json;
	bool ok;

	reader_open(&json, source->text, source->len, err);
	ok = read_all(&json, &r) && check_asked(&r, err);
	if (intake->stopped)
		*err = intake->stop;
	if (ok)
		tell_choices(&r);
	spot_end(&r.spot, intake);
	clear_object(&r);
	free(r.ranges);
	told_free(&r.services);
	told_free(&r.regions);
	reader_close(&json);
	return ok;
}
