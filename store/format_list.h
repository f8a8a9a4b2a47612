/* Every format there is; format.c has them in order. */
#ifndef STORE_FORMAT_LIST_H
#define STORE_FORMAT_LIST_H

#include "format.h"

extern const struct format format_adsi;
extern const struct format format_aws;
extern const struct format format_azure;
extern const struct format format_document;
extern const struct format format_exchange;
extern const struct format format_google;
extern const struct format format_m365;
extern const struct format format_plain;
extern const struct format format_csv, format_tsv;
extern const struct format format_postfix_mynetworks, format_postfix_cidr,
    format_postfix_access;
extern const struct format format_exim;
extern const struct format format_sendmail_access;
extern const struct format format_opensmtpd;
extern const struct format format_netset, format_drop, format_drop_json;
extern const struct format format_rir;
extern const struct format format_domains;
extern const struct format format_json;
extern const struct format format_nftables, format_ipset;
extern const struct format format_registry;
extern const struct format format_spf;

#endif
