import { redirect } from "next/navigation";

export function GET() {
  // redirect() works by throwing: keep it out of try blocks, and nothing after it runs.
  redirect("/hello");
}
