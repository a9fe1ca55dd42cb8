import { NextResponse } from "next/server";

export interface FieldError {
  field: string;
  message: string;
}

/** An error answer in the form of RFC 9457; `errors` says which fields are at fault. */
export function problem(status: number, detail: string, errors: FieldError[] = []): Response {
  return NextResponse.json(
    { status, detail, ...(errors.length > 0 && { errors }) },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}
