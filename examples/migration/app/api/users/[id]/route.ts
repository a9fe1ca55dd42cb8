import { findUser } from "@/lib/users";
import { notFound } from "next/navigation";
import type { NextRequest } from "next/server";

export async function GET(_request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
  const user = findUser((await params).id);
  if (user === undefined) notFound();
  return Response.json(user);
}
