import { type NextRequest, NextResponse } from "next/server";
import { problem } from "../../lib/problem";
import { createLink, listLinks } from "../../lib/store";
import { readNewLink, readPage } from "../../lib/validate";

export function GET(request: NextRequest) {
  const page = readPage(request.nextUrl.searchParams);
  if (page instanceof Response) return page;
  return NextResponse.json(listLinks(page.limit, page.after));
}

export async function POST(request: NextRequest) {
  const input = await readNewLink(request);
  if (input instanceof Response) return input;
  const link = createLink(input.url, input.slug);
  if (!link) return problem(409, "The slug is taken", [{ field: "slug", message: "is taken" }]);
  return NextResponse.json(link, { status: 201, headers: { location: `/links/${link.slug}` } });
}
