import { type NextRequest, NextResponse } from "next/server";
import { catalog } from "../_lib/catalog";

export function GET(request: NextRequest) {
  const query = request.nextUrl.searchParams.get("query") ?? "";
  const items = catalog.filter((item) => item.name.toLowerCase().includes(query.toLowerCase()));
  return NextResponse.json({ query, items: items.map((item) => item.slug) });
}
