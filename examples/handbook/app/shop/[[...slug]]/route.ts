import { type NextRequest, NextResponse } from "next/server";

export async function GET(_request: NextRequest, { params }: { params: Promise<{ slug?: string[] }> }) {
  // For "/shop" itself the key is absent, it is not an empty list.
  const { slug = [] } = await params;
  return NextResponse.json({ slug });
}
