import { cookies } from "next/headers";
import { type NextRequest, NextResponse } from "next/server";

export async function GET() {
  const theme = (await cookies()).get("theme")?.value;
  return NextResponse.json({ theme: theme ?? "light" });
}

export async function POST() {
  const cookieStore = await cookies();
  cookieStore.set("theme", "dark", { httpOnly: true, sameSite: "lax" });
  return NextResponse.json({ theme: cookieStore.get("theme")?.value });
}

export async function DELETE() {
  (await cookies()).delete("theme");
  return new Response(null, { status: 204 });
}

// The same as POST with web APIs only: read from the request, written as a header.
export function PUT(request: NextRequest) {
  const previous = request.cookies.get("theme")?.value;
  return NextResponse.json(
    { theme: "dark", previous: previous ?? "light" },
    { headers: { "set-cookie": "theme=dark; Path=/; HttpOnly; SameSite=Lax" } },
  );
}
