#include "config.h"

#include "model.h"

static void
write_text(FILE *f, const char *text)
{
	fputc('"', f);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', f);
		fputc(*text, f);
	}
	fputc('"', f);
}

static void
write_entries(FILE *f, const struct m_entries *e)
{
	fputs("\"entries\": [", f);
	for (int i = 0; i < e->count; i++) {
		fputs(i ? ", " : "", f);
		if (e->items[i].comment[0])
			fputs("{\"entry\": ", f);
		write_text(f, e->items[i].text);
		if (e->items[i].comment[0]) {
			fputs(", \"comment\": ", f);
			write_text(f, e->items[i].comment);
			fputc('}', f);
		}
	}
	fputc(']', f);
}

static const char *
yes(bool flag)
{
	return flag ? "true" : "false";
}

static void
write_routes(FILE *f, const struct m_server *s)
{
	fputs("\"list\": [", f);
	for (int i = 0; i < s->route_count; i++) {
		const struct m_route *r = &s->routes[i];

		fputs(i ? ", {\"domain\": " : "{\"domain\": ", f);
		write_text(f, r->text);
		fprintf(f, ", \"action\": \"%s\"",
		    r->action == 'i'     ? "inbound"
		        : r->action == 'r' ? "relay"
		                           : "reject");
		if (r->next_hop[0])
			fprintf(f, ", \"next_hop\": \"%s\"", r->next_hop);
		fputc('}', f);
	}
	fputs("], ", f);
}

static void
write_server(FILE *f, const struct m_server *s)
{
	fprintf(f, "{\"name\": \"%s\", \"enabled\": %s, \"listen\": [",
	    s->name, yes(s->enabled));
	for (int i = 0; i < s->listener_count; i++)
		fprintf(f, "%s\"%s\"", i ? ", " : "", s->listeners[i].text);
	fprintf(f, "], \"authentication\": {\"anonymous\": %s, \"basic\": %s, "
	    "\"tls\": \"%s\"},\n \"connection\": {\"mode\": \"%s\", ", yes(s->anonymous),
	    yes(s->basic), s->tls == 'n' ? "none"
	        : s->tls == 'r'          ? "required"
	                                 : "offered", s->connection_only ? "only" : "all-except");
	write_entries(f, &s->connection);
	fprintf(f, "},\n \"relay\": {\"mode\": \"%s\", \"authenticated\": %s, ",
	    s->relay_only ? "only" : "all-except",
	    yes(s->relay_authenticated));
	write_entries(f, &s->relay);
	fprintf(f, "},\n \"routing\": {\"reroute\": %s, ", yes(s->reroute));
	write_routes(f, s);
	fprintf(f, "\"restrictions\": {\"authenticated\": %s, \"clients\": "
	    "{\"enabled\": %s, ", yes(s->box_authenticated),
	    yes(s->box_clients));
	write_entries(f, &s->clients);
	fprintf(f, "}, \"local\": {\"enabled\": %s, ", yes(s->box_local));
	write_entries(f, &s->local);
	fputs("}, \"never\": {", f);
	write_entries(f, &s->never);
	fputs("}}}}", f);
}

static void
write_gateway(FILE *f, const struct m_gateway *g)
{
	fprintf(f, "{\"name\": \"%s\", \"ssh\": {\"host\": \"%s\"}, "
	    "\"servers\": [", g->name, g->host);
	for (int i = 0; i < g->server_count; i++)
		fprintf(f, "%s\"%s\"", i ? ", " : "", g->servers[i]);
	fputs("]}", f);
}

void
m_write_json(const struct model *m, FILE *f)
{
	fputs("{\"relayadm\": 1, \"lists\": [", f);
	for (int i = 0; i < m->list_count; i++) {
		fprintf(f, "%s{\"name\": \"%s\", ", i ? ",\n" : "",
		    m->lists[i].name);
		write_entries(f, &m->lists[i].entries);
		fputc('}', f);
	}
	fputs("],\n\"servers\": [", f);
	for (int i = 0; i < m->server_count; i++) {
		fputs(i ? ",\n" : "", f);
		write_server(f, &m->servers[i]);
	}
	fputs("]", f);
	for (int i = 0; i < m->gateway_count; i++) {
		fputs(i ? ",\n" : ",\n\"gateways\": [", f);
		write_gateway(f, &m->gateways[i]);
	}
	fputs(m->gateway_count ? "]}\n" : "}\n", f);
}
