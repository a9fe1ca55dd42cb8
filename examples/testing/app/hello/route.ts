import { cookies } from "next/headers";
import { type NextRequest, NextResponse } from "next/server";

export async function GET(request: NextRequest) {
  const name = request.nextUrl.searchParams.get("name") ?? "world";
  const theme = (await cookies()).get("theme")?.value ?? "light";
  return NextResponse.json({ hello: name, theme });
}
