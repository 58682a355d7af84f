import { type WorkStore, workAsyncStorage } from "next/dist/server/app-render/work-async-storage.external";
import { workUnitAsyncStorage } from "next/dist/server/app-render/work-unit-async-storage.external";
import { createRequestStore } from "next/dist/server/async-storage/request-store";
import { encode } from "next-auth/jwt";
import { sessionCookieName } from "@/lib/auth/options";
import { newestSessionSecret } from "@/lib/auth/session-secrets";

/**
 * Runs a server action as Next does for a POST with this person's session cookie; without a user id, as
 * for a visitor. What Next would do with its answer (`revalidatePath`, a cookie, a redirect) comes to nothing.
 */
export async function callAction<Answer>(userId: string | null, action: () => Promise<Answer>): Promise<Answer> {
  const token = userId && (await encode({ token: { sub: userId, sessionEpoch: 0 }, secret: newestSessionSecret() }));
  return await callWithSession(token, action);
}

/** The same with a session cookie of this value. */
export async function callWithSession<Answer>(token: string | null, action: () => Promise<Answer>): Promise<Answer> {
  const requestStore = createRequestStore({
    phase: "action",
    headers: new Headers(token ? { cookie: `${sessionCookieName()}=${token}` } : {}),
    onUpdateCookies: undefined,
    url: { pathname: "/" },
    rootParams: {},
    implicitTags: { tags: [], expirationsByCacheKind: new Map() },
    resumeDataCache: null,
    previewProps: undefined,
    isHmrRefresh: false,
    serverComponentsHmrCache: undefined,
    hmrRefreshHash: undefined,
    stagedFallbackParams: null,
  });
  const workStore = { route: "/", page: "/page", incrementalCache: {} } as WorkStore;
  return await workAsyncStorage.run(workStore, () => workUnitAsyncStorage.run(requestStore, action));
}
