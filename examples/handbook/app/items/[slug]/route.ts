import { notFound } from "next/navigation";
import { type NextRequest, NextResponse } from "next/server";
import { findItem } from "../../_lib/catalog";

export async function GET(_request: NextRequest, { params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const item = findItem(slug);
  if (!item) notFound();
  return NextResponse.json(item);
}
