import { UPSTREAM } from "../../../lib/upstream";

// Made by --prewarm, before the first client asks. Others are made when they are asked for, and cached too.
export function generateStaticParams() {
  return [{ symbol: "deno" }, { symbol: "node" }];
}

export async function GET(_request: Request, { params }: { params: Promise<{ symbol: string }> }) {
  const { symbol } = await params;
  // The data is cached, for every route that fetches it; a response is fresh no longer than the data in it.
  const response = await fetch(`${UPSTREAM}/prices/${encodeURIComponent(symbol)}`, {
    next: { tags: ["prices", `price-${symbol}`], revalidate: 60 },
  });
  if (response.status === 404) return Response.json({ error: "There is no such symbol" }, { status: 404 });
  if (!response.ok) return Response.json({ error: "The upstream does not answer" }, { status: 502 });
  return Response.json(await response.json());
}
