// Asked by Docker, every few seconds.
export function GET() {
  return Response.json({ ok: true });
}
