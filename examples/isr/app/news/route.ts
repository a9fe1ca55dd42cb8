import { UPSTREAM } from "../../lib/upstream";

// The whole response is cached: fresh for 5 seconds, then served once more while it is regenerated.
export const revalidate = 5;

export async function GET() {
  // This fetch is not cached, but the response that is made of it has its tag.
  const response = await fetch(`${UPSTREAM}/news`, { next: { tags: ["news"] } });
  // What fails is not cached, and does not replace what is.
  if (!response.ok) return Response.json({ error: "The upstream does not answer" }, { status: 502 });
  return Response.json(await response.json());
}
