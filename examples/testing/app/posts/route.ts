import { revalidateTag, unstable_cache } from "next/cache";
import { type NextRequest, NextResponse } from "next/server";

const posts: string[] = [];
const listPosts = unstable_cache(() => Promise.resolve([...posts]), ["posts"], { tags: ["posts"], revalidate: 60 });

export async function GET() {
  return NextResponse.json(await listPosts());
}

export async function POST(request: NextRequest) {
  posts.push((await request.json()).title);
  revalidateTag("posts", { expire: 0 });
  return NextResponse.json({ count: posts.length }, { status: 201 });
}
