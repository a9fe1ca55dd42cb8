import { type NextRequest, NextResponse } from "next/server";

export async function POST(request: NextRequest) {
  const form = await readForm(request);
  if (!form) return NextResponse.json({ error: "The body is not form data" }, { status: 400 });

  // A field of a multipart form may be a file, and a missing one is null: neither is text.
  const name = form.get("name");
  const email = form.get("email");
  const errors: Record<string, string> = {};
  if (typeof name !== "string" || !/^.{1,80}$/.test(name)) errors.name = "must have 1 to 80 characters";
  if (typeof email !== "string" || !/^[^\s@]+@[^\s@]+$/.test(email)) errors.email = "must be an e-mail address";
  if (Object.keys(errors).length > 0) return NextResponse.json({ errors }, { status: 400 });

  return NextResponse.json({ name, email });
}

async function readForm(request: NextRequest): Promise<FormData | undefined> {
  try {
    return await request.formData();
  } catch (error) {
    // formData() throws a TypeError for another content type and for a body that it cannot parse.
    if (!(error instanceof TypeError)) throw error;
  }
}
