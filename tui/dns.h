/* Host names and addresses, looked up in a process of its own so that the
 * console never waits. */
#ifndef TUI_DNS_H
#define TUI_DNS_H

#include "child.h"

/* text is a host name (its addresses are told) or an address (its name, and
 * whether that resolves back).  One line a result:
 *   address TAB 192.0.2.1
 *   name TAB mail.example.net TAB verified|unverified
 *   error TAB why
 * The child ends by itself after 10 s. */
struct child *dns_ask(struct loop *loop, const char *text,
    const struct child_calls *calls, struct err *err);

#endif
