import { NextRequest } from "next/server";
import { expect, test } from "vitest";
import { POST } from "./route";

test.each(["", "{", '{"email":', "\u0000"])(
  "a sign-in whose JSON is %j is refused, and no failure of ours",
  async (body) => {
    const headers = { "Content-Type": "application/json" };
    const request = new NextRequest("http://localhost/api/auth/callback/credentials", {
      method: "POST",
      headers,
      body,
    });
    const params = Promise.resolve({ nextauth: ["callback", "credentials"] });
    const answer = await POST(request, { params });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "invalid_request", message: "The body is not valid JSON." });
  },
);
