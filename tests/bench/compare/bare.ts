/** The server all others are compared with: `Deno.serve` with the two answers that are driven. Argument: its port. */
const port = Number(Deno.args[0]);

Deno.serve({ port, hostname: "127.0.0.1" }, ({ url }) => {
  if (url.endsWith("/hello")) return Response.json({ message: "hello 0" });
  return Response.json({ id: url.slice(url.lastIndexOf("/") + 1) });
});
