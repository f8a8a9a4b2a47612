/* TCP connections and deadlines. */
#ifndef REMOTE_DIAL_H
#define REMOTE_DIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/err.h"
#include "policy/policy.h"

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t clock_now(void);

/* Waits until the descriptor is ready for the poll(2) events or the deadline is
 * over; false then. */
bool dial_wait(int fd, short events, int64_t deadline);

/* From dial_stop() on every wait for somebody else ends at once, for good, as if
 * its deadline were over; for that dial_stop_prepare() must have been called.  A
 * signal handler may call dial_stop(). */
bool dial_stop_prepare(void);
void dial_stop(void);
bool dial_stopped(void);
/* For who waits in another way: a file that can be read then, or -1. */
int dial_stop_file(void);

/* A connected, non-blocking socket, or -1 (ERR_REACH).  Each address of the
 * host is tried.  The name look-up itself has the resolver's own time-outs. */
int dial(const char *host, uint16_t port, int64_t deadline, struct err *err);

/* Every address of the host, at most as many as there is room for; how many, or
 * 0 (ERR_REACH). */
size_t dial_resolve(const char *host, uint16_t port, struct listener *places,
    size_t most, struct err *err);
/* As dial(), to one address, and from an address of ours unless from is NULL. */
int dial_place(const struct listener *place, const struct net *from,
    int64_t deadline, struct err *err);
/* Which address of ours the socket has; false when it is none of IP. */
bool dial_own(int fd, struct listener *own);

#endif
