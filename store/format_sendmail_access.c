/* The access file of sendmail (cf/README, "Anti-spam configuration control"):
 * a tag, a client by the first octets of its address or by its name, and what
 * to do.  The narrowest key decides. */
#include "config.h"

#include <string.h>

#include "access_key.h"
#include "access_value.h"
#include "format_list.h"
#include "sample.h"

static const struct {
	const char *tag;
	const char *left; /* NULL: it is about clients */
} tags[] = {
	{ "Connect:", NULL, },
	{ "From:", "is about senders, not about clients", },
	{ "To:", "is about recipients, not about clients", },
	{ "Spam:", "is about recipients, not about clients", },
	{ "GreetPause:", "sets a pause, no permission", },
	{ "ClientRate:", "sets a limit, no permission", },
	{ "ClientConn:", "sets a limit, no permission", },
	{ "TLS_Clt:", "sets what TLS must do, no permission", },
	{ "TLS_Srv:", "sets what TLS must do, no permission", },
	{ "TLS_Rcpt:", "sets what TLS must do, no permission", },
	{ "Try_TLS:", "sets what TLS must do, no permission", },
	{ "Srv_Features:", "sets what TLS must do, no permission", },
	{ "CERTISSUER:", "is about a certificate, not about an address", },
	{ "CERTSUBJECT:", "is about a certificate, not about an address", },
	{ "AuthInfo:", "is how sendmail logs on elsewhere", },
};

#define TAGS (sizeof(tags) / sizeof(tags[0]))

static size_t
find_tag(struct span key)
{
	size_t i = 0;

	while (i < TAGS && !span_starts(key, tags[i].tag))
		i++;
	return i;
}

/* cidrexpand(8) writes blocks out as octets. */
static enum access_kind
parse_key(struct intake *intake, struct span *key, struct net *net,
    struct err *err)
{
	if (span_starts(*key, "IPv6:"))
		*key = span_from(*key, 5);
	*key = span_unbracket(*key);
	if (span_find(*key, '/') < key->len)
		return intake_parse_net(intake, *key, net, err) ? ACCESS_NET
		                                                : ACCESS_BAD;
	return access_key(key, net, err);
}

static void
read_row(struct intake *intake, struct item *item)
{
	struct span rest = span_of(item->text, item->len), key;
	enum access_kind kind;
	struct net net;
	struct err err;
	size_t tag;

	span_word(&rest, &key);
	tag = find_tag(key);
	if (tag < TAGS && tags[tag].left) {
		intake_left(intake, item, "%s", tags[tag].left);
		return;
	}
	if (tag < TAGS)
		key = span_from(key, strlen(tags[tag].tag));
	kind = parse_key(intake, &key, &net, &err);
	if (kind == ACCESS_BAD)
		intake_bad(intake, item, "%s", err.text);
	else if (kind == ACCESS_PERSON)
		intake_left(intake, item, "is about a mail address, not about "
		    "a client");
	else if (!access_judge(intake, item, access_sendmail,
	             span_trim(rest)))
		return;
	else if (kind == ACCESS_NET)
		intake_net(intake, item, &net);
	else
		intake_domain(intake, item, key.text, key.len);
}

static bool
read(struct intake *intake, const struct source *source, struct err *err)
{
	struct item item;

	(void)source;
	(void)err;
	while (intake_short_line(intake, &item, "#"))
		read_row(intake, &item);
	return true;
}

static bool
has_tag(struct span line)
{
	return find_tag(line) < TAGS;
}

static bool
relays(struct span line)
{
	struct span key, value;

	return span_word(&line, &key) && span_word(&line, &value) &&
	    span_is(value, "RELAY") &&
	    (access_is_net(key) || span_is_name(key));
}

static bool
is_row(struct span line)
{
	struct span key;

	if (has_tag(line))
		return true;
	return span_word(&line, &key) &&
	    access_verdict(access_sendmail, line) != VERDICT_UNKNOWN;
}

static int
sniff(const struct source *source, struct buf *why)
{
	struct share rows = sample_share(source, "#", is_row);
	struct share tagged = sample_share(source, "#", has_tag);
	struct share relay = sample_share(source, "#", relays);

	if (rows.fit * 10 < rows.lines * 9 || (!tagged.fit && !relay.fit))
		return 0;
	if (tagged.fit) {
		buf_add(why, "lines begin with Connect:, From: or another tag "
		    "of sendmail");
		return 92;
	}
	buf_add(why, "every line begins with an address or a name and goes on "
	    "with what sendmail shall do, such as RELAY");
	return 86;
}

const struct format format_sendmail_access = {
	.name = "sendmail-access",
	.title = "sendmail access file",
	.sniff = sniff,
	.read = read,
	.first_match = true,
	.narrowest = true,
};
