import { cookies } from "next/headers";

export async function POST() {
  (await cookies()).set("session", "1", { httpOnly: true, sameSite: "lax" });
  return new Response(null, { status: 204 });
}

export async function DELETE() {
  (await cookies()).delete("session");
  return new Response(null, { status: 204 });
}
