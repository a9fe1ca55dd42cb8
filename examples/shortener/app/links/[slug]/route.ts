import { type NextRequest, NextResponse } from "next/server";
import { problem } from "../../../lib/problem";
import { changeLink, deleteLink, findLink } from "../../../lib/store";
import { readChange } from "../../../lib/validate";

export async function GET(_request: NextRequest, { params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const link = findLink(slug);
  return link ? NextResponse.json(link) : unknownLink();
}

export async function PATCH(request: NextRequest, { params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const change = await readChange(request);
  if (change instanceof Response) return change;
  const link = changeLink(slug, change.url);
  return link ? NextResponse.json(link) : unknownLink();
}

export async function DELETE(_request: NextRequest, { params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  return deleteLink(slug) ? new Response(null, { status: 204 }) : unknownLink();
}

function unknownLink() {
  return problem(404, "There is no such link");
}
