import { type NextRequest, NextResponse } from "next/server";

const ALLOWED_ORIGINS = new Set(["https://shop.example", "https://admin.example"]);

export function GET(request: NextRequest) {
  return NextResponse.json({ message: "Readable from another origin" }, { headers: corsHeaders(request) });
}

export function OPTIONS(request: NextRequest) {
  const headers = corsHeaders(request);
  headers.set("access-control-allow-methods", "GET, OPTIONS");
  headers.set("access-control-allow-headers", "content-type");
  headers.set("access-control-max-age", "600");
  return new Response(null, { status: 204, headers });
}

function corsHeaders(request: NextRequest): Headers {
  // Also for an origin that is refused: the answer depends on it, and a shared cache has to know.
  const headers = new Headers({ vary: "Origin" });
  const origin = request.headers.get("origin");
  if (origin && ALLOWED_ORIGINS.has(origin)) headers.set("access-control-allow-origin", origin);
  return headers;
}
