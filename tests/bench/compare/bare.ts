/** The server all others are compared with: `Deno.serve` with the answers that are driven. Argument: its port. */
const port = Number(Deno.args[0]);

Deno.serve({ port, hostname: "127.0.0.1" }, (request) => {
  const { url } = request;
  if (url.endsWith("/hello")) return Response.json({ message: "hello 0" });
  const id = url.slice(url.lastIndexOf("/") + 1);
  if (!url.endsWith(`/me/${id}`)) return Response.json({ id });
  const session = /(?:^|; )session=([^;]*)/.exec(request.headers.get("cookie") ?? "")?.[1];
  return Response.json({ id, session }, { headers: { "x-proxy": "1", "x-rule": "1" } });
});
