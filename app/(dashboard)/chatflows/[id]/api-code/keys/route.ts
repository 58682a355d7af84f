import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { operatorRoute } from "@/lib/auth/route";

/** The keys the dialog's combobox offers for what was typed (`?search=`). */
export const GET = operatorRoute(async (ctx, request) => {
  const search = new URL(request.url).searchParams.get("search") ?? "";
  return { options: await searchApiKeyOptions(ctx, { search }) };
});
